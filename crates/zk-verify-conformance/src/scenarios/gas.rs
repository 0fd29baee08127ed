//! Prices of touching state on forks of before.

use super::{KEY, good_chain, with_slot};
use crate::{Fork, Host, SENDER, Status, Transaction};
use zk_verify_precompile::{ADDRESS, AccessPrices};

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
