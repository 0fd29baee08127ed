// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {FixedPoint} from "zk-verify-contracts/src/FixedPoint.sol";
import {ZKVerifier} from "zk-verify-contracts/src/ZKVerifier.sol";

/// @notice Records what accounts have proven about their reserves, with the circuit of this example.
contract Reserves {
    event Proven(address indexed owner, uint256 total);

    error NotTheOwner(uint256 owner);

    /// @notice What the account has proven to have, at least once.
    mapping(address owner => uint256 total) public reserves;

    constructor(address key, bytes32 keyId) {
        ZKVerifier.bindKey(key, keyId);
    }

    /// @param publicInputs Two words: the total, and the account that the statement is made for.
    function prove(bytes calldata proof, bytes calldata publicInputs) external {
        ZKVerifier.requireValid(proof, publicInputs);
        uint256 owner = FixedPoint.wordAt(publicInputs, 1);
        if (owner != uint256(uint160(msg.sender))) revert NotTheOwner(owner);
        uint256 total = FixedPoint.wordAt(publicInputs, 0);
        reserves[msg.sender] = total;
        emit Proven(msg.sender, total);
    }
}
