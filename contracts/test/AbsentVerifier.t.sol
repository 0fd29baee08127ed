// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {MyAIApp} from "../examples/MyAIApp.sol";
import {IZKVerifier} from "../src/IZKVerifier.sol";
import {VerifyingKeyDeployer} from "../src/VerifyingKeyDeployer.sol";
import {ZKVerifier} from "../src/ZKVerifier.sol";
import {KitHarness} from "./utils/KitHarness.sol";
import {VM} from "../test-utils/Vm.sol";

/// @notice A chain without the verifier must never look like one that says "valid".
///
/// What a call of `verifyWithKey(address(0), "", "")` gives: on a chain with the verifier, the revert
/// `InvalidVerifyingKey(0)`; with MAP_FP2_TO_G2 alone, failure with nothing returned and all gas gone; with nothing at
/// 0x11, success with nothing returned.
abstract contract AbsentVerifierTest {
    bool public constant IS_TEST = true;

    KitHarness internal kit;
    address internal key = address(0xabc);

    function setUp() public virtual {
        kit = new KitHarness();
        VM.etch(key, hex"00");
        VM.store(address(kit), ZKVerifier.KEY_SLOT, bytes32(uint256(uint160(key))));
    }

    function test_isNotSupported() public view {
        VM.assertFalse(kit.isSupported());
    }

    function test_theProbeLeavesMostOfTheGas() public view {
        uint256 before = gasleft();
        kit.isSupported();
        VM.assertTrue(before - gasleft() < 30_000);
    }

    // Each call gets a limit: a burning precompile takes 63/64 of it.

    function test_nothingIsValid() public {
        VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
        kit.verify{gas: 1_000_000}("proof", "inputs");
        VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
        kit.verifyWithKey{gas: 1_000_000}(key, "proof", "inputs");
        VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
        kit.requireValid{gas: 1_000_000}("proof", "inputs");
        VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
        kit.requireValidWithKey{gas: 1_000_000}(key, "proof", "inputs");
        KitHarness unbound = new KitHarness();
        VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
        unbound.verifyWithDefaultKey{gas: 1_000_000}("proof", "inputs");
    }

    function test_noKeyCanBeBound() public {
        bytes32 codeHash = key.codehash;
        VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
        kit.bindKey{gas: 1_000_000}(key, codeHash);
    }

    function test_noKeyCanBeDeployed() public {
        VerifyingKeyDeployer deployer = new VerifyingKeyDeployer();
        VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
        deployer.deploy{gas: 1_000_000}(hex"0001");
    }

    function test_myAIAppReverts() public {
        MyAIApp app = new MyAIApp();
        (bool success,) =
            address(app).call{gas: 1_000_000}(abi.encodeCall(app.submitResult, (bytes("proof"), bytes("result"))));
        VM.assertFalse(success);
    }
}

/// @notice Nothing at 0x11: a call succeeds and returns nothing.
/// forge-config: default.evm_version = "cancun"
contract NothingAt0x11Test is AbsentVerifierTest {}

/// @notice Something that takes all gas and returns nothing, as MAP_FP2_TO_G2 does with our calls. (The real one is in
/// Prague.t.sol.)
/// forge-config: default.evm_version = "cancun"
contract BurnerAt0x11Test is AbsentVerifierTest {
    function setUp() public override {
        super.setUp();
        VM.etch(address(0x11), hex"fe");
    }
}

/// @notice A contract that answers everything with success and no bytes, one byte of code as chains put there for old
/// compilers.
/// forge-config: default.evm_version = "cancun"
contract StopAt0x11Test is AbsentVerifierTest {
    function setUp() public override {
        super.setUp();
        VM.etch(address(0x11), hex"00");
    }
}

/// @notice Answers that no verifier gives.
contract StrangeAnswersTest {
    bool public constant IS_TEST = true;

    KitHarness private kit;

    function setUp() public {
        kit = new KitHarness();
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_onlyACanonicalBoolIsAnAnswer(bytes memory answer) public {
        answerWith(answer);
        VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
        kit.verifyWithKey(address(0xabc), "proof", "inputs");
        VM.assertFalse(kit.isSupported());
    }

    function test_onlyACanonicalBoolIsAnAnswer() public {
        bytes[6] memory answers =
            [bytes(""), hex"01", new bytes(31), new bytes(64), abi.encode(uint256(2)), abi.encode(type(uint256).max)];
        for (uint256 i = 0; i < answers.length; i++) {
            answerWith(answers[i]);
            VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
            kit.verifyWithKey(address(0xabc), "proof", "inputs");
        }
    }

    function test_whatAcceptsTheEmptyProofIsNoVerifier() public {
        VM.etch(address(0xabc), hex"00");
        answerWith(abi.encode(true));
        VM.expectRevert(ZKVerifier.ZKVerifierUnavailable.selector);
        kit.bindKey(address(0xabc), keccak256(hex"00"));
    }

    function test_theVerifiersErrorsArePassedOn() public {
        bytes memory reason = abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, address(0xabc));
        VM.mockCallRevert(address(0x11), "", reason);
        VM.expectRevert(reason);
        kit.verifyWithKey(address(0xabc), "proof", "inputs");
    }

    function answerWith(bytes memory answer) private {
        VM.mockCall(address(0x11), "", answer);
    }
}
