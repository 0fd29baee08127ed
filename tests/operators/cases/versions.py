"""The newest version of common operators that changed after the opset that the other cases are written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import onnx
from case import OPSET, Case

_COMMON: Final = frozenset(
    """
    AveragePool Cast Constant Conv ConvTranspose Cos Elu Equal Flatten GlobalAveragePool HardSwish Identity If MaxPool
    Pad Reshape Resize Round ScatterElements Shape Sin Squeeze Transpose Unsqueeze
    """.split()  # noqa: SIM905
)


def newest(cases: Iterable[Case]) -> Iterator[Case]:
    """For each of them its first case, in the newest opset that changed it."""
    latest = {s.name: s.since_version for s in onnx.defs.get_all_schemas() if s.name in _COMMON and not s.domain}
    seen = set()
    for case in cases:
        if case.operator in latest and case.operator not in seen and case.opset == OPSET and not case.instead:
            seen.add(case.operator)
            version = latest[case.operator]
            yield replace(case, what=f"{case.what}, opset {version}", opset=version)
