// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {FixedPoint} from "../src/FixedPoint.sol";
import {ZKVerifier} from "../src/ZKVerifier.sol";
import {CommittedInput} from "./models/CommittedInput.sol";
import {DeadSlot} from "./models/DeadSlot.sol";
import {HashedIn} from "./models/HashedIn.sol";
import {TwoOut} from "./models/TwoOut.sol";
import {KitTest} from "./utils/KitTest.sol";
import {VM} from "../test-utils/Vm.sol";

/// @notice The libraries that `zkml solidity` writes (test/models), against real proofs of their models. That the files
/// are what it writes is checked by the tests of the command line.
contract ModelLibraryTest is KitTest {
    function test_theKeyAndTheLengthsAreThoseOfTheModel() public {
        Model memory model = loadModel("two_out");
        VM.assertEq(TwoOut.KEY_ID, model.keyId);
        VM.assertEq(TwoOut.PROOF_LENGTH, model.proof.length);
        VM.assertEq(TwoOut.PUBLIC_INPUTS * 32, model.publicInputs.length);
        VM.assertEq(TwoOut.OUTPUT_1_INDEX + TwoOut.OUTPUT_1_LENGTH, TwoOut.PUBLIC_INPUTS);
    }

    function test_elementsAreReadAtTheirPlaceAndScale() public {
        bytes memory publicInputs = loadModel("two_out").publicInputs;
        VM.assertEq(TwoOut.input0(publicInputs, 0), -0.96875e18);
        VM.assertEq(TwoOut.input0(publicInputs, 3), -1.5078125e18);
        VM.assertEq(TwoOut.output0(publicInputs, 0), 0);
        VM.assertEq(TwoOut.output0(publicInputs, 2), 1.15631103515625e18);
        VM.assertEq(TwoOut.output1(publicInputs, 0), -0.3935546875e18);
        VM.assertEq(TwoOut.output1(publicInputs, 3), 0.55364990234375e18);
        VM.assertEq(TwoOut.output1Word(publicInputs, 1), 29);
    }

    function test_encodingIsWhatStandsAmongThePublicInputs() public {
        bytes memory publicInputs = loadModel("two_out").publicInputs;
        for (uint256 i = 0; i < TwoOut.INPUT_0_LENGTH; i++) {
            uint256 word = TwoOut.encodeInput0(TwoOut.input0(publicInputs, i));
            VM.assertEq(word, TwoOut.input0Word(publicInputs, i));
        }
    }

    function test_anElementBeyondTheTensorReverts() public {
        bytes memory publicInputs = loadModel("two_out").publicInputs;
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.WordOutOfBounds.selector, 3, 3));
        this.output0(publicInputs, TwoOut.OUTPUT_0_LENGTH);
    }

    function output0(bytes calldata publicInputs, uint256 element) external pure returns (int256) {
        return TwoOut.output0(publicInputs, element);
    }

    function test_shapesAreThoseOfTheModel() public pure {
        VM.assertEq(TwoOut.OUTPUT_0_RANK, 2);
        VM.assertEq(TwoOut.OUTPUT_0_DIM_0 * TwoOut.OUTPUT_0_DIM_1, TwoOut.OUTPUT_0_LENGTH);
    }

    function test_aHashStandsBeforeTheOutput() public {
        bytes memory publicInputs = loadModel("hashed_in").publicInputs;
        VM.assertEq(HashedIn.HASH_OF_INPUT_0_INDEX, 0);
        VM.assertEq(
            FixedPoint.wordAt(publicInputs, HashedIn.HASH_OF_INPUT_0_INDEX),
            0x0f20ee3a5553ef8460b0362056e274705cda37e93da7f13213cfd968f1df38a4
        );
        VM.assertEq(HashedIn.output0(publicInputs, 1), -0.1939697265625e18);
    }

    function test_aDeadSlotHasNoConstantAndMovesTheOutput() public pure {
        VM.assertEq(DeadSlot.PUBLIC_INPUTS, 2);
        VM.assertEq(DeadSlot.OUTPUT_0_INDEX, 1);
    }

    function test_aCommittedInputIsAPointOfTheProof() public {
        Model memory model = loadModel("polycommit_in");
        VM.assertEq(CommittedInput.KEY_ID, model.keyId);
        (uint256 x, uint256 y) =
            ZKVerifier.commitmentAt(model.proof, CommittedInput.INPUT_0_COMMITMENT_INDEX, CommittedInput.PROOF_LENGTH);
        VM.assertTrue(x != 0 && y != 0);
        VM.assertEq(model.proof.length, CommittedInput.PROOF_LENGTH);
        VM.assertEq(shortened("polycommit_in").length, CommittedInput.SHORT_PROOF_LENGTH);
        VM.assertEq(CommittedInput.INPUT_0_COMMITMENT_POINTS, 1);
    }
}
