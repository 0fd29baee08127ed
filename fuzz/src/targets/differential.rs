//! One verdict, reason included, from every way to verify: with tables and without, on arkworks, alone
//! and in a batch, in the long form and in the short one.
//!
//! Would find: arithmetic or a preparation that changes a verdict; a batch that hides an invalid proof
//! or blames a valid one; circuits that the protocol handles otherwise than the commitments it opens (a
//! forged proof that fails); a panic in any argument of the protocol, for circuits beyond ezkl's.

use crate::{
    circuit,
    fixtures::{KEYS, MODELS, pick, with_s_g2},
    key,
    proof::{Change, Form, Statement},
};
use arbitrary::{Arbitrary, Result, Unstructured};
use halo2_kzg_verifier::{
    Arithmetic, Arkworks, Batch, BatchItem, BatchRejection, Bn254Kzg, InvalidRate, MixedSetups,
    OneThread, Opening, PreparedKey, PreparedSetup, Rejection, TrustedSetup, VerifyingKey,
    lengthen_proof, shorten_proof, verify,
};
use std::sync::{Arc, LazyLock};
use zk_verify_vectors::forge::{TEST_SETUP, forge};

type Verdict = std::result::Result<(), Rejection>;

/// One or two keys, then one to four statements under them.
pub fn run(data: &[u8]) {
    // An input that is too short, or draws a circuit beyond the limits, is no input.
    let _ = check(&mut Unstructured::new(data));
}

fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let mut keys = Vec::new();
    for _ in 0..u.int_in_range(1..=2)? {
        keys.extend(Key::draw(u)?);
    }
    if keys.is_empty() {
        return Ok(());
    }
    let mut cases = Vec::new();
    for _ in 0..*u.choose(&[1, 1, 2, 4])? {
        let index = u.choose_index(keys.len())?;
        cases.extend(Case::draw(u, index, &keys[index])?);
    }
    for case in &cases {
        case.check_alone(&keys[case.key]);
    }
    check_batch(&items(&cases, &keys, |key| &key.plain), &cases, &keys);
    check_batch(&items(&cases, &keys, |key| &key.tabulated), &cases, &keys);
    // Arkworks' pairings take most of the time, and finding the invalid takes many.
    let reference = items(&cases, &keys, |key| &key.reference);
    let reference = Batch::reduce(&reference);
    check_setups(&reference, &cases, &keys);
    if let Ok(batch) = reference {
        assert_eq!(batch.verify(), expected_of_all(&cases));
    }
    Ok(())
}

/// A key, prepared in every way.
struct Key {
    plain: PreparedKey,
    tabulated: PreparedKey,
    reference: PreparedKey<Arkworks>,
    /// A committed circuit, whose proof holds under this very key.
    model: Option<usize>,
}

impl Key {
    /// A committed circuit's key as it is; the same or a changed one under the known secret; or a
    /// random circuit's. `None` if it is not valid.
    fn draw(u: &mut Unstructured<'_>) -> Result<Option<Self>> {
        let kind = u8::arbitrary(u)?;
        let (key, model) = match kind % 8 {
            0 => {
                let model = u.choose_index(MODELS.len())?;
                (Some(MODELS[model].key.clone()), Some(model))
            }
            1 | 2 => (changed(u, kind % 8 == 2)?, None),
            _ => (VerifyingKey::new(circuit::draw(u, &TEST_SETUP)?).ok(), None),
        };
        let budget = 1usize << u.int_in_range(10..=18)?;
        Ok(key.map(|key| Self::prepare(&key, model, budget)))
    }

    fn prepare(key: &VerifyingKey, model: Option<usize>, budget: usize) -> Self {
        let plain = prepare::<Bn254Kzg>(key, &FAST);
        Self {
            tabulated: plain.with_tables(budget),
            plain,
            reference: prepare(key, &ARKWORKS),
            model,
        }
    }

    fn key(&self) -> &VerifyingKey {
        self.plain.key()
    }

    /// Under the known secret, and with one point that closes the equation.
    fn is_forgeable(&self) -> bool {
        let key = self.key();
        *key.trusted_setup() == *TEST_SETUP
            && key.opening() == Opening::Shplonk
            && key.accumulator().is_none()
    }
}

static FAST: LazyLock<Arc<PreparedSetup<Bn254Kzg>>> =
    LazyLock::new(|| Arc::new(PreparedSetup::new(TEST_SETUP.clone())));

static ARKWORKS: LazyLock<Arc<PreparedSetup<Arkworks>>> =
    LazyLock::new(|| Arc::new(PreparedSetup::new(TEST_SETUP.clone())));

/// Prepares a key, with the shared pairing if it is under the known secret.
fn prepare<A: Arithmetic>(key: &VerifyingKey, known: &Arc<PreparedSetup<A>>) -> PreparedKey<A> {
    PreparedKey::with_setup(key.clone(), known.clone())
        .unwrap_or_else(|| PreparedKey::new(key.clone()))
}

/// A committed circuit's key under the known secret, with changes if asked for.
fn changed(u: &mut Unstructured<'_>, with_changes: bool) -> Result<Option<VerifyingKey>> {
    let seed = u8::arbitrary(u)?;
    let mut bytes = pick(&KEYS, seed).clone();
    if with_changes {
        for _ in 0..u.int_in_range(1..=3)? {
            key::Change::arbitrary(u)?.apply(seed, &mut bytes);
        }
    }
    if bytes.len() < 37 + TrustedSetup::BYTES {
        return Ok(None);
    }
    let bytes = with_s_g2(&bytes, &TEST_SETUP.to_bytes());
    Ok(VerifyingKey::decode(&bytes).ok())
}

/// A statement under one of the keys.
struct Case {
    key: usize,
    statement: Statement,
    /// Must it hold?
    holds: bool,
    verdict: Verdict,
}

impl Case {
    /// A proof that holds (a committed or a forged one), the same with changes, or one that is only
    /// well formed. `None` where proofs of this key are too long.
    fn draw(u: &mut Unstructured<'_>, index: usize, key: &Key) -> Result<Option<Self>> {
        let kind = u8::arbitrary(u)?;
        let good = match key.model {
            Some(model) => Some(Statement {
                proof: MODELS[model].proof.clone(),
                public_inputs: MODELS[model].public_inputs.clone(),
            }),
            None => Statement::well_formed(u, key.key())?,
        };
        let Some(mut statement) = good else {
            return Ok(None);
        };
        let mut holds = key.model.is_some();
        if key.is_forgeable() && kind & 1 == 0 {
            let Statement {
                proof,
                public_inputs,
            } = &mut statement;
            holds = forge(key.key(), proof, public_inputs).is_ok();
        }
        if kind & 6 == 6 {
            let before = statement.clone();
            let others = [&pick(&MODELS, kind).proof[..]];
            let place = (key.key(), Form::Long);
            Change::arbitrary(u)?.apply(&mut statement, place, &others);
            holds &= statement == before;
        }
        let verdict = verify(&key.plain, &statement.proof, &statement.public_inputs);
        if kind & 8 == 8
            && let Ok(short) = shorten_proof(key.key(), &statement.proof)
        {
            // Both forms have one verdict, so every other check is as good for the short one.
            assert_eq!(
                lengthen_proof(key.key(), &short).as_ref(),
                Ok(&statement.proof)
            );
            statement.proof = short;
            let of_short = verify(&key.plain, &statement.proof, &statement.public_inputs);
            assert_eq!(of_short, verdict);
        }
        Ok(Some(Self {
            key: index,
            statement,
            holds,
            verdict,
        }))
    }

    fn check_alone(&self, key: &Key) {
        let Statement {
            proof,
            public_inputs,
        } = &self.statement;
        assert_eq!(self.verdict.is_ok(), self.holds, "{:?}", self.verdict);
        assert_eq!(verify(&key.tabulated, proof, public_inputs), self.verdict);
        assert_eq!(verify(&key.reference, proof, public_inputs), self.verdict);
        let alone = [BatchItem {
            key: &key.plain,
            proof,
            public_inputs,
        }];
        let expected = self.verdict.map_err(|reason| in_batch(0, reason));
        let batch = Batch::reduce(&alone).expect("one proof has one setup");
        assert_eq!(batch.verify(), expected);
    }
}

fn items<'a, A: Arithmetic + 'a>(
    cases: &'a [Case],
    keys: &'a [Key],
    prepared: impl Fn(&'a Key) -> &'a PreparedKey<A>,
) -> Vec<BatchItem<'a, A>> {
    let item = |case: &'a Case| BatchItem {
        key: prepared(&keys[case.key]),
        proof: &case.statement.proof,
        public_inputs: &case.statement.public_inputs,
    };
    cases.iter().map(item).collect()
}

/// What a batch says of its proofs is what verification says of each.
fn check_batch<A: Arithmetic>(items: &[BatchItem<'_, A>], cases: &[Case], keys: &[Key]) {
    let batch = Batch::reduce(items);
    check_setups(&batch, cases, keys);
    if let Ok(batch) = batch {
        assert_eq!(batch.verify(), expected_of_all(cases));
        // Where some are invalid, the second time expects it.
        let mut rate = InvalidRate::default();
        for _ in 0..2 {
            let found = batch.find_invalid_at(&mut rate, &OneThread);
            assert_eq!(found, expected_of_each(cases));
        }
    }
}

fn in_batch(index: usize, reason: Rejection) -> BatchRejection {
    match reason {
        Rejection::PairingCheckFailed => BatchRejection::PairingCheckFailed,
        reason => BatchRejection::Proof { index, reason },
    }
}

/// A batch is refused exactly if its keys are of several setups.
fn check_setups<A: Arithmetic>(
    batch: &std::result::Result<Batch<'_, A>, MixedSetups>,
    cases: &[Case],
    keys: &[Key],
) {
    let setup = |case: &Case| keys[case.key].key().trusted_setup();
    let first = cases.first().map(setup);
    let other = cases.iter().position(|case| Some(setup(case)) != first);
    let expected = other.map(|index| MixedSetups { index });
    assert_eq!(batch.as_ref().err(), expected.as_ref());
}

fn expected_of_all(cases: &[Case]) -> std::result::Result<(), BatchRejection> {
    let verdicts = cases.iter().enumerate();
    let rejections =
        verdicts.filter_map(|(index, case)| Some(in_batch(index, case.verdict.err()?)));
    // A malformed proof is named, wherever it stands, before the pairing is asked.
    let (at_pairing, malformed): (Vec<_>, Vec<_>) =
        rejections.partition(|rejection| *rejection == BatchRejection::PairingCheckFailed);
    malformed
        .into_iter()
        .chain(at_pairing)
        .next()
        .map_or(Ok(()), Err)
}

fn expected_of_each(cases: &[Case]) -> Vec<(usize, Rejection)> {
    let verdicts = cases.iter().enumerate();
    verdicts
        .filter_map(|(index, case)| Some((index, case.verdict.err()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_proof_holds_under_every_circuit() {
        for model in MODELS.iter() {
            let key = with_s_g2(&model.encoded, &TEST_SETUP.to_bytes());
            let key = VerifyingKey::decode(&key).unwrap();
            let mut bytes = Unstructured::new(&[37; 4_096]);
            let mut statement = Statement::well_formed(&mut bytes, &key).unwrap().unwrap();
            let prepared: PreparedKey = PreparedKey::new(key.clone());
            let check = |s: &Statement| verify(&prepared, &s.proof, &s.public_inputs);
            assert_eq!(check(&statement), Err(Rejection::PairingCheckFailed));
            forge(&key, &mut statement.proof, &statement.public_inputs).unwrap();
            assert_eq!(check(&statement), Ok(()));
        }
    }
}
