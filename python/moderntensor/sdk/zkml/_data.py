"""Input data in all the forms that people have it: in memory, in files, once or many times."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from . import _json_files
from ._onnx import Tensor
from ._tensors import Array, bind, fit, to_arrays, to_inputs
from .errors import InvalidInput, MissingFile, NotFinite, OutOfRange, ShapeMismatch
from .field import MODULUS, FieldElement

#: ezkl's document for inputs. It may have more entries, such as output_data, which are not for us.
_EZKL: Final = "input_data"

#: How ezkl writes a field element: 32 little-endian bytes.
_FIELD_ELEMENT: Final = re.compile("[0-9a-fA-F]{64}")

_FILES: Final = (".npy", ".npz", ".json")


def read_input(data: Any, tensors: Sequence[Tensor], scales: Sequence[int] | None) -> list[Array]:
    """One input of the model: see ``Prover.prove``. `scales` are for field elements in ezkl's documents."""
    return to_inputs(_unwrapped(_plain(data, tensors, scales), tensors), tensors)


def read_samples(
    data: Any, tensors: Sequence[Tensor], scales: Sequence[int] | None
) -> tuple[list[list[Array]], dict[str, int]]:
    """One input or several, and the sizes of the model's open dimensions that they have.

    Raises :class:`InvalidInput` and its kinds.
    """
    data = _plain(data, tensors, scales)
    if (
        isinstance(data, Sequence | np.ndarray | Mapping)
        and (data.size if isinstance(data, np.ndarray) else len(data)) == 0
    ):
        raise InvalidInput("the calibration data are empty: give at least one input, or leave them out")
    if isinstance(data, list) and data and data[-1] is Ellipsis and any(None in tensor.shape for tensor in tensors):
        raise InvalidInput("a list that ends with ... says nothing about the model's open dimensions: write all values")
    if isinstance(data, _Columns) and all(tensor.size is not None for tensor in tensors):
        return _split(data, tensors), {}
    data = _unwrapped(data, tensors)
    try:
        one = [to_arrays(data, tensors)]
    except (NotFinite, OutOfRange):
        raise
    except InvalidInput as error:
        return _many(data, tensors, scales, error)
    for allowed in (1, None):
        bound = _bind(one, tensors, allowed)
        if bound is not None:
            return _fitted(one, tensors, bound), bound
        try:
            return _many(data, tensors, scales, None, allowed)
        except InvalidInput as error:
            if not isinstance(error, ShapeMismatch):
                raise
    return [[fit(array, tensor) for array, tensor in zip(one[0], tensors)]], {}


def _many(
    data: Any,
    tensors: Sequence[Tensor],
    scales: Sequence[int] | None,
    first: InvalidInput | None,
    allowed: int | None = None,
) -> tuple[list[list[Array]], dict[str, int]]:
    """`data` as several inputs. `first` is why it is not one."""
    samples: list[list[Array]] = []
    closed = all(tensor.size is not None for tensor in tensors)
    try:
        for sample in _each(data):
            arrays = to_arrays(_plain(sample, tensors, scales), tensors)
            samples.append([fit(array, tensor) for array, tensor in zip(arrays, tensors)] if closed else arrays)
    except InvalidInput as error:
        # Where not even the first is an input, the data were meant as one.
        if first is not None and not samples and not isinstance(data[0] if isinstance(data, list) else None, Mapping):
            raise first from None
        raise type(error)(f"sample {len(samples)} of the calibration data: {error}") from error
    except TypeError as error:
        raise first or ShapeMismatch(
            f"the calibration data are neither an input nor a list of inputs ({error})"
        ) from None
    bound = _bind(samples, tensors, allowed)
    if bound is None:
        raise ShapeMismatch(f"the samples do not all have one shape that fits {'; '.join(map(str, tensors))}")
    return _fitted(samples, tensors, bound), bound


def _bind(samples: list[list[Array]], tensors: Sequence[Tensor], leading: int | None) -> dict[str, int] | None:
    """Sizes of open dimensions that suit all samples. A batch, the leading dimension, is `leading` if that is given."""
    bound: dict[str, int] = {}
    for sample in samples:
        for array, tensor in zip(sample, tensors):
            if tensor.size is not None:
                try:
                    fit(array, tensor)
                except ShapeMismatch:
                    return None
                continue
            found = bind(array.shape, tensor, bound)
            if found is None or (leading is not None and found.get(tensor.symbols[0], leading) != leading):
                return None
            bound |= found
    return bound


def _fitted(samples: list[list[Array]], tensors: Sequence[Tensor], bound: Mapping[str, int]) -> list[list[Array]]:
    return [[fit(array, tensor) for array, tensor in zip(sample, tensors)] for sample in samples]


def _each(data: Any) -> Iterator[Any]:
    """The inputs in `data`, if it holds several."""
    if not isinstance(data, Mapping):
        yield from data
        return
    arrays = {name: np.asarray(values) for name, values in data.items()}
    lengths = {array.shape[0] if array.ndim else 0 for array in arrays.values()}
    if len(lengths) != 1:
        raise ShapeMismatch(f"the inputs by name have {sorted(lengths)} samples: expected as many for each")
    for index in range(lengths.pop()):
        yield {name: array[index] for name, array in arrays.items()}


class _Columns(list[Any]):
    """ezkl's input_data: a list for each input, in which several inputs may follow one another."""


def _unwrapped(data: Any, tensors: Sequence[Tensor]) -> Any:
    return data[0] if isinstance(data, _Columns) and len(data) == len(tensors) == 1 else data


def _split(columns: _Columns, tensors: Sequence[Tensor]) -> list[list[Array]]:
    """ezkl's batches, apart."""
    if len(columns) != len(tensors):
        raise ShapeMismatch(f"input_data has {len(columns)} lists, the model has {len(tensors)} inputs")
    arrays = [to_arrays(part, [tensor])[0].reshape(-1) for part, tensor in zip(columns, tensors)]
    counts = {
        array.size // tensor.size if tensor.size and array.size % tensor.size == 0 else 0
        for array, tensor in zip(arrays, tensors)
    }
    if len(counts) != 1 or 0 in counts:
        return [to_inputs(arrays if len(arrays) > 1 else arrays[0], tensors)]
    count = counts.pop()
    return [
        [
            fit(array[index * array.size // count :][: array.size // count], tensor)
            for array, tensor in zip(arrays, tensors)
        ]
        for index in range(count)
    ]


def _plain(data: Any, tensors: Sequence[Tensor], scales: Sequence[int] | None) -> Any:
    """`data` as lists, arrays and mappings: files read, tables and generators unrolled, ezkl's documents opened."""
    if isinstance(data, Path) or (isinstance(data, str) and data.endswith(_FILES)):
        data = load_file(Path(data))
    if hasattr(data, "columns") and hasattr(data, "to_numpy"):  # a table of pandas or polars: a row is an input
        names = [str(name) for name in data.columns]
        if len(tensors) > 1 or names == [tensor.name for tensor in tensors]:
            return {name: data[name].to_numpy() for name in names}
        return data.to_numpy()
    if hasattr(data, "to_numpy"):
        return data.to_numpy()
    if isinstance(data, Mapping) and _EZKL in data:
        return _opened(data[_EZKL], tensors, scales)
    if isinstance(data, set | frozenset):
        raise InvalidInput("the input is a set, which has no order: expected a list or an array")
    if (
        isinstance(data, Iterable)
        and not isinstance(data, Sequence | Mapping | np.ndarray)
        and not hasattr(data, "detach")
    ):
        if hasattr(data, "__array__"):
            return np.asarray(data)
        return list(data)
    return data


def _opened(columns: Any, tensors: Sequence[Tensor], scales: Sequence[int] | None) -> _Columns:
    if not isinstance(columns, list) or (columns and not isinstance(columns[0], list)):
        columns = [columns]
    if any(isinstance(value, str) for column in columns for value in column):
        if scales is None:
            raise InvalidInput(
                "input_data has field elements, which are numbers only at a known scale: give scale= with them"
            )
        columns = [
            [_number(value, tensor, scale) for value in column]
            for column, tensor, scale in zip(columns, tensors, [*scales, *[0] * len(columns)])
        ]
    return _Columns(columns)


def _number(value: Any, tensor: Tensor, scale: int) -> Any:
    if not isinstance(value, str):
        return value
    element = int.from_bytes(bytes.fromhex(value), "little") if _FIELD_ELEMENT.fullmatch(value) else MODULUS
    if element >= MODULUS:
        raise InvalidInput(
            f"input {tensor}: {value[:70]!r} is no field element as ezkl writes them: 64 hexadecimal digits of 32 "
            "little-endian bytes, below the field's order"
        )
    return FieldElement(element).dequantise(scale if tensor.is_float else 0)


def load_file(path: Path) -> Any:
    """Input data from a .npy or .npz file, or from JSON (a list, a mapping by name, or ezkl's ``input_data``)."""
    try:
        if path.suffix == ".npy":
            return np.load(path, allow_pickle=False)
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                named = {name: arrays[name] for name in arrays.files}
            # numpy.savez calls those that were given without a name arr_0, arr_1…
            return list(named.values()) if all(name.startswith("arr_") for name in named) else named
        return _json_files.parse(path.read_bytes())
    except FileNotFoundError as error:
        raise MissingFile(f"{path}: no such file. Expected an input as .npy, .npz or JSON") from error
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise InvalidInput(f"{path}: not readable as .npy, .npz or JSON ({error})") from error
