//! The claims. Each is a function that panics where the host does not keep it.

mod activation;
mod calls;
mod gas;
mod keys;
mod reads;
mod vectors;

pub use activation::*;
pub use calls::*;
pub use gas::*;
pub use keys::*;
pub use reads::*;
pub use vectors::*;

use crate::{CALLER, Chain, Fork, Host, Model, probe::word, rules_for, vector};
use alloy_primitives::{Address, Bytes, address};
use zk_verify_precompile::{AccessPrices, KEY_SLOT};

/// Holds a good key, which [`CALLER`] has bound.
const KEY: Address = address!("00000000000000000000000000000000000be001");
/// Holds another good key, the chain's default.
const DEFAULT_KEY: Address = address!("00000000000000000000000000000000000be002");
/// Holds what a scenario puts there.
const OTHER: Address = address!("00000000000000000000000000000000000be003");

/// A valid proof under the bound key, and what its call costs with everything cold.
struct Good {
    model: Model,
    input: Bytes,
    gas: u64,
}

impl Good {
    /// What its call costs on this fork, with everything cold.
    fn gas_on(&self, fork: Fork) -> u64 {
        let cold = |prices: AccessPrices| prices.slot(true) + prices.account(true);
        self.gas - cold(Fork::Prague.access_prices()) + cold(fork.access_prices())
    }
}

/// A chain on which [`CALLER`], the Probe, has bound the key of a public circuit, and on which the key of
/// another circuit is the default.
fn good_chain<H: Host>(host: &H) -> (Chain<&H>, Good) {
    let (model, other) = (Model::public(), Model::mlp());
    let rules = rules_for(&[&model, &other]).with_default_key(DEFAULT_KEY);
    let chain = Chain::new(host, rules)
        .with_probe(CALLER)
        .with_state(|state| {
            state
                .with_code(KEY, &model.key)
                .with_code(DEFAULT_KEY, &other.key)
                .with_bound_key(CALLER, KEY)
        });
    let good = Good {
        input: model.call(None),
        gas: vector("step 10: a valid proof, by STATICCALL").gas,
        model,
    };
    (chain, good)
}

/// The same with another word in the caller's key slot.
fn with_slot<H: Host>(chain: Chain<H>, account: Address, key: Option<Address>) -> Chain<H> {
    let value = key.map(word).unwrap_or_default();
    chain.with_state(|state| state.with_storage(account, KEY_SLOT.into(), value))
}

/// Makes a `#[test]` of each claim for a [`Host`], which is given as an expression that makes it.
#[macro_export]
macro_rules! tests {
    ($host:expr) => {
        $crate::__tests!($host;
            every_vector_gives_its_data_gas_and_reads,
            the_exact_gas_suffices_and_one_less_loses_all_of_it,
            result_gas_and_reads_do_not_depend_on_the_cache,
            the_keys_code_is_read_though_the_key_is_cached,
            what_cannot_be_paid_for_is_not_read,
            a_failing_database_fails_the_transaction,
            solidity_gets_a_boolean_from_both_functions,
            the_second_call_of_a_transaction_finds_slot_and_account_warm,
            a_call_that_reverts_leaves_slot_and_account_as_cold_as_before,
            a_transaction_calls_the_precompile_itself_under_its_senders_key,
            the_contract_of_the_zkml_page_runs_unchanged_under_the_default_key,
            the_inputs_of_the_bases_precompile_reach_it_by_every_kind_of_call,
            an_input_of_128_bytes_is_a_malformed_call_where_the_base_has_nothing,
            an_account_that_delegates_to_the_precompile_does_not_reach_it,
            a_key_that_is_bound_in_the_same_transaction_counts_at_once,
            a_key_that_is_deployed_in_the_same_transaction_counts_at_once,
            a_key_that_an_earlier_transaction_deployed_counts,
            a_key_of_more_than_24_576_bytes_is_deployed_from_amsterdam_on,
            before_berlin_an_access_has_one_price,
            accesses_cost_what_sload_and_extcodecopy_do_on_every_fork,
            the_block_access_list_holds_the_precompile_and_what_was_read,
            before_its_activation_the_address_is_what_it_is_in_the_base,
            rules_follow_the_block_that_is_executed,
            a_chain_may_have_the_verifier_at_another_address,
            the_evms_of_one_chain_share_the_cache,
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    ($host:expr; $($claim:ident),* $(,)?) => {
        $(
            #[test]
            fn $claim() {
                $crate::scenarios::$claim(&$host);
            }
        )*
    };
}
