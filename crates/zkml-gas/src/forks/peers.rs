//! Solidity verifiers in revm, from what `tools/peers` and `tools/peers-halo2` wrote.

use alloy_evm::revm::{
    Context, ExecuteCommitEvm as _, ExecuteEvm as _, MainBuilder as _, MainContext as _,
    context::{CfgEnv, TxEnv, result::ExecutionResult},
    database::InMemoryDB,
    primitives::{TxKind, hardfork::SpecId},
};
use alloy_primitives::{Address, Bytes, U256, address, hex};
use std::{fs, path::Path};

const SENDER: Address = address!("00000000000000000000000000000000000000e0");
/// EIP-170; longer code can be measured but not deployed.
const MOST_CODE: usize = 24_576;

/// A deployed verifier and the call that makes it verify a proof.
pub struct Peer {
    pub(super) database: InMemoryDB,
    pub(super) to: Address,
    pub(super) calldata: Bytes,
    /// The code that creates the contract.
    pub(super) creation: Bytes,
    /// Bytes of the contract's code.
    pub(super) code_length: usize,
    /// Gas of the call on Cancun without the transaction's 21,000 and its calldata.
    pub execution_gas: u64,
}

impl Peer {
    /// The verifier that ezkl makes for one circuit.
    ///
    /// # Panics
    /// The folder holds something else than what `tools/peers` writes.
    pub fn for_circuit(folder: &Path) -> Option<Peer> {
        Self::new(folder, "verifier.hex", None, "calldata")
    }

    /// The verifier that snark-verifier makes for one circuit: it returns nothing, or reverts.
    ///
    /// # Panics
    /// The folder holds something else than what `tools/peers-halo2` writes.
    pub fn snark_verifier(folder: &Path, code: &str) -> Option<Peer> {
        let peer = Self::deploy(folder, code, None, "calldata")?;
        Some(peer.checked(folder, |output| output.is_empty()))
    }

    /// The verifier that takes the circuit as an argument.
    ///
    /// # Panics
    /// As [`Peer::for_circuit`].
    pub fn reusable(folder: &Path) -> Option<Peer> {
        Self::new(folder, "reusable.hex", Some("register"), "calldata_vka")
    }

    fn new(folder: &Path, code: &str, first: Option<&str>, calldata: &str) -> Option<Peer> {
        let peer = Self::deploy(folder, code, first, calldata)?;
        Some(peer.checked(folder, |output| output.get(31) == Some(&1)))
    }

    fn deploy(folder: &Path, code: &str, first: Option<&str>, calldata: &str) -> Option<Peer> {
        let code = fs::read_to_string(folder.join(code)).ok()?;
        let calldata: Bytes = fs::read(folder.join(calldata)).ok()?.into();
        let creation = hex::decode(code.trim()).expect("tools/peers writes hexadecimal");
        let creation = Bytes::from(creation);
        let mut database = InMemoryDB::default();
        let deployed = commit(&mut database, 0, TxKind::Create, creation.clone());
        let to = deployed.created_address().expect("the contract deploys");
        let code_length = deployed.output().map_or(0, |code| code.len());
        if let Some(first) = first {
            let input = fs::read(folder.join(first)).ok()?;
            commit(&mut database, 1, TxKind::Call(to), input.into());
        }
        Some(Peer {
            database,
            to,
            calldata,
            creation,
            code_length,
            execution_gas: 0,
        })
    }

    /// Verifies the proof once, and takes the gas that it needs.
    fn checked(mut self, folder: &Path, accepts: fn(&[u8]) -> bool) -> Peer {
        let result = self.call();
        let accepted = result.is_success() && result.output().is_some_and(|output| accepts(output));
        assert!(
            accepted,
            "{}: a valid proof is accepted: {result:?}",
            folder.display()
        );
        self.execution_gas = result.tx_gas_used() - intrinsic(&self.calldata);
        self
    }

    /// May it be deployed at all (EIP-170)?
    pub const fn is_deployable(&self) -> bool {
        self.code_length <= MOST_CODE
    }

    /// Verifies the proof once, in a transaction of its own; nothing is kept.
    ///
    /// # Panics
    /// The transaction cannot be executed.
    pub fn call(&mut self) -> ExecutionResult {
        let tx = transaction(2, TxKind::Call(self.to), self.calldata.clone());
        let mut evm = Context::mainnet()
            .with_db(&mut self.database)
            .with_cfg(config())
            .build_mainnet();
        evm.transact(tx).expect("the transaction is valid").result
    }
}

/// 21,000 and the calldata (EIP-2028).
fn intrinsic(calldata: &[u8]) -> u64 {
    let zeros = calldata.iter().filter(|byte| **byte == 0).count() as u64;
    21_000 + 4 * zeros + 16 * (calldata.len() as u64 - zeros)
}

fn commit(database: &mut InMemoryDB, nonce: u64, kind: TxKind, input: Bytes) -> ExecutionResult {
    let mut evm = Context::mainnet()
        .with_db(database)
        .with_cfg(config())
        .build_mainnet();
    let result = evm.transact_commit(transaction(nonce, kind, input));
    let result = result.expect("the transaction is valid");
    assert!(result.is_success(), "{result:?}");
    result
}

/// Cancun: calldata has no floor there, so a transaction's gas shows the execution's.
fn config() -> CfgEnv {
    let mut config = CfgEnv::default();
    config.set_spec_and_mainnet_gas_params(SpecId::CANCUN);
    config.limit_contract_code_size = Some(usize::MAX);
    config.limit_contract_initcode_size = Some(usize::MAX);
    config.disable_nonce_check = true;
    config
}

fn transaction(nonce: u64, kind: TxKind, data: Bytes) -> TxEnv {
    TxEnv::builder()
        .caller(SENDER)
        .nonce(nonce)
        .kind(kind)
        .data(data)
        .value(U256::ZERO)
        .gas_limit(1 << 30)
        .build()
        .expect("all fields are set")
}
