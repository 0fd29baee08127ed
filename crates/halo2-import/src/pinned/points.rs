//! Commitments: `(x, y)`, `G1Affine { x: …, y: … }` or `Infinity`.

use crate::{
    debug_text::{Part, Shape, Tree},
    error::{ErrorKind, ImportError},
    field,
};
use ark_bn254::{Fq, G1Affine};

pub(super) fn read(tree: &Tree<'_>, list: Part) -> Result<Vec<G1Affine>, ImportError> {
    let points = tree.list(list)?;
    points.into_iter().map(|part| point(tree, part)).collect()
}

fn point(tree: &Tree<'_>, part: Part) -> Result<G1Affine, ImportError> {
    if (tree.shape(part), tree.word(part)) == (Shape::Name, "Infinity") {
        return Ok(G1Affine::identity());
    }
    let (x, y) = match (tree.optional(part, "x"), tree.optional(part, "y")) {
        (Some(x), Some(y)) => (x, y),
        _ => {
            let mut parts = tree.parts(part);
            match (tree.shape(part), parts.next(), parts.next(), parts.next()) {
                (Shape::Parentheses, Some(x), Some(y), None) => (x, y),
                _ => return Err(tree.expected(part, "a point")),
            }
        }
    };
    let x = coordinate(tree, x)?;
    let y = coordinate(tree, y)?;
    field::g1(x, y).map_err(|problem| {
        let (kind, text) = problem.describe();
        tree.error_of(kind, part, text)
    })
}

/// `None` if it is not canonical.
fn coordinate(tree: &Tree<'_>, part: Part) -> Result<Option<Fq>, ImportError> {
    let bytes = field::bytes_of_hex(tree.word(part)).ok_or_else(|| {
        let problem = "expected a coordinate of at most 64 hexadecimal digits";
        tree.error_of(ErrorKind::Malformed, part, problem)
    })?;
    Ok(field::from_be(&bytes))
}
