// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ZKVerifier} from "zk-verify-contracts/src/ZKVerifier.sol";

/// Records what one model said, once for each statement.
contract Scores {
    event Proven(bytes32 indexed statement, address indexed by);

    mapping(bytes32 statement => bool) public proven;

    constructor(address key, bytes32 keyId) {
        ZKVerifier.bindKey(key, keyId);
    }

    function submit(bytes calldata proof, bytes calldata publicInputs) external {
        bytes32 statement = keccak256(publicInputs);
        require(!proven[statement], "already proven");
        proven[statement] = true;
        ZKVerifier.requireValid(proof, publicInputs);
        emit Proven(statement, msg.sender);
    }
}
