// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {EzklProof} from "../../test-utils/EzklProof.sol";
import {VM} from "../../test-utils/Vm.sol";
import {ZKVerifierShim} from "../../test-utils/ZKVerifierShim.sol";

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

    /// @notice The program under test.
    function zkml() internal view returns (string memory) {
        return VM.envOr("ZKML", string("target/release/zkml"));
    }

    /// @notice Puts the verifier at 0x11. The fixtures were proven under setups of their own, which it has to accept.
    function installVerifier(address defaultKey) internal {
        string[] memory acceptedSrs = new string[](3);
        acceptedSrs[0] = "tests/fixtures/mlp/kzg_k1.srs";
        acceptedSrs[1] = "tests/fixtures/conv/kzg_k1.srs";
        acceptedSrs[2] = "tests/fixtures/polycommit_in/kzg_k1.srs";
        ZKVerifierShim.install(ZKVerifierShim.Config({zkml: zkml(), defaultKey: defaultKey, acceptedSrs: acceptedSrs}));
    }

    /// @notice The bytes of a fixture's key, as `zkml key import` makes it.
    function keyBytes(string memory fixture) internal returns (bytes memory) {
        string[] memory options = new string[](3);
        options[0] = "--any-srs";
        options[1] = "--vka";
        options[2] = string.concat("tests/fixtures/", fixture, "/vka.bin");
        return importKey(options);
    }

    /// @notice A fixture's proof in its short form, as `zkml proof shorten` writes it.
    function shortened(string memory fixture) internal returns (bytes memory) {
        string[] memory command = new string[](5);
        command[0] = "sh";
        command[1] = "-c";
        command[2] = "set -e; dir=$(mktemp -d); trap 'rm -r \"$dir\"' EXIT; key=$dir/key.zkvk;"
            " \"$0\" key import --any-srs --vka \"$1/vka.bin\" --out \"$key\" > \"$dir/log\";"
            " \"$0\" calldata \"$1/proof.json\" --key \"$key\" --form short --raw-proof 2> \"$dir/log\"";
        command[3] = zkml();
        command[4] = string.concat("tests/fixtures/", fixture);
        return VM.ffi(command);
    }

    /// @notice The bytes of the key that `zkml key import` makes with these options.
    function importKey(string[] memory options) internal returns (bytes memory) {
        // Tests run at the same time, so each import gets a folder of its own.
        string[] memory command = new string[](5 + options.length);
        command[0] = "sh";
        command[1] = "-c";
        command[2] = "set -e; zkml=$1; shift; dir=$(mktemp -d); trap 'rm -r \"$dir\"' EXIT;"
            " \"$zkml\" key import \"$@\" --out \"$dir/key.zkvk\" > \"$dir/log\" 2>&1"
            " || { cat \"$dir/log\" >&2; exit 1; };" " od -An -v -tx1 \"$dir/key.zkvk\" | tr -d ' \\n'";
        command[3] = "import";
        command[4] = zkml();
        for (uint256 i = 0; i < options.length; i++) {
            command[5 + i] = options[i];
        }
        return VM.ffi(command);
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
