"""Calls into ezkl, which is optional and has its own ways to fail."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from .errors import MissingSRS, ProverNotInstalled, ZkmlError

#: What to run when ezkl is missing.
INSTALL: Final = 'pip install "moderntensor[prover]"'

#: Bytes of an SRS file of 2^k points: a u32, twice 2^k G1 points, two G2 points.
_SRS_FIXED: Final = 4 + 2 * 128
_SRS_PER_ROW: Final = 2 * 64


def load() -> Any:
    """The ezkl module. Raises :class:`ProverNotInstalled`."""
    try:
        return importlib.import_module("ezkl")
    except ImportError as error:
        raise ProverNotInstalled(f"compiling and proving need ezkl, which is optional: {INSTALL}") from error


def call(error: type[ZkmlError], what: str, name: str, *args: Any, **kwargs: Any) -> Any:
    """Call ``ezkl.<name>``; whatever it raises becomes `error`, which says that `what` failed.

    Some of ezkl's functions need a running event loop and return awaitables. They get a loop of
    their own in a thread of their own, so that this works from notebooks too, whose thread already
    runs one. A panic of ezkl's Rust code is a BaseException in Python.
    """
    function: Callable[..., Any] = getattr(load(), name)
    outcome: list[Any] = []
    failure: list[BaseException] = []

    async def run() -> Any:
        result = function(*args, **kwargs)
        return await result if inspect.isawaitable(result) else result

    def work() -> None:
        try:
            outcome.append(asyncio.run(run()))
        except BaseException as raised:  # a Rust panic is no Exception
            failure.append(raised)

    thread = threading.Thread(target=work, name=f"ezkl.{name}", daemon=True)
    thread.start()
    thread.join()
    if failure:
        raise error(f"{what}: ezkl.{name} says {_text(failure[0])}") from failure[0]
    return outcome[0]


def _text(raised: BaseException) -> str:
    text = " ".join(str(raised).split())
    return f"{text[:600]}…" if len(text) > 600 else text or type(raised).__name__


def srs_bytes(k: int) -> int:
    """The size of the SRS file for circuits of 2^k rows."""
    return _SRS_FIXED + (_SRS_PER_ROW << k)


def find_srs(k: int, given: Path | None, beside: Path) -> Path:
    """The SRS for circuits of 2^k rows: given, beside the keys, or where ezkl keeps it.

    Raises :class:`MissingSRS`.
    """
    if given is not None:
        if not given.exists():
            raise MissingSRS(f"{given}: no such file. Expected an SRS of 2^{k} points ({size(srs_bytes(k))})")
        return given
    home = srs_home()
    candidates = [beside / f"kzg{k}.srs", beside / TEST_SRS.format(k=k), home / f"kzg{k}.srs"]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise MissingSRS(
        f"no SRS of 2^{k} points ({size(srs_bytes(k))}): looked for {', '.join(map(str, candidates))}. "
        f"Download the perpetual powers of tau with `ezkl get-srs --logrows {k}`, or in Python with "
        f"`ezkl.get_srs(logrows={k}, srs_path='kzg{k}.srs')`, or give srs_path=. For tests only, "
        "compile_model(…, unsafe_test_srs=True) makes one whose secret is known"
    )


#: What a test SRS is called, so that it is never mistaken for a real one.
TEST_SRS: Final = "UNSAFE-test-kzg{k}.srs"


def srs_home() -> Path:
    """Where ezkl keeps the SRS that it downloads."""
    import os

    return Path(os.environ.get("EZKL_REPO_PATH") or Path.home() / ".ezkl") / "srs"


def size(number: int) -> str:
    """A number of bytes for people."""
    for unit, shift in (("GB", 30), ("MB", 20), ("KB", 10)):
        if number >= 1 << shift:
            return f"{number / (1 << shift):.1f} {unit}"
    return f"{number} bytes"
