//! What a contract meant when it reverted.

use std::collections::HashMap;

use alloy_dyn_abi::{DynSolValue, JsonAbiExt};
use alloy_evm::revm::context::result::{ExecutionResult, HaltReason};
use alloy_json_abi::Error as AbiError;
use alloy_primitives::{Selector, hex};
use alloy_sol_types::{GenericContractError, SolInterface};

const REVERTED: &str = "execution reverted";

/// The longest byte string that is shown whole.
const MAX_SHOWN_BYTES: usize = 64;

/// The custom errors that can be named: those of this repository's contracts, OpenZeppelin's, and
/// those of the ABIs that the node was started with.
#[derive(Debug)]
pub(crate) struct KnownErrors(HashMap<Selector, AbiError>);

impl KnownErrors {
    /// The built-in errors and `more`, which win where selectors are the same.
    pub(crate) fn new(more: impl IntoIterator<Item = AbiError>) -> Self {
        let built_in = include_str!("errors.txt")
            .lines()
            .filter(|line| line.starts_with("error "))
            .filter_map(|line| AbiError::parse(line).ok());
        Self(
            built_in
                .chain(more)
                .map(|error| (error.selector(), error))
                .collect(),
        )
    }

    /// `execution reverted`, with the reason: of `Error(string)`, `Panic(uint256)` or a known
    /// custom error; else the selector.
    pub(crate) fn describe(&self, data: &[u8]) -> String {
        if data.is_empty() {
            return REVERTED.into();
        }
        match GenericContractError::abi_decode(data) {
            Ok(GenericContractError::Revert(revert)) => format!("{REVERTED}: {}", revert.reason),
            Ok(GenericContractError::Panic(panic)) => format!("{REVERTED}: {panic}"),
            Err(_) => match self.custom(data) {
                Some(error) => format!("{REVERTED}: {error}"),
                None => {
                    let selector = data.get(..4).unwrap_or(data);
                    format!("{REVERTED}: custom error 0x{}", hex::encode(selector))
                }
            },
        }
    }

    /// Why an execution failed; `None` if it did not.
    pub(crate) fn failure(&self, result: &ExecutionResult<HaltReason>) -> Option<String> {
        match result {
            ExecutionResult::Success { .. } => None,
            ExecutionResult::Revert { output, .. } => Some(self.describe(output)),
            ExecutionResult::Halt { reason, .. } => Some(reason.to_string()),
        }
    }

    fn custom(&self, data: &[u8]) -> Option<String> {
        let (selector, fields) = data.split_first_chunk::<4>()?;
        let error = self.0.get(&Selector::new(*selector))?;
        let values = error.abi_decode_input(fields).ok()?;
        Some(format!("{}({})", error.name, list(&values)))
    }
}

fn list(values: &[DynSolValue]) -> String {
    values.iter().map(show).collect::<Vec<_>>().join(", ")
}

/// A value as Solidity programmers write it.
fn show(value: &DynSolValue) -> String {
    use DynSolValue as V;
    match value {
        V::Bool(value) => value.to_string(),
        V::Int(value, _) => value.to_string(),
        V::Uint(value, _) => value.to_string(),
        V::Address(address) => address.to_string(),
        V::Function(function) => function.to_string(),
        V::FixedBytes(word, size) => format!("0x{}", hex::encode(&word[..*size])),
        V::Bytes(bytes) if bytes.len() > MAX_SHOWN_BYTES => format!(
            "0x{}… ({} bytes)",
            hex::encode(&bytes[..MAX_SHOWN_BYTES]),
            bytes.len()
        ),
        V::Bytes(bytes) => format!("0x{}", hex::encode(bytes)),
        V::String(text) => format!("{text:?}"),
        V::Array(values) | V::FixedArray(values) => format!("[{}]", list(values)),
        V::Tuple(values) | V::CustomStruct { tuple: values, .. } => format!("({})", list(values)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{Address, U256, address};
    use alloy_sol_types::{Panic, Revert, SolError, sol};

    sol! {
        error KeyCodeHashMismatch(address key, bytes32 actual, bytes32 expected);
        error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed);
        error NoVerifyingKey(address caller);
        error MyOwn(string reason, int8[] numbers);
    }

    const ALICE: Address = address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

    fn describe(data: &[u8]) -> String {
        KnownErrors::new([]).describe(data)
    }

    #[test]
    fn a_revert_names_its_reason() {
        let data = Revert::from("Invalid ZK Proof").abi_encode();
        assert_eq!(describe(&data), "execution reverted: Invalid ZK Proof");
    }

    #[test]
    fn a_panic_names_its_kind() {
        let data = Panic {
            code: U256::from(0x11),
        }
        .abi_encode();
        assert!(describe(&data).contains("arithmetic underflow or overflow"));
    }

    #[test]
    fn an_error_of_the_precompile_names_itself() {
        let data = NoVerifyingKey { caller: ALICE }.abi_encode();
        assert_eq!(
            describe(&data),
            format!("execution reverted: NoVerifyingKey({ALICE})")
        );
    }

    #[test]
    fn an_error_of_openzeppelin_names_itself() {
        let data = ERC20InsufficientBalance {
            sender: ALICE,
            balance: U256::from(1),
            needed: U256::from(2),
        }
        .abi_encode();
        assert_eq!(
            describe(&data),
            format!("execution reverted: ERC20InsufficientBalance({ALICE}, 1, 2)")
        );
    }

    #[test]
    fn an_error_of_an_abi_that_was_given_names_itself() {
        let data = MyOwn {
            reason: "no\n".into(),
            numbers: vec![-1, 2],
        }
        .abi_encode();
        assert!(describe(&data).starts_with("execution reverted: custom error 0x"));
        let mine = AbiError::parse("error MyOwn(string reason, int8[] numbers)").unwrap();
        assert_eq!(
            KnownErrors::new([mine]).describe(&data),
            "execution reverted: MyOwn(\"no\\n\", [-1, 2])"
        );
    }

    #[test]
    fn an_unknown_error_names_its_selector_and_empty_data_nothing() {
        assert_eq!(
            describe(&[1, 2, 3, 4, 5]),
            "execution reverted: custom error 0x01020304"
        );
        assert_eq!(describe(&[]), "execution reverted");
        // A known selector with data that does not fit it.
        let data = KeyCodeHashMismatch::SELECTOR;
        assert!(describe(&data).starts_with("execution reverted: custom error 0x"));
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let lines = include_str!("errors.txt").lines();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            AbiError::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }

    /// The sources of the contracts are not part of the crate, only of the repository.
    #[test]
    fn every_error_of_the_contracts_of_this_repository_is_known() {
        let contracts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contracts");
        let folders = ["src", "examples"].map(|name| std::path::Path::new(contracts).join(name));
        if !folders[0].exists() {
            return;
        }
        let known = KnownErrors::new([]);
        let mut count = 0;
        for entry in folders
            .iter()
            .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        {
            let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for line in source.lines().map(str::trim) {
                if let Some(line) = line.strip_suffix(';')
                    && line.starts_with("error ")
                {
                    let error = AbiError::parse(line).unwrap();
                    assert!(known.0.contains_key(&error.selector()), "{line}");
                    count += 1;
                }
            }
        }
        assert!(count > 20, "{count} errors found");
    }
}
