// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {VM} from "./Vm.sol";

/// @title Reads ezkl's proof files in tests
library EzklProof {
    /// @notice The file holds the proof twice, as `proof` and as `hex_proof`, and the two are not the same: it was edited.
    error ProofsDisagree();

    /// @notice The proof and the public inputs of a `proof.json`, in the form that the verifier takes.
    /// @param path The file; foundry.toml's `fs_permissions` have to allow reading it.
    /// @return proof The proof's bytes.
    /// @return publicInputs The instances, 32 bytes each, big-endian; the file has them little-endian.
    function load(string memory path) internal view returns (bytes memory proof, bytes memory publicInputs) {
        return parse(VM.readFile(path));
    }

    /// @notice {load}, with the content of the file. Reverts with {ProofsDisagree} if the file holds two proofs.
    /// @param json The content of a `proof.json`.
    /// @return proof The proof's bytes.
    /// @return publicInputs The instances, 32 bytes each, big-endian.
    function parse(string memory json) internal pure returns (bytes memory proof, bytes memory publicInputs) {
        proof = VM.parseJsonBytes(json, ".hex_proof");
        uint256[] memory numbers = VM.parseJsonUintArray(json, ".proof");
        if (numbers.length != proof.length) revert ProofsDisagree();
        for (uint256 i = 0; i < numbers.length; i++) {
            if (numbers[i] != uint8(proof[i])) revert ProofsDisagree();
        }
        string[] memory words = VM.parseJsonStringArray(json, ".instances[0]");
        for (uint256 i = 0; i < words.length; i++) {
            publicInputs = bytes.concat(publicInputs, _reversed(VM.parseBytes32(string.concat("0x", words[i]))));
        }
    }

    function _reversed(bytes32 word) private pure returns (bytes32 reversed) {
        for (uint256 i = 0; i < 32; i++) {
            reversed |= bytes32(uint256(uint8(word[i])) << (8 * i));
        }
    }
}
