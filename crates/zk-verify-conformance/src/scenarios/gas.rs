//! Prices of touching state, fork by fork.

use super::{KEY, OTHER, good_chain, with_slot};
use crate::{
    CALLER, Chain, Fork, Host, SENDER, Status, Transaction,
    probe::{Kind, RawCall},
};
use alloy_primitives::{U256, hex};
use zk_verify_precompile::{ADDRESS, AccessPrices, KEY_SLOT};

/// Before Berlin a slot costs 800 and an account 700, whatever the transaction has touched.
pub fn before_berlin_an_access_has_one_price<H: Host>(host: &H) {
    if !host.forks().contains(&Fork::Istanbul) {
        return;
    }
    let (chain, good) = good_chain(host);
    let chain = with_slot(chain, SENDER, Some(KEY)).on(Fork::Istanbul);
    let transaction = Transaction::call(ADDRESS, good.input.clone());
    let receipt = chain.simulate(&transaction).expect("executed");
    assert!(matches!(receipt.status, Status::Returned(_)));
    // EIP-2028: 4 gas for a zero byte of calldata and 16 for another.
    let zeros = good.input.iter().filter(|byte| **byte == 0).count() as u64;
    let intrinsic = 21_000 + 4 * zeros + 16 * (good.input.len() as u64 - zeros);
    let since_berlin = AccessPrices::BERLIN.slot(true) + AccessPrices::BERLIN.account(true);
    assert_eq!(
        receipt.gas_used - intrinsic,
        good.gas - since_berlin + 800 + 700
    );
}

/// A slot costs what SLOAD of it does, and a key's account what EXTCODECOPY of nothing does, cold and warm, on every
/// fork of the host: a fork that reprices those reprices these.
pub fn accesses_cost_what_sload_and_extcodecopy_do_on_every_fork<H: Host>(host: &H) {
    for fork in host.forks() {
        let (chain, good) = good_chain(host);
        let [cold_slot, warm_slot, cold_account, warm_account] =
            prices_of_instructions(&chain, *fork);
        let chain = chain.on(*fork).with_probe(CALLER);
        let berlin = AccessPrices::BERLIN;
        let rest = good.gas - berlin.slot(true) - berlin.account(true);
        let warm = vec![(KEY, vec![]), (CALLER, vec![KEY_SLOT])];
        for (access_list, expected) in [
            (vec![], cold_slot + cold_account),
            (warm, warm_slot + warm_account),
        ] {
            let call = RawCall {
                kind: Kind::Call,
                gas_limit: 1_000_000,
                access_list,
                ..RawCall::of(&good.input)
            };
            let given = chain.raw(&call);
            assert!(given.success, "{fork:?}");
            assert_eq!(given.gas - rest, expected, "{fork:?}");
        }
    }
}

/// SLOAD cold and warm, EXTCODECOPY cold and warm, each between two GAS instructions.
fn prices_of_instructions<H: Host>(chain: &Chain<&H>, fork: Fork) -> [u64; 4] {
    // Each SLOAD leaves a value between the two; each difference goes to a word of its own.
    let sload = hex!("5a 6001 54 5a 90 50 90 03");
    let copy = [
        &hex!("5a 6000 6000 6000 73")[..],
        KEY.as_slice(),
        &hex!("3c 5a 90 03"),
    ]
    .concat();
    let mut contract = Vec::new();
    for (measured, at) in [(&sload[..], 0), (&sload, 32), (&copy, 64), (&copy, 96)] {
        contract.extend_from_slice(measured);
        contract.extend([0x60, at, 0x52]);
    }
    contract.extend(hex!("6080 6000 f3"));
    let chain = chain
        .clone()
        .on(fork)
        .with_state(|state| state.with_code(OTHER, &contract));
    let returned = chain.returned(&Transaction::call(OTHER, vec![]));
    let word = |index: usize| -> u64 {
        let word = &returned[32 * index..32 * (index + 1)];
        U256::from_be_slice(word).to()
    };
    // A PUSH takes 3 gas, GAS and POP 2: here one PUSH and GAS, and four of them and GAS.
    [word(0) - 5, word(1) - 5, word(2) - 14, word(3) - 14]
}
