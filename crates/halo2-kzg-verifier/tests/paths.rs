//! There are several ways to the same verdict: the reference arithmetic and the fast one, with tables
//! and without, one by one and in a batch, with a key just decoded and with one used before. None of
//! them may show in a verdict, nor in its reason.

mod common;
#[path = "common/lanes.rs"]
mod lanes;

use ark_ff::{BigInteger, PrimeField};
use common::{Fixture, word};
use halo2_kzg_verifier::{
    Arithmetic, Arkworks, Batch, BatchItem, BatchRejection, Bn254Kzg, Fq, Fr, PreparedKey,
    PreparedSetup, Rejection, SharedSetup, VerifyingKey, shorten_proof, verify,
};

/// What the precompile's cache allows for the tables of a key.
const TABLES: usize = 640 << 10;

type Statement = (Vec<u8>, Vec<u8>);

/// One key, prepared in every way that there is.
struct Paths {
    reference: PreparedKey<Arkworks>,
    plain: PreparedKey<Bn254Kzg>,
    /// With tables, and its setup prepared to last.
    tables: PreparedKey<Bn254Kzg>,
    key: Vec<u8>,
}

impl Paths {
    fn new(key: &VerifyingKey) -> Self {
        let setup = SharedSetup::new(PreparedSetup::lasting(key.trusted_setup().clone()));
        let lasting = PreparedKey::<Bn254Kzg>::with_setup(key.clone(), setup).unwrap();
        Paths {
            reference: PreparedKey::new(key.clone()),
            plain: PreparedKey::new(key.clone()),
            tables: lasting.with_tables(TABLES),
            key: key.encode(),
        }
    }

    /// The verdict, after every path has given it.
    fn verdict(&self, statement: &Statement) -> Result<(), Rejection> {
        let (proof, inputs) = statement;
        let expected = verify(&self.reference, proof, inputs);
        let fresh = VerifyingKey::decode(&self.key).unwrap();
        let cold = PreparedKey::<Bn254Kzg>::new(fresh);
        for (path, key) in [
            ("without tables", &self.plain),
            ("with tables", &self.tables),
            ("cold", &cold),
        ] {
            assert_eq!(verify(key, proof, inputs), expected, "{path}");
            assert_eq!(batch_of_one(key, statement), expected, "{path}, batch");
        }
        let batch = batch_of_one(&self.reference, statement);
        assert_eq!(batch, expected, "reference, batch");
        expected
    }

    /// All statements in one batch: the same verdicts, by the same reasons.
    fn check_batch(&self, statements: &[Statement], verdicts: &[Result<(), Rejection>]) {
        let expected: Vec<(usize, Rejection)> = verdicts
            .iter()
            .enumerate()
            .filter_map(|(i, verdict)| Some((i, verdict.err()?)))
            .collect();
        assert_eq!(invalid(&self.reference, statements), expected, "reference");
        assert_eq!(invalid(&self.plain, statements), expected, "without tables");
        assert_eq!(invalid(&self.tables, statements), expected, "with tables");
    }
}

fn item<'a, A: Arithmetic>(
    key: &'a PreparedKey<A>,
    (proof, inputs): &'a Statement,
) -> BatchItem<'a, A> {
    BatchItem {
        key,
        proof,
        public_inputs: inputs,
    }
}

/// Positions and reasons of the invalid ones among statements that are verified at once.
fn invalid<A: Arithmetic>(
    key: &PreparedKey<A>,
    statements: &[Statement],
) -> Vec<(usize, Rejection)> {
    let items: Vec<_> = statements.iter().map(|s| item(key, s)).collect();
    let batch = Batch::reduce(&items).unwrap();
    let found = batch.find_invalid();
    assert_eq!(batch.verify().is_ok(), found.is_empty());
    found
}

fn batch_of_one<A: Arithmetic>(
    key: &PreparedKey<A>,
    statement: &Statement,
) -> Result<(), Rejection> {
    let batch = Batch::reduce(&[item(key, statement)]).unwrap();
    batch.verify().map_err(|rejection| match rejection {
        BatchRejection::Proof { index: 0, reason } => reason,
        BatchRejection::PairingCheckFailed => Rejection::PairingCheckFailed,
        other => panic!("a batch of one: {other:?}"),
    })
}

/// The good statement, and changes that are found at every stage: lengths, canonical values, the
/// curve, and, above all, the pairing, which alone depends on the arithmetic.
fn statements(fixture: &Fixture) -> Vec<Statement> {
    let good = (fixture.proof.clone(), fixture.inputs.clone());
    let mut all = vec![good.clone()];
    let mut with = |change: &dyn Fn(&mut Statement)| {
        let mut changed = good.clone();
        change(&mut changed);
        // Evaluations of unused columns are zero as they are.
        if changed != good {
            all.push(changed);
        }
    };
    let points = fixture.key.num_proof_points() as usize - 2;
    let evaluations = fixture.key.num_evaluations() as usize;
    let opening = 64 * points + 32 * evaluations;
    // Points that lie on the curve all the same, so that only the pairing can tell: another point of
    // the proof, the opposite one, and the generator, at the first, a middle and both last places.
    for at in [0, 64 * (points / 2), opening, opening + 64] {
        with(&|(proof, _)| {
            let other = if at == 64 { 0 } else { 64 };
            proof.copy_within(other..other + 64, at);
        });
        with(&|(proof, _)| {
            let y = Fq::from_be_bytes_mod_order(&proof[at + 32..at + 64]);
            proof[at + 32..at + 64].copy_from_slice(&word(&-y));
        });
        with(&|(proof, _)| {
            proof[at..at + 64].fill(0);
            (proof[at + 31], proof[at + 63]) = (1, 2);
        });
        with(&|(proof, _)| proof[at..at + 64].fill(0));
        with(&|(proof, _)| proof[at + 63] ^= 1);
        with(&|(proof, _)| proof[at..at + 32].copy_from_slice(&Fq::MODULUS.to_bytes_be()));
    }
    for evaluation in [0, evaluations / 2, evaluations - 1] {
        let at = 64 * points + 32 * evaluation;
        with(&|(proof, _)| proof[at + 31] ^= 1);
        with(&|(proof, _)| proof[at..at + 32].fill(0));
        with(&|(proof, _)| proof[at..at + 32].copy_from_slice(&Fr::MODULUS.to_bytes_be()));
    }
    with(&|(proof, _)| proof.push(0));
    with(&|(proof, _)| proof.truncate(proof.len() - 32));
    with(&|(_, inputs)| inputs.push(0));
    if !fixture.inputs.is_empty() {
        with(&|(_, inputs)| inputs[31] ^= 1);
        with(&|(_, inputs)| inputs[..32].copy_from_slice(&Fr::MODULUS.to_bytes_be()));
    }
    all
}

#[test]
fn every_path_gives_the_same_verdict_for_the_same_reason() {
    for fixture in Fixture::all() {
        let paths = Paths::new(&fixture.key);
        let statements = statements(&fixture);
        let verdicts: Vec<_> = statements.iter().map(|s| paths.verdict(s)).collect();
        assert_eq!(verdicts[0], Ok(()), "{}", fixture.name);
        assert!(
            verdicts[1..].iter().all(Result::is_err),
            "{}: {verdicts:?}",
            fixture.name
        );
        let at_the_pairing = verdicts
            .iter()
            .filter(|v| **v == Err(Rejection::PairingCheckFailed));
        assert!(at_the_pairing.count() >= 12, "{}", fixture.name);
        paths.check_batch(&statements, &verdicts);

        // Both forms of a proof have one verdict, side by side in a batch too.
        let (mut mixed, mut expected) = (Vec::new(), Vec::new());
        for (index, (statement, verdict)) in statements.into_iter().zip(verdicts).enumerate() {
            if index % 3 == 0
                && let Ok(proof) = shorten_proof(&fixture.key, &statement.0)
            {
                let short = (proof, statement.1.clone());
                assert_eq!(paths.verdict(&short), verdict, "{}", fixture.name);
                mixed.push(short);
                expected.push(verdict);
            }
            mixed.push(statement);
            expected.push(verdict);
        }
        let malformed = [0x40, 0xff].map(|first| {
            let mut short = mixed[0].clone();
            short.0[0] = first;
            short
        });
        let not_canonical = Err(Rejection::CoordinateNotCanonical { point: 0 });
        for short in malformed {
            assert_eq!(paths.verdict(&short), not_canonical, "{}", fixture.name);
            mixed.push(short);
            expected.push(not_canonical);
        }
        paths.check_batch(&mixed, &expected);
    }
}
