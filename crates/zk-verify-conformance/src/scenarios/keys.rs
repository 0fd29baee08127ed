//! Keys that come into being while the chain runs.

use super::{KEY, OTHER, good_chain};
use crate::{
    Chain, Fork, Host, Model, Status, Transaction, data_contract,
    probe::{boolean, next_contract},
    rules_for,
};
use alloy_primitives::{U256, hex};
use zk_verify_precompile::{KEY_SLOT, ZkVerify, ZkVerifyConfig};

/// `SSTORE(KEY_SLOT, KEY)`, then the result of a STATICCALL of 0x11 with the calldata.
pub fn a_key_that_is_bound_in_the_same_transaction_counts_at_once<H: Host>(host: &H) {
    let contract = [
        &[0x73][..],
        KEY.as_slice(),
        &[0x7f],
        KEY_SLOT.as_slice(),
        &hex!("55 36 6000 6000 37 6020 6000 36 6000 6011 5a fa 50 6020 6000 f3"),
    ]
    .concat();
    let (chain, good) = good_chain(host);
    let chain = chain.with_state(|state| state.with_code(OTHER, &contract));
    let transaction = Transaction::call(OTHER, good.input);
    assert_eq!(chain.returned(&transaction), boolean(true));
}

/// CREATE of the key, then the result of a STATICCALL of 0x11 that names it.
pub fn a_key_that_is_deployed_in_the_same_transaction_counts_at_once<H: Host>(host: &H) {
    // Calldata: a word with the length of the creation code, the creation code, the verifier's input.
    //   L = CALLDATALOAD(0); CALLDATACOPY(0, 32, L); CREATE(0, 0, L)
    //   R = CALLDATASIZE - (L + 32); CALLDATACOPY(0, L + 32, R); STATICCALL(GAS, 0x11, 0, R, 0, 32)
    let contract = hex!(
        "6000 35 80 6020 6000 37 80 6000 6000 f0 50"
        "6020 01 80 36 03 90 81 90 6000 37"
        "6020 90 6000 90 6000 6011 5a fa 50 6020 6000 f3"
    );
    let (chain, good) = good_chain(host);
    let chain = chain.with_state(|state| state.with_code(OTHER, &contract));
    let creation = data_contract(&good.model.key);
    let call = good.model.call(Some(OTHER.create(1)));
    let length = U256::from(creation.len()).to_be_bytes::<32>();
    let input = [&length[..], &creation, &call].concat();
    assert_eq!(
        chain.returned(&Transaction::call(OTHER, input)),
        boolean(true)
    );
}

/// A key is deployed by one transaction, and verified under by the next; then its code is what was
/// deployed, to the byte.
pub fn a_key_that_an_earlier_transaction_deployed_counts<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    let mut chain = crate::Chain {
        zk_verify: ZkVerify::new(ZkVerifyConfig::default()),
        ..chain
    };
    let expected = next_contract(&chain);
    let creation = Transaction::create(data_contract(&good.model.key));
    let receipt = chain.transact(&creation).expect("executed");
    assert_eq!(receipt.status, Status::Created(expected));
    let deployed = chain.state.get(expected).expect("a new account");
    assert_eq!(deployed.code, good.model.key);

    let call = Transaction::call(
        zk_verify_precompile::ADDRESS,
        good.model.call(Some(expected)),
    );
    let receipt = chain.transact(&call).expect("executed");
    assert_eq!(receipt.status, Status::Returned(boolean(true)));
    let nonce = chain.state.get(crate::SENDER).expect("the sender").nonce;
    assert_eq!(
        nonce, 2,
        "a host reports the accounts that a transaction changed"
    );
}

/// EIP-7954: from Amsterdam on a contract may have 65,536 bytes, so longer keys can be deployed. EIP-8037: each byte
/// takes 1,530 gas, which the limit of one transaction's execution (EIP-7825) does not count.
pub fn a_key_of_more_than_24_576_bytes_is_deployed_from_amsterdam_on<H: Host>(host: &H) {
    if !host.forks().contains(&Fork::Amsterdam) {
        return;
    }
    let model = Model::named("huge");
    let length = model.key.len() as u64;
    assert!((24_577..=65_536).contains(&length), "{length}");
    let creation = Transaction {
        gas_limit: 150_000_000,
        ..Transaction::create(data_contract(&model.key))
    };
    let chain = Chain::new(host, rules_for(&[&model]));
    let too_long = chain.clone().on(Fork::Prague).simulate(&creation);
    let is_created = |receipt: &crate::Receipt| matches!(receipt.status, Status::Created(_));
    assert!(!too_long.is_ok_and(|receipt| is_created(&receipt)));

    let mut chain = chain.on(Fork::Amsterdam);
    let expected = next_contract(&chain);
    let receipt = chain.transact(&creation).expect("executed");
    assert_eq!(receipt.status, Status::Created(expected));
    let of_state = 1_530 * (length + 120);
    let execution = receipt.gas_used.checked_sub(of_state).expect("state gas");
    assert!(execution < 16_777_216, "{execution}");

    let call = Transaction::call(zk_verify_precompile::ADDRESS, model.call(Some(expected)));
    let receipt = chain.simulate(&call).expect("executed");
    assert_eq!(receipt.status, Status::Returned(boolean(true)));
}
