//! One key, one encoding: whatever is done to a key's bytes is refused, or gives another key that
//! encodes to exactly those bytes.

mod common;

use ark_ec::AffineRepr;
use common::Fixture;
use halo2_kzg_verifier::{
    CircuitDescription, Expressions, Inconsistency, KeyError, KeyFault, Phase, Quantity, Query,
    Shuffle, TrustedSetup, VerifyingKey, limits,
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

/// A fixture's key, moved under the perpetual powers of tau: their \[s\]G2 is the quickest to check, which these
/// millions of decodings want.
fn key_bytes(fixture: &Fixture) -> Vec<u8> {
    let mut bytes = fixture.key.encode();
    bytes[37..165].copy_from_slice(&TrustedSetup::PERPETUAL_POWERS_OF_TAU);
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
            Err(KeyError {
                fault: KeyFault::TrailingBytes { extra: 1 },
                offset: Some(bytes.len() as u64),
            }),
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

/// ezkl's only instance column at rotation 0.
const INSTANCE: Query = Query {
    column: 0,
    rotation: 0,
};

fn description(name: &str) -> CircuitDescription {
    let folder = common::fixtures().join(name);
    common::description(&common::json(&folder.join("cs.json")))
}

fn refused(change: impl FnOnce(&mut CircuitDescription)) -> KeyFault {
    let mut d = description("mlp");
    change(&mut d);
    VerifyingKey::new(d).unwrap_err().fault
}

#[test]
fn refuses_repeated_queries_and_unqueried_columns() {
    assert_eq!(
        refused(|d| d.advice_queries.push(Query {
            column: 0,
            rotation: 0
        })),
        KeyFault::Inconsistent(Inconsistency::RepeatedQuery)
    );
    assert_eq!(
        refused(|d| d.fixed_commitments.push(d.fixed_commitments[0])),
        KeyFault::Inconsistent(Inconsistency::UnqueriedColumn)
    );
    assert_eq!(
        refused(|d| d.fixed_queries.push(Query {
            column: 99,
            rotation: 0
        })),
        KeyFault::Inconsistent(Inconsistency::UnknownColumn)
    );
}

#[test]
fn refuses_rotations_that_name_one_row() {
    // k = 4: 16 rows; last = -6, so a rotation of 10 meets it. Below that the span is fine.
    for (rotation, ok) in [(9, true), (10, false), (-15, false)] {
        let mut d = description("nolookup");
        (d.k, d.instance_lengths) = (4, vec![1]);
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
    assert_eq!(error, KeyFault::Inconsistent(Inconsistency::TooFewRows));
    assert_eq!(
        refused(|d| d.k = 29),
        KeyFault::Limit {
            quantity: Quantity::K,
            limit: 28
        }
    );
    assert_eq!(
        refused(|d| d.instance_lengths = vec![(1 << 15) - 5]),
        KeyFault::Inconsistent(Inconsistency::TooManyPublicInputs)
    );
    let mut d = description("mlp");
    d.instance_lengths = vec![(1 << 15) - 6];
    assert!(VerifyingKey::new(d).is_ok());
}

#[test]
fn refuses_degrees_that_are_too_low_or_too_high() {
    let too_high = KeyFault::Limit {
        quantity: Quantity::Degree,
        limit: 64,
    };
    let too_low = KeyFault::Inconsistent(Inconsistency::DegreeTooLow);
    for (degree, fault) in [
        (0, Some(too_low)),
        (2, Some(too_low)),
        (3, None),
        (64, None),
        (65, Some(too_high)),
        (u32::MAX, Some(too_high)),
    ] {
        let mut d = description("mlp");
        d.degree = degree;
        let key = VerifyingKey::new(d);
        assert_eq!(key.err().map(|error| error.fault), fault, "{degree}");
    }
}

#[test]
fn the_degree_of_the_constraints_saturates_and_a_key_states_its_own() {
    for (squarings, expected) in [
        (0, 5),
        (2, 5),
        (3, 8),
        (6, 64),
        (31, 1 << 31),
        (60, u32::MAX),
    ] {
        let mut d = description("mlp");
        assert_eq!(d.degree, 5);
        let mut e = d.expressions.advice(0);
        for _ in 0..squarings {
            e = d.expressions.mul(e, e);
        }
        d.gates.push(e);
        assert_eq!(d.degree_of_constraints(), Ok(expected), "2^{squarings}");
        assert_eq!(VerifyingKey::new(d).unwrap().degree(), 5);
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
    let limit = KeyFault::Limit {
        quantity: Quantity::DistinctRotations,
        limit: 16,
    };
    assert_eq!(refused(|d| rotations(d, 15)), limit);

    let limit = KeyFault::Limit {
        quantity: Quantity::RotationSets,
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
    let refused = chain(65_536).unwrap_err().fault;
    let expected = KeyFault::Limit {
        quantity: Quantity::Nodes,
        limit: 65_535,
    };
    assert_eq!(refused, expected);
}

#[test]
fn refuses_inconsistent_arguments() {
    assert_eq!(
        refused(|d| d.lookups[0].inputs[0].push(d.gates[0])),
        KeyFault::Inconsistent(Inconsistency::Arity)
    );
    assert_eq!(
        refused(|d| d.lookups[0].inputs.clear()),
        KeyFault::Inconsistent(Inconsistency::EmptyLookup)
    );
    assert_eq!(
        refused(|d| d.permutation.push(d.permutation[0])),
        KeyFault::Inconsistent(Inconsistency::PermutationCommitments)
    );
    assert_eq!(
        refused(|d| {
            d.permutation.push(d.permutation[0]);
            d.permutation_commitments.push(d.permutation_commitments[0]);
        }),
        KeyFault::Inconsistent(Inconsistency::RepeatedPermutationColumn)
    );
    assert_eq!(
        refused(|d| {
            let unknown = d.expressions.challenge(0);
            d.gates.push(unknown);
        }),
        KeyFault::Inconsistent(Inconsistency::UnknownLeaf)
    );
    assert_eq!(
        refused(|d| d.phases.clear()),
        KeyFault::Inconsistent(Inconsistency::EmptyPhase)
    );
}

#[test]
fn refuses_points_off_the_curve_and_points_that_no_setup_has() {
    use halo2_kzg_verifier::{Fq, G1Affine};
    let off = G1Affine::new_unchecked(Fq::from(1u64), Fq::from(3u64));
    assert_eq!(
        refused(|d| d.fixed_commitments[0] = off),
        KeyFault::PointNotOnCurve
    );
    let mut d = description("mlp");
    d.trusted_setup = TrustedSetup::from_bytes(&TrustedSetup::PERPETUAL_POWERS_OF_TAU).unwrap();
    let key = VerifyingKey::new(d).unwrap();
    assert!(key.trusted_setup().is_perpetual_powers_of_tau());
    // Byte 37 on: [s]G2.
    let mut bytes = key.encode();
    bytes[37 + 127] ^= 1;
    assert_eq!(
        VerifyingKey::decode(&bytes),
        Err(KeyError {
            fault: KeyFault::InvalidTrustedSetup,
            offset: Some(37),
        })
    );
}

#[test]
fn a_key_says_what_its_circuit_is() {
    for name in ["mlp", "bmm_freivalds"] {
        let d = description(name);
        let key = VerifyingKey::new(d.clone()).unwrap();
        assert_eq!(
            (key.k(), key.digest(), key.instance_lengths()),
            (d.k, d.digest, &d.instance_lengths[..])
        );
        assert_eq!(key.trusted_setup(), &d.trusted_setup);
        assert_eq!(key.phases(), d.phases);
        assert_eq!(key.advice_queries(), d.advice_queries);
        assert_eq!(key.fixed_queries(), d.fixed_queries);
        assert_eq!(key.permutation(), d.permutation);
        let inputs: usize = d.lookups.iter().map(|lookup| lookup.inputs.len()).sum();
        let counts = [
            (key.num_gates(), d.gates.len()),
            (key.num_lookups(), d.lookups.len()),
            (key.num_lookup_inputs(), inputs),
            (key.num_shuffles(), 0),
            (key.num_fixed(), d.fixed_commitments.len()),
        ];
        for (said, there_are) in counts {
            assert_eq!(said as usize, there_are, "{name}");
        }
        // Every coordinate but the identities' stands in the encoding once.
        let all = d.fixed_commitments.iter().chain(&d.permutation_commitments);
        let distinct: std::collections::HashSet<_> = all.filter_map(AffineRepr::xy).collect();
        assert_eq!(key.num_commitments() as usize, distinct.len(), "{name}");
    }
}

/// A key with one shuffle, over the expressions that `tuples` makes.
fn with_shuffle(
    tuples: impl FnOnce(&mut Expressions) -> Shuffle,
) -> Result<VerifyingKey, KeyFault> {
    let mut d = description("mlp");
    let shuffle = tuples(&mut d.expressions);
    d.shuffles.push(shuffle);
    VerifyingKey::new(d).map_err(|error| error.fault)
}

#[test]
fn a_shuffle_is_placed_like_a_lookup_and_costs_a_point_and_two_evaluations() {
    let without = VerifyingKey::new(description("mlp")).unwrap();
    let key = with_shuffle(|e| Shuffle {
        input: vec![e.advice(0), e.instance(INSTANCE)],
        shuffle: vec![e.advice(1), e.advice(0)],
    })
    .unwrap();
    assert_eq!(VerifyingKey::decode(&key.encode()).as_ref(), Ok(&key));
    assert_eq!(key.num_shuffles(), 1);
    assert_eq!(key.proof_length(), without.proof_length() + 64 + 2 * 32);
}

#[test]
fn refuses_shuffles_that_are_empty_or_differ_in_arity() {
    assert_eq!(
        with_shuffle(|_| Shuffle {
            input: vec![],
            shuffle: vec![]
        }),
        Err(KeyFault::Inconsistent(Inconsistency::EmptyShuffle))
    );
    assert_eq!(
        with_shuffle(|e| Shuffle {
            input: vec![e.advice(0)],
            shuffle: vec![e.advice(0), e.advice(1)]
        }),
        Err(KeyFault::Inconsistent(Inconsistency::Arity))
    );
}

#[test]
fn refuses_more_of_anything_than_its_limit() {
    type Change = fn(&mut CircuitDescription);
    let cases: [(Quantity, u32, Change); 9] = [
        (Quantity::Phases, limits::MAX_PHASES, |d| {
            d.phases = vec![d.phases[0]; 4];
        }),
        (Quantity::AdviceColumns, limits::MAX_ADVICE_COLUMNS, |d| {
            d.phases[0].advice_columns = 4_097;
        }),
        (Quantity::Challenges, limits::MAX_CHALLENGES, |d| {
            d.phases[0].challenges = 65;
        }),
        (Quantity::FixedColumns, limits::MAX_FIXED_COLUMNS, |d| {
            d.fixed_commitments.resize(8_193, d.fixed_commitments[0]);
        }),
        (Quantity::AdviceQueries, limits::MAX_QUERIES, |d| {
            d.advice_queries.resize(16_385, d.advice_queries[0]);
        }),
        (Quantity::Gates, limits::MAX_GATES, |d| {
            d.gates.resize(16_385, d.gates[0]);
        }),
        (Quantity::Lookups, limits::MAX_ARGUMENTS, |d| {
            d.lookups.resize(4_097, d.lookups[0].clone());
        }),
        (Quantity::LookupInputs, limits::MAX_LOOKUP_INPUTS, |d| {
            let input = d.lookups[0].inputs[0].clone();
            d.lookups[0].inputs.resize(62, input);
        }),
        (Quantity::TupleSize, limits::MAX_TUPLE, |d| {
            let (root, lookup) = (d.gates[0], &mut d.lookups[0]);
            lookup.inputs = vec![vec![root; 65]];
            lookup.table = vec![root; 65];
        }),
    ];
    for (quantity, limit, change) in cases {
        assert_eq!(refused(change), KeyFault::Limit { quantity, limit });
    }
    assert_eq!(
        refused(|d| d.phases.push(Phase {
            advice_columns: 0,
            challenges: 0
        })),
        KeyFault::Inconsistent(Inconsistency::EmptyPhase)
    );
    assert_eq!(
        refused(|d| {
            let lookup = &mut d.lookups[0];
            lookup.inputs.iter_mut().for_each(Vec::clear);
            lookup.table.clear();
        }),
        KeyFault::Inconsistent(Inconsistency::EmptyLookup)
    );
}

#[test]
fn refuses_expressions_of_another_arena() {
    assert_eq!(
        refused(|d| {
            let mut larger = d.expressions.clone();
            d.gates.push(larger.advice(0));
        }),
        KeyFault::UnknownExpression
    );
    assert_eq!(
        refused(|d| {
            let mut larger = d.expressions.clone();
            for _ in 0..9 {
                larger.advice(0);
            }
            let foreign = larger.advice(0);
            let own = d.expressions.neg(foreign);
            d.gates.push(own);
        }),
        KeyFault::UnknownExpression
    );
}

#[test]
fn an_error_says_at_which_byte_it_lies() {
    let key = VerifyingKey::new(description("mlp")).unwrap();
    let bytes = key.encode();
    let refused = |at: usize, value: &[u8]| {
        let mut changed = bytes.clone();
        changed[at..at + value.len()].copy_from_slice(value);
        VerifyingKey::decode(&changed).unwrap_err()
    };
    // header 2, k 1, features 1, degree 1, digest 32, [s]G2 128, instance columns 1 + 4, phases 1 + 3, fixed columns 2
    let fault = KeyFault::NotCanonical(halo2_kzg_verifier::Value::Digest);
    let digest = refused(5, &[0xff; 32]);
    assert_eq!((digest.fault, digest.offset), (fault, Some(5)));
    assert!(digest.to_string().starts_with("key, byte 5: "), "{digest}");
    // the number of advice queries at 176, then column and rotation of each
    let unknown = refused(178, &[0xff]);
    let fault = KeyFault::Inconsistent(Inconsistency::UnknownColumn);
    assert_eq!((unknown.fault, unknown.offset), (fault, Some(178)));
    // A rule on the whole key names the part that breaks it.
    let small = refused(2, &[2]);
    let fault = KeyFault::Inconsistent(Inconsistency::TooFewRows);
    assert_eq!((small.fault, small.offset), (fault, Some(2)));
    let truncated = VerifyingKey::decode(&bytes[..40]).unwrap_err();
    assert_eq!(truncated.fault, KeyFault::Truncated { length: 40 });
    assert_eq!(truncated.offset, Some(37));
    // A key that was not read from bytes has no offset.
    let mut d = description("mlp");
    d.k = 2;
    assert_eq!(VerifyingKey::new(d).unwrap_err().offset, None);
}
