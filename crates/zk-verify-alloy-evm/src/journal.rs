//! The host's journal and prices, as the precompile wants them.

#[doc(hidden)]
#[macro_export]
macro_rules! __journal {
    ($line:ident) => {
        use ::alloy_evm::{
            EvmInternals,
            revm::{
                context_interface::{
                    JournalTr,
                    cfg::GasParams,
                    journaled_state::{JournalLoadError, account::JournaledAccountTr},
                },
                precompile::{PrecompileHalt, PrecompileOutput},
                primitives::hardfork::SpecId,
            },
        };
        use $crate::{
            alloc::string::{String, ToString},
            zk_verify_precompile::{
                AccessPrices, Address, BaseInputs, Bytes, Journal, LoadError, Loaded, Outcome,
                Output, U256,
            },
        };

        /// What revm has at 0x11 from Prague on.
        pub(crate) const BASE_AT_0X11: BaseInputs = BaseInputs::MAP_FP2_TO_G2;

        /// The prices of touching state on a fork with this gas table.
        ///
        /// The table has them from Berlin on; before, revm keeps them in its instructions, where it also
        /// keeps what reading code adds.
        pub fn access_prices(spec: SpecId, gas: &GasParams) -> AccessPrices {
            if spec.is_enabled_in(SpecId::BERLIN) {
                AccessPrices {
                    warm_slot: gas.warm_storage_read_cost(),
                    cold_slot_surcharge: gas.cold_storage_additional_cost(),
                    warm_account: gas.warm_storage_read_cost(),
                    cold_account_surcharge: gas.cold_account_additional_cost(),
                    read_code: read_code(spec),
                }
            } else if spec.is_enabled_in(SpecId::ISTANBUL) {
                AccessPrices::ISTANBUL
            } else if spec.is_enabled_in(SpecId::TANGERINE) {
                AccessPrices::TANGERINE_WHISTLE
            } else {
                AccessPrices::FRONTIER
            }
        }

        $crate::__read_code!($line);

        /// Gas and result in the EVM's terms. A halt takes all gas; success and revert give back the rest.
        pub(crate) fn to_precompile_output(output: Output, reservoir: u64) -> PrecompileOutput {
            let bytes = Bytes::from(output.outcome.return_data());
            match output.outcome {
                Outcome::Valid | Outcome::Invalid(_) => {
                    PrecompileOutput::new(output.gas_used, bytes, reservoir)
                }
                Outcome::Revert(_) => PrecompileOutput::revert(output.gas_used, bytes, reservoir),
                Outcome::OutOfGas => PrecompileOutput::halt(PrecompileHalt::OutOfGas, reservoir),
            }
        }

        /// Loads accounts: revm's journal, or alloy-evm's dyn-compatible face of it.
        pub(crate) trait LoadAccount {
            fn load(
                &mut self,
                address: Address,
                skip_cold: bool,
            ) -> Result<Loaded<impl JournaledAccountTr + '_>, LoadError<String>>;
        }

        /// revm's journal.
        pub(crate) struct OfRevm<'a, T>(pub(crate) &'a mut T);

        impl<T: JournalTr> LoadAccount for OfRevm<'_, T> {
            fn load(
                &mut self,
                address: Address,
                skip_cold: bool,
            ) -> Result<Loaded<impl JournaledAccountTr + '_>, LoadError<String>> {
                let account = self.0.load_account_mut_skip_cold_load(address, skip_cold);
                let account = account.map_err(load_error)?;
                Ok(Loaded {
                    value: account.data,
                    is_cold: account.is_cold,
                })
            }
        }

        impl LoadAccount for EvmInternals<'_> {
            fn load(
                &mut self,
                address: Address,
                skip_cold: bool,
            ) -> Result<Loaded<impl JournaledAccountTr + '_>, LoadError<String>> {
                let account = self.load_account_mut_skip_cold_load(address, skip_cold);
                let account = account.map_err(load_error)?;
                Ok(Loaded {
                    value: account.data,
                    is_cold: account.is_cold,
                })
            }
        }

        /// The journal of the running transaction.
        pub(crate) struct HostJournal<T>(pub(crate) T);

        impl<T: LoadAccount> Journal for HostJournal<T> {
            type Error = String;

            fn storage(
                &mut self,
                account: Address,
                slot: U256,
                skip_cold: bool,
            ) -> Result<Loaded<U256>, LoadError<String>> {
                // The executing contract's account is loaded already; reading its slot does not price it.
                let mut account = self.0.load(account, false)?.value;
                let slot = account.sload(slot, skip_cold).map_err(load_error)?;
                Ok(Loaded {
                    value: slot.data.present_value(),
                    is_cold: slot.is_cold,
                })
            }

            /// The code as it stands: `bytes()` would be padded, and a delegation is the 23 bytes that it is.
            fn code(
                &mut self,
                account: Address,
                skip_cold: bool,
            ) -> Result<Loaded<Bytes>, LoadError<String>> {
                let mut account = self.0.load(account, skip_cold)?;
                let code = account.value.load_code().map_err(load_error)?;
                Ok(Loaded {
                    value: code.original_bytes(),
                    is_cold: account.is_cold,
                })
            }
        }

        fn load_error<E: core::fmt::Display>(error: JournalLoadError<E>) -> LoadError<String> {
            match error {
                JournalLoadError::ColdLoadSkipped => LoadError::ColdLoadSkipped,
                JournalLoadError::DBError(error) => LoadError::Database(error.to_string()),
            }
        }
    };
}

/// What a fork takes for reading an account's code, beside the account: what EXTCODECOPY costs more than
/// EXTCODEHASH in revm's instructions. revm 38 has no table of them, and no fork with such a price.
#[doc(hidden)]
#[macro_export]
macro_rules! __read_code {
    (by_reference) => {
        fn read_code(spec: SpecId) -> u64 {
            use ::alloy_evm::revm::{
                bytecode::opcode::{EXTCODECOPY, EXTCODEHASH},
                interpreter::instructions::gas_table_spec,
            };
            // Before Amsterdam it is nothing, and the table need not be built.
            if !spec.is_enabled_in(SpecId::AMSTERDAM) {
                return 0;
            }
            let table = gas_table_spec(spec);
            let (code, account) = (table[EXTCODECOPY as usize], table[EXTCODEHASH as usize]);
            code.saturating_sub(account).into()
        }
    };
    (boxed) => {
        const fn read_code(_: SpecId) -> u64 {
            0
        }
    };
}
