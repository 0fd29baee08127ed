"""The shapes of a model's inputs and outputs, read from its ONNX file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ._ezkl import INSTALL
from .errors import CompileError, MissingFile, ProverNotInstalled


@dataclass(frozen=True)
class Tensor:
    """A model's input or output. A dimension that the file leaves open is None."""

    name: str
    shape: tuple[int | None, ...]

    @property
    def size(self) -> int | None:
        """Number of elements, if all dimensions are known."""
        sides = [side for side in self.shape if side is not None]
        return math.prod(sides) if len(sides) == len(self.shape) else None

    def __str__(self) -> str:
        return f"{self.name} {[side if side is not None else '?' for side in self.shape]}"


@dataclass(frozen=True)
class Interface:
    """What goes into a model and what comes out of it, in order."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


def read_interface(path: Path, variables: Mapping[str, int]) -> Interface:
    """Inputs (those that are no parameters) and outputs of the model at `path`.

    Symbolic dimensions take their value from `variables`, which settings.json holds.
    """
    try:
        import onnx
    except ImportError as error:
        raise ProverNotInstalled(f"reading a model needs onnx, which comes with the prover: {INSTALL}") from error
    if not path.exists():
        raise MissingFile(f"{path}: no such file. Expected a model in ONNX format")
    try:
        graph = onnx.load(str(path), load_external_data=False).graph
    except Exception as error:  # protobuf's errors have no common base
        raise CompileError(f"{path}: not readable as an ONNX model ({error})") from error
    if any(initializer.data_location == onnx.TensorProto.EXTERNAL for initializer in graph.initializer):
        raise CompileError(
            f"{path}: its weights are in another file, which ezkl does not read. Save the model in one file "
            "(onnx.save without save_as_external_data, torch.onnx.export with external_data=False)"
        )
    parameters = {initializer.name for initializer in graph.initializer}
    return Interface(
        tuple(_tensor(value, variables) for value in graph.input if value.name not in parameters),
        tuple(_tensor(value, variables) for value in graph.output),
    )


def _tensor(value: Any, variables: Mapping[str, int]) -> Tensor:
    shape: list[int | None] = []
    for dimension in value.type.tensor_type.shape.dim:
        if dimension.HasField("dim_value"):
            shape.append(int(dimension.dim_value))
        else:
            shape.append(variables.get(dimension.dim_param))
    return Tensor(value.name, tuple(shape))
