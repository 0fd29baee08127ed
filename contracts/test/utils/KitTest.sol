// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {EzklProof} from "./EzklProof.sol";
import {VM} from "./Vm.sol";
import {ZKVerifierShim} from "./ZKVerifierShim.sol";

/// @notice What the tests of the kit share: the real verifier at 0x11, and keys and proofs of ezkl's making.
abstract contract KitTest {
    /// @notice `forge test` asks for it by this name.
    bool public constant IS_TEST = true;

    /// @notice A statement of one model: the key's account and id, a valid proof, its public inputs.
    struct Model {
        address key;
        bytes32 keyId;
        bytes proof;
        bytes publicInputs;
    }

    /// @notice The tests' own name, for files that no other suite writes.
    string private _suite;

    constructor(string memory suite) {
        _suite = suite;
    }

    /// @notice The program under test.
    function zkml() internal view returns (string memory) {
        return VM.envOr("ZKML", string("target/release/zkml"));
    }

    /// @notice Puts the verifier at 0x11. The fixtures were proven under a setup of their own, all the same one.
    function installVerifier(address defaultKey) internal {
        string[] memory acceptedSrs = new string[](1);
        acceptedSrs[0] = importKey("mlp");
        ZKVerifierShim.install(ZKVerifierShim.Config({zkml: zkml(), defaultKey: defaultKey, acceptedSrs: acceptedSrs}));
    }

    /// @notice Makes the key file of a fixture with `zkml key import`.
    function importKey(string memory fixture) internal returns (string memory path) {
        path = string.concat("contracts/cache/", _suite, "-", fixture, ".zkvk");
        string[] memory command = new string[](8);
        command[0] = zkml();
        command[1] = "key";
        command[2] = "import";
        command[3] = "--vka";
        command[4] = string.concat("tests/fixtures/", fixture, "/vka.bin");
        command[5] = "--out";
        command[6] = path;
        command[7] = "--any-srs";
        VM.ffi(command);
    }

    /// @notice The bytes of a fixture's key.
    function keyBytes(string memory fixture) internal returns (bytes memory) {
        return VM.readFileBinary(importKey(fixture));
    }

    /// @notice A fixture, with its key on the chain.
    function loadModel(string memory fixture) internal returns (Model memory model) {
        bytes memory key = keyBytes(fixture);
        model.keyId = keccak256(key);
        model.key = address(uint160(uint256(model.keyId)));
        VM.etch(model.key, key);
        (model.proof, model.publicInputs) = EzklProof.load(string.concat("tests/fixtures/", fixture, "/proof.json"));
    }

    /// @notice A copy with one bit changed.
    function flipped(bytes memory data, uint256 bit) internal pure returns (bytes memory copy) {
        copy = bytes.concat(data);
        copy[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
    }

    /// @notice The words of public inputs.
    function words(bytes memory publicInputs) internal pure returns (uint256[] memory result) {
        result = new uint256[](publicInputs.length / 32);
        for (uint256 i = 0; i < result.length; i++) {
            uint256 word;
            assembly ("memory-safe") {
                word := mload(add(add(publicInputs, 32), mul(i, 32)))
            }
            result[i] = word;
        }
    }
}
