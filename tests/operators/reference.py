"""What a case's model computes, as onnxruntime says; where it has no kernel, as onnx itself says."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import onnxruntime
from case import Array, Case
from onnx import helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)


@dataclass(frozen=True)
class Expected:
    """The outputs, in order; `by` is "onnxruntime", "onnx" or "nobody"."""

    by: str
    outputs: tuple[Any, ...]
    why_not: str = ""


def compute(case: Case) -> Expected:
    feeds = dict(case.feeds)
    try:
        return Expected("onnxruntime", run_session(case.model, feeds))
    except Exception as error:  # onnxruntime's errors have no common base
        first = f"{type(error).__name__}: {str(error).splitlines()[0][:300]}"
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return Expected("onnx", tuple(ReferenceEvaluator(case.model).run(None, feeds)), first)
    except Exception as error:
        second = f"{type(error).__name__}: {str(error)[:300]}"
        return Expected("nobody", (), f"{first} | {second}")


def run_session(model: onnx.ModelProto, feeds: dict[str, Array]) -> tuple[Any, ...]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The operators as they are, not what optimisations make of them.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return tuple(session.run(None, feeds))


def with_types(model: onnx.ModelProto, outputs: tuple[Any, ...]) -> onnx.ModelProto:
    """The model with its outputs' types and shapes, as exporters write them."""
    typed = onnx.ModelProto()
    typed.CopyFrom(model)
    if not outputs:
        return typed
    del typed.graph.output[:]
    for info, value in zip(model.graph.output, outputs):
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
            dtype = helper.np_dtype_to_tensor_dtype(value.dtype)
            typed.graph.output.append(helper.make_tensor_value_info(info.name, dtype, value.shape))
        elif isinstance(value, np.generic) and value.dtype.kind in "biuf":
            dtype = helper.np_dtype_to_tensor_dtype(value.dtype)
            typed.graph.output.append(helper.make_tensor_value_info(info.name, dtype, []))
        else:
            typed.graph.output.append(info)
    return typed
