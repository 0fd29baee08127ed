"""JSON for the files that people compare: a line for each element."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .curve import G1, G2Point
from .field import Fq2


def text(fields: Mapping[str, Any]) -> str:
    """The object with a line for each field, and one for each element of a list, unless they are small integers."""
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {_value(value)}" for name, value in fields.items()) + "\n}\n"


def _value(value: Any) -> str:
    if isinstance(value, list) and any(isinstance(element, list | dict | str) for element in value):
        return "[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n]"
    return json.dumps(value)


def number(value: int) -> str:
    """A field element: 64 hex digits after 0x."""
    return f"0x{value:064x}"


def numbers(values: list[int]) -> list[str]:
    """Field elements."""
    return [number(value) for value in values]


def g1(point: G1) -> list[str] | None:
    """[x, y], or null for the identity."""
    return None if point is None else [number(point.x), number(point.y)]


def g2(point: G2Point) -> list[list[str]]:
    """[[x.c0, x.c1], [y.c0, y.c1]]."""
    return [_fq2(point.x), _fq2(point.y)]


def _fq2(element: Fq2) -> list[str]:
    return [number(element.c0), number(element.c1)]
