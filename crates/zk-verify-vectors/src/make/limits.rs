//! Keys at every limit of the specification, each with one beyond it.

use super::{
    key_vectors::{Keys, lookup, shuffle},
    raw_key::{Column, Lookup, Node, RawKey},
};
use anyhow::Result;

pub(super) fn make(keys: &mut Keys<'_>) -> Result<()> {
    counts(keys)?;
    rows_and_rotations(keys)?;
    degree(keys)
}

/// Counts of columns, queries, gates, arguments and nodes.
fn counts(keys: &mut Keys<'_>) -> Result<()> {
    let smallest = RawKey::smallest;
    keys.limit("advice columns", 4_096, |n| {
        smallest().with(|k| (1..n).for_each(|_| k.advice_column(&[0])))
    })?;
    keys.limit("fixed columns", 8_192, |n| {
        smallest().with(|k| (0..n).for_each(|_| k.fixed_column(&[0])))
    })?;
    let sixteen: Vec<i8> = (0..16).collect();
    // The first column of the smallest key has one query; so sixteen each, and the rest.
    let advice = |n: u32| {
        smallest().with(|k| {
            k.advice_queries = sixteen.iter().map(|&r| (0, r)).collect();
            (1..n / 16).for_each(|_| k.advice_column(&sixteen));
            (0..n % 16).for_each(|_| k.advice_column(&[0]));
        })
    };
    keys.limit("advice queries", 16_384, advice)?;
    let fixed = |n: u32| {
        smallest().with(|k| {
            (0..n / 16).for_each(|_| k.fixed_column(&sixteen));
            (0..n % 16).for_each(|_| k.fixed_column(&[0]));
        })
    };
    keys.limit("fixed queries", 16_384, fixed)?;
    keys.limit("gates", 16_384, |n| {
        smallest().with(|k| k.gates = vec![0; n as usize])
    })?;
    keys.limit("permutation columns", 8_192, |n| {
        smallest().with(|k| {
            // More than there are fixed columns: the advice column comes along.
            k.permutation.extend((8_192..n).map(|_| Column::Advice(0)));
            (0..n.min(8_192)).for_each(|_| {
                k.fixed_column(&[0]);
                k.permutation.push(Column::Fixed(k.num_fixed - 1));
            });
            k.sigma = vec![0; n as usize];
        })
    })?;
    keys.limit("lookups", 4_096, |n| {
        smallest().with(|k| k.lookups = vec![lookup(1, 1); n as usize])
    })?;
    keys.limit("shuffles", 4_096, |n| {
        smallest().with(|k| k.shuffles = vec![shuffle(1); n as usize])
    })?;
    keys.limit("arity of a lookup", 64, |n| {
        smallest().with(|k| k.lookups = vec![lookup(n as u8, 1)])
    })?;
    keys.limit("arity of a shuffle", 64, |n| {
        smallest().with(|k| k.shuffles = vec![shuffle(n as u8)])
    })?;
    keys.limit("inputs of a lookup", 61, |n| {
        smallest().with(|k| {
            k.nodes = vec![Node::Constant([0; 32])];
            k.gates = vec![];
            k.lookups = vec![Lookup {
                nodes: vec![0; n as usize + 1],
                ..lookup(1, n as u8)
            }];
        })
    })?;
    keys.limit("challenges", 64, |n| {
        smallest().with(|k| {
            k.phases[0].1 = n as u8 / 2;
            k.phases.push((0, n as u8 - n as u8 / 2));
            k.advice_column(&[0]);
        })
    })?;
    keys.limit("phases", 3, |n| {
        smallest().with(|k| {
            for _ in 1..n {
                k.phases.push((0, 0));
                k.advice_column(&[0]);
            }
        })
    })?;
    let longest = smallest().with(|k| {
        k.nodes.push(Node::Constant([0; 32]));
        k.nodes.push(Node::Mul(0, 1));
        k.nodes.extend((2..u16::MAX - 1).map(|i| Node::Mul(i, 1)));
        k.gates = vec![u16::MAX - 1];
    });
    keys.add_key("expression nodes: 65535", &longest)
}

/// k, public inputs, degree, rotations and sets of rotations.
fn rows_and_rotations(keys: &mut Keys<'_>) -> Result<()> {
    let smallest = RawKey::smallest;
    keys.limit("k", 28, |k| smallest().with(|key| key.k = k as u8))?;
    // bf = 5, so eight rows are enough and four are not.
    keys.add_key(
        "k: 3, above the blinding factors",
        &smallest().with(|key| key.k = 3),
    )?;
    keys.add_refused(
        "k: 2, below the blinding factors",
        &smallest().with(|key| key.k = 2),
    )?;
    keys.add_refused("k: 255", &smallest().with(|key| key.k = 255))?;
    // 6 queries of one column: bf = 8, and nine rows are not eight.
    let six = smallest().with(|key| {
        key.k = 3;
        key.advice_queries = (-5..1).map(|r| (0, r)).collect();
    });
    keys.add_refused("k: 3, with more blinding factors", &six)?;
    keys.limit("public inputs with 1,024 rows", 1_018, |n| {
        smallest().with(|key| key.instance_lengths = vec![n])
    })?;
    keys.add_refused(
        "public inputs: 2^32 - 1",
        &smallest().with(|key| key.instance_lengths = vec![u32::MAX]),
    )?;
    // With 2^k rows and last = -6: the highest rotation plus six must be below.
    keys.limit("the highest rotation in 16 rows", 9, |r| {
        smallest().with(|key| {
            key.k = 4;
            key.advice_queries.push((0, r as i8));
        })
    })?;
    keys.limit("the lowest rotation in 16 rows, negated", 14, |r| {
        smallest().with(|key| {
            key.k = 4;
            key.advice_queries.push((0, -(r as i8)));
        })
    })?;
    keys.add_key(
        "a rotation of 127",
        &smallest().with(|key| key.advice_queries.push((0, 127))),
    )?;
    keys.add_key(
        "a rotation of -127",
        &smallest().with(|key| key.advice_queries.push((0, -127))),
    )?;
    keys.add_refused(
        "a rotation of -128",
        &smallest().with(|key| key.advice_queries.push((0, -128))),
    )?;
    keys.limit("distinct rotations", 16, |n| {
        smallest().with(|key| key.advice_queries = (0..n as i8).map(|r| (0, r)).collect())
    })?;
    // With two products the rotation `last` joins, and 1: of the circuit's own fourteen are left.
    keys.limit("distinct rotations besides 1 and last", 14, |n| {
        smallest().with(|key| {
            key.advice_queries = (0..n as i8).map(|r| (0, 2 * r)).collect();
            key.permutation = vec![Column::Advice(0), Column::Instance(0)];
            key.sigma = vec![0; 2];
        })
    })?;
    // {0} is the quotient's set; each further column brings a set of its own.
    keys.limit("rotation sets", 16, |n| {
        smallest().with(|key| {
            // All sets of two to three rotations out of 0 … 6 with 0 in them, as many as wanted.
            let sets = (1..7i8).flat_map(|a| {
                std::iter::once(vec![0, a]).chain((a + 1..7).map(move |b| vec![0, a, b]))
            });
            sets.take(n as usize - 1)
                .for_each(|set| key.advice_column(&set));
        })
    })
}

/// The degree is taken as it stands, whatever the expressions are.
fn degree(keys: &mut Keys<'_>) -> Result<()> {
    let of_degree = |degree: u32| RawKey::smallest().with(|key| key.degree = degree as u8);
    keys.add_key("the degree: 3", &of_degree(3))?;
    for degree in [0, 1, 2, 255] {
        keys.add_refused(&format!("the degree: {degree}"), &of_degree(degree))?;
    }
    keys.limit("the degree", 64, of_degree)?;
    let squared = of_degree(3).with(|key| {
        key.nodes.extend((0..300).map(|i| Node::Mul(i, i)));
        key.gates = vec![300];
    });
    keys.add_key("the degree: 3, with a gate of degree 2^300", &squared)
}
