// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "./IZKVerifier.sol";

/// @title Verification of ezkl proofs through the precompile at 0x11
///
/// @notice Every function is `internal`: it becomes part of the calling contract, so that this contract is the caller
/// that 0x11 sees and the owner of the slot from which 0x11 reads the key. In code that runs behind a proxy by
/// DELEGATECALL, caller and slot are the proxy's.
///
/// IMPORTANT: a valid proof says that somebody ran the circuit of *this key* with *these public inputs*. It does not say
/// who, when, or that the proof is new: proofs can be copied from the mempool, and a proof can be changed into another
/// valid one of the same statement. Every proof also has two encodings, the long form (64 bytes for a point) and the short
/// form (32 bytes), which 0x11 takes alike; anybody can turn one into the other. So a proof's bytes are no unique id:
/// never use `keccak256(proof)` as a nullifier. Key replay protection on the public inputs.
///
/// IMPORTANT: an absent verifier never reads as success. A call that returns anything but one canonical `bool` reverts
/// with {ZKVerifierUnavailable}, and so does one that fails without a reason: on a chain that has only BLS12-381's
/// MAP_FP2_TO_G2 at 0x11 (EIP-2537) it burns all the gas it is given. Probe with {isSupported} where that matters.
library ZKVerifier {
    /// @notice The account of the bound key was written to `KEY_SLOT`.
    event VerifyingKeyBound(address indexed key, bytes32 indexed codeHash);

    /// @notice What is at 0x11 did not answer as the verifier does, or ran out of gas.
    error ZKVerifierUnavailable();

    /// @notice The proof is not valid for these public inputs under this key.
    error InvalidProof();

    /// @notice {verifyWithDefaultKey} was called in a contract that has bound a key of its own.
    error KeyAlreadyBound(address key);

    /// @notice The account to bind has no code.
    error KeyWithoutCode(address key);

    /// @notice The account to bind holds another key than expected.
    error KeyCodeHashMismatch(address key, bytes32 actual, bytes32 expected);

    /// @notice The proof is too short to hold a commitment of this index.
    error CommitmentOutOfBounds(uint256 index, uint256 proofLength);

    /// @notice The proof is longer than its key's proofs are in the long form.
    error ProofTooLong(uint256 proofLength, uint256 longLength);

    /// @notice This word of a short proof stands for no point of the curve.
    error NoPoint(uint256 word);

    /// @notice Less gas is left than {isSupported} needs for an answer that can be relied on.
    error NotEnoughGasToProbe();

    /// @dev Where the precompile is.
    IZKVerifier internal constant VERIFIER = IZKVerifier(address(0x11));

    /// @dev Where the precompile reads the calling contract's key: `keccak256("zk_verify.key") - 1`. Nobody knows a
    /// preimage, so no mapping or array of the contract can use the same slot (as in ERC-1967).
    bytes32 internal constant KEY_SLOT = 0xb7e2e6c0df4042293c1c3043569a1058471902d6c36287e0fece45197f54afac;

    /// @dev Gas given to the probe of {isSupported}. The verifier needs a few hundred to refuse four bytes of call data;
    /// a chain that has only MAP_FP2_TO_G2 at 0x11 burns all of it.
    uint256 internal constant PROBE_GAS = 20_000;

    /// @dev The modulus of the field of BN254's coordinates.
    uint256 private constant MODULUS = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    // --- Verification -----------------------------------------------------------------------------------------------

    /// @notice Verifies a proof under the key that this contract bound with {bindKey}. Reverts with `NoVerifyingKey` if
    /// it bound none; for the chain's default key there is {verifyWithDefaultKey}.
    /// @param proof The proof's bytes, in the long or the short form.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    /// @return Whether the proof is valid.
    function verify(bytes memory proof, bytes memory publicInputs) internal view returns (bool) {
        if (_slot() == 0) revert IZKVerifier.NoVerifyingKey(address(this));
        return _call(abi.encodeCall(IZKVerifier.verify, (proof, publicInputs)));
    }

    /// @dev {verify} with the public inputs as numbers.
    function verify(bytes memory proof, uint256[] memory publicInputs) internal view returns (bool) {
        return verify(proof, abi.encodePacked(publicInputs));
    }

    /// @notice Verifies a proof under the chain's default key. Reverts with {KeyAlreadyBound} if this contract bound a
    /// key of its own, with `NoVerifyingKey` if the chain has no default.
    /// @param proof The proof's bytes, in the long or the short form.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    /// @return Whether the proof is valid.
    function verifyWithDefaultKey(bytes memory proof, bytes memory publicInputs) internal view returns (bool) {
        if (_slot() != 0) revert KeyAlreadyBound(boundKey());
        return _call(abi.encodeCall(IZKVerifier.verify, (proof, publicInputs)));
    }

    /// @dev {verifyWithDefaultKey} with the public inputs as numbers.
    function verifyWithDefaultKey(bytes memory proof, uint256[] memory publicInputs) internal view returns (bool) {
        return verifyWithDefaultKey(proof, abi.encodePacked(publicInputs));
    }

    /// @notice Verifies a proof under the key at an address, whatever key this contract has bound.
    ///
    /// IMPORTANT: `key` must come from the contract itself, never from the sender of the proof, who could otherwise prove
    /// anything under a key made for it.
    /// @param key The account whose code is the key.
    /// @param proof The proof's bytes, in the long or the short form.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    /// @return Whether the proof is valid.
    function verifyWithKey(address key, bytes memory proof, bytes memory publicInputs) internal view returns (bool) {
        return _call(abi.encodeCall(IZKVerifier.verifyWithKey, (key, proof, publicInputs)));
    }

    /// @dev {verifyWithKey} with the public inputs as numbers.
    function verifyWithKey(address key, bytes memory proof, uint256[] memory publicInputs)
        internal
        view
        returns (bool)
    {
        return verifyWithKey(key, proof, abi.encodePacked(publicInputs));
    }

    /// @notice {verify}, and reverts with {InvalidProof} unless the proof is valid.
    /// @param proof The proof's bytes, in the long or the short form.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    function requireValid(bytes memory proof, bytes memory publicInputs) internal view {
        if (!verify(proof, publicInputs)) revert InvalidProof();
    }

    /// @dev {requireValid} with the public inputs as numbers.
    function requireValid(bytes memory proof, uint256[] memory publicInputs) internal view {
        requireValid(proof, abi.encodePacked(publicInputs));
    }

    /// @notice {verifyWithKey}, and reverts with {InvalidProof} unless the proof is valid.
    /// @param key The account whose code is the key.
    /// @param proof The proof's bytes, in the long or the short form.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    function requireValidWithKey(address key, bytes memory proof, bytes memory publicInputs) internal view {
        if (!verifyWithKey(key, proof, publicInputs)) revert InvalidProof();
    }

    /// @dev {requireValidWithKey} with the public inputs as numbers.
    function requireValidWithKey(address key, bytes memory proof, uint256[] memory publicInputs) internal view {
        requireValidWithKey(key, proof, abi.encodePacked(publicInputs));
    }

    // --- Keys -------------------------------------------------------------------------------------------------------

    /// @notice Binds a key to this contract: from now on {verify} uses it. Refuses the zero address, an account without
    /// code, a key of another hash, and one that the precompile refuses.
    ///
    /// IMPORTANT: the caller of this function chooses which model counts. Guard it, or call it in the constructor.
    /// @param key The account whose code is the key.
    /// @param expectedCodeHash The key's id: keccak256 of its bytes, as `zkml key inspect` prints it.
    function bindKey(address key, bytes32 expectedCodeHash) internal {
        requireValidKey(key, expectedCodeHash);
        bytes32 word = bytes32(uint256(uint160(key)));
        assembly ("memory-safe") {
            sstore(KEY_SLOT, word)
        }
        emit VerifyingKeyBound(key, expectedCodeHash);
    }

    /// @notice The key that this contract bound, or zero.
    /// @return The account whose code is the key.
    function boundKey() internal view returns (address) {
        return address(uint160(uint256(_slot())));
    }

    /// @notice Reverts unless the account holds the expected key and the precompile accepts it.
    /// @param key The account whose code is the key.
    /// @param expectedCodeHash The key's id: keccak256 of its bytes.
    function requireValidKey(address key, bytes32 expectedCodeHash) internal view {
        if (key == address(0)) revert IZKVerifier.InvalidVerifyingKey(address(0));
        if (key.code.length == 0) revert KeyWithoutCode(key);
        if (key.codehash != expectedCodeHash) revert KeyCodeHashMismatch(key, key.codehash, expectedCodeHash);
        requireAcceptedKey(key);
    }

    /// @notice Reverts with `InvalidVerifyingKey` unless the precompile accepts the code of the account as a key.
    /// @param key The account whose code is the key.
    function requireAcceptedKey(address key) internal view {
        // No proof is empty, so a key in order gives `false`; anything else at 0x11 that says `true` is not the verifier.
        if (verifyWithKey(key, "", "")) revert ZKVerifierUnavailable();
    }

    // --- The chain --------------------------------------------------------------------------------------------------

    /// @notice Whether the verifier is at 0x11 on this chain. Costs little where it is, or where there is nothing, and
    /// `PROBE_GAS` on a chain that has only EIP-2537's precompile there.
    /// @return True if what is at 0x11 refuses a malformed call as the verifier does.
    function isSupported() internal view returns (bool) {
        // A caller must not be able to make the probe fail by giving little gas: a call gets 63/64 of what is left.
        if (gasleft() < PROBE_GAS + PROBE_GAS / 32 + 4_000) revert NotEnoughGasToProbe();
        bytes4 answer;
        uint256 size;
        bool success;
        bytes4 selector = IZKVerifier.verify.selector;
        address verifier = address(VERIFIER);
        assembly ("memory-safe") {
            // A selector without arguments. The verifier reverts with MalformedCall(); where nothing is, the call
            // succeeds and returns nothing; MAP_FP2_TO_G2 fails and returns nothing.
            mstore(0, selector)
            success := staticcall(PROBE_GAS, verifier, 0, 4, 0, 4)
            size := returndatasize()
            answer := mload(0)
        }
        return !success && size == 4 && answer == IZKVerifier.MalformedCall.selector;
    }

    // --- Proofs -----------------------------------------------------------------------------------------------------

    /// @notice The `index`-th commitment at the head of a proof, as an affine point of BN254's G1. With ezkl's
    /// `polycommit` visibility these are the KZG commitments that bind the model's inputs, parameters or outputs, in that
    /// order, in place of public inputs. The point is the same in both forms of a proof; of a short one, y is computed, at
    /// the price of one exponentiation (MODEXP).
    ///
    /// IMPORTANT: the bytes mean something only in a proof that has been verified, under a key whose circuit commits to
    /// values in its first columns.
    /// @param proof The proof's bytes, in the long or the short form.
    /// @param index Which commitment, from zero.
    /// @param longLength Bytes of the key's proofs in the long form, which tell the form of this one: `PROOF_LENGTH` of the
    /// library that `zkml solidity` writes, "proof" in what `zkml key inspect` prints.
    /// @return x The point's x coordinate.
    /// @return y The point's y coordinate.
    function commitmentAt(bytes memory proof, uint256 index, uint256 longLength)
        internal
        view
        returns (uint256 x, uint256 y)
    {
        if (proof.length > longLength) revert ProofTooLong(proof.length, longLength);
        bool isLong = proof.length == longLength;
        uint256 size = isLong ? 64 : 32;
        if (index >= proof.length / size) revert CommitmentOutOfBounds(index, proof.length);
        assembly ("memory-safe") {
            let point := add(add(proof, 32), mul(index, size))
            x := mload(point)
            y := mload(add(point, 32))
        }
        return isLong ? (x, y) : _decompress(x);
    }

    // --- Inside -----------------------------------------------------------------------------------------------------

    /// @dev The whole word of the slot: dirty upper bits are the precompile's to refuse, not ours to drop.
    function _slot() private view returns (bytes32 word) {
        assembly ("memory-safe") {
            word := sload(KEY_SLOT)
        }
    }

    /// @dev The point of BN254's curve, y^2 = x^3 + 3, that a word of a short proof stands for: x, with the parity of y in
    /// the top bit.
    function _decompress(uint256 word) private view returns (uint256 x, uint256 y) {
        x = word & (type(uint256).max >> 1);
        if (x >= MODULUS) revert NoPoint(word);
        uint256 square = addmod(mulmod(mulmod(x, x, MODULUS), x, MODULUS), 3, MODULUS);
        // The modulus is 3 modulo 4, so this is a square root if there is one.
        (bool success, bytes memory root) =
            address(5).staticcall(abi.encode(32, 32, 32, square, (MODULUS + 1) / 4, MODULUS));
        if (success && root.length == 32) y = abi.decode(root, (uint256));
        // No point has y = 0, so what MODEXP did not answer is no root either.
        if (mulmod(y, y, MODULUS) != square) revert NoPoint(word);
        if (y % 2 != word >> 255) y = MODULUS - y;
    }

    /// @dev Calls 0x11, passes the precompile's typed errors on, and accepts only a canonical `bool` as an answer.
    function _call(bytes memory data) private view returns (bool) {
        (bool success, bytes memory answer) = address(VERIFIER).staticcall(data);
        if (!success && answer.length != 0) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        if (!success || answer.length != 32) revert ZKVerifierUnavailable();
        uint256 word = abi.decode(answer, (uint256));
        if (word > 1) revert ZKVerifierUnavailable();
        return word == 1;
    }
}
