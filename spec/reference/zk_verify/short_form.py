"""The two forms of a proof, and of the points in it (sections 6.1 and 6.5)."""

from __future__ import annotations

from enum import Enum

from .curve import G1, G1_B, G1_LENGTH, G1Point, InvalidPoint
from .field import WORD, Q, read_canonical
from .key import VerifyingKey

PARITY_BIT = 8 * WORD - 1
"""The bit of a short point that is 1 if y is odd."""


class Form(Enum):
    """How points stand in a proof. The value is the bytes of one."""

    LONG = G1_LENGTH
    SHORT = WORD


def form_of(key: VerifyingKey, proof: bytes) -> Form:
    """The form that the length tells (section 6.1). A proof of any other length is in neither, and counts as long."""
    return Form.SHORT if len(proof) == key.short_proof_length else Form.LONG


def square_root(square: int) -> int:
    """A square root modulo q, if there is one. q is 3 modulo 4, so it is a power."""
    root = pow(square, (Q + 1) // 4, Q)
    if root * root % Q != square:
        raise InvalidPoint(f"0x{square:064x} is no square, so there is no point with this x")
    return root


def read_short_point(word: bytes) -> G1:
    """The point that a word stands for, the identity for the zero word (section 6.5)."""
    if not any(word):
        return None
    value = int.from_bytes(word, "big")
    parity = value >> PARITY_BIT
    x = read_canonical((value - (parity << PARITY_BIT)).to_bytes(WORD, "big"), Q)
    root = square_root((x**3 + G1_B) % Q)
    return G1Point(x, root if root % 2 == parity else Q - root)


def short_point(point: G1) -> bytes:
    """The word that stands for a point (section 6.5)."""
    return bytes(WORD) if point is None else (point.x | point.y % 2 << PARITY_BIT).to_bytes(WORD, "big")


def long_point(point: G1) -> bytes:
    """x ‖ y (section 1.3), or 64 zero bytes for the identity."""
    return bytes(G1_LENGTH) if point is None else b"".join(c.to_bytes(WORD, "big") for c in point)


def point_in(form: Form, point: G1) -> bytes:
    """A point as it stands in a proof of this form."""
    return long_point(point) if form is Form.LONG else short_point(point)
