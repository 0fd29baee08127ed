//! What is read from the state, and what a failing read does.

use super::{KEY, good_chain};
use crate::{CALLER, Chain, DbRead, Host, probe::RawCall};
use alloy_primitives::keccak256;
use zk_verify_precompile::{Features, GasSchedule, KEY_SLOT};

/// Slot, account and code are read in this order, in every call, whatever the node has prepared.
pub fn the_keys_code_is_read_though_the_key_is_cached<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    let code = DbRead::Code(keccak256(&good.model.key));
    for _ in 0..2 {
        let reads = reads_of(&chain, &RawCall::of(&good.input));
        let at = |wanted| reads.iter().position(|read| *read == wanted);
        let slot = at(DbRead::Storage(CALLER, KEY_SLOT.into())).expect("the slot is read");
        let account = at(DbRead::Account(KEY)).expect("the account is read");
        let code = at(code).expect("the code is read");
        assert!(slot < account && account < code, "{reads:?}");
    }
    assert_eq!(chain.zk_verify.keys().len(), 1);
}

/// A call that cannot pay for a cold slot or account does not touch it.
pub fn what_cannot_be_paid_for_is_not_read<H: Host>(host: &H) {
    if !host.skips_cold_reads() {
        return;
    }
    let (chain, good) = good_chain(host);
    let key = GasSchedule::STANDARD.key(
        good.model.key.len() as u64,
        Features::of_encoding(&good.model.key),
    );
    let before_account = good.gas - key - 2_600;
    let slot = DbRead::Storage(CALLER, KEY_SLOT.into());
    for (gas, expected) in [
        (before_account - 1, [false, false]),
        (before_account + 2_599, [true, false]),
        (before_account + 2_600, [true, true]),
    ] {
        let reads = reads_of(&chain, &RawCall::of(&good.input).with_gas(gas));
        let given = [slot, DbRead::Account(KEY)].map(|read| reads.contains(&read));
        assert_eq!(given, expected, "{gas} gas");
    }
}

/// A database that fails is no revert, which a contract could see: the transaction cannot be executed.
pub fn a_failing_database_fails_the_transaction<H: Host>(host: &H) {
    let (chain, good) = good_chain(host);
    let call = RawCall::of(&good.input).transaction();
    for read in [
        DbRead::Storage(CALLER, KEY_SLOT.into()),
        DbRead::Account(KEY),
        DbRead::Code(keccak256(&good.model.key)),
    ] {
        let chain = chain.clone().with_state(|state| state.failing_at(read));
        let result = chain.simulate(&call);
        assert!(result.is_err(), "{read:?}: {result:?}");
    }
    assert!(chain.simulate(&call).is_ok());
}

fn reads_of<H: Host>(chain: &Chain<&H>, call: &RawCall<'_>) -> Vec<DbRead> {
    let chain = chain.clone();
    chain.returned(&call.transaction());
    chain.state.reads()
}
