"""How a case is written down, and how the ONNX model of it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[Any]

#: What most exporters write today, and what tract knows best.
OPSET: Final = 17

#: The training and the machine learning operators have versions of their own.
OTHER_OPSETS: Final = {"ai.onnx.ml": 3, "ai.onnx.preview.training": 1, "com.microsoft": 1}


@dataclass(frozen=True)
class Const:
    """An initializer: a value that is part of the model."""

    value: Array


@dataclass(frozen=True)
class Case:
    """One small model with one input, and which operator it is about."""

    #: The operator's ONNX name, "domain.Name" outside of ai.onnx.
    operator: str
    #: What is special here, unique for the operator: attributes, types, values.
    what: str
    nodes: tuple[onnx.NodeProto, ...]
    #: What goes into the model, by name.
    feeds: Mapping[str, Array] = field(hash=False)
    constants: Mapping[str, Array] = field(hash=False)
    outputs: tuple[str, ...]
    opset: int = OPSET
    functions: tuple[onnx.FunctionProto, ...] = ()
    #: The model's outputs are drawn at random: only whether ezkl takes the model can be said.
    random: bool = False
    #: What the circuit is calibrated on; the values themselves if empty.
    usual: Mapping[str, Array] = field(default_factory=dict, hash=False)
    #: Not the operator but what to write in its place.
    instead: bool = False

    @property
    def key(self) -> str:
        return f"{self.operator}: {'instead: ' if self.instead else ''}{self.what}"

    def rounded(self, scale: int) -> Case:
        """The same with inputs and constants that are multiples of 2**-scale."""

        def nearest(value: Array) -> Array:
            if not floats(value):
                return value
            return (np.round(value.astype(np.float64) * 2**scale) / 2**scale).astype(value.dtype)

        feeds = {name: nearest(value) for name, value in self.feeds.items()}
        return replace(self, feeds=feeds, constants={name: nearest(value) for name, value in self.constants.items()})

    @property
    def finite(self) -> bool:
        """Whether no constant is a NaN or an infinity."""
        attributes = (attribute for node in self.nodes for attribute in node.attribute)
        tensors = [numpy_helper.to_array(attribute.t) for attribute in attributes if attribute.HasField("t")]
        return all(np.isfinite(value).all() for value in [*self.constants.values(), *tensors] if floats(value))

    @cached_property
    def model(self) -> onnx.ModelProto:
        """Outputs are declared without a type: the reference finds it."""
        graph = helper.make_graph(
            self.nodes,
            "probe",
            [
                helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
                for name, value in self.feeds.items()
            ],
            [helper.make_empty_tensor_value_info(name) for name in self.outputs],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items()],
        )
        domains = {node.domain for node in self.nodes} | {""}
        opsets = [
            helper.make_opsetid(domain, OTHER_OPSETS.get(domain, 1) if domain else self.opset)
            for domain in sorted(domains)
        ]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8 if self.opset < 19 else 10)


def case(
    operator: str,
    what: str,
    *inputs: Any,
    outputs: int = 1,
    keep: Sequence[int] | None = None,
    opset: int = OPSET,
    before: Sequence[onnx.NodeProto] = (),
    random: bool = False,
    usual: Sequence[Array] = (),
    reads: Mapping[str, Array | Const] | None = None,
    **attributes: Any,
) -> Case:
    """A model of one node.

    Args:
        inputs: an array (an input of the model), a `Const`, None (an optional one left out) or a name
            that `before` makes.
        outputs: how many outputs the node has.
        keep: which of them the model has; all by default.
        before: nodes that stand before this one.
        reads: inputs and constants, by name, of the nodes in `before` and of graphs in attributes.
        usual: other values for the inputs, to calibrate on.
    """
    domain, _, name = operator.rpartition(".")
    feeds: dict[str, Array] = {}
    constants: dict[str, Array] = {}
    names: list[str] = []
    for key, value in (reads or {}).items():
        if isinstance(value, Const):
            constants[key] = value.value
        else:
            feeds[key] = value
    for letter, given in zip("abcdefghijklmnopqrs", inputs):
        if given is None:
            names.append("")
        elif isinstance(given, str):
            names.append(given)
        elif isinstance(given, Const):
            constants[letter] = given.value
            names.append(letter)
        else:
            feeds[letter] = np.asarray(given)
            names.append(letter)
    made = [f"y{index}" for index in range(outputs)]
    node = helper.make_node(name, names, made, domain=domain, **{k: v for k, v in attributes.items() if v is not None})
    kept = made if keep is None else [made[index] for index in keep]
    return Case(
        operator,
        what,
        (*before, node),
        feeds,
        constants,
        tuple(kept),
        opset,
        random=random,
        usual=dict(zip(feeds, usual)),
    )


def f32(values: Any, *shape: int) -> Array:
    """Floats. A vector gets a first axis of one, as most models have."""
    array = np.array(values, np.float32)
    return array.reshape(shape) if shape else (array.reshape(1, -1) if array.ndim == 1 else array)


def i64(values: Any, *shape: int) -> Array:
    array = np.array(values, np.int64)
    return array.reshape(shape) if shape else array


def of(dtype: Any, values: Any, *shape: int) -> Array:
    array = np.array(values).astype(dtype)
    return array.reshape(shape) if shape else (array.reshape(1, -1) if array.ndim == 1 else array)


def ramp(*shape: int, start: float = -2.0, step: float = 0.25) -> Array:
    """Numbers that the coarsest scale represents exactly, both signs, no two alike."""
    size = int(np.prod(shape))
    return (start + step * np.arange(size)).astype(np.float32).reshape(shape)


def mixed(*shape: int, top: int = 4, seed: int = 1) -> Array:
    """Multiples of 1/8 in [-top, top], without an order."""
    drawn = np.random.RandomState(seed).randint(-8 * top, 8 * top + 1, size=shape)
    return (drawn / 8).astype(np.float32)


def floats(value: Array) -> bool:
    return value.dtype in (np.float32, np.float64, np.float16)


def tensor_type(name: str) -> int:
    return int(getattr(TensorProto, name))
