"""PyTorch models to ONNX files that ezkl reads."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any, Final

from .errors import CompileError, ProverNotInstalled

#: The ONNX operator set that ezkl's reader handles best.
OPSET: Final = 13


def export_torch(module: Any, example: Any, path: str | os.PathLike[str]) -> Path:
    """Write `module` to `path` in ONNX format, traced with `example`.

    Args:
        module: a ``torch.nn.Module``. It is put into evaluation mode and back.
        example: an input tensor, or a tuple of several. Shapes are fixed to the example's: a
            circuit has one size.
        path: the file to write.

    Raises:
        ProverNotInstalled: PyTorch is missing.
        CompileError: PyTorch cannot export the module.
    """
    try:
        import torch
    except ImportError as error:
        raise ProverNotInstalled("export_torch needs PyTorch, which is optional: pip install torch onnx") from error
    arguments = example if isinstance(example, tuple) else (example,)
    training = module.training
    module.eval()
    try:
        with torch.no_grad(), warnings.catch_warnings():
            # The exporter by tracing, which torch calls legacy, writes what ezkl reads best.
            warnings.simplefilter("ignore", DeprecationWarning)
            torch.onnx.export(
                module,
                arguments,
                str(path),
                opset_version=OPSET,
                input_names=[f"input{index}" for index in range(len(arguments))],
                dynamo=False,
            )
    except Exception as error:  # torch's exporters raise many things
        raise CompileError(f"PyTorch cannot export this module: {error}") from error
    finally:
        module.train(training)
    return Path(path)
