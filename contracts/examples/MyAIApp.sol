// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

// Interface for the ZK Verifier Precompile
interface IZKVerifier {
    function verify(
        bytes calldata proof,
        bytes calldata public_inputs
    ) external view returns (bool);
}

contract MyAIApp {
    function submitResult(bytes calldata proof, bytes calldata result) external {
        // Call Precompile 0x11
        IZKVerifier verifier = IZKVerifier(address(0x11));

        bool success = verifier.verify(proof, result);
        require(success, "Invalid ZK Proof");

        // Logic if proof is valid...
    }
}
