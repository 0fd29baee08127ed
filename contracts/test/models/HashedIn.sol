// SPDX-License-Identifier: MIT OR Apache-2.0
// Made by `zkml solidity`. Make it again rather than edit it.
pragma solidity ^0.8.24;

import {FixedPoint} from "../../src/FixedPoint.sol";

/// @title What is where in the proofs of HashedIn
///
/// @notice From the settings.json of ezkl 23.0.5. An index counts 32-byte words of the public inputs, from zero;
/// elements are in row-major order; a number x at the scale s is the integer round(x * 2**s).
library HashedIn {
    /// @dev The key's id: keccak256 of its bytes, and its account's code hash.
    bytes32 internal constant KEY_ID = 0xfee482e1ee5ce483672b788149149b23b4486374b2f8f1f63b8fd9c90721b41b;

    /// @dev Bytes of a proof, in its long and in its short form.
    uint256 internal constant PROOF_LENGTH = 3840;
    uint256 internal constant SHORT_PROOF_LENGTH = 2944;

    /// @dev Words of the public inputs.
    uint256 internal constant PUBLIC_INPUTS = 4;

    // --- Hash of input 0: public input 0

    uint256 internal constant HASH_OF_INPUT_0_INDEX = 0;
    uint256 internal constant HASH_OF_INPUT_0_LENGTH = 1;

    // --- Output 0: public inputs 1 to 3, shape [1, 3], scale 13

    uint256 internal constant OUTPUT_0_INDEX = 1;
    uint256 internal constant OUTPUT_0_LENGTH = 3;
    uint256 internal constant OUTPUT_0_SCALE = 13;
    uint256 internal constant OUTPUT_0_RANK = 2;
    uint256 internal constant OUTPUT_0_DIM_0 = 1;
    uint256 internal constant OUTPUT_0_DIM_1 = 3;

    /// @notice An element of output 0, with 18 decimals, rounded towards zero.
    /// @param publicInputs The public inputs of a proof that has been verified under this key.
    /// @param element Which element, from zero, in row-major order.
    /// @return The number, times 10^18. Reverts unless it is an integer of 128 bits at the scale.
    function output0(bytes memory publicInputs, uint256 element) internal pure returns (int256) {
        return FixedPoint.toWad(output0Word(publicInputs, element), OUTPUT_0_SCALE);
    }

    /// @notice An element of output 0 as it is among the public inputs: a field element.
    function output0Word(bytes memory publicInputs, uint256 element) internal pure returns (uint256) {
        if (element >= OUTPUT_0_LENGTH) revert FixedPoint.WordOutOfBounds(element, OUTPUT_0_LENGTH);
        return FixedPoint.wordAt(publicInputs, OUTPUT_0_INDEX + element);
    }

    /// @notice The field element that stands for a number with 18 decimals in output 0, as ezkl quantises it.
    function encodeOutput0(int256 wad) internal pure returns (uint256) {
        return FixedPoint.fromWad(wad, OUTPUT_0_SCALE);
    }
}
