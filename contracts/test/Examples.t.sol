// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {MyAIApp} from "../examples/MyAIApp.sol";
import {MyAIAppUpgradeable} from "../examples/MyAIAppUpgradeable.sol";
import {MyAIAppWithKey} from "../examples/MyAIAppWithKey.sol";
import {ZKVerifier} from "../src/ZKVerifier.sol";
import {KitTest} from "./utils/KitTest.sol";
import {VM} from "../test-utils/Vm.sol";

contract MyAIAppTest is KitTest {
    Model private model;
    MyAIApp private app;

    function setUp() public {
        model = loadModel("mlp");
        installVerifier(model.key);
        app = new MyAIApp();
    }

    function test_takesAProofInBothForms() public {
        bytes memory short = shortened("mlp");
        VM.assertEq(model.proof.length, 3072);
        VM.assertEq(short.length, 2304);
        app.submitResult(model.proof, model.publicInputs);
        app.submitResult(short, model.publicInputs);
    }

    function test_refusesAnAlteredShortProof() public {
        bytes memory short = shortened("mlp");
        // The parity of the first point's y, bit 254 of the word, a bit of x, one of the last x.
        uint16[4] memory bits = [7, 6, 255, 18_424];
        for (uint256 i = 0; i < bits.length; i++) {
            VM.expectRevert("Invalid ZK Proof");
            app.submitResult(flipped(short, bits[i]), model.publicInputs);
        }
        VM.expectRevert("Invalid ZK Proof");
        app.submitResult(bytes.concat(short, bytes32(0)), model.publicInputs);
        VM.expectRevert("Invalid ZK Proof");
        app.submitResult(short, bytes.concat(model.publicInputs, bytes32(0)));
    }
}

contract MyAIAppWithKeyTest is KitTest {
    address private constant ALICE = address(0xa11ce);
    address private constant MALLORY = address(0x3a1104);

    Model private model;
    MyAIAppWithKey private app;

    function setUp() public {
        model = loadModel("mlp");
        installVerifier(address(0));
        app = new MyAIAppWithKey(model.key, model.keyId, 4, 13);
        VM.roll(100);
    }

    function test_acceptsACommittedResultAndDecodesIt() public {
        commitTo(ALICE, model.proof, model.publicInputs);
        VM.roll(102);

        int256[] memory expected = new int256[](4);
        expected[0] = -0.207275390625e18;
        expected[1] = 0.5450439453125e18;
        expected[2] = -0.553955078125e18;
        expected[3] = 0.2589111328125e18;
        bytes32 statement = app.statementOf(model.publicInputs);
        VM.expectEmit();
        emit MyAIAppWithKey.ResultAccepted(statement, ALICE, expected);
        VM.prank(ALICE);
        int256[] memory outputs = app.submitResult(model.proof, model.publicInputs);

        VM.assertEq(abi.encode(outputs), abi.encode(expected));
        (address prover, uint64 blockNumber) = app.results(statement);
        VM.assertEq(prover, ALICE);
        VM.assertEq(blockNumber, 102);
    }

    function test_aStatementIsAcceptedOnce() public {
        commitTo(ALICE, model.proof, model.publicInputs);
        commitTo(MALLORY, model.proof, model.publicInputs);
        VM.roll(102);
        VM.prank(ALICE);
        app.submitResult(model.proof, model.publicInputs);
        bytes32 statement = app.statementOf(model.publicInputs);
        VM.prank(MALLORY);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppWithKey.AlreadyProven.selector, statement, ALICE));
        app.submitResult(model.proof, model.publicInputs);
    }

    function test_aProofCopiedFromTheMempoolComesTooLate() public {
        commitTo(ALICE, model.proof, model.publicInputs);
        VM.roll(102);
        // Mallory sees Alice's transaction, and is first in the block.
        bytes32 commitment = app.commitmentOf(MALLORY, app.statementOf(model.publicInputs), keccak256(model.proof));
        VM.prank(MALLORY);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppWithKey.NotCommitted.selector, commitment));
        app.submitResult(model.proof, model.publicInputs);
        commitTo(MALLORY, model.proof, model.publicInputs);
        VM.prank(MALLORY);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppWithKey.TooEarly.selector, 102, 104));
        app.submitResult(model.proof, model.publicInputs);
        VM.prank(ALICE);
        app.submitResult(model.proof, model.publicInputs);
    }

    function test_aCommitmentCannotBeMadeYounger() public {
        bytes32 commitment = commitTo(ALICE, model.proof, model.publicInputs);
        VM.roll(101);
        VM.prank(MALLORY);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppWithKey.AlreadyCommitted.selector, commitment));
        app.commit(commitment);
        VM.prank(ALICE);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppWithKey.TooEarly.selector, 101, 102));
        app.submitResult(model.proof, model.publicInputs);
    }

    function test_anInvalidProofLeavesNothingBehind() public {
        bytes memory altered = flipped(model.proof, 77);
        commitTo(MALLORY, altered, model.publicInputs);
        VM.roll(102);
        VM.prank(MALLORY);
        VM.expectRevert(ZKVerifier.InvalidProof.selector);
        app.submitResult(altered, model.publicInputs);
        (address prover,) = app.results(app.statementOf(model.publicInputs));
        VM.assertEq(prover, address(0));
    }

    function test_needsAKeyToBeDeployed() public {
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.KeyWithoutCode.selector, ALICE));
        new MyAIAppWithKey(ALICE, model.keyId, 4, 13);
    }

    function test_doesNotDecodeFewerWordsThanOutputs() public {
        VM.expectRevert(abi.encodeWithSelector(MyAIAppWithKey.TooFewPublicInputs.selector, 3, 4));
        app.outputsOf(new bytes(96));
    }

    function commitTo(address prover, bytes memory proof, bytes memory publicInputs)
        private
        returns (bytes32 commitment)
    {
        commitment = app.commitmentOf(prover, app.statementOf(publicInputs), keccak256(proof));
        VM.expectEmit();
        emit MyAIAppWithKey.Committed(prover, commitment);
        VM.prank(prover);
        app.commit(commitment);
    }
}

contract MyAIAppUpgradeableTest is KitTest {
    address private constant OWNER = address(0x0123);
    address private constant MALLORY = address(0x3a1104);

    Model private model;
    Model private retrained;
    MyAIAppUpgradeable private app;

    function setUp() public {
        model = loadModel("mlp");
        retrained = loadModel("conv");
        installVerifier(address(0));
        bytes memory call = abi.encodeCall(MyAIAppUpgradeable.initialize, (OWNER, model.key, model.keyId));
        app = MyAIAppUpgradeable(address(new ERC1967Proxy(address(new MyAIAppUpgradeable()), call)));
        VM.warp(1_000_000);
    }

    function test_verifiesUnderTheFirstKey() public {
        bytes32 statement = app.statementOf(model.publicInputs);
        VM.expectEmit();
        emit MyAIAppUpgradeable.ResultAccepted(statement, address(this));
        app.submitResult(model.proof, model.publicInputs);
        VM.assertEq(app.proverOf(statement), address(this));
        VM.expectRevert(abi.encodeWithSelector(MyAIAppUpgradeable.AlreadyProven.selector, statement, address(this)));
        app.submitResult(model.proof, model.publicInputs);
        VM.expectRevert(ZKVerifier.InvalidProof.selector);
        app.submitResult(retrained.proof, retrained.publicInputs);
    }

    function test_aNewKeyIsBoundAfterTheDelay() public {
        VM.prank(OWNER);
        app.announceKey(retrained.key, retrained.keyId);
        uint256 earliest = 1_000_000 + app.DELAY();

        VM.warp(earliest - 1);
        VM.prank(OWNER);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppUpgradeable.TooEarly.selector, earliest - 1, earliest));
        app.rotateKey(retrained.key, retrained.keyId);
        VM.assertEq(app.verifyingKey(), model.key);

        VM.warp(earliest);
        VM.prank(OWNER);
        app.rotateKey(retrained.key, retrained.keyId);
        VM.assertEq(app.verifyingKey(), retrained.key);
        app.submitResult(retrained.proof, retrained.publicInputs);
        VM.expectRevert(ZKVerifier.InvalidProof.selector);
        app.submitResult(model.proof, model.publicInputs);

        // One announcement, one change.
        VM.prank(OWNER);
        VM.expectRevert(
            abi.encodeWithSelector(
                MyAIAppUpgradeable.NotAnnounced.selector, keccak256(abi.encode("key", retrained.key, retrained.keyId))
            )
        );
        app.rotateKey(retrained.key, retrained.keyId);
    }

    function test_anAnnouncementExpires() public {
        VM.prank(OWNER);
        app.announceKey(retrained.key, retrained.keyId);
        uint256 latest = 1_000_000 + app.DELAY() + app.GRACE();
        VM.warp(latest + 1);
        VM.prank(OWNER);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppUpgradeable.TooLate.selector, latest + 1, latest));
        app.rotateKey(retrained.key, retrained.keyId);
    }

    function test_anAnnouncementCanBeTakenBack() public {
        bytes32 change = keccak256(abi.encode("key", retrained.key, retrained.keyId));
        VM.prank(OWNER);
        app.announceKey(retrained.key, retrained.keyId);
        VM.assertEq(app.announced(change).earliest, 1_000_000 + app.DELAY());
        VM.prank(OWNER);
        app.cancel(change);
        VM.assertEq(app.announced(change).earliest, 0);
        VM.prank(OWNER);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppUpgradeable.NotAnnounced.selector, change));
        app.cancel(change);
    }

    function test_aWrongKeyIsRefusedWhenItIsAnnounced() public {
        VM.prank(OWNER);
        VM.expectRevert(
            abi.encodeWithSelector(ZKVerifier.KeyCodeHashMismatch.selector, retrained.key, retrained.keyId, model.keyId)
        );
        app.announceKey(retrained.key, model.keyId);
        bytes32 codeHash = address(app).codehash;
        VM.prank(OWNER);
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, address(app)));
        app.announceKey(address(app), codeHash);
    }

    function test_onlyTheOwnerChangesAnything() public {
        bytes memory refusal =
            abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, address(this));
        VM.expectRevert(refusal);
        app.announceKey(retrained.key, retrained.keyId);
        VM.expectRevert(refusal);
        app.rotateKey(retrained.key, retrained.keyId);
        VM.expectRevert(refusal);
        app.announceUpgrade(MALLORY);
        VM.expectRevert(refusal);
        app.cancel(bytes32(0));
        address implementation = address(new MyAIAppUpgradeable());
        VM.expectRevert(refusal);
        app.upgradeToAndCall(implementation, "");
    }

    function test_anUpgradeWaitsAsLongAsAKeyAndKeepsTheKey() public {
        address implementation = address(new MyAIAppUpgradeable());
        bytes32 change = keccak256(abi.encode("implementation", implementation, implementation.codehash));
        VM.prank(OWNER);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppUpgradeable.NotAnnounced.selector, change));
        app.upgradeToAndCall(implementation, "");
        VM.prank(OWNER);
        app.announceUpgrade(implementation);
        VM.warp(1_000_000 + app.DELAY());
        VM.prank(OWNER);
        app.upgradeToAndCall(implementation, "");
        VM.assertEq(app.verifyingKey(), model.key);
        app.submitResult(model.proof, model.publicInputs);
    }

    function test_anUpgradeIsAnnouncedWithItsCode() public {
        VM.prank(OWNER);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppUpgradeable.ImplementationWithoutCode.selector, MALLORY));
        app.announceUpgrade(MALLORY);
        address implementation = address(new MyAIAppUpgradeable());
        VM.prank(OWNER);
        app.announceUpgrade(implementation);
        VM.warp(1_000_000 + app.DELAY());
        // Other code in its place is another change, which nobody has announced.
        VM.etch(implementation, bytes.concat(implementation.code, hex"00"));
        bytes32 change = keccak256(abi.encode("implementation", implementation, implementation.codehash));
        VM.prank(OWNER);
        VM.expectRevert(abi.encodeWithSelector(MyAIAppUpgradeable.NotAnnounced.selector, change));
        app.upgradeToAndCall(implementation, "");
    }

    function test_isInitialisedOnce() public {
        VM.expectRevert();
        app.initialize(MALLORY, retrained.key, retrained.keyId);
        MyAIAppUpgradeable implementation = new MyAIAppUpgradeable();
        VM.expectRevert();
        implementation.initialize(MALLORY, retrained.key, retrained.keyId);
    }
}
