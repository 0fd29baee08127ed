// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {VerifyingKeyDeployer} from "../src/VerifyingKeyDeployer.sol";
import {ZKVerifier} from "../src/ZKVerifier.sol";
import {KitHarness} from "./utils/KitHarness.sol";
import {KitTest} from "./utils/KitTest.sol";
import {VM} from "../test-utils/Vm.sol";

contract VerifyingKeyDeployerTest is KitTest {
    VerifyingKeyDeployer private deployer;
    Model private model;

    function setUp() public {
        deployer = new VerifyingKeyDeployer();
        model = loadModel("mlp");
        installVerifier(address(0));
    }

    function test_theCodeOfTheAccountIsTheKey() public {
        bytes memory key = keyBytes("mlp");
        address expected = deployer.addressOf(key);
        VM.assertEq(expected.code.length, 0);
        VM.expectEmit();
        emit VerifyingKeyDeployer.VerifyingKeyDeployed(expected, keccak256(key));
        address account = deployer.deploy(key);
        VM.assertEq(account, expected);
        VM.assertEq(account.code, key);
        VM.assertEq(account.codehash, model.keyId);
    }

    function test_aDeployedKeyVerifiesProofs() public {
        address account = deployer.deploy(keyBytes("mlp"));
        KitHarness kit = new KitHarness();
        kit.bindKey(account, model.keyId);
        VM.assertTrue(kit.verify(model.proof, model.publicInputs));
        VM.assertFalse(kit.verify(flipped(model.proof, 0), model.publicInputs));
    }

    function test_theSameKeyIsDeployedOnce() public {
        bytes memory key = keyBytes("mlp");
        address first = deployer.deploy(key);
        VM.prank(address(0xb0b));
        VM.assertEq(deployer.deploy(key), first);
        VM.assertTrue(deployer.deploy(keyBytes("conv")) != first);
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_deploysOnlyKeysThatThePrecompileAccepts(uint256 bit) public {
        bytes memory key = keyBytes("mlp");
        bytes memory altered = flipped(key, 8 + bit % ((key.length - 1) * 8));
        address account = deployer.addressOf(altered);
        try deployer.deploy(altered) {
            VM.assertEq(account.code, altered);
        } catch (bytes memory reason) {
            VM.assertEq(reason, abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, account));
            VM.assertEq(account.code.length, 0);
        }
    }

    function test_refusesWhatIsNoKey() public {
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.KeyWithoutCode.selector, deployer.addressOf("")));
        deployer.deploy("");
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, deployer.addressOf(hex"00")));
        deployer.deploy(hex"00");
        bytes memory longer = bytes.concat(keyBytes("mlp"), hex"00");
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, deployer.addressOf(longer)));
        deployer.deploy(longer);
    }

    function test_refusesWhatTheChainTakesForNoCode() public {
        VM.expectRevert(abi.encodeWithSelector(VerifyingKeyDeployer.DeploymentFailed.selector, 2));
        deployer.deploy{gas: 1_000_000}(hex"ef00");
    }
}
