//! Reading the parameters of a call. Clients leave optional ones at the end out, or pass `null`.

use alloy_primitives::U256;
use jsonrpsee::types::Params;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::rpc_error::{RpcResult, invalid_params};

/// The parameters of one call, by position.
#[derive(Debug)]
pub(crate) struct Args {
    values: Vec<Value>,
}

impl Args {
    /// Takes the parameters apart; fails if they are no list, or a list longer than `most`.
    pub(crate) fn new(params: &Params<'_>, most: usize) -> RpcResult<Self> {
        if params.is_object() {
            return Err(invalid_params(
                "params: an object; expected a list (Ethereum's methods take parameters by position)",
            ));
        }
        let values: Option<Vec<Value>> = params
            .parse()
            .map_err(|error| invalid_params(format!("params: expected a list: {error}")))?;
        let values = values.unwrap_or_default();
        if values.len() > most {
            let got = values.len();
            return Err(invalid_params(format!(
                "params: {got} given, the method takes {most}"
            )));
        }
        Ok(Self { values })
    }

    /// Parameter `index`, which must be there.
    pub(crate) fn required<T: DeserializeOwned>(
        &mut self,
        index: usize,
        name: &str,
    ) -> RpcResult<T> {
        self.optional(index, name)?
            .ok_or_else(|| invalid_params(format!("params[{index}] ({name}): missing")))
    }

    /// Parameter `index`, which may be missing or `null`.
    pub(crate) fn optional<T: DeserializeOwned>(
        &mut self,
        index: usize,
        name: &str,
    ) -> RpcResult<Option<T>> {
        match self.values.get_mut(index).map(Value::take) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => serde_json::from_value(value)
                .map(Some)
                .map_err(|error| invalid_params(format!("params[{index}] ({name}): {error}"))),
        }
    }
}

/// A number as clients write it: JSON's own, or a string, decimal or hexadecimal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = U256::deserialize(deserializer)?;
        u64::try_from(number)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::Address;

    #[test]
    fn a_missing_parameter_and_null_are_the_same() {
        for text in ["[]", "[null]"] {
            let mut args = Args::new(&Params::new(Some(text)), 1).unwrap();
            assert_eq!(args.optional::<u64>(0, "block").unwrap(), None);
        }
        assert!(Args::new(&Params::new(None), 0).is_ok());
    }

    #[test]
    fn an_error_names_the_parameter_and_its_place() {
        let mut args = Args::new(&Params::new(Some(r#"["0x12"]"#)), 2).unwrap();
        let error = args.required::<Address>(0, "address").unwrap_err();
        assert_eq!(error.code(), -32602);
        assert!(
            error.message().starts_with("params[0] (address): "),
            "{}",
            error.message()
        );
        let error = args.required::<Address>(1, "other").unwrap_err();
        assert_eq!(error.message(), "params[1] (other): missing");
    }

    #[test]
    fn refuses_objects_and_too_many_parameters() {
        assert!(Args::new(&Params::new(Some(r#"{"a":1}"#)), 3).is_err());
        let error = Args::new(&Params::new(Some("[1,2]")), 1).unwrap_err();
        assert_eq!(error.message(), "params: 2 given, the method takes 1");
    }
}
