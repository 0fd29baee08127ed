//! The funded, unlocked accounts.

use alloy_primitives::{Address, B256};
use alloy_signer_local::{LocalSignerError, MnemonicBuilder, PrivateKeySigner};

use crate::config::DEV_MNEMONIC;

/// One funded account, whose key the node knows.
#[derive(Clone, Debug)]
pub struct DevAccount {
    signer: PrivateKeySigner,
}

impl DevAccount {
    /// The account's address.
    pub fn address(&self) -> Address {
        self.signer.address()
    }

    /// The account's private key, 32 bytes big-endian. It follows from a public mnemonic.
    pub fn private_key(&self) -> B256 {
        self.signer.to_bytes()
    }

    pub(crate) fn signer(&self) -> &PrivateKeySigner {
        &self.signer
    }
}

/// The first `count` accounts of [`DEV_MNEMONIC`], on the path `m/44'/60'/0'/0/i` (BIP-44).
pub(crate) fn derive(count: u32) -> Result<Vec<DevAccount>, LocalSignerError> {
    (0..count)
        .map(|index| {
            let signer = MnemonicBuilder::english()
                .phrase(DEV_MNEMONIC)
                .index(index)?
                .build()?;
            Ok(DevAccount { signer })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::address;

    #[test]
    fn the_first_two_accounts_are_those_of_anvil() {
        let accounts = derive(2).unwrap();
        assert_eq!(
            accounts[0].address(),
            address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
        );
        assert_eq!(
            accounts[1].address(),
            address!("70997970C51812dc3A010C7d01b50e0d17dc79C8")
        );
    }
}
