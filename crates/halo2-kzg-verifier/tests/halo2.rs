//! Proofs of four forks of halo2, with every switch: opening, transcript, lookup argument, instance
//! columns, accumulator.

mod common;
#[path = "common/lanes.rs"]
mod lanes;

use ark_ec::AffineRepr;
use common::{
    changes::in_parallel,
    halo2::{Fixture, circuits, description},
};
use halo2_kzg_verifier::{
    Accumulator, Arithmetic, Arkworks, Batch, BatchItem, BatchRejection, Bn254Kzg,
    CircuitDescription, Fr, G1Affine, G2Affine, Inconsistency, KeyFault, LookupArgument, Opening,
    PreparedKey, Quantity, Query, Rejection, Side, TranscriptHash, VerifyingKey, verify,
};
use std::cell::RefCell;

/// Why the proofs of a circuit whose accumulator is wrong are refused.
fn expected(fixture: &Fixture) -> Result<(), Rejection> {
    if fixture.holds {
        return Ok(());
    }
    let (_, circuit) = fixture.name.split_once('/').unwrap();
    Err(match circuit.split_once(' ').unwrap().0 {
        "acc_limb_wrong" => Rejection::AccumulatorLimb { index: 0, bits: 88 },
        "acc_plus_q_wrong" => Rejection::AccumulatorCoordinate { coordinate: 0 },
        "acc_zero_wrong" => Rejection::AccumulatorIdentity { side: Side::Left },
        "acc_3x88_wrong" | "acc_swapped_wrong" | "accumulator_wrong" => {
            Rejection::PairingCheckFailed
        }
        other => panic!("{other}"),
    })
}

#[test]
fn all_458_proofs_get_the_verdict_that_they_were_made_for() {
    let circuits = circuits();
    let number = std::sync::atomic::AtomicUsize::new(0);
    in_parallel(circuits.len(), |i| {
        for fixture in Fixture::load(&circuits[i]) {
            let bytes = fixture.key.encode();
            let decoded = VerifyingKey::decode(&bytes).unwrap();
            assert_eq!(decoded, fixture.key, "{}", fixture.name);
            assert_eq!(decoded.encode(), bytes, "{}", fixture.name);
            let key = PreparedKey::<Bn254Kzg>::new(decoded);
            let verdict = verify(&key, &fixture.proof, &fixture.inputs);
            assert_eq!(verdict, expected(&fixture), "{}", fixture.name);
            let reference = PreparedKey::<Arkworks>::new(fixture.key.clone());
            let verdict = verify(&reference, &fixture.proof, &fixture.inputs);
            assert_eq!(verdict, expected(&fixture), "{}", fixture.name);
            number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    assert_eq!(number.into_inner(), 458);
}

/// The circuit of a folder, with SHPLONK and Keccak unless a test says otherwise.
fn circuit(name: &str) -> CircuitDescription {
    description(name, Opening::Shplonk, TranscriptHash::Keccak256)
}

fn refused(name: &str, change: impl FnOnce(&mut CircuitDescription)) -> KeyFault {
    let mut description = circuit(name);
    change(&mut description);
    VerifyingKey::new(description).unwrap_err().fault
}

/// The verdict on a proof under the fixture's key with something else in it.
fn under(
    fixture: &Fixture,
    name: &str,
    change: impl FnOnce(&mut CircuitDescription),
) -> Result<(), Rejection> {
    let mut description = description(name, fixture.key.opening(), fixture.key.transcript_hash());
    change(&mut description);
    let key: PreparedKey = PreparedKey::new(VerifyingKey::new(description).unwrap());
    verify(&key, &fixture.proof, &fixture.inputs)
}

/// A transcript absorbs one column's values after the other's, without a separator.
#[test]
fn the_same_public_inputs_in_other_columns_are_another_statement() {
    let name = "axiom/instances_4";
    for fixture in Fixture::load(name) {
        assert_eq!(fixture.key.instance_lengths(), [3, 0, 7, 1]);
        assert_eq!(under(&fixture, name, |_| {}), Ok(()));
        for lengths in [[2, 1, 7, 1], [3, 1, 6, 1], [4, 0, 6, 1], [3, 0, 8, 0]] {
            let verdict = under(&fixture, name, |d| d.instance_lengths = lengths.to_vec());
            assert_eq!(verdict, Err(Rejection::PairingCheckFailed), "{lengths:?}");
        }
    }
}

#[test]
fn a_column_that_nothing_reads_is_not_among_the_instance_queries() {
    let key = VerifyingKey::new(circuit("axiom/instance_unused")).unwrap();
    assert_eq!(key.instance_lengths().len(), 3);
    let read: std::collections::BTreeSet<u32> = key.instance_queries().map(|q| q.column).collect();
    assert!(read.len() < 3, "{read:?}");
    let rotations = VerifyingKey::new(circuit("axiom/instance_rotations")).unwrap();
    let queries: Vec<Query> = rotations.instance_queries().collect();
    assert!(queries.is_sorted() && queries.iter().any(|query| query.rotation != 0));
}

/// halo2 refuses the same commitment twice at one point; here no key has such queries.
#[test]
fn no_query_stands_twice() {
    let name = "axiom/same_columns";
    let repeat = |d: &mut CircuitDescription| d.fixed_queries.push(d.fixed_queries[0]);
    let fault = KeyFault::Inconsistent(Inconsistency::RepeatedQuery);
    assert_eq!(refused(name, repeat), fault);
    let repeat = |d: &mut CircuitDescription| d.advice_queries.push(d.advice_queries[0]);
    assert_eq!(refused(name, repeat), fault);
}

/// One digest serves all keys of a circuit.
#[test]
fn a_proof_is_for_one_opening_and_one_transcript_though_the_digest_is_the_same() {
    for name in [
        "axiom/everything",
        "zkonduit/lookups_4",
        "pse04/shuffles_2",
        "axiom/two_phases",
    ] {
        let all = Fixture::load(name);
        for (a, b) in all.iter().flat_map(|a| all.iter().map(move |b| (a, b))) {
            assert_eq!(a.key.digest(), b.key.digest());
            let verdict = verify(&a.prepared(), &b.proof, &b.inputs);
            let (ours, theirs) = (a.key.proof_length(), b.key.proof_length());
            let expected = if a.key == b.key {
                Ok(())
            } else if ours == theirs {
                Err(Rejection::PairingCheckFailed)
            } else if theirs == a.key.short_proof_length() {
                Err(common::short::predicted(&a.key, &b.proof))
            } else {
                Err(Rejection::ProofLength {
                    actual: theirs,
                    expected: ours,
                    short: a.key.short_proof_length(),
                })
            };
            assert_eq!(verdict, expected, "{} under {}", b.name, a.name);
        }
    }
}

thread_local!(static SUMS: RefCell<Vec<Vec<Fr>>> = const { RefCell::new(Vec::new()) });

/// Records the scalars of each sum, and takes every claim for true.
struct Recorder;

impl Arithmetic for Recorder {
    type Setup = ();
    type Bases = ();

    fn prepare_setup(_: &G2Affine) {}

    fn prepare_bases(_: Vec<G1Affine>) {}

    fn size_of_bases((): &()) -> usize {
        0
    }

    fn multi_exponentiation(
        (): &(),
        _: &[G1Affine],
        scalars: &[Fr],
        (): &(),
        _: &[Fr],
    ) -> Option<G1Affine> {
        SUMS.with_borrow_mut(|sums| sums.push(scalars.to_vec()));
        Some(G1Affine::generator())
    }

    fn pairing_check((): &(), _: &G1Affine, _: &G1Affine) -> bool {
        true
    }
}

/// The coefficient of the accumulator is drawn after the last point of the proof, which enters the
/// equation: were it drawn before, the point could be chosen to suit it.
#[test]
fn the_accumulators_coefficient_depends_on_the_whole_proof() {
    for fixture in Fixture::load("axiom/acc_3x88") {
        let key = PreparedKey::<Recorder>::new(fixture.key.clone());
        let mut proof = fixture.proof.clone();
        let mut drawn = || {
            assert_eq!(verify(&key, &proof, &fixture.inputs), Ok(()));
            let [left, right] = SUMS.take().try_into().unwrap();
            assert_eq!(left.last(), right.last(), "one coefficient on both sides");
            let end = proof.len();
            proof[end - 64..].fill(0);
            (proof[end - 33], proof[end - 1]) = (1, 2);
            (*left.last().unwrap(), left[left.len() - 2])
        };
        let ((rho, last), (other_rho, other_last)) = (drawn(), drawn());
        assert_ne!(rho, other_rho, "{}", fixture.name);
        if fixture.key.opening() == Opening::Shplonk {
            // The scalar of W' is u, which is drawn before it.
            assert_eq!(last, other_last, "{}", fixture.name);
        }
    }
}

#[test]
fn an_accumulator_is_checked_where_the_key_says_and_nowhere_else() {
    // Without the accumulator in the key, the proof alone decides.
    let name = "axiom/acc_3x88_wrong";
    for fixture in Fixture::load(name) {
        assert_eq!(
            under(&fixture, name, |_| {}),
            Err(Rejection::PairingCheckFailed)
        );
        assert_eq!(under(&fixture, name, |d| d.accumulator = None), Ok(()));
    }
    // One row further there is no point.
    let name = "axiom/acc_3x88";
    for fixture in Fixture::load(name) {
        let verdict = under(&fixture, name, |d| {
            let accumulator = d.accumulator.as_mut().unwrap();
            accumulator.row += 1;
        });
        assert!(matches!(
            verdict,
            Err(Rejection::AccumulatorNotOnCurve { side: Side::Left }
                | Rejection::AccumulatorCoordinate { .. })
        ));
    }
}

#[test]
fn refuses_accumulators_outside_of_their_column_or_of_other_sizes() {
    let name = "axiom/acc_3x88";
    let of = |column, row, limbs, bits| Accumulator {
        column,
        row,
        limbs,
        bits,
    };
    // One column of 14 values.
    for (accumulator, fits) in [
        (of(0, 0, 3, 88), true),
        (of(0, 2, 3, 88), true),
        (of(0, 3, 3, 88), false),
        (of(0, u32::MAX, 3, 88), false),
        (of(1, 0, 3, 88), false),
        (of(0, 0, 3, 84), false),
        (of(0, 0, 3, 85), true),
        (of(0, 0, 3, 106), true),
        (of(0, 0, 3, 107), false),
        (of(0, 0, 2, 127), true),
        (of(0, 0, 2, 128), true),
        (of(0, 0, 2, 129), false),
        (of(0, 0, 1, 254), false),
        (of(0, 0, 4, 68), false),
        (of(0, 0, 9, 32), false),
    ] {
        let mut description = circuit(name);
        description.accumulator = Some(accumulator);
        let key = VerifyingKey::new(description);
        let fault = key.err().map(|error| error.fault);
        let expected = KeyFault::Inconsistent(Inconsistency::Accumulator);
        assert_eq!(fault, (!fits).then_some(expected), "{accumulator:?}");
    }
}

#[test]
fn a_column_is_read_at_four_rotations_and_no_more() {
    let with = |rotations: i32| {
        let mut d = circuit("axiom/two_phases");
        d.instance_lengths = vec![3, 2];
        for rotation in 1..rotations {
            for column in 0..2 {
                let node = d.expressions.instance(Query { column, rotation });
                d.gates.push(node);
            }
        }
        // Column 0 is in the permutation: rotation 0.
        VerifyingKey::new(d).map_err(|error| error.fault)
    };
    assert!(with(4).is_ok());
    let fault = KeyFault::Limit {
        quantity: Quantity::InstanceRotations,
        limit: 4,
    };
    assert_eq!(with(5).unwrap_err(), fault);
}

#[test]
fn the_classic_argument_has_lookups_of_one_input() {
    let lookups = "axiom/lookup_1";
    let classic = |d: &mut CircuitDescription| d.lookups.clear();
    let none = KeyFault::Inconsistent(Inconsistency::ClassicWithoutLookups);
    assert_eq!(refused(lookups, classic), none);
    let several = |d: &mut CircuitDescription| {
        let input = d.lookups[0].inputs[0].clone();
        d.lookups[0].inputs.push(input);
    };
    let fault = KeyFault::Inconsistent(Inconsistency::SeveralClassicInputs);
    assert_eq!(refused(lookups, several), fault);
    let mut description = circuit(lookups);
    assert_eq!(description.lookup_argument, LookupArgument::Classic);
    several(&mut description);
    description.lookup_argument = LookupArgument::LogDerivative;
    assert!(VerifyingKey::new(description).is_ok());
}

/// Where the constraints need fewer pieces than the degree gives, honest proofs have the identity.
#[test]
fn honest_proofs_have_pieces_that_are_the_identity() {
    for name in ["axiom/low_degree", "axiom/min_degree_no_permutation"] {
        for fixture in Fixture::load(name) {
            let zeros = fixture.proof.chunks(64).filter(|point| *point == [0; 64]);
            assert!(zeros.count() > 0, "{}", fixture.name);
        }
    }
}

#[test]
fn the_degree_that_a_fork_states_is_that_of_the_constraints_or_more() {
    for name in circuits() {
        let description = circuit(&name);
        let derived = description.degree_of_constraints().unwrap();
        let has_minimum = name.contains("min_degree");
        assert_eq!(description.degree > derived, has_minimum, "{name}");
        assert!(description.degree >= derived, "{name}");
    }
}

#[test]
fn a_batch_mixes_all_dialects_and_names_the_false_accumulator() {
    let names = [
        "axiom/everything",
        "axiom/acc_4x68",
        "zkonduit/lookups_4",
        "pse03/rotations",
    ];
    let mut all: Vec<Fixture> = names.iter().flat_map(|name| Fixture::load(name)).collect();
    all.extend(Fixture::load("axiom/acc_swapped_wrong"));
    let keys: Vec<PreparedKey> = all.iter().map(Fixture::prepared).collect();
    let mut items: Vec<BatchItem<'_>> = Vec::new();
    for (key, fixture) in keys.iter().zip(&all) {
        items.push(BatchItem {
            key,
            proof: &fixture.proof,
            public_inputs: &fixture.inputs,
        });
    }
    let good = all.iter().filter(|fixture| fixture.holds).count();
    let batch = Batch::reduce(&items[..good]).unwrap();
    assert_eq!(batch.verify(), Ok(()));
    assert_eq!(batch.find_invalid(), []);
    let batch = Batch::reduce(&items).unwrap();
    assert_eq!(batch.verify(), Err(BatchRejection::PairingCheckFailed));
    let bad = (good..all.len()).map(|i| (i, Rejection::PairingCheckFailed));
    assert_eq!(batch.find_invalid(), bad.collect::<Vec<_>>());
}
