// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title The verifier of ezkl (Halo2-KZG over BN254) proofs that the chain runs at address 0x11
///
/// @notice Both functions answer `true` for a valid proof and `false` for anything that is wrong with the proof or its
/// public inputs. A call that is wrong in itself (no key, bytes that are not a key, bad encoding, value, DELEGATECALL)
/// reverts with one of the errors below. They only read state, so they may be called by STATICCALL and from `view` functions.
///
/// - A proof is the raw Halo2 proof: what the `proof` field of ezkl's `proof.json` holds, as bytes. That is its long form,
///   with 64 bytes for a point. Its short form, which `zkml proof shorten` makes, has 32: x, with the parity of y in the top
///   bit. The length tells the form. Both are one proof, so its bytes are no unique id: never use `keccak256(proof)` as a
///   nullifier.
/// - The public inputs are the circuit's instances in order, each a 32-byte big-endian word smaller than the order of
///   BN254's scalar field: `abi.encodePacked(uint256[])`. Their number is fixed by the key.
/// - A key is the code of a contract: the bytes of a `.zkvk` file, whose first byte 0x00 (STOP) makes it inert.
///
/// IMPORTANT: a proof says nothing without its key. `verify` takes the key from the *calling contract's own* storage at
/// `KEY_SLOT = keccak256("zk_verify.key") - 1`, that is
/// `0xb7e2e6c0df4042293c1c3043569a1058471902d6c36287e0fece45197f54afac`, which holds the key's address, right-aligned, with
/// the upper 96 bits zero. A contract whose slot is zero gets the chain's default key, if the chain has one. A slot that
/// holds anything else than a valid key makes `verify` revert; it never falls back to the default. Behind a proxy the
/// calling contract is the proxy. The `ZKVerifier` library writes the slot and calls the verifier.
///
/// IMPORTANT: on a chain without the verifier a call to 0x11 succeeds and returns nothing, and on one that has only
/// BLS12-381's MAP_FP2_TO_G2 there (EIP-2537) it burns all the gas that it is given. Solidity's interface calls revert in
/// both cases; a low-level caller must check the returned length itself.
interface IZKVerifier {
    /// @notice The caller bound no key, and the chain has no default key.
    /// @param caller The contract whose `KEY_SLOT` is zero.
    error NoVerifyingKey(address caller);

    /// @notice The account does not hold a key that this chain accepts: it has no code, or its code is not the canonical
    /// encoding of a key, or the key was made under a trusted setup that the chain does not accept. (A test SRS is such a
    /// setup: a development node takes it with `--accept-srs`, the test shim with `acceptedSrs`.)
    /// @param key The account; if the slot's upper 96 bits are not zero, the lower 160 bits of the slot.
    error InvalidVerifyingKey(address key);

    /// @notice The verifier was reached by DELEGATECALL or CALLCODE.
    error DelegateCallNotAllowed();

    /// @notice The call carries value.
    error NonPayable();

    /// @notice The call data is not the strict ABI encoding of one of the two functions: unknown selector, offsets that
    /// are not the canonical ones, padding that is not zero, or bytes missing or left over.
    error MalformedCall();

    /// @notice Verifies a proof under the key that the calling contract bound, or else under the chain's default key.
    /// @param proof The proof's bytes, in the long or the short form.
    /// @param public_inputs The circuit's instances, 32 bytes each, big-endian.
    /// @return valid Whether the proof is valid for these inputs under this key.
    // The parameter is named as in the SDK's documentation.
    function verify(bytes calldata proof, bytes calldata public_inputs) external view returns (bool valid);

    /// @notice Verifies a proof under the key whose address is given. With an empty proof and empty inputs it tells a key
    /// that the chain accepts (`false`) from one that it does not (reverts).
    /// @param key The account whose code is the key.
    /// @param proof The proof's bytes, in the long or the short form.
    /// @param public_inputs The circuit's instances, 32 bytes each, big-endian.
    /// @return valid Whether the proof is valid for these inputs under this key.
    function verifyWithKey(address key, bytes calldata proof, bytes calldata public_inputs)
        external
        view
        returns (bool valid);
}
