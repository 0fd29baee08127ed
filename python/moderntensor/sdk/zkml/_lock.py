"""One compilation at a time in one folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ._progress import Steps

_FILE: Final = ".compile.lock"


@contextmanager
def locked(folder: Path, bar: Steps) -> Iterator[None]:
    """Wait until no other process and no other thread compiles in `folder`, then keep them out.

    The lock ends with the process, whatever ends it.
    """
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    with (folder / _FILE).open("ab") as file:
        told = False
        while not _taken(fcntl, file):
            if not told:
                bar.note(f"another compilation is under way in {folder}: waiting for it")
                told = True
            bar.tick()
            time.sleep(0.1)
        yield


def _taken(fcntl: Any, file: Any) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
