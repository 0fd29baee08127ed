//! One key, one encoding: whatever is done to a key's bytes is refused, or gives another key that
//! encodes to exactly those bytes.

mod common;

use common::Fixture;
use halo2_kzg_verifier::{
    CircuitDescription, KeyError, PERPETUAL_POWERS_OF_TAU, Query, VerifyingKey, decode_s_g2,
};
use std::sync::atomic::{AtomicU64, Ordering};

fn in_parallel(end: usize, check: impl Fn(usize) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for first in 0..threads {
            let check = &check;
            scope.spawn(move || (first..end).step_by(threads).for_each(check));
        }
    });
}

/// A fixture's key, moved under the known ceremony: its \[s\]G2 is the quickest to check, which these
/// millions of decodings want.
fn key_bytes(fixture: &Fixture) -> Vec<u8> {
    let mut bytes = fixture.key.encode();
    bytes[35..163].copy_from_slice(&PERPETUAL_POWERS_OF_TAU);
    assert!(VerifyingKey::decode(&bytes).is_ok());
    bytes
}

#[test]
fn refuses_every_truncation() {
    for fixture in Fixture::all() {
        let bytes = key_bytes(&fixture);
        in_parallel(bytes.len(), |length| {
            assert!(
                VerifyingKey::decode(&bytes[..length]).is_err(),
                "{}: {length}",
                fixture.name
            );
        });
        assert_eq!(
            VerifyingKey::decode(&[&bytes[..], &[0]].concat()),
            Err(KeyError::TrailingBytes { extra: 1 }),
        );
    }
}

/// Returns how many of the changes gave another valid key.
fn changes_are_refused_or_canonical(fixture: &Fixture, changes: &[u8]) -> u64 {
    let bytes = key_bytes(fixture);
    let accepted = AtomicU64::new(0);
    in_parallel(bytes.len(), |i| {
        let mut changed = bytes.clone();
        for change in changes {
            changed[i] = bytes[i] ^ change;
            if let Ok(key) = VerifyingKey::decode(&changed) {
                assert_eq!(
                    key.encode(),
                    changed,
                    "{}: byte {i} ^ {change}",
                    fixture.name
                );
                accepted.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    accepted.into_inner()
}

#[test]
fn every_single_bit_change_is_refused_or_another_key() {
    let bits: Vec<u8> = (0..8).map(|bit| 1 << bit).collect();
    for fixture in Fixture::all() {
        let accepted = changes_are_refused_or_canonical(&fixture, &bits);
        // The digest, constants and the number of public inputs can be anything in range.
        assert!(accepted > 0, "{}: a test that cannot fail", fixture.name);
    }
}

#[test]
fn every_single_byte_change_is_refused_or_another_key() {
    let all: Vec<u8> = (1..=255).collect();
    for name in ["nolookup", "inner1", "mlp"] {
        changes_are_refused_or_canonical(&Fixture::load(name), &all);
    }
}

fn description(name: &str) -> CircuitDescription {
    let folder = common::fixtures().join(name);
    common::description(&common::json(&folder.join("cs.json")))
}

fn refused(change: impl FnOnce(&mut CircuitDescription)) -> KeyError {
    let mut d = description("mlp");
    change(&mut d);
    VerifyingKey::new(d).unwrap_err()
}

#[test]
fn refuses_repeated_queries_and_unqueried_columns() {
    assert_eq!(
        refused(|d| d.advice_queries.push(Query {
            column: 0,
            rotation: 0
        })),
        KeyError::Inconsistent("a query stands twice")
    );
    assert_eq!(
        refused(|d| d.fixed_commitments.push(d.fixed_commitments[0])),
        KeyError::Inconsistent("a column is never queried")
    );
    assert_eq!(
        refused(|d| d.fixed_queries.push(Query {
            column: 99,
            rotation: 0
        })),
        KeyError::Inconsistent("a query names an unknown column")
    );
}

#[test]
fn refuses_rotations_that_name_one_row() {
    // k = 4: 16 rows; last = -6, so a rotation of 10 meets it. Below that the span is fine.
    for (rotation, ok) in [(9, true), (10, false), (-15, false)] {
        let mut d = description("nolookup");
        (d.k, d.num_public_inputs) = (4, 1);
        d.advice_queries.push(Query {
            column: 0,
            rotation,
        });
        let key = VerifyingKey::new(d);
        assert_eq!(key.is_ok(), ok, "{rotation}");
    }
}

#[test]
fn refuses_rows_that_cannot_hold_the_circuit() {
    let error = refused(|d| d.k = 2);
    assert_eq!(
        error,
        KeyError::Inconsistent("k is too small for the blinding factors")
    );
    assert_eq!(
        refused(|d| d.k = 29),
        KeyError::Limit {
            what: "k",
            limit: 28
        }
    );
    assert_eq!(
        refused(|d| d.num_public_inputs = (1 << 15) - 5),
        KeyError::Inconsistent("more public inputs than usable rows")
    );
    let mut d = description("mlp");
    d.num_public_inputs = (1 << 15) - 6;
    assert!(VerifyingKey::new(d).is_ok());
}

#[test]
fn refuses_degrees_that_are_too_high_or_overflow() {
    let limit = KeyError::Limit {
        what: "the degree",
        limit: 64,
    };
    for (squarings, ok) in [(5, true), (6, true), (7, false), (60, false)] {
        let mut d = description("mlp");
        let mut e = d.expressions.advice(0);
        for _ in 0..squarings {
            e = d.expressions.mul(e, e);
        }
        d.gates.push(e);
        let key = VerifyingKey::new(d);
        assert_eq!(key.as_ref().err(), (!ok).then_some(&limit), "2^{squarings}");
    }
}

#[test]
fn refuses_too_many_rotations_and_rotation_sets() {
    let rotations = |d: &mut CircuitDescription, n: i32| {
        d.advice_queries.extend((2..n).map(|rotation| Query {
            column: 0,
            rotation,
        }));
    };
    // {-1, 0, 1, last} and 2..n
    let mut fits = description("mlp");
    rotations(&mut fits, 14);
    assert!(VerifyingKey::new(fits).is_ok());
    let limit = KeyError::Limit {
        what: "distinct rotations",
        limit: 16,
    };
    assert_eq!(refused(|d| rotations(d, 15)), limit);

    let limit = KeyError::Limit {
        what: "rotation sets",
        limit: 16,
    };
    let error = refused(|d| {
        for column in 0..12u32 {
            // Each fixed column gets its own subset of four rotations, beyond {0}.
            for bit in 0..4 {
                if (column + 3) >> bit & 1 == 1 {
                    let rotation = bit + 2;
                    d.fixed_queries.push(Query { column, rotation });
                }
            }
        }
        for column in 0..4u32 {
            d.advice_queries.push(Query {
                column,
                rotation: 6 + column as i32,
            });
        }
    });
    assert_eq!(error, limit);
}

#[test]
fn refuses_more_expression_nodes_than_two_bytes_count() {
    let chain = |nodes: u32| {
        let mut d = description("mlp");
        let first = d.expressions.advice(0);
        let last = (1..nodes).fold(first, |last, _| d.expressions.neg(last));
        (d.gates, d.lookups) = (vec![last], vec![]);
        VerifyingKey::new(d)
    };
    assert!(chain(65_535).is_ok());
    let refused = chain(65_536).unwrap_err();
    let expected = KeyError::Limit {
        what: "expression nodes",
        limit: 65_535,
    };
    assert_eq!(refused, expected);
}

#[test]
fn refuses_inconsistent_arguments() {
    assert_eq!(
        refused(|d| d.lookups[0].inputs[0].push(d.gates[0])),
        KeyError::Inconsistent("tuples of one argument differ in arity")
    );
    assert_eq!(
        refused(|d| d.lookups[0].inputs.clear()),
        KeyError::Inconsistent("a lookup without inputs or table")
    );
    assert_eq!(
        refused(|d| d.permutation.push(d.permutation[0])),
        KeyError::Inconsistent("one permutation commitment for each column")
    );
    assert_eq!(
        refused(|d| {
            d.permutation.push(d.permutation[0]);
            d.permutation_commitments.push(d.permutation_commitments[0]);
        }),
        KeyError::Inconsistent("a permutation column stands twice")
    );
    assert_eq!(
        refused(|d| {
            let unknown = d.expressions.challenge(0);
            d.gates.push(unknown);
        }),
        KeyError::Inconsistent("an expression names an unknown query or challenge")
    );
    assert_eq!(
        refused(|d| d.phases.clear()),
        KeyError::Inconsistent("every phase has at least one advice column")
    );
}

#[test]
fn refuses_points_off_the_curve_and_bad_reference_strings() {
    use halo2_kzg_verifier::{Fq, G1Affine, G2Affine};
    let off = G1Affine::new_unchecked(Fq::from(1u64), Fq::from(3u64));
    assert_eq!(
        refused(|d| d.fixed_commitments[0] = off),
        KeyError::PointNotOnCurve
    );
    assert_eq!(
        refused(|d| d.s_g2 = G2Affine::identity()),
        KeyError::InvalidSG2
    );
    let mut d = description("mlp");
    d.s_g2 = decode_s_g2(&PERPETUAL_POWERS_OF_TAU).unwrap();
    assert!(VerifyingKey::new(d).is_ok());
}
