"""From what a caller gives as input data to the flat lists that ezkl reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ._onnx import IndexLimit, Tensor
from .errors import InvalidInput, NotFinite, OutOfRange, ShapeMismatch

Array = npt.NDArray[np.float64]

#: Integers up to here are exact in double precision, in which ezkl reads numbers.
_EXACT: Final = 1 << 53


def to_inputs(data: Any, tensors: Sequence[Tensor]) -> list[Array]:
    """One array for each of the model's inputs.

    For one input: anything that numpy turns into an array of numbers (or a list holding just that).
    For several: a list with one entry per input, or a mapping by name. Elements are of the model's type:
    whole numbers for integers, 0 and 1 for booleans.
    """
    return [fit(array, tensor) for array, tensor in zip(to_arrays(data, tensors), tensors, strict=True)]


def to_arrays(data: Any, tensors: Sequence[Tensor]) -> list[Array]:
    """The same in the shapes that the caller gave."""
    if isinstance(data, Mapping):
        names = [t.name for t in tensors]
        if set(data) != set(names):
            raise ShapeMismatch(f"inputs {sorted(map(str, data))} given by name, the model has {sorted(names)}")
        return [_array(data[tensor.name], tensor) for tensor in tensors]
    if len(tensors) == 1:
        return [_array(data, tensors[0])]
    if isinstance(data, np.ndarray) or not isinstance(data, Sequence) or len(data) != len(tensors):
        wanted = "; ".join(map(str, tensors))
        given = f"a list of {len(data)}" if isinstance(data, Sequence) else type(data).__name__
        raise ShapeMismatch(
            f"the model has {len(tensors)} inputs ({wanted}): give a list with one entry for each, not {given}"
        )
    return [_array(part, tensor) for part, tensor in zip(data, tensors, strict=True)]


def without_torch(value: Any) -> Any:
    """A torch tensor, or the tensors in a list, as numpy arrays; anything else as it is. Imports no torch."""
    if isinstance(value, list | tuple):
        return [without_torch(part) for part in value]
    if not hasattr(value, "detach"):
        return value
    tensor = value.detach().cpu()
    # numpy has no bfloat16.
    return (tensor.double() if tensor.is_floating_point() else tensor).numpy()


#: numpy's kinds of elements that are no real numbers, for people.
_KINDS: Final = {"U": "text", "S": "bytes", "c": "complex numbers", "M": "dates", "m": "durations"}


def _array(data: Any, tensor: Tensor) -> Array:
    data = without_torch(data)
    if isinstance(data, list) and data and data[-1] is Ellipsis:
        # [0.1, 0.5, ...] as documents write it: the rest of a flat list is zeros.
        data = data[:-1] + [0.0] * max(0, (tensor.size or 0) - len(data) + 1)
    try:
        given = np.asarray(data)
        if given.dtype.kind not in "biufO":  # numpy would read numbers out of text, and halve complex ones
            raise TypeError(f"its elements are {_KINDS.get(given.dtype.kind, given.dtype.name)}")
        if given.dtype.kind == "O" and any(isinstance(element, str | bytes) for element in given.flat):
            raise TypeError("text among its elements")
        array: Array = given.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(f"input {tensor}: not an array of real numbers ({error})") from error
    finite = np.isfinite(array)
    if not finite.all():
        at = _first(~finite)
        raise NotFinite(f"input {tensor}: the value at {list(at)} is {array[at]}; only finite numbers can be proven")
    return _typed(array, tensor)


def _typed(array: Array, tensor: Tensor) -> Array:
    """`array` as elements of the model's type, or an error at the first that is none."""
    if tensor.dtype == "bool":
        wrong = (array != 0) & (array != 1)
        if wrong.any():
            at = _first(wrong)
            raise InvalidInput(
                f"input {tensor}: the value at {list(at)} is {array[at]:g}, expected a bool: True, False, 0 or 1"
            )
        return array
    if tensor.is_float:
        return _rounded(array, tensor)
    broken = array != np.floor(array)
    if broken.any():
        at = _first(broken)
        raise InvalidInput(
            f"input {tensor}: the value at {list(at)} is {array[at]:.12g}, expected a whole number: the model takes "
            f"{tensor.dtype}. Round it yourself, as is right for your data"
        )
    limits = _integers(tensor.dtype)
    low, high = max(limits[0], -_EXACT), min(limits[1], _EXACT)
    outside = (array < low) | (array > high)
    if outside.any():
        at = _first(outside)
        why = f"{tensor.dtype} goes from {limits[0]} to {limits[1]}"
        if limits[0] <= array[at] <= limits[1]:
            why = "ezkl reads numbers in double precision, where whole numbers are exact up to 2^53"
        raise OutOfRange(f"input {tensor}: the value at {list(at)} is {array[at]:.0f}; {why}")
    return array


def _rounded(array: Array, tensor: Tensor) -> Array:
    """As the model would see them: numbers of its own precision."""
    largest = {"float16": 65504.0, "float32": float(np.finfo(np.float32).max)}.get(tensor.dtype)
    if largest is None:
        return array
    beyond = np.abs(array) > largest
    if beyond.any():
        at = _first(beyond)
        raise OutOfRange(
            f"input {tensor}: the value at {list(at)} is {array[at]:g}; {tensor.dtype} goes up to {largest:g}"
        )
    return array.astype(np.float16).astype(np.float64) if tensor.dtype == "float16" else array


def _integers(dtype: str) -> tuple[int, int]:
    try:
        limits = np.iinfo(dtype)
    except (TypeError, ValueError):  # int4 and the like, which numpy has not
        digits = "".join(character for character in dtype if character.isdigit())
        bits = int(digits) if digits else 64
        return (0, (1 << bits) - 1) if dtype.startswith("u") else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    return int(limits.min), int(limits.max)


def _first(where: npt.NDArray[np.bool_]) -> tuple[int, ...]:
    """The position of the first that holds."""
    return tuple(int(index) for index in np.argwhere(where)[0])


def fit(array: Array, tensor: Tensor) -> Array:
    """`array` in the model's shape: as it is, flat, or without leading dimensions of one."""
    if tensor.size is None:
        bound = bind(array.shape, tensor, {})
        return array if bound is None else array.reshape(_closed(tensor, bound))
    wanted = tuple(side for side in tensor.shape if side is not None)
    if array.size == tensor.size and (array.ndim == 1 or _core(array.shape) == _core(wanted)):
        return array.reshape(wanted)
    raise ShapeMismatch(
        f"input {tensor}: data of shape {list(array.shape)} given, expected {list(wanted)} "
        f"or a flat list of {tensor.size} values"
    )


def bind(shape: tuple[int, ...], tensor: Tensor, known: Mapping[str, int]) -> dict[str, int] | None:
    """Sizes of the tensor's open dimensions with which data of this shape fits; None if there are none.

    A leading open dimension of a flat list is a batch of one, unless it is the only one that is open.
    """
    sides = [known.get(symbol) if side is None else side for side, symbol in zip(tensor.shape, tensor.symbols)]
    while len(shape) > len(sides) and shape[0] == 1:
        shape = shape[1:]
    if len(shape) == 1 and len(sides) != 1:
        total = shape[0]
        opened = [at for at, side in enumerate(sides) if side is None]
        if len(opened) > 1 and opened[0] == 0:
            sides[0] = 1
            opened = opened[1:]
        rest = int(math.prod(side for side in sides if side is not None))
        if len(opened) == 1 and rest > 0 and total and total % rest == 0:
            sides[opened[0]] = total // rest
    else:
        if len(shape) < len(sides):
            shape = (1,) * (len(sides) - len(shape)) + shape
        if len(shape) != len(sides) or any(side not in (None, given) for side, given in zip(sides, shape)):
            return None
        sides = list(shape)
    if any(side in (None, 0) for side in sides) or (
        len(shape) == 1 and math.prod(side or 0 for side in sides) != shape[0]
    ):
        return None
    bound: dict[str, int] = {}
    for symbol, side in zip(tensor.symbols, sides):
        if symbol and bound.setdefault(symbol, side or 0) != side:
            return None
    return bound


def _closed(tensor: Tensor, bound: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(bound[symbol] if symbol else side or 0 for side, symbol in zip(tensor.shape, tensor.symbols))


def _core(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without its leading ones."""
    for start, side in enumerate(shape):
        if side != 1:
            return shape[start:]
    return ()


def check_range(arrays: Sequence[Array], tensors: Sequence[Tensor], scales: Sequence[int], largest: int | None) -> None:
    """Refuse values that the circuit's range checks would refuse, before any proving begins."""
    if largest is None:
        return
    for array, tensor, scale in zip(arrays, tensors, scales, strict=True):
        limit = largest / 2.0**scale
        beyond = np.abs(array) > limit
        if beyond.any():
            at = _first(beyond)
            raise OutOfRange(
                f"input {tensor}: the value at {list(at)} is {array[at]:g}, this circuit takes up to ±{limit:g}. "
                "Normalise the input, or compile the model with calibration data of that size"
            )


def check_indices(arrays: Sequence[Array], tensors: Sequence[Tensor], limits: Mapping[str, IndexLimit]) -> None:
    """Refuse positions outside of the table that they are looked up in."""
    for array, tensor in zip(arrays, tensors, strict=True):
        limit = limits.get(tensor.name)
        if limit is None or tensor.dtype == "bool":
            continue
        outside = (array < -limit.size) | (array >= limit.size)
        if outside.any():
            at = _first(outside)
            raise OutOfRange(
                f"input {tensor}: the value at {list(at)} is {array[at]:g}, but it is a position for {limit.node}, "
                f"with {limit.size} entries: expected 0 to {limit.size - 1}"
            )
