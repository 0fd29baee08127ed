//! Challenges that a hash would not draw in the age of the universe: on the evaluation domain, on a point that is opened,
//! or zero. The verifier refuses what it cannot divide by, and stops at nothing else.

use crate::{
    Arithmetic, Arkworks, Batch, BatchItem, PreparedKey, Rejection, Standard, VerifyingKey,
    challenge::{Beta, Gamma, GwcU, GwcV, Rho, ShplonkU, ShplonkV, ShplonkY, Theta, X, Y},
    circuit::dialect::Opening,
    domain::Domain,
    test_data, verify,
};
use alloc::{collections::BTreeMap, string::String, vec, vec::Vec};
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use core::{any::type_name, cell::RefCell};

std::thread_local! {
    /// What this thread's transcripts hand out in the place of what they draw, by the challenge's type.
    static CHOSEN: RefCell<BTreeMap<&'static str, Fr>> = const { RefCell::new(BTreeMap::new()) };
}

/// The challenge that a test has chosen, or the one that was drawn.
pub(crate) fn chosen_or<Name>(drawn: Fr) -> Fr {
    let chosen = CHOSEN.with_borrow(|chosen| chosen.get(type_name::<Name>()).copied());
    chosen.unwrap_or(drawn)
}

/// A challenge's type, and the value to hand out.
type Choice = (&'static str, Fr);

fn choose<Name>(value: Fr) -> Choice {
    (type_name::<Name>(), value)
}

/// A valid proof of the published vectors, by any of the provers.
struct Valid {
    name: String,
    key: PreparedKey<Standard>,
    /// The same key with other arithmetic.
    plain: PreparedKey<Arkworks>,
    proof: Vec<u8>,
    inputs: Vec<u8>,
}

impl Valid {
    fn all() -> Vec<Valid> {
        let vectors = test_data::vectors("halo2.json");
        let is_valid =
            |vector: &&serde_json::Value| vector["Expected"].as_str().unwrap().ends_with('1');
        let valid = vectors.as_array().unwrap().iter().filter(is_valid);
        valid.map(Valid::of_vector).collect()
    }

    /// A call of `verifyWithKey`, taken apart.
    fn of_vector(vector: &serde_json::Value) -> Valid {
        let input = test_data::bytes(vector["Input"].as_str().unwrap());
        let arguments = &input[4..];
        let number = |at: usize| {
            let word: [u8; 8] = arguments[at + 24..at + 32].try_into().unwrap();
            usize::try_from(u64::from_be_bytes(word)).unwrap()
        };
        let bytes = |head: usize| {
            let start = number(head);
            arguments[start + 32..][..number(start)].to_vec()
        };
        let code = vector["Code"].as_object().unwrap().values().next();
        let code = test_data::bytes(code.unwrap().as_str().unwrap());
        let key = VerifyingKey::decode(&code).unwrap();
        Valid {
            name: vector["Name"].as_str().unwrap().into(),
            key: PreparedKey::new(key.clone()),
            plain: PreparedKey::new(key),
            proof: bytes(32),
            inputs: bytes(64),
        }
    }

    fn is_gwc(&self) -> bool {
        self.key.key().opening() == Opening::Gwc
    }

    /// The verdict when these challenges are drawn: the same from both kinds of arithmetic, alone and in a batch.
    fn verdict(&self, choices: &[Choice]) -> Result<(), Rejection> {
        CHOSEN.set(choices.iter().copied().collect());
        let verdict = verify(&self.key, &self.proof, &self.inputs);
        let plain = verify(&self.plain, &self.proof, &self.inputs);
        let in_batch = self.in_batch(&self.key);
        CHOSEN.take();
        assert_eq!(verdict, plain, "{}: arkworks", self.name);
        assert_eq!(verdict.is_ok(), in_batch, "{}: in a batch", self.name);
        verdict
    }

    fn in_batch<A: Arithmetic>(&self, key: &PreparedKey<A>) -> bool {
        let item = || BatchItem {
            key,
            proof: &self.proof,
            public_inputs: &self.inputs,
        };
        let batch = Batch::reduce(&[item(), item()]).expect("one setup");
        batch.verify().is_ok()
    }

    fn assert_degenerate(&self, what: &str, choices: &[Choice]) {
        assert_eq!(
            self.verdict(choices),
            Err(Rejection::DegenerateChallenge),
            "{}: {what}",
            self.name
        );
    }

    /// The points of the domain from which the verifier weighs something, and one from which it does not.
    fn rows(&self) -> Vec<i32> {
        let k = self.key.key().k();
        let middle = 1i32 << (k - 1);
        let mut rows: Vec<i32> = (-9..9).collect();
        rows.push(middle);
        rows
    }
}

fn other() -> Fr {
    Fr::from(0x0123_4567_89ab_cdefu64)
}

#[test]
fn a_point_of_evaluation_on_the_domain_is_refused() {
    for valid in Valid::all() {
        valid.assert_degenerate("x = 0", &[choose::<X>(Fr::ZERO)]);
        let domain = Domain::new(valid.key.key().k(), 0);
        for row in valid.rows() {
            let x = domain.power(row);
            valid.assert_degenerate("x in the domain", &[choose::<X>(x)]);
        }
    }
}

#[test]
fn an_opening_at_a_point_that_is_opened_already_is_refused() {
    let mut rotations = 0;
    for valid in Valid::all() {
        for omega in &valid.key.weights.omega_powers {
            let u = *omega * other();
            let choices = [choose::<X>(other()), choose::<ShplonkU>(u)];
            if valid.is_gwc() {
                // GWC divides by nothing that depends on its challenges.
                let choices = [choose::<X>(other()), choose::<GwcU>(u)];
                assert_eq!(
                    valid.verdict(&choices),
                    Err(Rejection::PairingCheckFailed),
                    "{}",
                    valid.name
                );
            } else {
                valid.assert_degenerate("u = ω^t x", &choices);
                rotations += 1;
            }
        }
    }
    assert!(rotations > 200, "{rotations} rotations");
}

/// A prover that knew them beforehand could use them; a proof that was made for others does not hold.
#[test]
fn challenges_of_zero_divide_nothing_and_do_not_make_a_proof_hold() {
    let zero = Fr::ZERO;
    for valid in Valid::all() {
        let of_opening = if valid.is_gwc() {
            vec![choose::<GwcV>(zero)]
        } else {
            vec![
                choose::<ShplonkY>(zero),
                choose::<ShplonkV>(zero),
                choose::<ShplonkU>(zero),
            ]
        };
        let of_protocol = [
            choose::<Theta>(zero),
            choose::<Beta>(zero),
            choose::<Gamma>(zero),
            choose::<Y>(zero),
        ];
        let all = of_protocol
            .into_iter()
            .chain(of_opening)
            .collect::<Vec<_>>();
        assert_eq!(
            valid.verdict(&all),
            Err(Rejection::PairingCheckFailed),
            "{}: all of them",
            valid.name
        );
        for choice in all {
            let verdict = valid.verdict(&[choice]);
            let holds = matches!(verdict, Ok(()) | Err(Rejection::PairingCheckFailed));
            assert!(holds, "{}: {}: {verdict:?}", valid.name, choice.0);
        }
    }
}

/// They only combine equations that all hold.
#[test]
fn a_valid_proof_holds_for_any_challenge_that_is_drawn_after_it() {
    for valid in Valid::all() {
        for value in [Fr::ZERO, Fr::ONE, other()] {
            assert_eq!(
                valid.verdict(&[choose::<Rho>(value)]),
                Ok(()),
                "{}",
                valid.name
            );
            if valid.is_gwc() {
                assert_eq!(
                    valid.verdict(&[choose::<GwcU>(value)]),
                    Ok(()),
                    "{}",
                    valid.name
                );
            }
        }
    }
}
