// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {ZKVerifierShim} from "../test-utils/ZKVerifierShim.sol";
import {VM} from "../test-utils/Vm.sol";
import {KitHarness} from "./utils/KitHarness.sol";
import {KitTest} from "./utils/KitTest.sol";

/// @notice The shim itself. (That it logs reasons, tests/consumers/run checks in forge's output: forge takes calls of its
/// console before any cheatcode could count them.)
contract ZKVerifierShimTest is KitTest {
    KitHarness private kit;
    Model private model;

    function setUp() public {
        kit = new KitHarness();
        model = loadModel("mlp");
        installVerifier(address(0));
        kit.bindKey(model.key, model.keyId);
    }

    function test_theVerifierRunsOnTheForkOfTheTest() public view {
        // EIP-2537's MAP_FP_TO_G1, a neighbour of 0x11: from Prague on it maps 64 bytes to 128.
        (, bytes memory answer) = address(0x10).staticcall(new bytes(64));
        bool isCancun = keccak256(bytes(VM.getEvmVersion())) == keccak256("cancun");
        VM.assertEq(answer.length, isCancun ? 0 : 128);
        VM.assertTrue(kit.verify(model.proof, model.publicInputs));
    }

    function test_anotherInstallationReplacesTheConfiguration() public {
        ZKVerifierShim.install(
            ZKVerifierShim.Config({zkml: zkml(), defaultKey: model.key, acceptedSrs: new string[](0)})
        );
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, model.key));
        kit.verify(model.proof, model.publicInputs);
    }
}
