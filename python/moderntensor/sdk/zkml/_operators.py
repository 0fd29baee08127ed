"""What ezkl 23 makes of each ONNX operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class Operator:
    """How the circuit of an operator compares with what ONNX says about it."""

    #: Its name in ONNX; ``domain.Name`` outside of the default domain.
    name: str
    #: ``works`` within quantisation; ``differs``: it computes something else on some values; ``refused``.
    status: Literal["works", "differs", "refused"]
    #: One sentence on how it differs, or why it is refused; empty if it works.
    difference: str = ""
    #: What to do instead; empty if nothing has to be done.
    advice: str = ""


_ALL: Final = (
    Operator(
        "Cast",
        "differs",
        "a cast to bool keeps the number instead of giving 0 or 1, and a cast to an integer rounds down instead of "
        "towards zero",
        "compare with zero (Not(Equal(x, 0))) instead of casting to bool; cast numbers that are whole already",
    ),
)

TABLE: Final[Mapping[str, Operator]] = {operator.name: operator for operator in _ALL}
