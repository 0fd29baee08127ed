//! Plain revm: a `PrecompileProvider` around another one.

#[doc(hidden)]
#[macro_export]
macro_rules! __provider {
    ($line:ident) => {
        use super::journal::{
            BASE_AT_0X11, HostJournal, OfRevm, access_prices, to_precompile_output,
        };
        use ::alloy_evm::revm::{
            context_interface::{Block, Cfg, ContextTr},
            handler::{
                EthPrecompiles, PrecompileProvider, precompile_output_to_interpreter_result,
            },
            interpreter::{CallInputs, InterpreterResult},
        };
        use core::fmt;
        use $crate::{
            alloc::string::String,
            zk_verify_precompile::{
                Address, Arithmetic, BaseInputs, BlockPosition, Call, Standard, ZkVerify,
            },
        };

        /// The precompiles of `P` and the verifier at its address.
        ///
        /// Whether the verifier exists is decided when the provider is made: the addresses of
        /// precompiles are warm from a transaction's beginning. The other rules are those of the block
        /// that is executed.
        pub struct WithZkVerify<P = EthPrecompiles, A: Arithmetic = Standard> {
            base: P,
            zk_verify: ZkVerify<A>,
            address: Address,
            base_inputs: BaseInputs,
            is_active: bool,
            warm: WarmAddresses,
        }

        impl<P, A: Arithmetic> WithZkVerify<P, A> {
            /// Puts the verifier over `base`, whatever the configuration's `active_from` says.
            pub fn new(base: P, zk_verify: ZkVerify<A>) -> Self {
                let address = zk_verify.config().address;
                Self {
                    base,
                    address,
                    base_inputs: zk_verify.config().base_inputs_over(BASE_AT_0X11),
                    zk_verify,
                    is_active: true,
                    warm: WarmAddresses::of(address),
                }
            }

            /// Puts the verifier over `base` if the configuration says that it exists in `block`;
            /// otherwise the provider does what `base` does.
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

        impl<P: Clone, A: Arithmetic> Clone for WithZkVerify<P, A> {
            fn clone(&self) -> Self {
                Self {
                    base: self.base.clone(),
                    zk_verify: self.zk_verify.clone(),
                    warm: self.warm.clone(),
                    ..*self
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

        $crate::__warm_addresses!($line);

        impl<CTX, P, A> PrecompileProvider<CTX> for WithZkVerify<P, A>
        where
            CTX: ContextTr,
            P: PrecompileProvider<CTX, Output = InterpreterResult>,
            A: Arithmetic,
        {
            type Output = InterpreterResult;

            $crate::__provider_addresses!($line);

            fn contains(&self, address: &Address) -> bool {
                (self.is_active && *address == self.address) || self.base.contains(address)
            }

            fn run(
                &mut self,
                context: &mut CTX,
                inputs: &CallInputs,
            ) -> Result<Option<InterpreterResult>, String> {
                let belongs_to_base = self.base_inputs.contains(inputs.input.len() as u64)
                    && self.base.contains(&self.address);
                let is_ours =
                    self.is_active && inputs.bytecode_address == self.address && !belongs_to_base;
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
                    &mut HostJournal(OfRevm(journal)),
                    access_prices(cfg.spec().into(), cfg.gas_params()),
                    BlockPosition::from_words(block.number(), block.timestamp()),
                )?;
                let output = to_precompile_output(output, inputs.reservoir);
                Ok(Some(precompile_output_to_interpreter_result(
                    output,
                    inputs.gas_limit,
                )))
            }
        }
    };
}

/// What a provider keeps of its addresses.
#[doc(hidden)]
#[macro_export]
macro_rules! __warm_addresses {
    (by_reference) => {
        use ::alloy_evm::revm::primitives::AddressSet;

        /// The trait gives addresses by reference, so they are kept.
        #[derive(Clone, Debug)]
        struct WarmAddresses {
            /// The base's addresses and ours; `None` until the first `set_spec`.
            all: Option<AddressSet>,
            ours: AddressSet,
        }

        impl WarmAddresses {
            fn of(address: Address) -> Self {
                Self {
                    all: None,
                    ours: AddressSet::from_iter([address]),
                }
            }
        }
    };
    (boxed) => {
        use $crate::alloc::boxed::Box;

        /// The trait asks for an iterator, so none is kept.
        #[derive(Clone, Debug)]
        struct WarmAddresses {
            /// Has `set_spec` told the EVM to take the addresses?
            are_told: bool,
        }

        impl WarmAddresses {
            const fn of(_: Address) -> Self {
                Self { are_told: false }
            }
        }
    };
}

/// The methods of `PrecompileProvider` that differ from line to line.
#[doc(hidden)]
#[macro_export]
macro_rules! __provider_addresses {
    (by_reference) => {
        fn set_spec(&mut self, spec: <CTX::Cfg as Cfg>::Spec) -> bool {
            let changed = self.base.set_spec(spec);
            if !changed && self.warm.all.is_some() {
                return false;
            }
            let mut addresses = self.base.warm_addresses().clone();
            if self.is_active {
                addresses.insert(self.address);
            }
            self.warm.all = Some(addresses);
            true
        }

        fn warm_addresses(&self) -> &AddressSet {
            match &self.warm.all {
                Some(addresses) => addresses,
                None if self.is_active => &self.warm.ours,
                None => self.base.warm_addresses(),
            }
        }
    };
    (boxed) => {
        fn set_spec(&mut self, spec: <CTX::Cfg as Cfg>::Spec) -> bool {
            let were_told = core::mem::replace(&mut self.warm.are_told, true);
            self.base.set_spec(spec) || !were_told
        }

        fn warm_addresses(&self) -> Box<impl Iterator<Item = Address>> {
            let ours = self.is_active.then_some(self.address);
            Box::new(self.base.warm_addresses().chain(ours))
        }
    };
}
