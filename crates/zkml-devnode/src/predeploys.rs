//! Contracts that genesis puts where every public chain has them, because tools count on them.

use alloy_primitives::{Address, Bytes, address, hex};

use crate::state::State;

/// The deterministic deployer that `new C{salt: …}` of a forge script and many deployment tools
/// send their code to (<https://github.com/Arachnid/deterministic-deployment-proxy>): calldata is
/// the salt (32 bytes) and the init code.
pub const CREATE2_DEPLOYER: Address = address!("4e59b44847b379578588920cA78FbF26c0B4956C");

const CREATE2_DEPLOYER_CODE: [u8; 69] = hex!(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
    "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
);

/// Multicall3 (<https://github.com/mds1/multicall3>, MIT), at its address on every chain.
pub const MULTICALL3: Address = address!("cA11bde05977b3631167028862bE2a173976CA11");

/// The code that the deployment transaction in Multicall3's README leaves.
const MULTICALL3_CODE: &str = include_str!("multicall3.hex");

/// Puts them into the state of genesis, as their deployments would have.
pub(crate) fn deploy(state: &mut State) -> Result<(), String> {
    let multicall3 = hex::decode(MULTICALL3_CODE.trim()).map_err(|error| error.to_string())?;
    for (address, code) in [
        (CREATE2_DEPLOYER, Bytes::from_static(&CREATE2_DEPLOYER_CODE)),
        (MULTICALL3, multicall3.into()),
    ] {
        state.set_code(address, code)?;
        // A contract's nonce begins at 1 (EIP-161).
        state.set_nonce(address, 1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{b256, keccak256};

    #[test]
    fn the_code_is_that_of_the_public_chains() {
        let mut state = State::default();
        deploy(&mut state).unwrap();
        // EXTCODEHASH on Ethereum's mainnet.
        assert_eq!(
            keccak256(state.code(MULTICALL3)),
            b256!("d5c15df687b16f2ff992fc8d767b4216323184a2bbc6ee2f9c398c318e770891")
        );
        assert_eq!(
            keccak256(state.code(CREATE2_DEPLOYER)),
            b256!("2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989")
        );
    }
}
