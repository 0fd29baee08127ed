//! Hosts on revm, for the adapters and for chains that have nothing of their own around it. They are a
//! macro, because every line of revm has types of its own and the kit depends on none.

/// Writes what a [`Host`](crate::Host) on revm 38 or newer needs beside its EVM. The argument is the path
/// of the revm crate:
///
/// - `Db`, a database over a [`State`](crate::State);
/// - `cfg`, `block_env` and `tx_env`, from what the kit gives;
/// - `receipt`, from what the EVM gives.
#[macro_export]
macro_rules! revm_host_parts {
    ($($revm:tt)+) => {
        use $($revm)+::{
            Database,
            bytecode::Bytecode,
            context::{
                BlockEnv, CfgEnv, DBErrorMarker, TxEnv,
                result::{ExecutionResult, Output, ResultAndState},
            },
            context_interface::transaction::{AccessList, AccessListItem},
            primitives::{Address, B256, TxKind, U256, hardfork::SpecId},
            state::{AccountInfo, EvmState, bal::Bal},
        };

        /// The kit's state as a database.
        #[derive(Clone, Copy, Debug)]
        pub struct Db<'a>(pub &'a $crate::State);

        /// A read that a scenario wants to fail.
        #[derive(Clone, Copy, Debug)]
        pub struct DbFailed($crate::ReadFailed);

        impl ::std::fmt::Display for DbFailed {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl ::std::error::Error for DbFailed {}
        impl DBErrorMarker for DbFailed {}

        impl Database for Db<'_> {
            type Error = DbFailed;

            fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, DbFailed> {
                let account = self.0.account(address).map_err(DbFailed)?;
                Ok(account.map(|account| AccountInfo {
                    nonce: account.nonce,
                    balance: account.balance,
                    code_hash: account.code_hash(),
                    code: None, // asked for by its hash, as of a node's database
                    ..AccountInfo::default()
                }))
            }

            fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, DbFailed> {
                let code = self.0.code_by_hash(hash).map_err(DbFailed)?;
                Ok(Bytecode::new_raw(code))
            }

            fn storage(&mut self, address: Address, slot: U256) -> Result<U256, DbFailed> {
                self.0.storage(address, slot).map_err(DbFailed)
            }

            fn block_hash(&mut self, _: u64) -> Result<B256, DbFailed> {
                Ok(B256::ZERO)
            }
        }

        fn spec(fork: $crate::Fork) -> SpecId {
            match fork {
                $crate::Fork::Frontier => SpecId::FRONTIER,
                $crate::Fork::Tangerine => SpecId::TANGERINE,
                $crate::Fork::Istanbul => SpecId::ISTANBUL,
                $crate::Fork::Berlin => SpecId::BERLIN,
                $crate::Fork::London => SpecId::LONDON,
                $crate::Fork::Paris => SpecId::MERGE,
                $crate::Fork::Shanghai => SpecId::SHANGHAI,
                $crate::Fork::Cancun => SpecId::CANCUN,
                $crate::Fork::Prague => SpecId::PRAGUE,
                $crate::Fork::Osaka => SpecId::OSAKA,
                $crate::Fork::Amsterdam => SpecId::AMSTERDAM,
            }
        }

        /// The fork.
        pub fn cfg(block: &$crate::Block<'_>) -> CfgEnv {
            let mut cfg = CfgEnv::default();
            cfg.set_spec_and_mainnet_gas_params(spec(block.fork));
            cfg
        }

        /// The block.
        pub fn block_env(block: &$crate::Block<'_>) -> BlockEnv {
            BlockEnv {
                number: U256::from(block.position.number),
                timestamp: U256::from(block.position.timestamp),
                ..BlockEnv::default()
            }
        }

        /// The transaction.
        pub fn tx_env(
            state: &$crate::State,
            transaction: &$crate::Transaction,
        ) -> Result<TxEnv, String> {
            let sender = state.get(transaction.from);
            let access_list = transaction.access_list.iter().map(|(address, slots)| {
                AccessListItem {
                    address: *address,
                    storage_keys: slots.clone(),
                }
            });
            TxEnv::builder()
                .caller(transaction.from)
                .nonce(sender.map_or(0, |account| account.nonce))
                .kind(transaction.to.map_or(TxKind::Create, TxKind::Call))
                .data(transaction.input.clone())
                .value(transaction.value)
                .gas_limit(transaction.gas_limit)
                .access_list(AccessList(access_list.collect()))
                .build()
                .map_err(|error| format!("{error:?}"))
        }

        /// What the kit wants to know.
        pub fn receipt<H: ::std::fmt::Debug>(
            state: &$crate::State,
            done: ResultAndState<H>,
        ) -> $crate::Receipt {
            let block_access_list = Some(block_access_list(&done.state));
            let gas_used = done.result.tx_gas_used();
            let status = match done.result {
                ExecutionResult::Success {
                    output: Output::Create(_, Some(address)),
                    ..
                } => $crate::Status::Created(address),
                ExecutionResult::Success { output, .. } => {
                    $crate::Status::Returned(output.into_data())
                }
                ExecutionResult::Revert { output, .. } => $crate::Status::Reverted(output),
                ExecutionResult::Halt { reason, .. } => {
                    $crate::Status::Halted(format!("{reason:?}"))
                }
            };
            let mut changes = Vec::new();
            for (address, account) in done.state {
                if !account.is_touched() || account.info.is_empty() {
                    continue;
                }
                let unchanged = || state.get(address).map(|account| account.code.clone());
                let code = account.info.code.as_ref().map(Bytecode::original_bytes);
                let slots = account.storage.iter();
                let changed = $crate::Account {
                    nonce: account.info.nonce,
                    balance: account.info.balance,
                    code: code.or_else(unchanged).unwrap_or_default(),
                    storage: slots.map(|(slot, value)| (*slot, value.present_value())).collect(),
                };
                changes.push((address, changed));
            }
            changes.sort_by_key(|(address, _)| *address);
            $crate::Receipt {
                status,
                gas_used,
                changes,
                block_access_list,
            }
        }

        /// The accounts and slots of a transaction, as revm's builder of block access lists sees them.
        fn block_access_list(
            state: &EvmState,
        ) -> ::std::collections::BTreeMap<Address, ::std::collections::BTreeSet<U256>> {
            let mut list = Bal::new();
            for (address, account) in state {
                list.update_account(Default::default(), *address, account);
            }
            let accounts = list.accounts.into_iter();
            accounts
                .map(|(address, account)| {
                    (address, account.storage.storage.into_keys().collect())
                })
                .collect()
        }
    };
}

/// Writes a host over a crate of adapters for alloy-evm: `FactoryHost`, the EVM that its
/// `ZkVerifyEvmFactory` makes. It brings [`revm_host_parts!`] with it. A second argument is the last fork that the
/// line has as it went live, or is planned to; without one it is Osaka.
#[macro_export]
macro_rules! alloy_evm_host {
    ($adapter:ident) => {
        $crate::alloy_evm_host!($adapter, Osaka);
    };
    ($adapter:ident, $last:ident) => {
        $crate::revm_host_parts!($adapter::alloy_evm::revm);

        /// alloy-evm.
        #[derive(Clone, Copy, Debug, Default)]
        pub struct FactoryHost;

        impl $crate::Host for FactoryHost {
            fn forks(&self) -> &[$crate::Fork] {
                $crate::Fork::$last.and_before()
            }

            fn transact(
                &self,
                block: &$crate::Block<'_>,
                state: &$crate::State,
                transaction: &$crate::Transaction,
            ) -> Result<$crate::Receipt, String> {
                use $adapter::alloy_evm::{Evm as _, EvmEnv, EvmFactory as _};
                let env = EvmEnv::new(cfg(block), block_env(block));
                let factory = $adapter::ZkVerifyEvmFactory::new(block.zk_verify.clone());
                let mut evm = factory.create_evm(Db(state), env);
                let done = evm.transact_raw(tx_env(state, transaction)?);
                done.map(|done| receipt(state, done))
                    .map_err(|error| format!("{error:?}"))
            }
        }
    };
}

/// Writes two hosts over a crate of adapters for alloy-evm: that of [`alloy_evm_host!`], and
/// `ProviderHost`, a plain revm with its `WithZkVerify`.
#[macro_export]
macro_rules! alloy_evm_hosts {
    ($adapter:ident) => {
        $crate::alloy_evm_hosts!($adapter, Osaka);
    };
    ($adapter:ident, $last:ident) => {
        $crate::alloy_evm_host!($adapter, $last);

        /// Plain revm.
        #[derive(Clone, Copy, Debug, Default)]
        pub struct ProviderHost;

        impl $crate::Host for ProviderHost {
            fn forks(&self) -> &[$crate::Fork] {
                $crate::Fork::$last.and_before()
            }

            fn transact(
                &self,
                block: &$crate::Block<'_>,
                state: &$crate::State,
                transaction: &$crate::Transaction,
            ) -> Result<$crate::Receipt, String> {
                use $adapter::alloy_evm::revm::{
                    Context, ExecuteEvm as _, MainBuilder as _, MainContext as _,
                    handler::EthPrecompiles,
                };
                let base = EthPrecompiles::new(spec(block.fork));
                let env = block_env(block);
                let zk_verify = block.zk_verify.clone();
                let precompiles = $adapter::WithZkVerify::for_block(base, zk_verify, &env);
                let mut evm = Context::mainnet()
                    .with_db(Db(state))
                    .with_block(env)
                    .with_cfg(cfg(block))
                    .build_mainnet()
                    .with_precompiles(precompiles);
                let done = evm.transact(tx_env(state, transaction)?);
                done.map(|done| receipt(state, done))
                    .map_err(|error| format!("{error:?}"))
            }
        }
    };
}

/// Writes what a [`Host`](crate::Host) on revm 14 needs beside its EVM, whose argument is the path of the
/// revm crate: `Db`, `spec`, `block_env`, `tx_env` and `receipt`, as [`revm_host_parts!`] does, and
/// `base_inputs`.
#[macro_export]
macro_rules! revm14_host_parts {
    ($($revm:tt)+) => {
        use $($revm)+::{
            Database,
            primitives::{
                AccessListItem, AccountInfo, Address, B256, BlockEnv, Bytecode, Bytes,
                ExecutionResult, Output, ResultAndState, SpecId, TxEnv, TxKind, U256,
            },
        };

        /// What scenarios run on.
        pub fn forks() -> &'static [$crate::Fork] {
            $crate::Fork::Prague.and_before()
        }

        /// With the feature `blst`, revm 14 has a pairing at 0x11 on Prague.
        pub fn base_inputs(fork: $crate::Fork) -> $crate::zk_verify_precompile::BaseInputs {
            if fork >= $crate::Fork::Prague {
                $crate::zk_verify_precompile::BaseInputs::BLS12_PAIRING_OF_2024
            } else {
                $crate::zk_verify_precompile::BaseInputs::None
            }
        }

        /// The fork.
        pub fn spec(fork: $crate::Fork) -> SpecId {
            match fork {
                $crate::Fork::Frontier => SpecId::FRONTIER,
                $crate::Fork::Tangerine => SpecId::TANGERINE,
                $crate::Fork::Istanbul => SpecId::ISTANBUL,
                $crate::Fork::Berlin => SpecId::BERLIN,
                $crate::Fork::London => SpecId::LONDON,
                $crate::Fork::Paris => SpecId::MERGE,
                $crate::Fork::Shanghai => SpecId::SHANGHAI,
                $crate::Fork::Cancun => SpecId::CANCUN,
                $crate::Fork::Prague => SpecId::PRAGUE,
                $crate::Fork::Osaka | $crate::Fork::Amsterdam => {
                    unreachable!("revm 14 ends with Prague")
                }
            }
        }

        fn old(address: $crate::zk_verify_precompile::Address) -> Address {
            Address::new(address.0.0)
        }

        fn new(address: Address) -> $crate::zk_verify_precompile::Address {
            $crate::zk_verify_precompile::Address::new(address.0.0)
        }

        /// The block.
        pub fn block_env(block: &$crate::Block<'_>) -> BlockEnv {
            BlockEnv {
                number: U256::from(block.position.number),
                timestamp: U256::from(block.position.timestamp),
                ..BlockEnv::default()
            }
        }

        /// The transaction.
        pub fn tx_env(state: &$crate::State, transaction: &$crate::Transaction) -> TxEnv {
            let access_list = transaction.access_list.iter().map(|(address, slots)| AccessListItem {
                address: old(*address),
                storage_keys: slots.iter().map(|slot| B256::new(slot.0)).collect(),
            });
            TxEnv {
                caller: old(transaction.from),
                gas_limit: transaction.gas_limit,
                transact_to: transaction.to.map(old).map_or(TxKind::Create, TxKind::Call),
                value: transaction.value,
                data: Bytes(transaction.input.0.clone()),
                nonce: state.get(transaction.from).map(|account| account.nonce),
                access_list: access_list.collect(),
                ..TxEnv::default()
            }
        }

        /// The kit's state as a database.
        #[derive(Clone, Copy, Debug)]
        pub struct Db<'a>(pub &'a $crate::State);

        impl Database for Db<'_> {
            type Error = $crate::ReadFailed;

            fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, $crate::ReadFailed> {
                let account = self.0.account(new(address))?;
                Ok(account.map(|account| AccountInfo {
                    nonce: account.nonce,
                    balance: account.balance,
                    code_hash: B256::new(account.code_hash().0),
                    code: None, // asked for by its hash, as of a node's database
                }))
            }

            fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, $crate::ReadFailed> {
                let code = self.0.code_by_hash($crate::zk_verify_precompile::B256::new(hash.0))?;
                Ok(Bytecode::new_raw(Bytes(code.0)))
            }

            fn storage(&mut self, address: Address, slot: U256) -> Result<U256, $crate::ReadFailed> {
                self.0.storage(new(address), slot)
            }

            fn block_hash(&mut self, _: u64) -> Result<B256, $crate::ReadFailed> {
                Ok(B256::ZERO)
            }
        }

        /// What the kit wants to know.
        pub fn receipt(state: &$crate::State, done: ResultAndState) -> $crate::Receipt {
            let gas_used = done.result.gas_used();
            let status = match done.result {
                ExecutionResult::Success {
                    output: Output::Create(_, Some(address)),
                    ..
                } => $crate::Status::Created(new(address)),
                ExecutionResult::Success { output, .. } => {
                    $crate::Status::Returned($crate::zk_verify_precompile::Bytes(output.into_data().0))
                }
                ExecutionResult::Revert { output, .. } => $crate::Status::Reverted($crate::zk_verify_precompile::Bytes(output.0)),
                ExecutionResult::Halt { reason, .. } => $crate::Status::Halted(format!("{reason:?}")),
            };
            let mut changes = Vec::new();
            for (address, account) in done.state {
                if !account.is_touched() || account.info.is_empty() {
                    continue;
                }
                let address = new(address);
                let unchanged = || state.get(address).map(|account| account.code.clone());
                let code = account.info.code.as_ref();
                let code = code.map(|code| $crate::zk_verify_precompile::Bytes(code.original_bytes().0));
                let slots = account.storage.iter();
                let changed = $crate::Account {
                    nonce: account.info.nonce,
                    balance: account.info.balance,
                    code: code.or_else(unchanged).unwrap_or_default(),
                    storage: slots
                        .map(|(slot, value)| (*slot, value.present_value()))
                        .collect(),
                };
                changes.push((address, changed));
            }
            changes.sort_by_key(|(address, _)| *address);
            $crate::Receipt {
                status,
                gas_used,
                changes,
                block_access_list: None,
            }
        }
    };
}
