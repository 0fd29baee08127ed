// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {FixedPoint} from "../../src/FixedPoint.sol";
import {ZKVerifier} from "../../src/ZKVerifier.sol";

/// @notice The libraries' internal functions, callable from tests: a contract that uses them in the plainest way.
contract KitHarness {
    function verify(bytes memory proof, bytes memory publicInputs) external view returns (bool) {
        return ZKVerifier.verify(proof, publicInputs);
    }

    function verifyWords(bytes memory proof, uint256[] memory publicInputs) external view returns (bool) {
        return ZKVerifier.verify(proof, publicInputs);
    }

    function verifyWithDefaultKey(bytes memory proof, bytes memory publicInputs) external view returns (bool) {
        return ZKVerifier.verifyWithDefaultKey(proof, publicInputs);
    }

    function verifyWordsWithDefaultKey(bytes memory proof, uint256[] memory publicInputs) external view returns (bool) {
        return ZKVerifier.verifyWithDefaultKey(proof, publicInputs);
    }

    function verifyWithKey(address key, bytes memory proof, bytes memory publicInputs) external view returns (bool) {
        return ZKVerifier.verifyWithKey(key, proof, publicInputs);
    }

    function verifyWordsWithKey(address key, bytes memory proof, uint256[] memory publicInputs)
        external
        view
        returns (bool)
    {
        return ZKVerifier.verifyWithKey(key, proof, publicInputs);
    }

    function requireValid(bytes memory proof, bytes memory publicInputs) external view {
        ZKVerifier.requireValid(proof, publicInputs);
    }

    function requireValidWords(bytes memory proof, uint256[] memory publicInputs) external view {
        ZKVerifier.requireValid(proof, publicInputs);
    }

    function requireValidWithKey(address key, bytes memory proof, bytes memory publicInputs) external view {
        ZKVerifier.requireValidWithKey(key, proof, publicInputs);
    }

    function requireValidWordsWithKey(address key, bytes memory proof, uint256[] memory publicInputs) external view {
        ZKVerifier.requireValidWithKey(key, proof, publicInputs);
    }

    function bindKey(address key, bytes32 expectedCodeHash) external {
        ZKVerifier.bindKey(key, expectedCodeHash);
    }

    function boundKey() external view returns (address) {
        return ZKVerifier.boundKey();
    }

    function isSupported() external view returns (bool) {
        return ZKVerifier.isSupported();
    }

    function commitmentAt(bytes memory proof, uint256 index, uint256 longLength)
        external
        view
        returns (uint256, uint256)
    {
        return ZKVerifier.commitmentAt(proof, index, longLength);
    }

    function toInt(uint256 word) external pure returns (int256) {
        return FixedPoint.toInt(word);
    }

    function toInt(uint256 word, uint256 bits) external pure returns (int256) {
        return FixedPoint.toInt(word, bits);
    }

    function fromInt(int256 value) external pure returns (uint256) {
        return FixedPoint.fromInt(value);
    }

    function inRange(uint256 word, uint256 bits) external pure returns (bool) {
        return FixedPoint.inRange(word, bits);
    }

    function toWad(uint256 word, uint256 scale) external pure returns (int256) {
        return FixedPoint.toWad(word, scale);
    }

    function fromWad(int256 wad, uint256 scale) external pure returns (uint256) {
        return FixedPoint.fromWad(wad, scale);
    }

    function pack(uint256[] memory words) external pure returns (bytes memory) {
        return FixedPoint.pack(words);
    }

    function unpack(bytes memory publicInputs) external pure returns (uint256[] memory) {
        return FixedPoint.unpack(publicInputs);
    }

    function wordAt(bytes memory publicInputs, uint256 index) external pure returns (uint256) {
        return FixedPoint.wordAt(publicInputs, index);
    }

    function packInts(int256[] memory values, uint256 bits) external pure returns (uint256) {
        return FixedPoint.packInts(values, bits);
    }

    function unpackInt(uint256 packed, uint256 bits, uint256 index) external pure returns (int256) {
        return FixedPoint.unpackInt(packed, bits, index);
    }
}
