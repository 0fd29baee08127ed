"""What the caller of compile_model() chooses, checked before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .errors import CompileError

_TARGETS: Final = {
    "resources": "the smallest circuit",
    "accuracy": "the finest scales",
}

_VISIBILITIES: Final = ("private", "public", "hashed", "polycommit", "fixed")

#: Those that are refused, and why.
_REFUSED: Final = {
    ("input", "fixed"): "a fixed input would be part of the key, one key for each input, and ezkl 23 refuses its own "
    "proofs of such circuits. For an input that all may see use 'public'",
    ("output", "fixed"): "an output cannot be part of the key: it is what a proof is about. Use 'public'",
    (
        "param",
        "public",
    ): "ezkl has no public parameters. 'fixed' makes them part of the key, so that it stands for this "
    "very model; 'hashed' publishes their hash",
}


@dataclass(frozen=True)
class Options:
    """Everything that decides what the circuit is."""

    run_args: dict[str, Any]
    target: str
    scales: list[int] | None
    max_logrows: int | None
    compress_selectors: bool

    @property
    def variables(self) -> dict[str, int]:
        """Sizes of open dimensions, as the caller gave them."""
        return read_variables(self.run_args.get("variables", {"batch_size": 1}))

    @property
    def scale(self) -> int | None:
        """The scale of inputs, if the caller has fixed it."""
        return self.run_args.get("input_scale")


def check(target: str, visibilities: Mapping[str, str]) -> None:
    """Raise :class:`CompileError` for a choice that there is not, or that proves nothing."""
    if target not in _TARGETS:
        choices = ", ".join(f"{name!r} for {what}" for name, what in _TARGETS.items())
        raise CompileError(
            f"target={target!r} is not known: calibration aims at {choices}. There is no target for speed: the "
            "smallest circuit is the fastest"
        )
    for who, visibility in visibilities.items():
        if visibility == "hashed/private":
            raise CompileError(
                f"{who}_visibility = 'hashed/private' proves nothing about the hash: ezkl reserves a public input for "
                "it and ties nothing to it, so a prover may write any number there. Use 'hashed', whose hash is "
                "proven, or 'private'"
            )
        if (who, visibility) in _REFUSED:
            raise CompileError(f"{who}_visibility = {visibility!r}: {_REFUSED[who, visibility]}")
        if visibility not in _VISIBILITIES and not str(visibility).startswith("hashed/"):
            raise CompileError(
                f"{who}_visibility = {visibility!r} is not taken (private, public, fixed, hashed, polycommit): see "
                "docs/what-a-proof-says.md for what each says"
            )


def read_variables(given: Any) -> dict[str, int]:
    """Sizes of open dimensions: a mapping, pairs, or text such as ``batch=1,length=8``.

    Raises :class:`CompileError`.
    """
    if isinstance(given, str):
        given = [part.partition("=")[::2] for part in given.split(",") if part]
    try:
        pairs = {str(name): int(size) for name, size in (given.items() if isinstance(given, Mapping) else given)}
    except (TypeError, ValueError) as error:
        raise CompileError(
            f"variables = {given!r}: expected the size of each open dimension, such as {{'batch': 1}} or 'batch=1'"
        ) from error
    if any(size < 1 for size in pairs.values()):
        raise CompileError(f"variables = {pairs!r}: a dimension has at least one element")
    return pairs
