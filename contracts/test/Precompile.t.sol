// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {MyAIApp} from "../examples/MyAIApp.sol";
import {MyAIAppWithOwnKey} from "../examples/MyAIAppWithOwnKey.sol";
import {Probe} from "./Probe.sol";
import {KitTest} from "./utils/KitTest.sol";
import {VM} from "../test-utils/Vm.sol";

/// @notice The real verifier as contracts see it without the library: MyAIApp, and raw calls.
contract PrecompileTest is KitTest {
    Model private model;
    MyAIApp private app;
    Probe private probe;

    function setUp() public {
        model = loadModel("mlp");
        installVerifier(model.key);
        app = new MyAIApp();
        probe = new Probe();
    }

    // --- MyAIApp ----------------------------------------------------------------------------------------------------

    function test_myAIAppAcceptsAProofUnderTheDefaultKey() public {
        app.submitResult(model.proof, model.publicInputs);
    }

    function test_myAIAppRejectsAnAlteredProof() public {
        bytes memory altered = flipped(model.proof, 8 * (model.proof.length - 1));
        VM.expectRevert(bytes("Invalid ZK Proof"));
        app.submitResult(altered, model.publicInputs);
        VM.expectRevert(bytes("Invalid ZK Proof"));
        app.submitResult(model.proof, flipped(model.publicInputs, 255));
        VM.expectRevert(bytes("Invalid ZK Proof"));
        app.submitResult("", "");
    }

    function test_myAIAppNeedsADefaultKey() public {
        installVerifier(address(0));
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.NoVerifyingKey.selector, address(app)));
        app.submitResult(model.proof, model.publicInputs);
    }

    function test_aDefaultKeyThatIsNoneIsAnError() public {
        installVerifier(address(0xabc));
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, address(0xabc)));
        app.submitResult(model.proof, model.publicInputs);
    }

    function test_aContractWithItsOwnKeyDoesNotUseTheDefault() public {
        Model memory other = loadModel("conv");
        MyAIAppWithOwnKey own = new MyAIAppWithOwnKey(other.key, other.keyId);
        VM.assertEq(own.verifyingKey(), other.key);
        own.submitResult(other.proof, other.publicInputs);
        VM.expectRevert(bytes("Invalid ZK Proof"));
        own.submitResult(model.proof, model.publicInputs);
    }

    function test_aContractCannotBeDeployedWithAnAccountThatIsNoKey() public {
        bytes32 codeHash = address(app).codehash;
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, address(app)));
        new MyAIAppWithOwnKey(address(app), codeHash);
    }

    // --- By hand ----------------------------------------------------------------------------------------------------

    function test_callAndStaticcallAnswerAlike() public {
        bytes memory call = abi.encodeCall(IZKVerifier.verify, (model.proof, model.publicInputs));
        (bool success, bytes memory answer,) = probe.raw(Probe.Kind.Call, gasleft(), call);
        VM.assertTrue(success);
        VM.assertEq(answer, abi.encode(true));
        (success, answer,) = probe.raw(Probe.Kind.StaticCall, gasleft(), call);
        VM.assertTrue(success);
        VM.assertEq(answer, abi.encode(true));
    }

    function test_refusesToRunInAnotherContractsName() public {
        bytes memory call = abi.encodeCall(IZKVerifier.verify, (model.proof, model.publicInputs));
        bytes memory expected = abi.encodeWithSelector(IZKVerifier.DelegateCallNotAllowed.selector);
        (bool success, bytes memory answer,) = probe.raw(Probe.Kind.DelegateCall, gasleft(), call);
        VM.assertFalse(success);
        VM.assertEq(answer, expected);
        (success, answer,) = probe.raw(Probe.Kind.CallCode, gasleft(), call);
        VM.assertFalse(success);
        VM.assertEq(answer, expected);
    }

    function test_refusesValue() public {
        bytes memory call = abi.encodeCall(IZKVerifier.verify, (model.proof, model.publicInputs));
        (bool success, bytes memory answer,) = probe.raw{value: 1}(Probe.Kind.CallWithValue, gasleft(), call);
        VM.assertFalse(success);
        VM.assertEq(answer, abi.encodeWithSelector(IZKVerifier.NonPayable.selector));
        VM.assertEq(address(probe).balance, 1);
    }

    function test_refusesCallsThatAreNotTheStrictEncoding() public {
        bytes memory call = abi.encodeCall(IZKVerifier.verify, (model.proof, model.publicInputs));
        assertMalformed("");
        assertMalformed(hex"f7e83aee");
        assertMalformed(abi.encodeWithSignature("owner()"));
        assertMalformed(bytes.concat(call, hex"00"));
        assertMalformed(bytes.concat(call, bytes32(0)));
        call[35] ^= 0x20; // the offset of the proof
        assertMalformed(call);
    }

    function test_takesCallsLongerThanAnArgumentOfTheProgram() public {
        assertMalformed(new bytes(200_000));
        bytes memory call = abi.encodeCall(IZKVerifier.verify, (new bytes(130_000), model.publicInputs));
        (bool success, bytes memory answer,) = probe.raw(Probe.Kind.StaticCall, gasleft(), call);
        VM.assertTrue(success);
        VM.assertEq(answer, abi.encode(false));
    }

    /// forge-config: default.fuzz.runs = 48
    function testFuzz_refusesAnyCallData(bytes memory call) public {
        assertMalformed(call);
        assertMalformed(bytes.concat(IZKVerifier.verify.selector, call));
        assertMalformed(bytes.concat(IZKVerifier.verifyWithKey.selector, call));
    }

    function test_tooLittleGasTakesAllOfIt() public {
        bytes memory call = abi.encodeCall(IZKVerifier.verify, (model.proof, model.publicInputs));
        (bool success, bytes memory answer, uint256 gasUsed) = probe.raw(Probe.Kind.StaticCall, 40_000, call);
        VM.assertFalse(success);
        VM.assertEq(answer, "");
        VM.assertTrue(gasUsed >= 40_000);
    }

    function test_anAnswerCostsWhatThePrecompileCharges() public {
        bytes memory call = abi.encodeCall(IZKVerifier.verify, (model.proof, model.publicInputs));
        (,, uint256 gasUsed) = probe.raw(Probe.Kind.StaticCall, gasleft(), call);
        // The smallest limit that suffices is the price: one gas less and the call fails.
        uint256 low = 0;
        uint256 high = gasUsed;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            (bool success,,) = probe.raw(Probe.Kind.StaticCall, middle, call);
            if (success) high = middle;
            else low = middle;
        }
        VM.assertTrue(gasUsed - high < 3_000, "more than the call's own price between them");
    }

    function assertMalformed(bytes memory call) private {
        (bool success, bytes memory answer,) = probe.raw(Probe.Kind.StaticCall, gasleft(), call);
        VM.assertFalse(success);
        VM.assertEq(answer, abi.encodeWithSelector(IZKVerifier.MalformedCall.selector));
    }
}
