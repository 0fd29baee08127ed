// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {MyAIApp} from "../examples/MyAIApp.sol";
import {AbsentVerifierTest} from "./AbsentVerifier.t.sol";
import {KitHarness} from "./utils/KitHarness.sol";
import {VM} from "../test-utils/Vm.sol";

/// @notice A Prague chain without the verifier: the native MAP_FP2_TO_G2 of EIP-2537 is at 0x11.
/// forge-config: default.evm_version = "prague"
contract PragueWithoutVerifierTest is AbsentVerifierTest {
    function test_thisIsPrague() public view {
        // Eight zero words are the point zero of Fp2, padded; the map gives a point of G2.
        (bool success, bytes memory answer) = address(0x11).staticcall(new bytes(128));
        VM.assertTrue(success);
        VM.assertEq(answer.length, 256);
    }
}

/// @notice Tests that need no proof can answer for the verifier with `vm.mockCall`, on Prague too. These mocks say nothing
/// of the verifier; they show that this works for the contracts around it.
/// forge-config: default.evm_version = "prague"
contract PragueMockTest {
    bool public constant IS_TEST = true;

    MyAIApp private app;
    KitHarness private kit;

    function setUp() public {
        app = new MyAIApp();
        kit = new KitHarness();
    }

    function test_aContractCanBeTestedWithAMockedVerdict() public {
        bytes memory valid = abi.encodeCall(IZKVerifier.verify, (bytes("proof"), bytes("result")));
        VM.mockCall(address(0x11), abi.encodeWithSelector(IZKVerifier.verify.selector), abi.encode(false));
        VM.mockCall(address(0x11), valid, abi.encode(true));
        app.submitResult("proof", "result");
        VM.expectRevert(bytes("Invalid ZK Proof"));
        app.submitResult("another proof", "result");
    }

    function test_aContractCanBeTestedWithAMockedError() public {
        bytes memory reason = abi.encodeWithSelector(IZKVerifier.NoVerifyingKey.selector, address(app));
        VM.mockCallRevert(address(0x11), abi.encodeWithSelector(IZKVerifier.verify.selector), reason);
        VM.expectRevert(reason);
        app.submitResult("proof", "result");
    }

    function test_theLibraryWorksOnMocks() public {
        VM.mockCall(address(0x11), abi.encodeWithSelector(IZKVerifier.verifyWithKey.selector), abi.encode(true));
        VM.assertTrue(kit.verifyWithKey(address(0xabc), "proof", "inputs"));
    }
}
