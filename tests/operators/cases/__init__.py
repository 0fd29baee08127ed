"""All cases: the one place that lists what is probed."""

from __future__ import annotations

from typing import Final

from case import Case

from . import (
    arithmetic,
    casts,
    classical,
    elementwise,
    instead,
    layers,
    quantised,
    reductions,
    sequences,
    shapes,
    versions,
)

_MODULES: Final = (
    shapes,
    layers,
    sequences,
    quantised,
    classical,
    instead,
    reductions,
    arithmetic,
    casts,
    elementwise,
)

_WRITTEN: Final = tuple(case for module in _MODULES for case in module.all_cases())

CASES: Final[tuple[Case, ...]] = (*_WRITTEN, *versions.newest(_WRITTEN))
