//! The library's text.

use crate::files::hex;
use ezkl_import::{Content, LeadingCommitment, PublicTensor};
use halo2_kzg_verifier::VerifyingKey;
use std::fmt::{self, Formatter};

/// The largest scale that the kit's `FixedPoint` takes.
const MAX_SCALE: i32 = 128;

/// What the library says of the key.
pub(super) struct Key {
    id: [u8; 32],
    proof_length: u64,
    short_proof_length: u64,
    public_inputs: u64,
}

impl Key {
    pub(super) fn of(key: &VerifyingKey) -> Self {
        Self {
            id: key.id(),
            proof_length: key.proof_length(),
            short_proof_length: key.short_proof_length(),
            public_inputs: key.num_public_inputs(),
        }
    }
}

/// A Solidity library; displays as its source, without the last line break.
pub(super) struct Library<'a> {
    pub(super) name: &'a str,
    /// Version of ezkl that wrote the settings.
    pub(super) ezkl: &'a str,
    pub(super) key: Option<Key>,
    /// Where to import `FixedPoint` from; without it there are constants only.
    pub(super) fixed_point: Option<&'a str>,
    pub(super) tensors: &'a [PublicTensor],
    pub(super) commitments: &'a [LeadingCommitment],
}

impl fmt::Display for Library<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "// SPDX-License-Identifier: MIT OR Apache-2.0")?;
        writeln!(
            f,
            "// Made by `zkml solidity`. Make it again rather than edit it."
        )?;
        writeln!(f, "pragma solidity ^0.8.24;\n")?;
        if let Some(path) = self.import() {
            writeln!(f, "import {{FixedPoint}} from \"{path}\";\n")?;
        }
        writeln!(f, "/// @title What is where in the proofs of {}", self.name)?;
        writeln!(f, "///")?;
        writeln!(
            f,
            "/// @notice From the settings.json of ezkl {}. An index counts 32-byte words of the public inputs, from zero;",
            version(self.ezkl)
        )?;
        writeln!(
            f,
            "/// elements are in row-major order; a number x at the scale s is the integer round(x * 2**s)."
        )?;
        writeln!(f, "library {} {{", self.name)?;
        self.write_sizes(f)?;
        for tensor in self.tensors {
            writeln!(f)?;
            self.write_tensor(f, tensor)?;
        }
        for commitment in self.commitments {
            writeln!(f)?;
            write_commitment(f, commitment)?;
        }
        write!(f, "}}")
    }
}

impl Library<'_> {
    /// The path to import, if any function needs it.
    fn import(&self) -> Option<&str> {
        let needed = self.tensors.iter().any(|tensor| scale(tensor).is_some());
        self.fixed_point.filter(|_| needed)
    }

    /// The key's id and the lengths.
    fn write_sizes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let words = match &self.key {
            Some(key) => {
                writeln!(
                    f,
                    "    /// @dev The key's id: keccak256 of its bytes, and its account's code hash."
                )?;
                writeln!(
                    f,
                    "    bytes32 internal constant KEY_ID = {};\n",
                    hex(key.id)
                )?;
                writeln!(
                    f,
                    "    /// @dev Bytes of a proof, in its long and in its short form."
                )?;
                number(f, "PROOF_LENGTH", key.proof_length)?;
                number(f, "SHORT_PROOF_LENGTH", key.short_proof_length)?;
                writeln!(f)?;
                key.public_inputs
            }
            None => self
                .tensors
                .iter()
                .map(|tensor| u64::from(tensor.length))
                .sum(),
        };
        writeln!(f, "    /// @dev Words of the public inputs.")?;
        number(f, "PUBLIC_INPUTS", words)
    }

    fn write_tensor(&self, f: &mut Formatter<'_>, tensor: &PublicTensor) -> fmt::Result {
        let title = title(&tensor.name);
        writeln!(f, "    // --- {title}{}", details(tensor))?;
        if !tensor.constrained {
            writeln!(
                f,
                "    // A dead slot: nothing constrains it, a prover writes there what it likes. No constants."
            )?;
            return Ok(());
        }
        writeln!(f)?;
        let prefix = constant(&tensor.name);
        number(f, &format!("{prefix}_INDEX"), tensor.first.into())?;
        number(f, &format!("{prefix}_LENGTH"), tensor.length.into())?;
        if tensor.content == Content::Hash {
            return Ok(());
        }
        if let Some(scale) = tensor.scale {
            let kind = if scale < 0 { "int256" } else { "uint256" };
            writeln!(f, "    {kind} internal constant {prefix}_SCALE = {scale};")?;
        }
        number(f, &format!("{prefix}_RANK"), tensor.shape.len() as u64)?;
        for (axis, size) in tensor.shape.iter().enumerate() {
            number(f, &format!("{prefix}_DIM_{axis}"), *size)?;
        }
        match (self.fixed_point, scale(tensor)) {
            (Some(_), Some(_)) => write_functions(f, tensor, &title.to_lowercase(), &prefix),
            _ => Ok(()),
        }
    }
}

/// Functions that read the tensor as numbers, and back.
fn write_functions(
    f: &mut Formatter<'_>,
    tensor: &PublicTensor,
    title: &str,
    prefix: &str,
) -> fmt::Result {
    let name = camel_case(&tensor.name);
    let mut capital = name.clone();
    capital[..1].make_ascii_uppercase();
    write!(
        f,
        "
    /// @notice An element of {title}, with 18 decimals, rounded towards zero.
    /// @param publicInputs The public inputs of a proof that has been verified under this key.
    /// @param element Which element, from zero, in row-major order.
    /// @return The number, times 10^18. Reverts unless it is an integer of 128 bits at the scale.
    function {name}(bytes memory publicInputs, uint256 element) internal pure returns (int256) {{
        return FixedPoint.toWad({name}Word(publicInputs, element), {prefix}_SCALE);
    }}

    /// @notice An element of {title} as it is among the public inputs: a field element.
    function {name}Word(bytes memory publicInputs, uint256 element) internal pure returns (uint256) {{
        if (element >= {prefix}_LENGTH) revert FixedPoint.WordOutOfBounds(element, {prefix}_LENGTH);
        return FixedPoint.wordAt(publicInputs, {prefix}_INDEX + element);
    }}

    /// @notice The field element that stands for a number with 18 decimals in {title}, as ezkl quantises it.
    function encode{capital}(int256 wad) internal pure returns (uint256) {{
        return FixedPoint.fromWad(wad, {prefix}_SCALE);
    }}
"
    )
}

fn write_commitment(f: &mut Formatter<'_>, commitment: &LeadingCommitment) -> fmt::Result {
    let prefix = constant(&commitment.name);
    writeln!(
        f,
        "    // --- Commitment to {}, of {} elements: points of the proof, for ZKVerifier.commitmentAt\n",
        commitment.name, commitment.elements
    )?;
    number(
        f,
        &format!("{prefix}_COMMITMENT_INDEX"),
        commitment.first_point.into(),
    )?;
    number(
        f,
        &format!("{prefix}_COMMITMENT_POINTS"),
        commitment.points.into(),
    )
}

fn number(f: &mut Formatter<'_>, name: &str, value: u64) -> fmt::Result {
    writeln!(f, "    uint256 internal constant {name} = {value};")
}

/// The scale, if `FixedPoint` takes it.
fn scale(tensor: &PublicTensor) -> Option<i32> {
    tensor
        .scale
        .filter(|scale| tensor.constrained && (0..=MAX_SCALE).contains(scale))
}

/// ": public inputs 0 to 3, shape [1, 4], scale 13"
fn details(tensor: &PublicTensor) -> String {
    let place = match tensor.length {
        0 => ": no public input".to_owned(),
        1 => format!(": public input {}", tensor.first),
        n => format!(
            ": public inputs {} to {}",
            tensor.first,
            tensor.first.saturating_add(n - 1)
        ),
    };
    match (tensor.content, tensor.scale) {
        (Content::Hash, _) => place,
        (Content::Elements, Some(scale)) => {
            format!("{place}, shape {:?}, scale {scale}", tensor.shape)
        }
        (Content::Elements, None) => format!("{place}, shape {:?}, scale unknown", tensor.shape),
    }
}

/// "Output 0"
fn title(name: &str) -> String {
    let mut title = name.to_owned();
    title[..1].make_ascii_uppercase();
    title
}

/// "OUTPUT_0"
fn constant(name: &str) -> String {
    name.to_uppercase().replace(' ', "_")
}

/// "output0"
fn camel_case(name: &str) -> String {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &title(word))
}

/// ezkl's version, as far as it can stand in a comment.
fn version(text: &str) -> String {
    let safe = |c: &char| c.is_ascii_alphanumeric() || ".-+".contains(*c);
    text.chars().filter(safe).take(40).collect()
}
