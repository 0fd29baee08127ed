// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {VerifyingKeyDeployer} from "../src/VerifyingKeyDeployer.sol";
import {ZKVerifier} from "../src/ZKVerifier.sol";
import {KitHarness} from "./utils/KitHarness.sol";
import {KitTest} from "./utils/KitTest.sol";
import {VM} from "../test-utils/Vm.sol";
import {ZKVerifierShim} from "../test-utils/ZKVerifierShim.sol";

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

    function test_refusesAKeyLargerThanAContractMayBe() public {
        string[] memory options = new string[](7);
        options[0] = "--any-srs";
        options[1] = "--vk";
        options[2] = "tests/fixtures-large/huge/vk.key";
        options[3] = "--settings";
        options[4] = "tests/fixtures-large/huge/settings.json";
        options[5] = "--srs";
        options[6] = "tests/fixtures-large/huge/kzg_k1.srs";
        bytes memory key = importKey(options);
        VM.assertTrue(key.length > 49_152, "not even creation code may be as long (EIP-3860)");
        VM.expectRevert(abi.encodeWithSelector(VerifyingKeyDeployer.KeyTooLarge.selector, key.length, 24_576));
        deployer.deploy(key);
        // In a genesis, where no limit applies, it is a key like another.
        string[] memory acceptedSrs = new string[](1);
        acceptedSrs[0] = options[6];
        VM.etch(address(0xb16), key);
        ZKVerifierShim.install(
            ZKVerifierShim.Config({zkml: zkml(), defaultKey: address(0xb16), acceptedSrs: acceptedSrs})
        );
        KitHarness kit = new KitHarness();
        VM.assertFalse(kit.verifyWithDefaultKey("no proof", ""));
        kit.bindKey(address(0xb16), keccak256(key));
    }

    function test_theLimitIsThatOfAContractsCode() public {
        VM.assertEq(deployer.maxKeyLength(), 24_576);
        VM.expectRevert(abi.encodeWithSelector(VerifyingKeyDeployer.KeyTooLarge.selector, 24_577, 24_576));
        deployer.deploy(new bytes(24_577));
        // The largest code can be created; these bytes are no key.
        bytes memory zeros = new bytes(24_576);
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, deployer.addressOf(zeros)));
        deployer.deploy(zeros);
    }

    function test_refusesWhatTheChainTakesForNoCode() public {
        VM.expectRevert(abi.encodeWithSelector(VerifyingKeyDeployer.DeploymentFailed.selector, 2));
        deployer.deploy{gas: 1_000_000}(hex"ef00");
    }
}
