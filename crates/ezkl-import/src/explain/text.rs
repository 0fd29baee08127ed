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
    let Visibilities {
        input,
        parameters,
        output,
    } = visibilities;
    let slots = |part| positions(public, part);
    let points = |part: &str| leading(commitments, part);
    let input = match input {
        Visibility::Private => "an input that it keeps to itself".to_owned(),
        Visibility::Public => format!("the input in {}", slots(Part::Input)),
        Visibility::Hashed {
            hash_is_public: true,
            ..
        } => {
            format!("an input whose Poseidon hash is {}", slots(Part::Input))
        }
        Visibility::Hashed { .. } => "an input that it keeps to itself (hashed, but the hash is \
                                      not bound to anything)"
            .to_owned(),
        Visibility::KZGCommit => {
            format!("the input that {} to", points("input"))
        }
        Visibility::Fixed => "the input that is built into the key".to_owned(),
    };
    let parameters = match parameters {
        Visibility::Private => "with some weights of the prover's choice".to_owned(),
        Visibility::Public => "with public weights".to_owned(),
        Visibility::Hashed {
            hash_is_public: true,
            ..
        } => {
            format!(
                "with weights whose Poseidon hash is {}",
                slots(Part::Parameters)
            )
        }
        Visibility::Hashed { .. } => "with some weights of the prover's choice (hashed, but the \
                                      hash is not bound to anything)"
            .to_owned(),
        Visibility::KZGCommit => {
            format!("with the weights that {} to", points("parameters"))
        }
        Visibility::Fixed => "with the weights that are built into the key".to_owned(),
    };
    let output = match output {
        Visibility::Private => "some output, which is not told".to_owned(),
        Visibility::Public => format!("the output in {}", slots(Part::Output)),
        Visibility::Hashed {
            hash_is_public: true,
            ..
        } => {
            format!("an output whose Poseidon hash is {}", slots(Part::Output))
        }
        Visibility::Hashed { .. } => {
            "some output, which is not told (hashed, but the hash is not bound to anything)"
                .to_owned()
        }
        Visibility::KZGCommit => {
            format!("the output that {} to", points("output"))
        }
        Visibility::Fixed => "the output that is built into the key".to_owned(),
    };
    format!(
        "Whoever made the proof knew {input}, and the model of this key, run on it {parameters}, \
         gives {output}."
    )
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
fn leading(commitments: &[LeadingCommitment], part: &str) -> String {
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
    ceremony: bool,
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
    if !ceremony {
        list.push(
            "The key's [s]G2 is not that of the perpetual powers of tau: whoever knows the secret \
             behind it can forge every proof. A string from ezkl's gen_srs is for tests only."
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
