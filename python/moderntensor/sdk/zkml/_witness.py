"""ezkl's input.json and witness.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ._tensors import Array
from .field import FieldElement


def write_input(path: Path, sample: Sequence[Array]) -> None:
    """One input of the model, as ezkl's gen_witness reads it."""
    path.write_text(json.dumps({"input_data": [array.reshape(-1).tolist() for array in sample]}))


def read_outputs(path: Path, scales: Sequence[int]) -> list[list[float]]:
    """The circuit's outputs, flat and dequantised."""
    outputs = read_witness(path)["outputs"]
    return [
        [_element(text).dequantise(scale) for text in values] for values, scale in zip(outputs, scales, strict=True)
    ]


def read_witness(path: Path) -> dict[str, Any]:
    """The whole document."""
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def _element(text: str) -> FieldElement:
    """ezkl writes field elements in witness.json as 32 little-endian bytes in hexadecimal."""
    return FieldElement(int.from_bytes(bytes.fromhex(text), "little"))
