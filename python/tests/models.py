"""Small ONNX models for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

#: Keeps circuits at 2^11 rows, whatever their operator.
QUICK: dict[str, Any] = {"decomp_base": 1024, "decomp_legs": 3}

Side = int | str | None


def write(
    path: Path,
    nodes: Sequence[tuple[Any, ...]],
    inputs: dict[str, tuple[str, Sequence[Side]]],
    outputs: dict[str, tuple[str, Sequence[Side]]],
    weights: dict[str, npt.NDArray[Any]] | None = None,
) -> Path:
    """A model of nodes (operator, inputs, outputs, attributes)."""
    from onnx import TensorProto, helper, numpy_helper, save

    def value(name: str, kind: str, shape: Sequence[Side]) -> Any:
        return helper.make_tensor_value_info(name, getattr(TensorProto, kind), list(shape))

    graph = helper.make_graph(
        [
            helper.make_node(operator, ins, outs, domain=rest[1] if len(rest) > 1 else "", **(rest[0] if rest else {}))
            for operator, ins, outs, *rest in nodes
        ],
        "test",
        [value(name, *type_) for name, type_ in inputs.items()],
        [value(name, *type_) for name, type_ in outputs.items()],
        [numpy_helper.from_array(array, name) for name, array in (weights or {}).items()],
    )
    domains = [helper.make_opsetid("", 13), helper.make_opsetid("ai.onnx.ml", 3)]
    save(helper.make_model(graph, opset_imports=domains, ir_version=8), str(path))
    return path


def write_elementwise(path: Path, operator: str, **attributes: Any) -> Path:
    """y = operator(x), four numbers."""
    return write(path, [(operator, ["x"], ["y"], attributes)], {"x": ("FLOAT", [1, 4])}, {"y": ("FLOAT", [1, 4])})


def write_cast(path: Path, to: str) -> Path:
    """x cast to another type and back."""
    from onnx import TensorProto

    nodes = [
        ("Cast", ["x"], ["c"], {"to": getattr(TensorProto, to)}),
        ("Cast", ["c"], ["y"], {"to": TensorProto.FLOAT}),
    ]
    return write(path, nodes, {"x": ("FLOAT", [1, 4])}, {"y": ("FLOAT", [1, 4])})


def write_matmul(path: Path, first: Side = 1, weight: npt.NDArray[Any] | None = None, kind: str = "FLOAT") -> Path:
    """y = x·w, four numbers to three."""
    weight = np.ones((4, 3), np.float32) if weight is None else weight
    return write(
        path,
        [("MatMul", ["x", "w"], ["y"])],
        {"x": (kind, [first, 4])},
        {"y": (kind, [first, 3])},
        {"w": weight},
    )


def write_lookup(path: Path, kind: str = "INT64") -> Path:
    """Two rows of a table of eight."""
    table = np.arange(24, dtype=np.float32).reshape(8, 3)
    return write(
        path,
        [("Gather", ["e", "x"], ["y"])],
        {"x": (kind, [1, 2])},
        {"y": ("FLOAT", [1, 2, 3])},
        {"e": table},
    )
