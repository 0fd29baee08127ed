"""The newest version of operators that changed after the opset that the other cases are written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import onnx
from case import OPSET, Case

#: Their inputs changed: these have cases of their own.
_OTHERWISE = ("Dropout", "GroupNormalization", "DFT", "Split", "Attention")


def newest(cases: Iterable[Case]) -> Iterator[Case]:
    """For each such operator its first case, in the newest opset that changed it."""
    latest = {s.name: s.since_version for s in onnx.defs.get_all_schemas() if not s.domain and not s.deprecated}
    seen = set()
    for case in cases:
        version = latest.get(case.operator, 0)
        reduces_by_attribute = any(attribute.name == "axes" for attribute in case.nodes[-1].attribute)
        if (
            case.operator in seen
            or case.nodes[-1].op_type != case.operator
            or case.opset != OPSET
            or version <= OPSET
            or case.instead
        ):
            continue
        seen.add(case.operator)
        if case.operator not in _OTHERWISE and not reduces_by_attribute:
            yield replace(case, what=f"{case.what}, opset {version}", opset=version)
