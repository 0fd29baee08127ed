// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {ZKVerifier} from "../src/ZKVerifier.sol";
import {KitHarness} from "./utils/KitHarness.sol";
import {KitTest} from "./utils/KitTest.sol";
import {VM} from "../test-utils/Vm.sol";

/// @notice The library against the real verifier.
contract ZKVerifierTest is KitTest {
    KitHarness private kit;
    Model private model;

    function setUp() public {
        kit = new KitHarness();
        model = loadModel("mlp");
        installVerifier(address(0));
        kit.bindKey(model.key, model.keyId);
    }

    // --- Verification -----------------------------------------------------------------------------------------------

    function test_acceptsARealProof() public view {
        VM.assertTrue(kit.verify(model.proof, model.publicInputs));
        VM.assertTrue(kit.verifyWithKey(model.key, model.proof, model.publicInputs));
        kit.requireValid(model.proof, model.publicInputs);
        kit.requireValidWithKey(model.key, model.proof, model.publicInputs);
    }

    function test_acceptsPublicInputsAsNumbers() public view {
        VM.assertTrue(kit.verifyWords(model.proof, words(model.publicInputs)));
        VM.assertTrue(kit.verifyWordsWithKey(model.key, model.proof, words(model.publicInputs)));
        kit.requireValidWords(model.proof, words(model.publicInputs));
        kit.requireValidWordsWithKey(model.key, model.proof, words(model.publicInputs));
    }

    /// forge-config: default.fuzz.runs = 48
    function testFuzz_rejectsAProofWithOneBitFlipped(uint256 bit) public view {
        bytes memory altered = flipped(model.proof, bit % (model.proof.length * 8));
        VM.assertFalse(kit.verify(altered, model.publicInputs));
    }

    /// forge-config: default.fuzz.runs = 48
    function testFuzz_rejectsOtherPublicInputs(uint256 index, uint256 difference) public view {
        uint256[] memory altered = words(model.publicInputs);
        VM.assume(difference != 0);
        unchecked {
            // Any other word, canonical or not: a multiple of the order away is another word and no field element.
            altered[index % altered.length] += difference;
        }
        VM.assertFalse(kit.verifyWords(model.proof, altered));
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_rejectsAnyOtherBytes(bytes memory proof, bytes memory publicInputs) public view {
        VM.assertFalse(kit.verifyWithKey(model.key, proof, publicInputs));
        VM.assertFalse(kit.verifyWithKey(model.key, proof, model.publicInputs));
        VM.assertFalse(kit.verifyWithKey(model.key, model.proof, publicInputs));
    }

    function test_rejectsAProofWithBytesAppended() public view {
        VM.assertFalse(kit.verify(bytes.concat(model.proof, hex"00"), model.publicInputs));
        VM.assertFalse(kit.verify(bytes.concat(model.proof, bytes32(0)), model.publicInputs));
        VM.assertFalse(kit.verify(bytes.concat(model.proof, bytes32(0), bytes32(0)), model.publicInputs));
        VM.assertFalse(kit.verify(model.proof, bytes.concat(model.publicInputs, hex"00")));
        VM.assertFalse(kit.verify(model.proof, bytes.concat(model.publicInputs, bytes32(0))));
    }

    function test_requireValidRevertsOnAnInvalidProof() public {
        bytes memory altered = flipped(model.proof, 0);
        VM.expectRevert(ZKVerifier.InvalidProof.selector);
        kit.requireValid(altered, model.publicInputs);
        VM.expectRevert(ZKVerifier.InvalidProof.selector);
        kit.requireValidWords(altered, words(model.publicInputs));
        VM.expectRevert(ZKVerifier.InvalidProof.selector);
        kit.requireValidWithKey(model.key, altered, model.publicInputs);
        VM.expectRevert(ZKVerifier.InvalidProof.selector);
        kit.requireValidWordsWithKey(model.key, altered, words(model.publicInputs));
    }

    function test_rejectsAProofOfAnotherModel() public {
        Model memory other = loadModel("conv");
        VM.assertTrue(kit.verifyWithKey(other.key, other.proof, other.publicInputs));
        VM.assertFalse(kit.verifyWithKey(model.key, other.proof, other.publicInputs));
        VM.assertFalse(kit.verifyWithKey(other.key, model.proof, model.publicInputs));
    }

    // --- Which key --------------------------------------------------------------------------------------------------

    function test_withoutABoundKeyVerifyReverts() public {
        KitHarness unbound = new KitHarness();
        VM.assertEq(unbound.boundKey(), address(0));
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.NoVerifyingKey.selector, address(unbound)));
        unbound.verify(model.proof, model.publicInputs);
    }

    function test_theDefaultKeyHasToBeAskedForByName() public {
        KitHarness unbound = new KitHarness();
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.NoVerifyingKey.selector, address(unbound)));
        unbound.verifyWithDefaultKey(model.proof, model.publicInputs);

        installVerifier(model.key);
        VM.assertTrue(unbound.verifyWithDefaultKey(model.proof, model.publicInputs));
        VM.assertTrue(unbound.verifyWordsWithDefaultKey(model.proof, words(model.publicInputs)));
        VM.assertFalse(unbound.verifyWithDefaultKey(flipped(model.proof, 9), model.publicInputs));
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.NoVerifyingKey.selector, address(unbound)));
        unbound.verify(model.proof, model.publicInputs);
    }

    function test_aContractWithAKeyOfItsOwnCannotAskForTheDefault() public {
        installVerifier(model.key);
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.KeyAlreadyBound.selector, model.key));
        kit.verifyWithDefaultKey(model.proof, model.publicInputs);
    }

    function test_bindKeyWritesTheSlotThatThePrecompileReads() public {
        KitHarness fresh = new KitHarness();
        VM.expectEmit();
        emit ZKVerifier.VerifyingKeyBound(model.key, model.keyId);
        fresh.bindKey(model.key, model.keyId);
        VM.assertEq(fresh.boundKey(), model.key);
        bytes32 slot = bytes32(uint256(keccak256("zk_verify.key")) - 1);
        VM.assertEq(slot, ZKVerifier.KEY_SLOT);
        VM.assertEq(VM.load(address(fresh), slot), bytes32(uint256(uint160(model.key))));
    }

    function test_bindKeyRefusesWhatIsNotTheExpectedKey() public {
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, address(0)));
        kit.bindKey(address(0), model.keyId);
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.KeyWithoutCode.selector, address(0xabc)));
        kit.bindKey(address(0xabc), keccak256(""));
        bytes32 other = bytes32(uint256(model.keyId) ^ 1);
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.KeyCodeHashMismatch.selector, model.key, model.keyId, other));
        kit.bindKey(model.key, other);
        VM.assertEq(kit.boundKey(), model.key);
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_bindKeyRefusesAKeyWithOneBitFlippedUnlessItIsStillAKey(uint256 bit) public {
        bytes memory altered = flipped(model.key.code, 8 + bit % ((model.key.code.length - 1) * 8));
        address account = address(0xabc);
        VM.etch(account, altered);
        // With some bits (of a constant, say) it is another well-formed key; no such key accepts this proof.
        try kit.bindKey(account, keccak256(altered)) {
            VM.assertFalse(kit.verify(model.proof, model.publicInputs));
        } catch (bytes memory reason) {
            VM.assertEq(reason, abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, account));
            VM.assertEq(kit.boundKey(), model.key);
        }
    }

    function test_refusesAccountsThatAreNoKeys() public {
        address[3] memory accounts = [address(0), address(0xabc), address(kit)];
        for (uint256 i = 0; i < accounts.length; i++) {
            VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, accounts[i]));
            kit.verifyWithKey(accounts[i], model.proof, model.publicInputs);
        }
    }

    function test_aSlotThatIsNoAddressIsAnErrorAndNotTheDefault() public {
        installVerifier(model.key);
        VM.store(address(kit), ZKVerifier.KEY_SLOT, bytes32(uint256(uint160(model.key)) | 1 << 160));
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, model.key));
        kit.verify(model.proof, model.publicInputs);
        VM.store(address(kit), ZKVerifier.KEY_SLOT, bytes32(uint256(1 << 160)));
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, address(0)));
        kit.verify(model.proof, model.publicInputs);
        VM.store(address(kit), ZKVerifier.KEY_SLOT, bytes32(uint256(0xabc)));
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, address(0xabc)));
        kit.verify(model.proof, model.publicInputs);
    }

    function test_behindAProxyTheKeyIsTheProxys() public {
        KitHarness proxy = KitHarness(address(new ERC1967Proxy(address(kit), abi.encodeCall(kit.boundKey, ()))));
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.NoVerifyingKey.selector, address(proxy)));
        proxy.verify(model.proof, model.publicInputs);

        Model memory other = loadModel("conv");
        proxy.bindKey(other.key, other.keyId);
        VM.assertTrue(proxy.verify(other.proof, other.publicInputs));
        VM.assertFalse(proxy.verify(model.proof, model.publicInputs));
        VM.assertTrue(kit.verify(model.proof, model.publicInputs));
        VM.assertEq(kit.boundKey(), model.key);
    }

    function test_aKeyOfASetupThatTheChainDoesNotAcceptIsNoKey() public {
        Model memory foreign = loadModel("softmax");
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, foreign.key));
        kit.bindKey(foreign.key, foreign.keyId);
        VM.expectRevert(abi.encodeWithSelector(IZKVerifier.InvalidVerifyingKey.selector, foreign.key));
        kit.verifyWithKey(foreign.key, foreign.proof, foreign.publicInputs);
    }

    // --- The rest ---------------------------------------------------------------------------------------------------

    function test_theVerifierIsSupported() public view {
        VM.assertTrue(kit.isSupported());
    }

    function test_littleGasCannotMakeTheVerifierLookAbsent() public {
        for (uint256 gas = 1_000; gas < 40_000; gas += 500) {
            (bool success, bytes memory answer) = address(kit).call{gas: gas}(abi.encodeCall(kit.isSupported, ()));
            // It runs out of gas, or says so, or gives the right answer.
            if (success) VM.assertTrue(abi.decode(answer, (bool)));
        }
    }

    function test_theCommitmentsAtTheHeadOfAProofBindTheInputs() public {
        Model memory committed = loadModel("polycommit_in");
        VM.assertTrue(kit.verifyWithKey(committed.key, committed.proof, committed.publicInputs));
        uint256 length = committed.proof.length;
        (uint256 x, uint256 y) = kit.commitmentAt(committed.proof, 0, length);
        // The commitment that ezkl wrote into the witness file, there compressed.
        VM.assertEq(x, 0x1c067e7799e2ff53cae4b565990e881bb67190213ba68e5cf71737a77b2bf16f);
        VM.assertTrue(onCurve(x, y));
        (x, y) = kit.commitmentAt(committed.proof, 1, length);
        VM.assertTrue(onCurve(x, y));
    }

    function test_theCommitmentsAreTheSamePointsInTheShortForm() public {
        Model memory committed = loadModel("polycommit_in");
        bytes memory short = shortened("polycommit_in");
        VM.assertTrue(kit.verifyWithKey(committed.key, short, committed.publicInputs));
        uint256 length = committed.proof.length;
        // Among so many points there are both parities.
        uint256 odd;
        for (uint256 i = 0; i < 8; i++) {
            (uint256 x, uint256 y) = kit.commitmentAt(committed.proof, i, length);
            (uint256 shortX, uint256 shortY) = kit.commitmentAt(short, i, length);
            VM.assertEq(abi.encode(shortX, shortY), abi.encode(x, y));
            odd += y % 2;
        }
        VM.assertTrue(0 < odd && odd < 8);
    }

    function test_aWordOfNoPointIsNoCommitment() public {
        uint256 modulus = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
        // x = 0, since 3 is no square; bit 254; x = q; x = 4, since 67 is no square.
        uint256[5] memory words = [0, 1 << 255, (1 << 254) | 1, modulus, 4];
        for (uint256 i = 0; i < words.length; i++) {
            VM.expectRevert(abi.encodeWithSelector(ZKVerifier.NoPoint.selector, words[i]));
            kit.commitmentAt(abi.encode(words[i]), 0, 64);
        }
        // The generator, (1, 2), and its negative.
        (uint256 x, uint256 y) = kit.commitmentAt(abi.encode(1), 0, 64);
        VM.assertEq(abi.encode(x, y), abi.encode(1, 2));
        (x, y) = kit.commitmentAt(abi.encode((1 << 255) | 1), 0, 64);
        VM.assertEq(abi.encode(x, y), abi.encode(1, modulus - 2));
    }

    function test_bothFormsOfAProofAreValidAndTheirHashesDiffer() public {
        bytes memory short = shortened("mlp");
        VM.assertTrue(kit.verifyWithKey(model.key, short, model.publicInputs));
        VM.assertTrue(kit.verifyWithKey(model.key, model.proof, model.publicInputs));
        // So the hash is no nullifier.
        VM.assertTrue(keccak256(short) != keccak256(model.proof));
        for (uint256 bit = 0; bit < 256; bit += 17) {
            VM.assertFalse(kit.verifyWithKey(model.key, flipped(short, 8 * bit), model.publicInputs));
        }
    }

    function test_thereIsNoCommitmentBehindTheProofsEnd() public {
        uint256 count = model.proof.length / 64;
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.CommitmentOutOfBounds.selector, count, model.proof.length));
        kit.commitmentAt(model.proof, count, model.proof.length);
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.CommitmentOutOfBounds.selector, 0, 63));
        kit.commitmentAt(new bytes(63), 0, 63);
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.CommitmentOutOfBounds.selector, 0, 31));
        kit.commitmentAt(new bytes(31), 0, 64);
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.CommitmentOutOfBounds.selector, 2, 95));
        kit.commitmentAt(new bytes(95), 2, 128);
        VM.expectRevert(abi.encodeWithSelector(ZKVerifier.ProofTooLong.selector, 65, 64));
        kit.commitmentAt(new bytes(65), 0, 64);
        VM.expectRevert(
            abi.encodeWithSelector(ZKVerifier.CommitmentOutOfBounds.selector, type(uint256).max, model.proof.length)
        );
        kit.commitmentAt(model.proof, type(uint256).max, model.proof.length);
    }

    /// @dev EIP-196's addition fails for a point that is not on BN254's curve.
    function onCurve(uint256 x, uint256 y) private view returns (bool success) {
        (success,) = address(0x06).staticcall(abi.encode(x, y, 0, 0));
    }
}
