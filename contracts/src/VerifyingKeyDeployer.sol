// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ZKVerifier} from "./ZKVerifier.sol";

/// @title Puts keys on the chain
///
/// @notice A key is the code of a contract. This factory deploys it with CREATE2 and a fixed salt, so that the address
/// follows from the factory and the key's bytes: the same key is deployed once, no matter who does it, and everybody can
/// compute where. A key that the precompile refuses is not deployed.
///
/// A key larger than a contract may be ({maxKeyLength}) cannot be deployed by anybody. Two ways out: a chain can put such
/// a key into its genesis, where no limit applies; and a circuit with fewer columns, gates and lookups has a smaller key
/// (`zkml key inspect` shows what a key consists of).
contract VerifyingKeyDeployer {
    /// @notice A key was deployed.
    /// @param key The account whose code is the key.
    /// @param codeHash keccak256 of the key's bytes: the key's id.
    event VerifyingKeyDeployed(address indexed key, bytes32 indexed codeHash);

    /// @notice The key is larger than a contract's code may be. Put it into the chain's genesis, or make the circuit
    /// smaller.
    /// @param keyLength The key's length in bytes.
    /// @param limit The largest length, {maxKeyLength}.
    error KeyTooLarge(uint256 keyLength, uint256 limit);

    /// @notice The key was not created: gas ran out, the chain's limit for code is lower than {maxKeyLength}, or the bytes
    /// begin with 0xEF (EIP-3541), as no key does.
    error DeploymentFailed(uint256 keyLength);

    /// @notice Deploys a key, or finds it where it was deployed before.
    /// @param key The bytes of a `.zkvk` file. Reverts with {KeyTooLarge} if they are more than {maxKeyLength}, with
    /// `InvalidVerifyingKey` if the precompile refuses them.
    /// @return account The account whose code is the key.
    function deploy(bytes calldata key) external returns (address account) {
        account = addressOf(key);
        if (account.code.length == 0) {
            // Without this check the EVM would halt and take all gas, without a reason.
            if (key.length > maxKeyLength()) revert KeyTooLarge(key.length, maxKeyLength());
            bytes memory code = _creationCode(key);
            address created;
            assembly ("memory-safe") {
                created := create2(0, add(code, 32), mload(code), 0)
            }
            if (created != account) revert DeploymentFailed(key.length);
            emit VerifyingKeyDeployed(account, account.codehash);
        }
        ZKVerifier.requireValidKey(account, keccak256(key));
    }

    /// @notice The largest key that a contract can hold.
    /// @return The length in bytes: 24,576 (EIP-170). A factory for a chain with another limit overrides this.
    function maxKeyLength() public view virtual returns (uint256) {
        return 24_576;
    }

    /// @notice Where this factory deploys a key.
    /// @param key The bytes of a `.zkvk` file.
    /// @return The account, whether or not the key is there yet.
    function addressOf(bytes calldata key) public view returns (address) {
        bytes32 codeHash = keccak256(_creationCode(key));
        bytes32 digest = keccak256(abi.encodePacked(hex"ff", address(this), bytes32(0), codeHash));
        return address(uint160(uint256(digest)));
    }

    /// @dev Creation code that returns what follows it: PUSH3 length, DUP1, PUSH1 11, PUSH0, CODECOPY, PUSH0, RETURN.
    function _creationCode(bytes calldata key) private pure returns (bytes memory) {
        return abi.encodePacked(hex"62", uint24(key.length), hex"80600b5f395ff3", key);
    }
}
