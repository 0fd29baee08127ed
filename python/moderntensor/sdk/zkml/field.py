"""The scalar field of BN254, and how ezkl writes a real number as one of its elements.

A float ``x`` at scale ``s`` is the integer ``round(x * 2**s)``; a negative integer ``-n`` is the
field element ``r - n``. Integers and booleans have scale 0.
"""

from __future__ import annotations

import math
import operator
import re
from typing import Final

from .errors import NotQuantised, PublicInputsError

#: The order r of BN254's groups, which is the modulus of the field that proofs live in.
MODULUS: Final = 0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001

#: Bytes of one field element: on chain a 32-byte big-endian word.
WORD: Final = 32


class FieldElement(int):
    """An element of the scalar field, as an integer in ``[0, MODULUS)``.

    Where a plain number stands for a value of the model (and is quantised), a ``FieldElement``
    stands for itself.
    """

    __slots__ = ()

    def __new__(cls, value: int) -> FieldElement:
        """Raises :class:`PublicInputsError` when `value` is no integer in ``[0, MODULUS)``."""
        try:
            integer = operator.index(value)
        except TypeError:
            raise PublicInputsError(
                f"{value!r} is no field element: expected an integer. Verifier.public_inputs() quantises "
                "values of the model"
            ) from None
        if not 0 <= integer < MODULUS:
            raise PublicInputsError(
                f"{integer} is no field element: it must be at least 0 and less than the order r = {MODULUS}"
            )
        return super().__new__(cls, integer)

    @classmethod
    def parse(cls, text: str) -> FieldElement:
        """From big-endian hexadecimal digits after ``0x``."""
        if not re.fullmatch("0x[0-9a-fA-F]+", text):
            raise PublicInputsError(f"{text!r} is no field element: expected hexadecimal digits after 0x")
        return cls(int(text, 16))

    def word(self) -> bytes:
        """The 32-byte big-endian word that the chain sees."""
        return int(self).to_bytes(WORD, "big")

    def signed(self) -> int:
        """The integer that this element stands for: the upper half of the field is negative."""
        return int(self) - MODULUS if self > MODULUS // 2 else int(self)

    def dequantise(self, scale: int) -> float:
        """The real number that this element stands for at `scale`."""
        return math.ldexp(float(self.signed()), -scale)

    def __repr__(self) -> str:
        return f"FieldElement(0x{int(self):064x})"


def quantise(value: float, scale: int, name: str) -> FieldElement:
    """The element that stands for `value` at `scale`, which must be exact.

    `name` names the public input in the error. Raises :class:`NotQuantised`.
    """
    if not math.isfinite(value):
        raise NotQuantised(f"{name} is {value}: a public input is a finite number")
    try:
        scaled = math.ldexp(value, scale)
    except OverflowError:
        scaled = math.inf
    if abs(scaled) > MODULUS // 2:
        raise NotQuantised(f"{name} = {value!r} does not fit into the field at scale {scale}")
    if not scaled.is_integer():
        below = math.ldexp(math.floor(scaled), -scale)
        above = math.ldexp(math.floor(scaled) + 1, -scale)
        raise NotQuantised(
            f"{name} = {value!r} is no multiple of 2^-{scale}, so no proof can be about it; its neighbours are "
            f"{below!r} and {above!r}. Pass the result that prove() returned, or proof.public_inputs"
        )
    return FieldElement(int(scaled) % MODULUS)
