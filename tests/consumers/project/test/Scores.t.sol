// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {MyAIAppWithKey} from "zk-verify-contracts/examples/MyAIAppWithKey.sol";
import {FixedPoint} from "zk-verify-contracts/src/FixedPoint.sol";
import {IZKVerifier} from "zk-verify-contracts/src/IZKVerifier.sol";
import {VerifyingKeyDeployer} from "zk-verify-contracts/src/VerifyingKeyDeployer.sol";
import {ZKVerifier} from "zk-verify-contracts/src/ZKVerifier.sol";
import {EzklProof} from "zk-verify-contracts/test-utils/EzklProof.sol";
import {VM} from "zk-verify-contracts/test-utils/Vm.sol";
import {ZKVerifierShim} from "zk-verify-contracts/test-utils/ZKVerifierShim.sol";
import {Scores} from "../src/Scores.sol";

/// The real verifier in the project of somebody who installed the package.
contract ScoresTest {
    bool public constant IS_TEST = true;

    VerifyingKeyDeployer private deployer;
    Scores private scores;
    bytes private key;
    bytes private proof;
    bytes private publicInputs;

    function setUp() public {
        ZKVerifierShim.install();
        key = VM.readFileBinary("model.zkvk");
        (proof, publicInputs) = EzklProof.load("proof.json");
        deployer = new VerifyingKeyDeployer();
        scores = new Scores(deployer.deploy(key), keccak256(key));
    }

    function test_runsOnTheForkAskedFor() public view {
        string memory fork = VM.envOr("FOUNDRY_EVM_VERSION", string(""));
        VM.assertEq(VM.getEvmVersion(), fork);
        // EIP-2537's MAP_FP2_TO_G2 maps 128 bytes to 256; before Prague, and before the verifier is installed, nothing
        // is at this address. The call is to 0x10, its neighbour, which nobody redirects: 64 bytes to 128.
        (, bytes memory answer) = address(0x10).staticcall(new bytes(64));
        VM.assertEq(answer.length, keccak256(bytes(fork)) == keccak256("cancun") ? 0 : 128);
        VM.assertTrue(ZKVerifier.isSupported());
    }

    function test_acceptsAProof() public {
        scores.submit(proof, publicInputs);
        VM.assertTrue(scores.proven(keccak256(publicInputs)));
    }

    function test_rejectsOtherPublicInputs() public {
        publicInputs[31] ^= 0x01;
        VM.expectRevert(ZKVerifier.InvalidProof.selector);
        scores.submit(proof, publicInputs);
    }

    /// forge-config: default.fuzz.runs = 16
    function testFuzz_rejectsAProofWithOneBitFlipped(uint256 bit) public {
        bit %= proof.length * 8;
        proof[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        VM.expectRevert(ZKVerifier.InvalidProof.selector);
        scores.submit(proof, publicInputs);
    }

    function test_theExamplesCompileWithoutOpenZeppelin() public {
        MyAIAppWithKey example = new MyAIAppWithKey(deployer.deploy(key), keccak256(key), 1, 13);
        VM.assertEq(example.outputsOf(publicInputs)[0], FixedPoint.toWad(FixedPoint.wordAt(publicInputs, 0), 13));
    }

    function test_aKeyOfATestSetupIsAcceptedOnlyByName() public {
        bytes memory testKey = VM.readFileBinary("test-srs.zkvk");
        address account = deployer.addressOf(testKey);
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, account));
        deployer.deploy(testKey);

        string[] memory acceptedSrs = new string[](1);
        acceptedSrs[0] = "kzg.srs";
        ZKVerifierShim.install(
            ZKVerifierShim.Config({
                zkml: VM.envOr("ZKML", string("zkml")), defaultKey: address(0), acceptedSrs: acceptedSrs
            })
        );
        VM.assertEq(deployer.deploy(testKey), account);
    }
}
