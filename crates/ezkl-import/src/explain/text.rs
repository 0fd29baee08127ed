//! The words.

use super::{
    Content, Explanation, LeadingCommitment, Part, PublicTensor, PublicValue, Visibilities,
};
use crate::settings::Visibility;
use std::fmt::{self, Write};

/// Values that are shown of one tensor.
const SHOWN: usize = 12;

/// The statement: what is known, and what follows.
pub(super) fn statement(
    visibilities: &Visibilities,
    public: &[PublicTensor],
    commitments: &[LeadingCommitment],
) -> String {
    let bindings = Bindings {
        public,
        commitments,
    };
    let input = bindings.phrase(&visibilities.input, Part::Input, &INPUT);
    let parameters = bindings.phrase(&visibilities.parameters, Part::Parameters, &PARAMETERS);
    let output = bindings.phrase(&visibilities.output, Part::Output, &OUTPUT);
    format!(
        "Whoever made the proof knew {input}, and the model of this key, run on it {parameters}, \
         gives {output}."
    )
}

/// How the statement names one part of the computation.
struct Wording {
    /// Nothing binds it.
    free: &'static str,
    /// It is among the public inputs.
    public: &'static str,
    /// Its hash is; the public input follows.
    hashed: &'static str,
    /// A commitment binds it; "point 0 commits to" follows.
    committed: &'static str,
    /// It is part of the key.
    fixed: &'static str,
}

const INPUT: Wording = Wording {
    free: "an input that it keeps to itself",
    public: "the input in",
    hashed: "an input whose Poseidon hash is",
    committed: "the input that",
    fixed: "the input that is built into the key",
};
const PARAMETERS: Wording = Wording {
    free: "with some weights of the prover's choice",
    public: "with public weights",
    hashed: "with weights whose Poseidon hash is",
    committed: "with the weights that",
    fixed: "with the weights that are built into the key",
};
const OUTPUT: Wording = Wording {
    free: "some output, which is not told",
    public: "the output in",
    hashed: "an output whose Poseidon hash is",
    committed: "the output that",
    fixed: "the output that is built into the key",
};

/// What binds the parts to a proof.
struct Bindings<'a> {
    public: &'a [PublicTensor],
    commitments: &'a [LeadingCommitment],
}

impl Bindings<'_> {
    fn phrase(&self, visibility: &Visibility, part: Part, wording: &Wording) -> String {
        match visibility {
            Visibility::Private => wording.free.to_owned(),
            // The layout of the public inputs has no place for weights.
            Visibility::Public if part == Part::Parameters => wording.public.to_owned(),
            Visibility::Public => format!("{} {}", wording.public, positions(self.public, part)),
            Visibility::Hashed {
                hash_is_public: true,
                ..
            } => format!("{} {}", wording.hashed, positions(self.public, part)),
            Visibility::Hashed { .. } => format!(
                "{} (hashed, but the hash is not bound to anything)",
                wording.free
            ),
            Visibility::KZGCommit => {
                let points = leading(self.commitments, part);
                format!("{} {points} to", wording.committed)
            }
            Visibility::Fixed => wording.fixed.to_owned(),
        }
    }
}

/// "public inputs 4 to 7"
fn positions(public: &[PublicTensor], part: Part) -> String {
    let mut of_part = public.iter().filter(|tensor| tensor.part == part);
    let Some(first) = of_part.next() else {
        return "no public input".to_owned();
    };
    let last = of_part.next_back().unwrap_or(first);
    let end = last.first.saturating_add(last.length);
    match end.saturating_sub(first.first) {
        0 => "no public input".to_owned(),
        1 => format!("public input {}", first.first),
        _ => format!("public inputs {} to {}", first.first, end.saturating_sub(1)),
    }
}

/// "the proof's point 0 commits"
fn leading(commitments: &[LeadingCommitment], part: Part) -> String {
    let part = match part {
        Part::Input => "input",
        Part::Parameters => "parameters",
        Part::Output => "output",
    };
    let mut of_part = commitments.iter().filter(|c| c.name.starts_with(part));
    let Some(first) = of_part.next() else {
        return "no point of the proof commits".to_owned();
    };
    let last = of_part.next_back().unwrap_or(first);
    let end = last.first_point.saturating_add(last.points);
    if end.saturating_sub(first.first_point) == 1 {
        format!("the proof's point {} commits", first.first_point)
    } else {
        format!(
            "the proof's points {} to {} commit",
            first.first_point,
            end.saturating_sub(1)
        )
    }
}

/// What could mislead.
pub(super) fn warnings(
    visibilities: &Visibilities,
    public: &[PublicTensor],
    commitments: &[LeadingCommitment],
    known_setup: bool,
) -> Vec<String> {
    let mut list = Vec::new();
    let unbound = |visibility: &Visibility| {
        matches!(
            visibility,
            Visibility::Private
                | Visibility::Hashed {
                    hash_is_public: false,
                    ..
                }
        )
    };
    if unbound(&visibilities.parameters) {
        list.push(
            "The weights are private: the proof holds for ANY weights. Somebody who is free to \
             choose them can reach almost any output. If it matters which model was run, make the \
             weights fixed, hashed/public or polycommit."
                .to_owned(),
        );
    }
    if unbound(&visibilities.input) {
        list.push(
            "The input is private: the proof says that SOME input gives this output, not that it \
             was yours, or that it came from anywhere in particular."
                .to_owned(),
        );
    }
    if unbound(&visibilities.output) {
        list.push(
            "The output is private: the proof says nothing about what the model returned."
                .to_owned(),
        );
    }
    for tensor in public.iter().filter(|tensor| !tensor.constrained) {
        list.push(format!(
            "Public input {} ({}) is a dead slot: with hashed/private visibility ezkl counts it \
             among the public inputs, but do not rely on anything constraining it. A prover can \
             write any number there and the proof is still valid.",
            tensor.first, tensor.name
        ));
    }
    if !commitments.is_empty() {
        list.push(
            "The committed tensors are bound to the proof's leading points only. The proof alone \
             says nothing about them: compare these points with the commitments that you expect."
                .to_owned(),
        );
    }
    if visibilities.input == Visibility::Fixed {
        list.push(
            "The input is built into the key, which ezkl 23 itself cannot verify: test such a \
             circuit before you rely on it."
                .to_owned(),
        );
    }
    if !known_setup {
        list.push(
            "The key's trusted setup is not the perpetual powers of tau: anyone who knows its secret \
             can forge every proof. An SRS file from ezkl's gen_srs is for tests only."
                .to_owned(),
        );
    }
    list
}

/// What holds for every proof.
pub(super) fn notes() -> Vec<String> {
    vec![
        "The model is the quantised one: its outputs differ from the original model's by rounding, \
         and the circuit computes what ezkl made of the ONNX file."
            .to_owned(),
        "A proof is not bound to a sender, a chain or a time: whoever has it can show it again. If \
         that matters, let the application remember what it has seen, or make something unique a \
         public input."
            .to_owned(),
        "All of this holds for this key id. Whoever chooses the key chooses the statement.".to_owned(),
    ]
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = match self.valid {
            None => "What a valid proof under this key says",
            Some(true) => "The proof is VALID. It says",
            Some(false) => "The proof is INVALID: it says nothing. If it were valid, it would say",
        };
        writeln!(f, "{title}:\n\n{}", wrapped(&self.statement, "  ", "  "))?;
        if let Some(reason) = &self.rejection {
            writeln!(f, "Why it is invalid:\n\n{}", wrapped(reason, "  ", "  "))?;
        }
        if self.public_inputs.is_empty() {
            writeln!(f, "No public inputs.\n")?;
        } else {
            writeln!(f, "Public inputs:\n")?;
            self.public_inputs
                .iter()
                .try_for_each(|tensor| write_tensor(f, tensor))?;
            writeln!(f)?;
        }
        if !self.commitments.is_empty() {
            writeln!(f, "Committed to by the proof's leading points:\n")?;
            for commitment in &self.commitments {
                let LeadingCommitment {
                    name,
                    first_point,
                    points,
                    elements,
                    values,
                } = commitment;
                let last = first_point.saturating_add(*points).saturating_sub(1);
                let range = range(*first_point, last);
                writeln!(f, "  {range:<12} {name}, {elements} elements")?;
                for point in values.iter().flatten() {
                    writeln!(f, "               {point}")?;
                }
            }
            writeln!(f)?;
        }
        if !self.warnings.is_empty() {
            writeln!(f, "Warnings:\n")?;
            for warning in &self.warnings {
                writeln!(f, "{}", wrapped(warning, "  ! ", "    "))?;
            }
        }
        writeln!(f, "Always:\n")?;
        for note in &self.notes {
            writeln!(f, "{}", wrapped(note, "  - ", "    "))?;
        }
        writeln!(
            f,
            "Key {}, settings of ezkl {}.",
            self.key, self.ezkl_version
        )
    }
}

fn range(first: u32, last: u32) -> String {
    if first >= last {
        first.to_string()
    } else {
        format!("{first} … {last}")
    }
}

fn write_tensor(f: &mut fmt::Formatter<'_>, tensor: &PublicTensor) -> fmt::Result {
    let last = tensor.first.saturating_add(tensor.length).saturating_sub(1);
    write!(f, "  {:<12} {}", range(tensor.first, last), tensor.name)?;
    if tensor.content == Content::Elements {
        write!(f, " {:?}", tensor.shape)?;
        match tensor.scale {
            Some(scale) => write!(f, " at scale {scale}")?,
            None => f.write_str(", scale unknown")?,
        }
    }
    if !tensor.constrained {
        f.write_str(" (dead slot: not constrained)")?;
    }
    let Some(values) = &tensor.values else {
        return writeln!(f);
    };
    f.write_str(" = ")?;
    for (index, value) in values.iter().take(SHOWN).enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write_value(f, value)?;
    }
    match values.len().checked_sub(SHOWN) {
        None | Some(0) => writeln!(f),
        Some(more) => writeln!(f, ", … {more} more"),
    }
}

fn write_value(f: &mut fmt::Formatter<'_>, value: &PublicValue) -> fmt::Result {
    match (value.value, &value.integer) {
        (Some(value), _) => {
            // Six decimals are more than a model's precision; integers stay integers.
            let mut text = format!("{value:.6}");
            if text.contains('.') {
                text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
            }
            f.write_str(if text == "-0" { "0" } else { &text })
        }
        (None, Some(integer)) => f.write_str(integer),
        (None, None) => f.write_str(&value.word),
    }
}

/// Breaks a paragraph into lines of at most 96 characters.
fn wrapped(text: &str, first: &str, indent: &str) -> String {
    let mut out = first.to_owned();
    let mut width = first.chars().count();
    let mut empty = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !empty && width + 1 + length > 96 {
            write!(out, "\n{indent}").ok();
            width = indent.chars().count();
            empty = true;
        }
        if !empty {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
        empty = false;
    }
    out.push('\n');
    out
}
