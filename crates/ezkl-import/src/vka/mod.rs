//! `vka.bin` → [`VerifyingKey`].
//!
//! The VKA is written for an EVM contract: its parts are programs and pointers into the contract's
//! memory and into the calldata that holds the proof. This module follows every pointer once, states
//! what it means as a [`CircuitDescription`], and then checks that the artifact says nothing else:
//! every evaluation of the proof and every commitment is used exactly once and where the protocol
//! uses it, and everything that can be derived (degree, sizes, pointers, roots of unity) is as
//! derived. What is left unread is bookkeeping of the contract and the section that rescales public
//! inputs for display.

mod header;
mod layout;
mod opening;
mod program;
mod reader;

use crate::error::{ErrorKind, FileKind, ImportError};
use crate::field::{self, PointError};
use crate::key_error;
use halo2_kzg_verifier::{
    CircuitDescription, Column, Expressions, G1Affine, Lookup, LookupArgument, Opening,
    TranscriptHash, VerifyingKey, limits,
};
use header::Header;
use layout::Layout;
use opening::{Frame, PROOF_BASE};
use program::{AddressSpace, MEMORY_BASE};
use reader::{Words, error, error_at};

/// Imports the artifact of `ezkl.create_evm_vka` (ezkl 23).
///
/// `bytes` is the whole file. The artifact carries everything that a key needs, \[s\]G2 and the
/// digest included; whether \[s\]G2 is one that you trust is for you to check (see
/// [`VerifyingKey`]).
///
/// # Errors
/// An [`ImportError`] about [`FileKind::Vka`] when the file is damaged, foreign or contradicts
/// itself, or when the circuit exceeds the verifier's limits. Never panics.
pub fn import_vka(bytes: &[u8]) -> Result<VerifyingKey, ImportError> {
    let words = Words::new(bytes)?;
    let header = Header::read(&words)?;
    let permutation = Permutation::read(&words, &header)?;
    let key_commitments = header.fixed_commitments as usize + permutation.columns.len();
    let constants_word = header.fixed_word + 2 * key_commitments;
    if constants_word > header.gates_word {
        return Err(error_at(
            29,
            "header",
            "the commitments run into the gate section",
        ));
    }
    let frame = Frame {
        key_commitments_start: memory_address(header.fixed_word)?,
        commitments: key_commitments + header.points() as usize + 1,
    };
    let opening = opening::read(&words, header.pcs_word, &frame)?;
    header.check_rescaling(&words, opening.end)?;
    let layout = Layout::new(&header, &permutation, &opening)?;

    let space = AddressSpace {
        constants_start: memory_address(constants_word)?,
        constants: read_constants(&words, constants_word..header.gates_word)?,
        challenges_start: header.challenges_start(&words)?,
        user_challenges: header.user_challenges,
        evaluations_start: layout.evaluations_start,
        advice_queries: layout.advice_queries.len() as u32,
        fixed_queries: layout.fixed_queries.len() as u32,
    };
    let mut expressions = Expressions::new();
    let gates = read_gates(&words, &header, &space, &mut expressions)?;
    let lookups = read_lookups(&words, &header, &layout, &space, &mut expressions)?;
    let columns = layout.permutation_columns(&permutation)?;
    let commitments = read_commitments(&words, header.fixed_word, key_commitments)?;
    let (fixed, sigma) = commitments.split_at(header.fixed_commitments as usize);

    let mut description = CircuitDescription {
        k: header.k,
        opening: Opening::Shplonk,
        transcript_hash: TranscriptHash::Keccak256,
        lookup_argument: LookupArgument::LogDerivative,
        degree: limits::MIN_DEGREE,
        digest: header.digest,
        trusted_setup: header.trusted_setup.clone(),
        instance_lengths: vec![header.public_inputs],
        accumulator: None,
        phases: header.phases.clone(),
        advice_queries: layout.advice_queries.clone(),
        fixed_queries: layout.fixed_queries.clone(),
        expressions,
        gates,
        permutation: columns,
        lookups,
        shuffles: Vec::new(),
        fixed_commitments: fixed.to_vec(),
        permutation_commitments: sigma.to_vec(),
    };
    // The file states no degree, but numbers that follow from it, which are checked below.
    let refused = |e| key_error(FileKind::Vka, e);
    description.degree = description.degree_of_constraints().map_err(refused)?;
    let key = VerifyingKey::new(description).map_err(refused)?;
    header.check_derived(&key, &permutation)?;
    layout.check_sets(&opening)?;
    Ok(key)
}

/// The constant table, every word a canonical scalar.
fn read_constants<'a>(
    words: &Words<'a>,
    range: std::ops::Range<usize>,
) -> Result<Vec<&'a [u8; 32]>, ImportError> {
    const SECTION: &str = "constants";
    range
        .map(|index| {
            let word = words.get(index, SECTION)?;
            if field::fr_from_be(word).is_none() {
                let problem = "the constant is not below the scalar field's modulus";
                return Err(error(ErrorKind::NotCanonical, index, SECTION, problem));
            }
            Ok(word)
        })
        .collect()
}

/// Memory address of a word. Addresses of artifacts that ezkl can write fit 16 bits.
fn memory_address(word: usize) -> Result<u32, ImportError> {
    u32::try_from(word)
        .ok()
        .and_then(|word| word.checked_mul(32)?.checked_add(MEMORY_BASE))
        .ok_or_else(|| error_at(word, "container", "the artifact is too large to be a VKA"))
}

/// The permutation section, as addresses.
struct Permutation {
    /// Addresses of z(x), z(ωx), z(ω^last x), per product.
    products: Vec<[u32; 3]>,
    /// Every column: address of its evaluation (`None`: the instance), and of its sigma's.
    columns: Vec<(Option<u32>, u32)>,
    /// Columns in each product.
    sizes: Vec<usize>,
}

impl Permutation {
    fn read(words: &Words<'_>, header: &Header) -> Result<Self, ImportError> {
        const SECTION: &str = "permutation section";
        let mut index = header.permutation_word;
        let mut fields = words.fields(index, SECTION)?;
        let (last, full, rest) = (fields.u8()?, fields.u16()?, fields.u16()?);
        fields.next_word()?;
        index += 1;
        let mut out = Self {
            products: Vec::new(),
            columns: Vec::new(),
            sizes: Vec::new(),
        };
        for product in 0..=last {
            let size = if product == last { rest } else { full };
            if size == 0 || size % 32 != 0 {
                return Err(error_at(
                    index,
                    SECTION,
                    "a product's length is not in whole words",
                ));
            }
            let mut fields = words.fields(index, SECTION)?;
            out.products
                .push([fields.u16()?, fields.u16()?, fields.u16()?]);
            let before = out.columns.len();
            for _ in 0..size / 32 {
                while !fields.at_end() {
                    let (flag, value, sigma) = (fields.u8()?, fields.u16()?, fields.u16()?);
                    let value = match (flag, value) {
                        (0, address) => Some(address),
                        (1, 0) => None,
                        _ => return Err(fields.error("a column is neither queried nor instance")),
                    };
                    out.columns.push((value, sigma));
                }
                fields.next_word()?;
            }
            out.sizes.push(out.columns.len() - before);
            index = fields.index();
        }
        if index != header.lookup_word {
            return Err(error_at(
                index,
                SECTION,
                "the section does not end where the next begins",
            ));
        }
        Ok(out)
    }
}

fn read_gates(
    words: &Words<'_>,
    header: &Header,
    space: &AddressSpace<'_>,
    out: &mut Expressions,
) -> Result<Vec<halo2_kzg_verifier::ExprId>, ImportError> {
    const SECTION: &str = "gate section";
    let length = words.small(header.gates_word, SECTION)?;
    if length % 32 != 0 || length / 32 > words.len() as u32 {
        return Err(error_at(
            header.gates_word,
            SECTION,
            format!("{length} is no gate count · 32"),
        ));
    }
    let mut fields = words.fields(header.gates_word + 1, SECTION)?;
    let mut gates = Vec::new();
    for _ in 0..length / 32 {
        gates.extend(program::read(
            &mut fields,
            header.scratch_start(words)?,
            space,
            false,
            out,
        )?);
    }
    if fields.index() != header.permutation_word {
        return Err(fields.error("the section does not end where the next begins"));
    }
    Ok(gates)
}

fn read_lookups(
    words: &Words<'_>,
    header: &Header,
    layout: &Layout,
    space: &AddressSpace<'_>,
    out: &mut Expressions,
) -> Result<Vec<Lookup>, ImportError> {
    const SECTION: &str = "lookup section";
    let meta = words.small(header.lookup_word, SECTION)?;
    let mut fields = words.fields(header.lookup_word + 1, SECTION)?;
    let mut lookups: Vec<Lookup> = Vec::new();
    let end = if meta == 0 {
        header.lookup_word + 1
    } else if meta >> 16 != 0 {
        return Err(error(
            ErrorKind::Version,
            header.lookup_word,
            SECTION,
            "the artifact uses the permuted lookup argument, not the logUp argument of ezkl 23",
        ));
    } else {
        let start = scratch_of_lookups(header, words)?;
        let end = opening::word_at(meta)
            .ok_or_else(|| error_at(header.lookup_word, SECTION, "the end is not an address"))?;
        while fields.index() < end {
            let new_table = fields.u8()?;
            let addresses = [fields.u16()?, fields.u16()?, fields.u16()?];
            if layout.lookup_addresses(lookups.len() as u32) != addresses {
                return Err(fields.error("the argument's evaluations are not at their places"));
            }
            fields.next_word()?;
            let table = match (new_table, lookups.last()) {
                (0, Some(previous)) => previous.table.clone(),
                (1, _) => program::read(&mut fields, start, space, true, out)?,
                _ => return Err(fields.error("the argument has no table")),
            };
            let count = fields.u16()?;
            if count == 0 || count % 32 != 0 {
                return Err(fields.error(format!("{count} is no number of inputs · 32")));
            }
            let mut inputs = Vec::new();
            for input in 0..count / 32 {
                let start = start + 32 * input;
                let tuple = program::read(&mut fields, start, space, true, out)?;
                if tuple.len() != table.len() {
                    return Err(fields.error("an input is not as wide as its table"));
                }
                inputs.push(tuple);
            }
            lookups.push(Lookup { inputs, table });
        }
        end
    };
    if fields.index() != end || end != header.pcs_word {
        return Err(fields.error("the section does not end where the next begins"));
    }
    if lookups.len() as u32 != layout.lookups {
        return Err(fields.error(format!(
            "{} arguments, but the proof has the points of {}",
            lookups.len(),
            layout.lookups
        )));
    }
    Ok(lookups)
}

/// The scratch area of lookup programs lies above five words that the contract keeps for itself.
fn scratch_of_lookups(header: &Header, words: &Words<'_>) -> Result<u32, ImportError> {
    Ok(header.scratch_start(words)?.saturating_add(0xa0))
}

fn read_commitments(
    words: &Words<'_>,
    first: usize,
    count: usize,
) -> Result<Vec<G1Affine>, ImportError> {
    const SECTION: &str = "commitments";
    (0..count)
        .map(|index| {
            let at = first + 2 * index;
            let point = field::g1_from_be(words.get(at, SECTION)?, words.get(at + 1, SECTION)?);
            point.map_err(|problem| point_error(at, &format!("commitment {index}"), problem))
        })
        .collect()
}

fn point_error(word: usize, name: &str, problem: PointError) -> ImportError {
    let (kind, text) = match problem {
        PointError::Coordinate => (
            ErrorKind::NotCanonical,
            "a coordinate is not below the base field's modulus",
        ),
        PointError::Curve => (ErrorKind::NotOnCurve, "the point is not on the curve"),
        PointError::Subgroup => (
            ErrorKind::NotOnCurve,
            "the point is not in the subgroup of order r",
        ),
    };
    error(kind, word, name, text)
}

/// The permutation argument's columns as the verifier names them.
impl Layout {
    fn permutation_columns(&self, permutation: &Permutation) -> Result<Vec<Column>, ImportError> {
        permutation
            .columns
            .iter()
            .map(|(value, _)| match value {
                None => Ok(Column::Instance(0)),
                Some(address) => self.column_at_rotation_0(*address).ok_or_else(|| {
                    ImportError::new(
                        FileKind::Vka,
                        ErrorKind::Malformed,
                        "permutation section",
                        format!("calldata {address:#x} is no column's evaluation at rotation 0"),
                    )
                }),
            })
            .collect()
    }
}

/// Calldata address of the proof's point at this index.
fn point_address(index: u32) -> u32 {
    PROOF_BASE.saturating_add(index.saturating_mul(64))
}
