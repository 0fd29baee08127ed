"""Field elements and quantisation."""

from __future__ import annotations

import math

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


@pytest.mark.parametrize("value", [-1, MODULUS, 1 << 256])
def test_a_field_element_is_below_the_modulus(value: int) -> None:
    with pytest.raises(PublicInputsError, match="no field element"):
        FieldElement(value)


def test_words_are_big_endian_and_round_trip() -> None:
    inputs = PublicInputs([FieldElement(1), FieldElement(MODULUS - 1)])
    assert inputs.to_bytes()[31] == 1
    assert PublicInputs.from_bytes(inputs.to_bytes()) == inputs
    with pytest.raises(PublicInputsError, match="multiple of 32"):
        PublicInputs.from_bytes(bytes(33))
    with pytest.raises(PublicInputsError):
        PublicInputs.from_bytes(b"\xff" * 32)


def test_hexadecimal_is_parsed_and_nonsense_refused() -> None:
    assert FieldElement.parse("0x2a") == 42
    for text in ("2a", "0xzz", "", "0x"):
        with pytest.raises(PublicInputsError):
            FieldElement.parse(text)
