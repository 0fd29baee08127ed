//! `format!("{:?}", vk.pinned())` → [`Circuit`].
//!
//! The text holds everything that the verifier needs of a circuit, and it is what the digest is made of: a
//! text that was changed gives another digest, under which no proof is valid.

mod columns;
mod expressions;
mod points;

use crate::{
    circuit::{Circuit, Lookup, Shuffle},
    debug_text::{Part, Shape, Tree},
    digest::KeyDigest,
    error::{ErrorKind, ImportError, Subject},
    field,
};
use ark_bn254::{Fq, Fr};
use ark_ff::PrimeField;
use columns::Columns;
use expressions::Expressions;
use halo2_kzg_verifier::{LookupArgument, limits::MAX_K};

/// Reads the text.
pub(crate) fn read(text: &str) -> Result<Circuit, ImportError> {
    let text = one_line(text)?;
    let tree = Tree::parse(text)?;
    let root = tree.root();
    check_root(&tree, root)?;
    check_moduli(&tree, root)?;
    let cs = tree.field(root, "cs")?;
    let mut columns = Columns::read(&tree, cs)?;
    let expressions = Expressions::read(&tree, cs, &mut columns)?;
    let lookup_argument = lookup_argument(&tree, cs)?;
    let commitments = tree.field(tree.field(root, "permutation")?, "commitments")?;
    let permutation = tree.field(tree.field(cs, "permutation")?, "columns")?;
    let domain = tree.field(root, "domain")?;
    let circuit = Circuit {
        k: k(&tree, domain)?,
        digest: KeyDigest::of(text),
        minimum_degree: optional_number(&tree, tree.field(cs, "minimum_degree")?)?,
        lookup_argument,
        gates: expressions.of_list(&tree, tree.field(cs, "gates")?)?,
        lookups: lookups(&tree, cs, &expressions, lookup_argument)?,
        shuffles: shuffles(&tree, cs, &expressions)?,
        permutation: tree
            .list(permutation)?
            .into_iter()
            .map(|part| columns.column(&tree, part))
            .collect::<Result<_, _>>()?,
        fixed_commitments: points::read(&tree, tree.field(root, "fixed_commitments")?)?,
        permutation_commitments: points::read(&tree, commitments)?,
        expressions: expressions.arena,
        advice_phases: columns.advice_phases,
        challenge_phases: columns.challenge_phases,
        instance_columns: columns.instance,
        advice_queries: columns.advice_queries,
        fixed_queries: columns.fixed_queries,
        instance_queries: columns.instance_queries,
    };
    check_counts(&tree, root, columns.fixed, &circuit)?;
    check_domain(&tree, domain, &circuit)?;
    Ok(circuit)
}

/// The text without a line break at its end, which editors and `println!` add.
fn one_line(text: &str) -> Result<&str, ImportError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end();
    if text.contains('\n') {
        let problem = "the text has several lines, as {:#?} writes it; the key's digest is that of the \
                       text that {:?} writes, on one line";
        return Err(ImportError::new(
            Subject::PinnedKey,
            ErrorKind::Malformed,
            "",
            problem,
        ));
    }
    Ok(text)
}

fn check_root(tree: &Tree<'_>, root: Part) -> Result<(), ImportError> {
    match (tree.shape(root), tree.word(root)) {
        (Shape::Struct, "PinnedVerificationKey") => Ok(()),
        (Shape::Struct, "VerifyingKey") => Err(tree.error(
            root,
            "this is the Debug text of the key itself; its pinned form is needed, `vk.pinned()`",
        )),
        _ => Err(tree.expected(root, "PinnedVerificationKey { … }")),
    }
}

/// The curve must be BN254.
fn check_moduli(tree: &Tree<'_>, root: Part) -> Result<(), ImportError> {
    let is = |name, modulus: ark_ff::BigInt<4>| -> Result<(), ImportError> {
        let part = tree.field(root, name)?;
        let value = field::bytes_of_hex(tree.word(part)).map(|bytes| field::integer(&bytes));
        if value == Some(modulus) {
            return Ok(());
        }
        let problem = format!("{name} is {}, which is not BN254's", tree.word(part));
        Err(tree
            .error_of(ErrorKind::Version, part, problem)
            .cure("Only KZG proofs over BN254 (bn256 in halo2) can be verified: make the key over that curve."))
    };
    is("base_modulus", Fq::MODULUS)?;
    is("scalar_modulus", Fr::MODULUS)
}

fn k(tree: &Tree<'_>, domain: Part) -> Result<u8, ImportError> {
    let part = tree.field(domain, "k")?;
    let k = tree.number(part)?;
    match u8::try_from(k) {
        Ok(k) if (1..=MAX_K).contains(&k) => Ok(k),
        _ => Err(tree.error(part, format!("k is {k}; it is 1 to {MAX_K}"))),
    }
}

/// The domain must be what follows from k and the constraints.
fn check_domain(tree: &Tree<'_>, domain: Part, circuit: &Circuit) -> Result<(), ImportError> {
    let part = tree.field(domain, "omega")?;
    if expressions::scalar(tree, part)? != field::omega(circuit.k) {
        let problem = format!(
            "omega is not halo2's root of unity of order 2^{}",
            circuit.k
        );
        return Err(tree.error(part, problem));
    }
    let part = tree.field(domain, "extended_k")?;
    let degree = circuit.degree();
    let pieces = degree.saturating_sub(1).checked_next_power_of_two();
    let expected = pieces.map(|pieces| u32::from(circuit.k) + pieces.trailing_zeros());
    let found = tree.number(part)?;
    if Some(found) != expected {
        let problem = format!(
            "extended_k is {found}, which does not fit the constraints' degree, {degree}: the key was made \
             for another degree"
        );
        return Err(tree
            .error_of(ErrorKind::Mismatch, part, problem)
            .cure(MAX_DEGREE_CURE));
    }
    Ok(())
}

/// What makes a key's degree differ from that of its constraints.
pub(crate) const MAX_DEGREE_CURE: &str = "halo2-axiom limits the degree to the environment variable MAX_DEGREE, \
    which is 5 unless it is set, and then makes proofs that nobody can verify: set it to at least the degree \
    while keys and proofs are made.";

fn check_counts(
    tree: &Tree<'_>,
    root: Part,
    fixed: u32,
    circuit: &Circuit,
) -> Result<(), ImportError> {
    let differ = |what, columns: usize, commitments: usize| {
        let problem = format!("{columns} {what} columns, but {commitments} commitments to them");
        tree.error_of(ErrorKind::Mismatch, root, problem)
    };
    let found = circuit.fixed_commitments.len();
    if found != fixed as usize {
        return Err(differ("fixed", fixed as usize, found));
    }
    let (columns, found) = (
        circuit.permutation.len(),
        circuit.permutation_commitments.len(),
    );
    if found != columns {
        return Err(differ("permutation", columns, found));
    }
    Ok(())
}

/// `None` → 0, `Some(5)` → 5
fn optional_number(tree: &Tree<'_>, part: Part) -> Result<u32, ImportError> {
    match (tree.shape(part), tree.word(part)) {
        (Shape::Name, "None") => Ok(0),
        (Shape::Tuple, "Some") => {
            let mut parts = tree.parts(part);
            let number = parts.next().map(|number| tree.number(number));
            number.unwrap_or_else(|| Err(tree.expected(part, "a number")))
        }
        _ => Err(tree.expected(part, "None or Some(number)")),
    }
}

/// zkonduit's lookups have several input tuples.
const INPUT_TUPLES: &str = "inputs_expressions";

fn lookup_argument(tree: &Tree<'_>, cs: Part) -> Result<LookupArgument, ImportError> {
    let lookups = tree.list(tree.field(cs, "lookups")?)?;
    let log_derivative = lookups
        .iter()
        .filter(|lookup| tree.optional(**lookup, INPUT_TUPLES).is_some())
        .count();
    if log_derivative != 0 && log_derivative != lookups.len() {
        return Err(tree.error(cs, "some lookups are classic and some are logUp"));
    }
    // Without lookups there is one form of the key, and it says logUp.
    Ok(if log_derivative == lookups.len() {
        LookupArgument::LogDerivative
    } else {
        LookupArgument::Classic
    })
}

fn lookups(
    tree: &Tree<'_>,
    cs: Part,
    expressions: &Expressions,
    argument: LookupArgument,
) -> Result<Vec<Lookup>, ImportError> {
    let one = |part| {
        let inputs = match argument {
            LookupArgument::Classic => {
                vec![expressions.of_list(tree, tree.field(part, "input_expressions")?)?]
            }
            LookupArgument::LogDerivative => tree
                .list(tree.field(part, INPUT_TUPLES)?)?
                .into_iter()
                .map(|input| expressions.of_list(tree, input))
                .collect::<Result<_, _>>()?,
        };
        let table = expressions.of_list(tree, tree.field(part, "table_expressions")?)?;
        Ok(Lookup { inputs, table })
    };
    let list = tree.list(tree.field(cs, "lookups")?)?;
    list.into_iter().map(one).collect()
}

fn shuffles(
    tree: &Tree<'_>,
    cs: Part,
    expressions: &Expressions,
) -> Result<Vec<Shuffle>, ImportError> {
    // Forks without the argument have no such field, and PSE 0.3 prints it only if there is one.
    let Some(list) = tree.optional(cs, "shuffles") else {
        return Ok(Vec::new());
    };
    let one = |part| {
        let of = |name| expressions.of_list(tree, tree.field(part, name)?);
        Ok(Shuffle {
            input: of("input_expressions")?,
            shuffle: of("shuffle_expressions")?,
        })
    };
    tree.list(list)?.into_iter().map(one).collect()
}
