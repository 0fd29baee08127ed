//! The circuit says what it should, before anything is proven.

use halo2_circuit::{ACCOUNTS, K, Reserves};
use halo2_proofs::{dev::MockProver, halo2curves::bn256::Fr};

const OWNER: u64 = 0x11;

fn holds(circuit: &Reserves, public_inputs: Vec<Fr>) -> bool {
    let prover = MockProver::run(K, circuit, vec![public_inputs]).expect("the circuit fits");
    prover.verify().is_ok()
}

#[test]
fn the_balances_add_up_to_the_total_and_nothing_else() {
    let owner = Fr::from(OWNER);
    let balances = [1_200, 300, u16::MAX];
    let circuit = Reserves::new(&balances, owner);
    let public_inputs = Reserves::public_inputs(&balances, owner);
    assert_eq!(public_inputs[0], Fr::from(67_035));
    assert!(holds(&circuit, public_inputs.clone()));
    assert!(!holds(&circuit, vec![public_inputs[0] + Fr::one(), owner]));
    assert!(!holds(
        &circuit,
        vec![public_inputs[0], Fr::from(OWNER + 1)]
    ));
}

#[test]
fn every_account_can_be_full() {
    let owner = Fr::from(OWNER);
    let balances = [u16::MAX; ACCOUNTS];
    assert!(holds(
        &Reserves::new(&balances, owner),
        Reserves::public_inputs(&balances, owner)
    ));
}
