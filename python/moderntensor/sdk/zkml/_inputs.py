"""From what a caller gives as public inputs to the exact field elements."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Iterator
from typing import Any

from ._tensors import without_torch
from .errors import IncompletePublicInputs, PublicInputsError
from .field import WORD, FieldElement, quantise
from .proof import PublicInputs
from .settings import Settings, Slot

#: What ``verify(public_inputs=…)`` takes.
PublicInputsLike = PublicInputs | Iterable[Any]


def resolve(given: PublicInputsLike, settings: Settings | None, expected: int) -> PublicInputs:
    """The field elements that `given` stands for, for a circuit of `expected` public inputs.

    A :class:`PublicInputs` is taken as it is. Otherwise the values are flattened in order: a
    :class:`FieldElement`, a ``0x…`` string or 32 bytes stand for themselves; any other number is a
    value of the model and is quantised at the scale of its place, which must be exact.
    """
    if isinstance(given, PublicInputs):
        return given
    if isinstance(given, bytes | bytearray | memoryview):
        return PublicInputs.from_bytes(bytes(given))
    values = list(_flatten(given))
    if len(values) != expected:
        raise IncompletePublicInputs(_count_message(len(values), expected, settings))
    if settings is None:
        return PublicInputs(_element(value, None, index) for index, value in enumerate(values))
    places = [slot for slot in settings.slots for _ in range(slot.size)]
    if len(places) != expected:
        raise PublicInputsError(
            f"{settings.path} describes {len(places)} public inputs, the key has {expected}: "
            "they belong to different circuits"
        )
    return PublicInputs(_element(value, slot, index) for index, (value, slot) in enumerate(zip(values, places)))


def _flatten(value: Any) -> Iterator[Any]:
    """The scalars of nested lists, arrays and tensors, in order."""
    value = without_torch(value)
    if hasattr(value, "reshape") and hasattr(value, "tolist"):  # a numpy array or scalar
        yield from value.reshape(-1).tolist()
    elif isinstance(value, PublicInputs):
        yield from value
    elif isinstance(value, str | bytes | bytearray | numbers.Number):
        yield value
    elif isinstance(value, Iterable):
        for part in value:
            yield from _flatten(part)
    else:
        raise PublicInputsError(
            f"a public input is a number, a FieldElement, a 0x… string or 32 bytes, not {type(value).__name__}"
        )


def _element(value: Any, slot: Slot | None, index: int) -> FieldElement:
    if isinstance(value, FieldElement):
        return value
    if isinstance(value, str):
        return FieldElement.parse(value)
    if isinstance(value, bytes | bytearray):
        if len(value) != WORD:
            raise PublicInputsError(f"public input {index}: {len(value)} bytes, expected {WORD} (big-endian)")
        return FieldElement(int.from_bytes(value, "big"))
    if slot is None:
        raise PublicInputsError(
            f"public input {index} is the number {value!r}, but without settings.json its scale is not known: "
            "give settings_path=, or pass proof.public_inputs or FieldElement values"
        )
    name = f"public input {index} ({slot.name})"
    if slot.scale is None:
        raise PublicInputsError(
            f"{name} is a field element and no number: pass FieldElement(…), a 0x… string, or proof.public_inputs"
        )
    if isinstance(value, bool | numbers.Integral):
        return quantise(_exact_float(int(value), name), slot.scale, name)
    if isinstance(value, numbers.Real):
        return quantise(float(value), slot.scale, name)
    raise PublicInputsError(f"{name} is a {type(value).__name__}, expected a real number")


def _exact_float(value: int, name: str) -> float:
    """Integers beyond 2^53 are not values of a model; most likely they are field elements."""
    if abs(value) > 1 << 53:
        raise PublicInputsError(
            f"{name} = {value}: plain numbers are values of the model. For a field element write FieldElement({value})"
        )
    return float(value)


def _count_message(given: int, expected: int, settings: Settings | None) -> str:
    message = f"{given} public input{'s' if given != 1 else ''} given, this circuit has {expected}"
    if settings is None or settings.num_public_inputs != expected:
        return f"{message}; pass proof.public_inputs, which holds all of them"
    order = ", then ".join(slot.describe() for slot in settings.slots) or "none"
    missing = [slot.name for slot in settings.slots if slot.role != "output"]
    outputs = sum(slot.size for slot in settings.slots if slot.role == "output")
    if given == outputs and missing:
        message += f"; missing: {', '.join(missing)}, before the output"
    return f"{message}. In this order: {order}. proof.public_inputs holds all of them"
