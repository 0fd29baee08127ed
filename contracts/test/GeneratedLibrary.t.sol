// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {FixedPoint} from "../src/FixedPoint.sol";
import {VM} from "../test-utils/Vm.sol";
import {KitTest} from "./utils/KitTest.sol";
import {MlpModel} from "./utils/MlpModel.sol";

/// @notice A library that `zkml solidity` made, with a proof of its model. The command is in {test_isWhatZkmlWrites}.
contract GeneratedLibraryTest is KitTest {
    Model private model;

    function setUp() public {
        model = loadModel("mlp");
    }

    function test_isWhatZkmlWrites() public {
        string[] memory command = new string[](5);
        command[0] = "sh";
        command[1] = "-c";
        command[2] = "set -e; dir=$(mktemp -d); trap 'rm -r \"$dir\"' EXIT;"
            " \"$1\" key import --vka tests/fixtures/mlp/vka.bin --any-srs --out \"$dir/model.zkvk\" > \"$dir/log\" 2>&1"
            " || { cat \"$dir/log\" >&2; exit 1; };"
            " \"$1\" solidity --settings tests/fixtures/mlp/settings.json --key \"$dir/model.zkvk\""
            " --fixed-point ../../src/FixedPoint.sol --out \"$dir/MlpModel.sol\" >&2;"
            " diff \"$dir/MlpModel.sol\" contracts/test/utils/MlpModel.sol >&2; printf 0x01";
        command[3] = "solidity";
        command[4] = zkml();
        VM.assertEq(VM.ffi(command), hex"01");
    }

    function test_itsConstantsAreThoseOfTheModel() public view {
        VM.assertEq(MlpModel.KEY_ID, model.keyId);
        VM.assertEq(MlpModel.PROOF_LENGTH, model.proof.length);
        VM.assertEq(MlpModel.PUBLIC_INPUTS, FixedPoint.length(model.publicInputs));
        VM.assertEq(MlpModel.OUTPUT_0_LENGTH, MlpModel.OUTPUT_0_DIM_0 * MlpModel.OUTPUT_0_DIM_1);
    }

    function test_readsTheOutputsOfAProof() public view {
        VM.assertEq(MlpModel.output0(model.publicInputs, 0), -0.207275390625e18);
        VM.assertEq(MlpModel.output0(model.publicInputs, 3), 0.2589111328125e18);
        for (uint256 i = 0; i < MlpModel.OUTPUT_0_LENGTH; i++) {
            uint256 word = words(model.publicInputs)[MlpModel.OUTPUT_0_INDEX + i];
            VM.assertEq(MlpModel.output0Word(model.publicInputs, i), word);
            VM.assertEq(MlpModel.encodeOutput0(MlpModel.output0(model.publicInputs, i)), word);
        }
    }

    function test_thereAreNoMoreOutputs() public {
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.WordOutOfBounds.selector, 4, 4));
        this.outputAt(model.publicInputs, 4);
    }

    function outputAt(bytes calldata publicInputs, uint256 index) external pure returns (int256) {
        return MlpModel.output0(publicInputs, index);
    }
}
