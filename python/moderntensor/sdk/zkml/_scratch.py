"""Folders for what is private: inputs and witnesses. Nothing of them outlives the process.

They are removed when they are left, also on an exception and at the end of the interpreter. A signal that
ends the process at once leaves no time for that, so a small shell waits beside it and removes the folder then.
What even that has left, because both were killed, is removed by the next process that makes such a folder.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: moderntensor-<pid namespace>-<pid>-<start time>-<random>
_NAME: Final = re.compile(r"moderntensor-(\d+)-(\d+)-(\d+)-\w+")

#: Reads from a pipe that only its parent writes to: the end comes when the parent ends, or closes it.
#: A second time, for what ezkl's own process was just writing.
_WATCHER: Final = 'read -r word; [ "$word" = keep ] || { rm -rf -- "$1"; sleep 1; rm -rf -- "$1"; }'

_swept = threading.Event()


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only this user can read, and that is gone afterwards, whatever ends the process."""
    folder = _name()
    # Whatever cleans up is there before the folder is: no signal finds it without.
    with _orderly_end(), _watched(folder):
        try:
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            # A signal may have broken off the first time.
            shutil.rmtree(folder, ignore_errors=True)


class Scratch:
    """A folder as old as its owner, for what is not private: a compiled model, a verifying key. Made when needed."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    @property
    def path(self) -> Path:
        """Where it is."""
        if self._folder is None:
            folder = _name()
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            self._folder = folder
        return self._folder


def _name() -> Path:
    """A place that nobody else knows of or has."""
    if not _swept.is_set():
        _swept.set()
        sweep()
    mark = f"{_namespace()}-{os.getpid()}-{start_time(os.getpid()) or 0}"
    return Path(tempfile.gettempdir(), f"moderntensor-{mark}-{secrets.token_hex(16)}").absolute()


@contextmanager
def _watched(folder: Path) -> Iterator[None]:
    shell = shutil.which("sh")
    if shell is None or sys.platform == "win32":
        yield
        return
    watcher = subprocess.Popen(
        [shell, "-c", _WATCHER, "sh", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # a signal to the whole group is not for it
        cwd="/",
    )
    assert watcher.stdin is not None
    try:
        yield
    finally:
        # What ezkl's process was still writing into cannot always be removed at once. Then it is the watcher's.
        removed = not folder.exists()
        with contextlib.suppress(OSError):
            if removed:
                watcher.stdin.write(b"keep\n")
            watcher.stdin.close()
        if removed:
            watcher.wait()


@contextmanager
def _orderly_end() -> Iterator[None]:
    """SIGTERM and SIGHUP end the process as an exception does, unless somebody else handles them.

    Only the main thread can arrange for that; for the others there is the watcher.
    """
    replaced = []
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _end)
                replaced.append(number)
    try:
        yield
    finally:
        for number in replaced:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def sweep() -> None:
    """Remove the folders of processes that are no more."""
    for folder in Path(tempfile.gettempdir()).glob("moderntensor-*"):
        found = _NAME.fullmatch(folder.name)
        if found is None or int(found[1]) != _namespace():
            continue  # of something else, or of a container of its own, whose processes are not seen from here
        pid, started = int(found[2]), int(found[3])
        if _alive(pid, started):
            continue
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid == _user() and not folder.is_symlink():
                shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int, started: int) -> bool:
    now = start_time(pid)
    if now is not None:
        return started in (0, now)
    if Path("/proc/self/stat").exists():
        return False
    if os.name == "nt":  # os.kill would send a signal there, and not ask
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def start_time(pid: int) -> int | None:
    """When a process began, in ticks since the machine did; None if there is none, or no /proc."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19])
    except (OSError, IndexError, ValueError):
        return None


def _namespace() -> int:
    """The number of this process's PID namespace, or 0 where there are none."""
    try:
        return Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return 0


def _user() -> int:
    return os.getuid() if sys.platform != "win32" else 0
