// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ZKVerifier} from "../src/ZKVerifier.sol";

/// @title The smallest contract that checks proofs of its own model
/// @notice `MyAIApp` with one line more: it binds a key when it is deployed, so that no chain-wide default decides which
/// model it accepts.
contract MyAIAppWithOwnKey {
    /// @param key The account whose code is the key.
    /// @param keyId keccak256 of the key's bytes, as `zkml key inspect` prints it.
    constructor(address key, bytes32 keyId) {
        ZKVerifier.bindKey(key, keyId);
    }

    /// @notice Accepts a result whose proof is valid under the bound key.
    /// @param proof The proof's bytes.
    /// @param result The circuit's instances, 32 bytes each, big-endian.
    function submitResult(bytes calldata proof, bytes calldata result) external view {
        require(ZKVerifier.verify(proof, result), "Invalid ZK Proof");
    }

    /// @notice The account whose code is the bound key.
    function verifyingKey() external view returns (address) {
        return ZKVerifier.boundKey();
    }
}
