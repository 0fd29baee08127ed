"""Field elements and quantisation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from moderntensor.sdk.zkml import MODULUS, FieldElement, NotQuantised, PublicInputs, PublicInputsError
from moderntensor.sdk.zkml.field import quantise


@pytest.mark.parametrize("scale", [-2, 0, 1, 7, 13, 21])
@pytest.mark.parametrize("integer", [0, 1, -1, 5, -1700, 2**40, -(2**40)])
def test_quantise_undoes_dequantise(integer: int, scale: int) -> None:
    element = FieldElement(integer % MODULUS)
    assert quantise(element.dequantise(scale), scale, "x") == element


def test_a_value_between_two_steps_is_refused_and_its_neighbours_named() -> None:
    with pytest.raises(NotQuantised, match=r"neighbours are 0\.0 and 0\.0078125"):
        quantise(0.001, 7, "output 0")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(NotQuantised, match="finite"):
        quantise(value, 7, "output 0")


@pytest.mark.parametrize(("value", "scale"), [(1e300, 0), (1e308, 13), (-1e308, 2000)])
def test_what_does_not_fit_into_the_field_is_refused(value: float, scale: int) -> None:
    with pytest.raises(NotQuantised, match="does not fit"):
        quantise(value, scale, "output 0")


@pytest.mark.parametrize("value", [-1, MODULUS, 1 << 256])
def test_a_field_element_is_below_the_modulus(value: int) -> None:
    with pytest.raises(PublicInputsError, match="no field element"):
        FieldElement(value)


@pytest.mark.parametrize("value", [0.5, 1.0, "5", None, b"\x01"])
def test_what_is_no_integer_is_no_field_element(value: Any) -> None:
    """Above all no float: 0.5 must not silently become 0."""
    with pytest.raises(PublicInputsError, match="expected an integer"):
        FieldElement(value)
    with pytest.raises(PublicInputsError, match="expected an integer"):
        PublicInputs([value])


def test_an_element_is_signed_around_zero() -> None:
    assert FieldElement(np.uint8(7)) == 7
    assert FieldElement(MODULUS - 3).signed() == -3
    assert FieldElement(MODULUS - 3).dequantise(1) == -1.5
    assert FieldElement(MODULUS // 2).signed() == MODULUS // 2
    assert repr(FieldElement(1)) == f"FieldElement(0x{1:064x})"


def test_public_inputs_are_a_sequence_of_elements() -> None:
    inputs = PublicInputs([1, 2, 3])
    assert len(inputs) == 3
    assert inputs[-1] == 3
    assert isinstance(inputs[0], FieldElement)
    assert inputs[1:] == PublicInputs([2, 3])
    assert inputs != [1, 2, 3]
    assert len({inputs, PublicInputs([1, 2, 3])}) == 1
    assert "FieldElement" in repr(inputs)


def test_words_are_big_endian_and_round_trip() -> None:
    inputs = PublicInputs([FieldElement(1), FieldElement(MODULUS - 1)])
    assert inputs.to_bytes()[31] == 1
    assert PublicInputs.from_bytes(inputs.to_bytes()) == inputs
    with pytest.raises(PublicInputsError, match="multiple of 32"):
        PublicInputs.from_bytes(bytes(33))
    with pytest.raises(PublicInputsError):
        PublicInputs.from_bytes(b"\xff" * 32)
    with pytest.raises(PublicInputsError, match="from_bytes"):
        PublicInputs(inputs.to_bytes())


def test_hexadecimal_is_parsed_and_nonsense_refused() -> None:
    assert FieldElement.parse("0x2a") == 42
    for text in ("2a", "0xzz", "", "0x", "0x2a ", "0x_2a", "0x-2a", "0x\u0662", f"0x{MODULUS:x}"):
        with pytest.raises(PublicInputsError):
            FieldElement.parse(text)
