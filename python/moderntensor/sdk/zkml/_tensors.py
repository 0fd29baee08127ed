"""From what a caller gives as input data to the flat lists that ezkl reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ._onnx import Tensor
from .errors import InvalidInput, NotFinite, OutOfRange, ShapeMismatch

Array = npt.NDArray[np.float64]


def to_inputs(data: Any, tensors: Sequence[Tensor]) -> list[Array]:
    """One array for each of the model's inputs.

    For one input: anything that numpy turns into an array of numbers (or a list holding just that).
    For several: a list with one entry per input, or a mapping by name.
    """
    if isinstance(data, Mapping):
        return [_by_name(data, tensors, tensor) for tensor in tensors]
    if len(tensors) == 1:
        return [_fit(_array(data, tensors[0]), tensors[0])]
    if isinstance(data, np.ndarray) or not isinstance(data, Sequence) or len(data) != len(tensors):
        wanted = "; ".join(map(str, tensors))
        given = f"a list of {len(data)}" if isinstance(data, Sequence) else type(data).__name__
        raise ShapeMismatch(
            f"the model has {len(tensors)} inputs ({wanted}): give a list with one entry for each, not {given}"
        )
    return [_fit(_array(part, tensor), tensor) for part, tensor in zip(data, tensors, strict=True)]


def _by_name(data: Mapping[Any, Any], tensors: Sequence[Tensor], tensor: Tensor) -> Array:
    names = [t.name for t in tensors]
    if set(data) != set(names):
        raise ShapeMismatch(f"inputs {sorted(map(str, data))} given by name, the model has {sorted(names)}")
    return _fit(_array(data[tensor.name], tensor), tensor)


def without_torch(value: Any) -> Any:
    """A torch tensor, or the tensors in a list, as numpy arrays; anything else as it is. Imports no torch."""
    if isinstance(value, list | tuple):
        return [without_torch(part) for part in value]
    if not hasattr(value, "detach"):
        return value
    tensor = value.detach().cpu()
    # numpy has no bfloat16.
    return (tensor.double() if tensor.is_floating_point() else tensor).numpy()


def _array(data: Any, tensor: Tensor) -> Array:
    data = without_torch(data)
    if isinstance(data, list) and data and data[-1] is Ellipsis:
        # [0.1, 0.5, ...] as documents write it: the rest of a flat list is zeros.
        data = data[:-1] + [0.0] * max(0, (tensor.size or 0) - len(data) + 1)
    try:
        given = np.asarray(data)
        if given.dtype.kind not in "biufO":  # numpy would read numbers out of text, and halve complex ones
            raise TypeError(f"its elements are {given.dtype.name}")
        array: Array = given.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(f"input {tensor}: not an array of real numbers ({error})") from error
    finite = np.isfinite(array)
    if not finite.all():
        at = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise NotFinite(f"input {tensor}: the value at {list(at)} is {array[at]}; only finite numbers can be proven")
    return array


def _fit(array: Array, tensor: Tensor) -> Array:
    """`array` in the model's shape: as it is, flat, or without leading dimensions of one."""
    if tensor.size is None:
        return array
    wanted = tuple(side for side in tensor.shape if side is not None)
    if array.size == tensor.size and (array.ndim == 1 or _core(array.shape) == _core(wanted)):
        return array.reshape(wanted)
    raise ShapeMismatch(
        f"input {tensor}: data of shape {list(array.shape)} given, expected {list(wanted)} "
        f"or a flat list of {tensor.size} values"
    )


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
            at = tuple(int(i) for i in np.argwhere(beyond)[0])
            raise OutOfRange(
                f"input {tensor}: the value at {list(at)} is {array[at]:g}, this circuit takes up to ±{limit:g}. "
                "Normalise the input, or compile the model with calibration data of that size"
            )
