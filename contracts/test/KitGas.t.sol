// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {FixedPoint} from "../src/FixedPoint.sol";
import {IZKVerifier} from "../src/IZKVerifier.sol";
import {MyAIApp} from "../examples/MyAIApp.sol";
import {MyAIAppWithOwnKey} from "../examples/MyAIAppWithOwnKey.sol";
import {VerifyingKeyDeployer} from "../src/VerifyingKeyDeployer.sol";
import {ZKVerifier} from "../src/ZKVerifier.sol";
import {VM} from "../test-utils/Vm.sol";

/// @notice What the kit itself costs, for `contracts/.gas-snapshot`. The verifier's answers are mocked here and cost next
/// to nothing: its price is the chain's to set, and a new schedule is no change of the kit. (What a proof costs in all,
/// `forge test --gas-report` shows for the other suites.)
contract KitGasTest {
    bool public constant IS_TEST = true;

    address private constant KEY = address(0xabc);

    VerifyingKeyDeployer private deployer;
    MyAIApp private app;
    MyAIAppWithOwnKey private own;
    bytes32 private keyId;

    function setUp() public {
        VM.mockCall(address(0x11), abi.encodeWithSelector(IZKVerifier.verify.selector), abi.encode(true));
        VM.mockCall(address(0x11), abi.encodeWithSelector(IZKVerifier.verifyWithKey.selector), abi.encode(false));
        VM.etch(KEY, new bytes(2_000));
        keyId = KEY.codehash;
        deployer = new VerifyingKeyDeployer();
        app = new MyAIApp();
        own = new MyAIAppWithOwnKey(KEY, keyId);
    }

    function test_myAIAppWithAProofOf3072Bytes() public {
        app.submitResult(new bytes(3072), new bytes(128));
    }

    function test_myAIAppWithOwnKeyWithAProofOf3072Bytes() public view {
        own.submitResult(new bytes(3072), new bytes(128));
    }

    function test_bindKey() public {
        ZKVerifier.bindKey(KEY, keyId);
    }

    function test_deployAKeyOf2000Bytes() public {
        deployer.deploy(new bytes(2_000));
    }

    function test_toWad() public pure {
        FixedPoint.toWad(FixedPoint.ORDER - 1698, 13);
    }

    function test_fromWad() public pure {
        FixedPoint.fromWad(-0.207275390625e18, 13);
    }

    function test_unpack100PublicInputs() public pure {
        FixedPoint.unpack(new bytes(3200));
    }

    function test_packEightIntegers() public pure {
        FixedPoint.packInts(new int256[](8), 32);
    }
}
