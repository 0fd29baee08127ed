//! Plain revm: a `PrecompileProvider` around another one.

use super::{
    access_prices,
    alloy_evm::revm::{
        context_interface::{Block, Cfg, ContextTr},
        handler::{EthPrecompiles, PrecompileProvider, precompile_output_to_interpreter_result},
        interpreter::{CallInputs, InterpreterResult},
        primitives::AddressSet,
    },
    journal::{RevmJournal, to_precompile_output},
};
use crate::{ADDRESS, Arithmetic, BlockPosition, Call, Standard, ZkVerify, belongs_to_base};
use alloc::string::String;
use alloy_primitives::Address;
use core::fmt;

/// The precompiles of `P` and the verifier at [`ADDRESS`].
///
/// Whether the verifier exists is decided when the provider is made: the addresses of precompiles are
/// warm from a transaction's beginning. The other rules are those of the block that is executed.
pub struct WithZkVerify<P = EthPrecompiles, A: Arithmetic = Standard> {
    base: P,
    zk_verify: ZkVerify<A>,
    is_active: bool,
    /// The base's addresses and ours; `None` until the first `set_spec`.
    addresses: Option<AddressSet>,
    before_set_spec: AddressSet,
}

impl<P: Clone, A: Arithmetic> Clone for WithZkVerify<P, A> {
    fn clone(&self) -> Self {
        Self {
            base: self.base.clone(),
            zk_verify: self.zk_verify.clone(),
            is_active: self.is_active,
            addresses: self.addresses.clone(),
            before_set_spec: self.before_set_spec.clone(),
        }
    }
}

impl<P: fmt::Debug, A: Arithmetic> fmt::Debug for WithZkVerify<P, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithZkVerify")
            .field("base", &self.base)
            .field("zk_verify", &self.zk_verify)
            .field("is_active", &self.is_active)
            .finish_non_exhaustive()
    }
}

impl<P, A: Arithmetic> WithZkVerify<P, A> {
    /// Puts the verifier over `base`, whatever the configuration's `active_from` says.
    pub fn new(base: P, zk_verify: ZkVerify<A>) -> Self {
        Self {
            base,
            zk_verify,
            is_active: true,
            addresses: None,
            before_set_spec: AddressSet::from_iter([ADDRESS]),
        }
    }

    /// Puts the verifier over `base` if the configuration says that it exists in `block`; otherwise
    /// the provider does what `base` does.
    pub fn for_block(base: P, zk_verify: ZkVerify<A>, block: &impl Block) -> Self {
        let block = BlockPosition::from_words(block.number(), block.timestamp());
        let is_active = zk_verify.config().is_active(block);
        Self {
            is_active,
            ..Self::new(base, zk_verify)
        }
    }

    /// The precompiles underneath.
    pub const fn base(&self) -> &P {
        &self.base
    }
}

impl<CTX, P, A> PrecompileProvider<CTX> for WithZkVerify<P, A>
where
    A: Arithmetic,
    CTX: ContextTr,
    P: PrecompileProvider<CTX, Output = InterpreterResult>,
{
    type Output = InterpreterResult;

    fn set_spec(&mut self, spec: <CTX::Cfg as Cfg>::Spec) -> bool {
        let changed = self.base.set_spec(spec);
        if !changed && self.addresses.is_some() {
            return false;
        }
        let mut addresses = self.base.warm_addresses().clone();
        if self.is_active {
            addresses.insert(ADDRESS);
        }
        self.addresses = Some(addresses);
        true
    }

    fn run(
        &mut self,
        context: &mut CTX,
        inputs: &CallInputs,
    ) -> Result<Option<InterpreterResult>, String> {
        let is_ours = self.is_active
            && inputs.bytecode_address == ADDRESS
            && !belongs_to_base(inputs.input.len() as u64, self.base.contains(&ADDRESS));
        if !is_ours {
            return self.base.run(context, inputs);
        }
        let (block, _, cfg, journal, _, local) = context.all_mut();
        // The caller's memory, in place: nothing is copied.
        let input = inputs.input.as_bytes_local(local);
        let call = Call {
            input: &input,
            gas_limit: inputs.gas_limit,
            caller: inputs.caller,
            value: inputs.call_value(),
            is_direct: inputs.target_address == inputs.bytecode_address,
        };
        let output = self.zk_verify.call(
            &call,
            &mut RevmJournal(journal),
            access_prices(cfg.gas_params()),
            BlockPosition::from_words(block.number(), block.timestamp()),
        )?;
        let output = to_precompile_output(output, inputs.reservoir);
        Ok(Some(precompile_output_to_interpreter_result(
            output,
            inputs.gas_limit,
        )))
    }

    fn warm_addresses(&self) -> &AddressSet {
        match &self.addresses {
            Some(addresses) => addresses,
            None if self.is_active => &self.before_set_spec,
            None => self.base.warm_addresses(),
        }
    }

    fn contains(&self, address: &Address) -> bool {
        (self.is_active && *address == ADDRESS) || self.base.contains(address)
    }
}
