// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {FixedPoint} from "../src/FixedPoint.sol";
import {EzklProof} from "../test-utils/EzklProof.sol";
import {KitHarness} from "./utils/KitHarness.sol";
import {VM} from "../test-utils/Vm.sol";

contract FixedPointTest {
    bool public constant IS_TEST = true;

    KitHarness private kit;

    function setUp() public {
        kit = new KitHarness();
    }

    function test_readsTheOutputsOfARealModelAsEzklPrintsThem() public view {
        (, bytes memory publicInputs) = EzklProof.load("tests/fixtures/mlp/proof.json");
        // "rescaled_outputs" of the same file; the model's scale is 13.
        VM.assertEq(kit.toWad(kit.wordAt(publicInputs, 0), 13), -0.207275390625e18);
        VM.assertEq(kit.toWad(kit.wordAt(publicInputs, 1), 13), 0.5450439453125e18);
        VM.assertEq(kit.toWad(kit.wordAt(publicInputs, 2), 13), -0.553955078125e18);
        VM.assertEq(kit.toWad(kit.wordAt(publicInputs, 3), 13), 0.2589111328125e18);
        VM.assertEq(kit.wordAt(publicInputs, 0), kit.fromWad(-0.207275390625e18, 13));
    }

    function test_theMiddleOfTheFieldSeparatesPositiveFromNegative() public view {
        VM.assertEq(kit.toInt(0), 0);
        VM.assertEq(kit.toInt(FixedPoint.ORDER - 1), -1);
        VM.assertEq(kit.toInt(FixedPoint.HALF), int256(FixedPoint.HALF));
        VM.assertEq(kit.toInt(FixedPoint.HALF + 1), -int256(FixedPoint.HALF));
    }

    function testFuzz_integersGoIntoTheFieldAndBack(int256 value) public view {
        value %= int256(FixedPoint.HALF) + 1;
        VM.assertEq(kit.toInt(kit.fromInt(value)), value);
    }

    function testFuzz_fieldElementsGoToIntegersAndBack(uint256 word) public view {
        word %= FixedPoint.ORDER;
        VM.assertEq(kit.fromInt(kit.toInt(word)), word);
    }

    function testFuzz_refusesAWordThatIsNoFieldElement(uint256 excess) public {
        uint256 word = FixedPoint.ORDER + excess % (type(uint256).max - FixedPoint.ORDER + 1);
        VM.assertFalse(kit.inRange(word, 254));
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.NotAFieldElement.selector, word));
        kit.toInt(word);
    }

    function test_refusesIntegersThatAreTooLargeForTheField() public {
        int256 tooLarge = int256(FixedPoint.HALF) + 1;
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.OutOfRange.selector, tooLarge, 254));
        kit.fromInt(tooLarge);
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.OutOfRange.selector, type(int256).min, 254));
        kit.fromInt(type(int256).min);
    }

    function testFuzz_rangesAreThoseOfTwosComplement(int256 value, uint256 bits) public {
        bits = 1 + bits % 254;
        value %= int256(FixedPoint.HALF) + 1;
        uint256 word = kit.fromInt(value);
        // A signed number of that width survives being cut to it.
        bool fits = (value << (256 - bits)) >> (256 - bits) == value;
        VM.assertTrue(kit.inRange(word, bits) == fits);
        if (!fits) VM.expectRevert(abi.encodeWithSelector(FixedPoint.OutOfRange.selector, value, bits));
        int256 same = kit.toInt(word, bits);
        if (fits) VM.assertEq(same, value);
    }

    function test_noIntegerIsInARangeOfNoBits() public view {
        VM.assertFalse(kit.inRange(0, 0));
        VM.assertFalse(kit.inRange(0, 255));
        VM.assertTrue(kit.inRange(0, 1));
        VM.assertTrue(kit.inRange(FixedPoint.ORDER - 1, 1));
        VM.assertFalse(kit.inRange(1, 1));
    }

    function testFuzz_fixedPointLosesLessThanItsLastDigit(int256 value, uint256 scale) public view {
        value %= 2 ** 100;
        scale %= 59;
        // 2^58 is less than half of 10^18: the digit that is cut off is less than half a step, so the way back finds the
        // same element.
        VM.assertEq(kit.toInt(kit.fromWad(kit.toWad(kit.fromInt(value), scale), scale)), value);
    }

    function test_atTheScale59TheWayBackMayBeOneStepOff() public view {
        // 2^59 is more than half of 10^18.
        int256 value = 25530245560244;
        VM.assertEq(kit.toInt(kit.fromWad(kit.toWad(kit.fromInt(value), 59), 59)), value - 1);
    }

    function test_roundsAsEzklDoes() public view {
        // Half away from zero, at the scale 1: 0.25 is half of 0.5.
        VM.assertEq(kit.toInt(kit.fromWad(0.25e18, 1)), 1);
        VM.assertEq(kit.toInt(kit.fromWad(-0.25e18, 1)), -1);
        VM.assertEq(kit.toInt(kit.fromWad(0.25e18 - 1, 1)), 0);
        VM.assertEq(kit.toInt(kit.fromWad(-0.25e18 + 1, 1)), 0);
        VM.assertEq(kit.toInt(kit.fromWad(0.75e18, 1)), 2);
    }

    function test_refusesScalesAndNumbersThatWouldOverflow() public {
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.ScaleTooLarge.selector, 129));
        kit.toWad(1, 129);
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.ScaleTooLarge.selector, 129));
        kit.fromWad(1, 129);
        VM.expectRevert(FixedPoint.Overflow.selector);
        kit.fromWad(type(int256).min, 0);
        VM.expectRevert(FixedPoint.Overflow.selector);
        kit.fromWad(type(int256).max, 1);
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.OutOfRange.selector, int256(2 ** 127), 128));
        kit.fromWad(int256(2 ** 127) * 1e18, 0);
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.OutOfRange.selector, int256(2 ** 127), 128));
        kit.toWad(2 ** 127, 13);
    }

    function testFuzz_neverPanics(uint256 word, int256 wad, uint256 scale) public view {
        // Whatever goes in, the answer is a number or one of the library's own errors, never Panic(uint256).
        try kit.toWad(word, scale) returns (int256) {}
        catch (bytes memory reason) {
            VM.assertTrue(bytes4(reason) != 0x4e487b71);
        }
        try kit.fromWad(wad, scale) returns (uint256) {}
        catch (bytes memory reason) {
            VM.assertTrue(bytes4(reason) != 0x4e487b71);
        }
    }

    function testFuzz_publicInputsGoToBytesAndBack(uint256[] memory words) public view {
        for (uint256 i = 0; i < words.length; i++) {
            words[i] %= FixedPoint.ORDER;
        }
        bytes memory packed = kit.pack(words);
        VM.assertEq(packed, abi.encodePacked(words));
        VM.assertEq(abi.encode(kit.unpack(packed)), abi.encode(words));
    }

    function test_refusesToPackWhatIsNoFieldElement() public {
        uint256[] memory words = new uint256[](2);
        words[1] = FixedPoint.ORDER;
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.NotAFieldElement.selector, FixedPoint.ORDER));
        kit.pack(words);
    }

    function test_refusesBytesThatAreNoWholeWords() public {
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.NotWholeWords.selector, 33));
        kit.unpack(new bytes(33));
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.WordOutOfBounds.selector, 1, 1));
        kit.wordAt(new bytes(63), 1);
    }

    function testFuzz_smallIntegersShareAWord(int256[4] memory values) public view {
        int256[] memory list = new int256[](4);
        for (uint256 i = 0; i < 4; i++) {
            list[i] = int64(values[i]);
        }
        uint256 packed = kit.packInts(list, 64);
        for (uint256 i = 0; i < 4; i++) {
            VM.assertEq(kit.unpackInt(packed, 64, i), list[i]);
        }
    }

    function test_refusesToPackIntegersThatDoNotFit() public {
        int256[] memory list = new int256[](3);
        list[0] = -128;
        list[1] = 127;
        list[2] = -1;
        VM.assertEq(kit.packInts(list, 8), 0xff7f80);
        list[1] = 128;
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.OutOfRange.selector, int256(128), 8));
        kit.packInts(list, 8);
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.TooManyToPack.selector, 3, 86));
        kit.packInts(list, 86);
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.TooManyToPack.selector, 3, 0));
        kit.packInts(list, 0);
        VM.expectRevert(abi.encodeWithSelector(FixedPoint.WordOutOfBounds.selector, 32, 32));
        kit.unpackInt(0, 8, 32);
    }
}
