// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Numbers of a model's public inputs
///
/// @notice ezkl quantises a real number x at the scale s (`model_input_scales` and `model_output_scales` in
/// `settings.json`) to the integer round(x · 2^s), half away from zero, and puts it into the circuit as an element of
/// BN254's scalar field, of order `ORDER`: a negative integer -n as `ORDER` - n. This library goes from these field
/// elements, which are the words of the public inputs, to signed integers and to decimal fixed point with 18 digits
/// ("wad"), and back.
library FixedPoint {
    /// @notice The word is not a canonical field element.
    error NotAFieldElement(uint256 word);

    /// @notice The integer is too far from zero for the type, the range or the field.
    error OutOfRange(int256 value, uint256 bits);

    /// @notice The scale is larger than `MAX_SCALE`.
    error ScaleTooLarge(uint256 scale);

    /// @notice The result does not fit into 256 bits.
    error Overflow();

    /// @notice The bytes are not a whole number of 32-byte words.
    error NotWholeWords(uint256 length);

    /// @notice There is no word of this index.
    error WordOutOfBounds(uint256 index, uint256 count);

    /// @notice The integers do not fit side by side into one word.
    error TooManyToPack(uint256 count, uint256 bits);

    /// @dev The order of BN254's scalar field (EIP-196's curve).
    uint256 internal constant ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @dev The largest positive integer that the field's signed reading has.
    uint256 internal constant HALF = ORDER / 2;

    /// @dev The largest scale taken: 10^18 · 2^128 and 10^18 · |x| for |x| < 2^128 fit well into 256 bits, and a circuit's
    /// integers have 128 bits at most.
    uint256 internal constant MAX_SCALE = 128;

    /// @dev One, with 18 decimals.
    int256 internal constant WAD = 1e18;

    // --- Field elements and integers --------------------------------------------------------------------------------

    /// @notice The signed integer that a field element stands for: elements over half the order are negative.
    /// @param word The field element. Reverts with {NotAFieldElement} if it is not smaller than `ORDER`.
    /// @return The integer, between -`HALF` and `HALF`.
    function toInt(uint256 word) internal pure returns (int256) {
        if (word >= ORDER) revert NotAFieldElement(word);
        // The order has 254 bits, so both casts are exact.
        return word > HALF ? -int256(ORDER - word) : int256(word);
    }

    /// @notice The field element that stands for a signed integer.
    /// @param value The integer. Reverts with {OutOfRange} if its absolute value is over `HALF`.
    /// @return The field element.
    function fromInt(int256 value) internal pure returns (uint256) {
        uint256 size = _abs(value);
        if (size > HALF) revert OutOfRange(value, 254);
        return value < 0 ? ORDER - size : size;
    }

    /// @notice Whether a field element stands for an integer from -2^(bits-1) to 2^(bits-1) - 1. A proof does not say
    /// that a public input is small: check it before you use it as a number of few bits.
    /// @param word The field element; one that is not canonical is in no range.
    /// @param bits The width of the two's complement number, 1 to 254.
    /// @return Whether it is in the range.
    function inRange(uint256 word, uint256 bits) internal pure returns (bool) {
        if (word >= ORDER) return false;
        return _fits(toInt(word), bits);
    }

    /// @notice {toInt} with a range check.
    /// @param word The field element.
    /// @param bits The width of the two's complement number, 1 to 254. Reverts with {OutOfRange} if it does not fit.
    /// @return value The integer.
    function toInt(uint256 word, uint256 bits) internal pure returns (int256 value) {
        value = toInt(word);
        if (!_fits(value, bits)) revert OutOfRange(value, bits);
    }

    // --- Fixed point ------------------------------------------------------------------------------------------------

    /// @notice A field element at a binary scale as a decimal number with 18 digits, rounded towards zero.
    /// @param word The field element; reverts unless it stands for an integer of 128 bits.
    /// @param scale The scale s of this output in `settings.json`.
    /// @return The number, times 10^18.
    function toWad(uint256 word, uint256 scale) internal pure returns (int256) {
        if (scale > MAX_SCALE) revert ScaleTooLarge(scale);
        return toInt(word, 128) * WAD / int256(1 << scale);
    }

    /// @notice A decimal number with 18 digits as the field element that ezkl would quantise it to: rounded to the nearest
    /// multiple of 2^-scale, half away from zero.
    /// @param wad The number, times 10^18.
    /// @param scale The scale s of this input in `settings.json`.
    /// @return The field element. Reverts with {Overflow} or {OutOfRange} if the integer has over 128 bits.
    function fromWad(int256 wad, uint256 scale) internal pure returns (uint256) {
        if (scale > MAX_SCALE) revert ScaleTooLarge(scale);
        uint256 size = _abs(wad);
        if (size > type(uint256).max >> (scale + 1)) revert Overflow();
        uint256 one = uint256(WAD);
        // Cannot overflow: the line above leaves room for a factor of two, and 10^18 is far below the rest.
        uint256 rounded = ((size << scale) + one / 2) / one;
        int256 value = wad < 0 ? -int256(rounded) : int256(rounded);
        if (!_fits(value, 128)) revert OutOfRange(value, 128);
        return fromInt(value);
    }

    // --- Public inputs ----------------------------------------------------------------------------------------------

    /// @notice The bytes that the verifier takes for these public inputs.
    /// @param words The field elements, in the circuit's order. Reverts with {NotAFieldElement} for a word that is not canonical.
    /// @return The elements as 32-byte big-endian words.
    function pack(uint256[] memory words) internal pure returns (bytes memory) {
        for (uint256 i = 0; i < words.length; i++) {
            if (words[i] >= ORDER) revert NotAFieldElement(words[i]);
        }
        return abi.encodePacked(words);
    }

    /// @notice The field elements of public inputs given as bytes.
    /// @param publicInputs 32-byte big-endian words.
    /// @return words The words, unchecked: the verifier refuses those that are no field elements.
    function unpack(bytes memory publicInputs) internal pure returns (uint256[] memory words) {
        uint256 count = length(publicInputs);
        words = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            words[i] = wordAt(publicInputs, i);
        }
    }

    /// @notice How many public inputs the bytes hold.
    /// @param publicInputs 32-byte big-endian words. Reverts with {NotWholeWords} if bytes are left over.
    /// @return The number of words.
    function length(bytes memory publicInputs) internal pure returns (uint256) {
        if (publicInputs.length % 32 != 0) revert NotWholeWords(publicInputs.length);
        return publicInputs.length / 32;
    }

    /// @notice One public input.
    /// @param publicInputs 32-byte big-endian words.
    /// @param index Which word, from zero. Reverts with {WordOutOfBounds} if there are fewer.
    /// @return word The field element, unchecked.
    function wordAt(bytes memory publicInputs, uint256 index) internal pure returns (uint256 word) {
        uint256 count = publicInputs.length / 32;
        if (index >= count) revert WordOutOfBounds(index, count);
        assembly ("memory-safe") {
            word := mload(add(add(publicInputs, 32), mul(index, 32)))
        }
    }

    // --- Packed storage ---------------------------------------------------------------------------------------------

    /// @notice Several small integers in one word, for cheap storage: the first one in the lowest bits, each in two's
    /// complement.
    /// @param values The integers. Reverts with {OutOfRange} for one that does not fit, {TooManyToPack} if there are more
    /// than 256 / bits.
    /// @param bits The width of each, 1 to 254.
    /// @return packed The word.
    function packInts(int256[] memory values, uint256 bits) internal pure returns (uint256 packed) {
        if (bits == 0 || bits > 254 || values.length > 256 / bits) revert TooManyToPack(values.length, bits);
        uint256 mask = (1 << bits) - 1;
        for (uint256 i = 0; i < values.length; i++) {
            if (!_fits(values[i], bits)) revert OutOfRange(values[i], bits);
            packed |= (uint256(values[i]) & mask) << (i * bits);
        }
    }

    /// @notice The inverse of {packInts}.
    /// @param packed The word.
    /// @param bits The width of each integer, 1 to 254.
    /// @param index Which integer, from zero. Reverts with {WordOutOfBounds} if the word has fewer.
    /// @return The integer.
    function unpackInt(uint256 packed, uint256 bits, uint256 index) internal pure returns (int256) {
        if (bits == 0 || bits > 254 || index >= 256 / bits) revert WordOutOfBounds(index, bits == 0 ? 0 : 256 / bits);
        // Up to the top and down again: the signed shift copies the sign bit.
        return int256(packed << (256 - bits - index * bits)) >> (256 - bits);
    }

    // --- Inside -----------------------------------------------------------------------------------------------------

    function _fits(int256 value, uint256 bits) private pure returns (bool) {
        if (bits == 0 || bits > 254) return false;
        int256 bound = int256(1 << (bits - 1));
        return -bound <= value && value < bound;
    }

    function _abs(int256 value) private pure returns (uint256) {
        // The negative of the smallest integer is no int256; as an unsigned number it is right.
        unchecked {
            return uint256(value < 0 ? -value : value);
        }
    }
}
