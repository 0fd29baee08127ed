"""Calls into ezkl, which is optional and has its own ways to fail."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from ._progress import size
from ._scratch import private_folder
from .errors import ProverNotInstalled, ZkmlError

#: What to run when ezkl is missing.
INSTALL: Final = 'pip install "ezkl==23.0.5" "onnx>=1.16" "onnxruntime>=1.18"'

#: A process that uses less than this share of one processor stands still.
_STILL: Final = 0.02

#: SIGKILL, which the system sends when memory runs out.
_KILLED: Final = (-9, 137)

_PROCESS: Final = Path(__file__).with_name("_ezkl_process.py")


def load() -> Any:
    """The ezkl module. Raises :class:`ProverNotInstalled`."""
    try:
        return importlib.import_module("ezkl")
    except ImportError as error:
        raise ProverNotInstalled(f"compiling and proving need ezkl, which is optional: {INSTALL}") from error


def call(
    error: type[ZkmlError],
    what: str,
    name: str,
    *arguments: Any,
    log: Callable[[str], None] | None = None,
    tick: Callable[[], None] | None = None,
    patience: float | None = None,
    takes: str = "",
    repeat: Sequence[Sequence[str]] = (),
    **keywords: Any,
) -> None:
    """Call ``ezkl.<name>``. If it fails, `error` says that `what` failed, and what ezkl said.

    ezkl runs in a process of its own. It keeps Python's lock while it works, so that nothing else
    would run meanwhile, not even Ctrl-C; and it waits for itself forever when one of its threads
    has something to log, as it has when a value is in no table.

    Args:
        arguments, keywords: of the function, as far as JSON knows them; ``py_run_args`` is a mapping.
        log: takes what ezkl logged, one message at a time, if all is well.
        tick: is called now and then while ezkl works.
        patience: after so many seconds of standing still the process is ended.
        takes: what the call needs of memory and why, for the error when the system kills it.
        repeat: lists of arguments for further calls of the same function, in the same process.
    """
    load()
    with private_folder() as folder:
        request, answer, output = (folder / file for file in ("request.json", "answer.json", "output"))
        asked = {"name": name, "arguments": [arguments, *repeat], "keywords": keywords, "path": sys.path}
        request.write_text(json.dumps(asked), encoding="utf-8")
        with output.open("wb") as printed:
            process = subprocess.Popen(
                [sys.executable, str(_PROCESS), str(request), str(answer)],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
                # ezkl panics over some arguments; a backtrace of its own code says nothing to its users.
                env={**os.environ, "RUST_BACKTRACE": "0"},
            )
        try:
            ended = _wait(process, tick, patience)
        finally:
            process.kill()
            process.wait()
        if not ended:
            raise error(f"{what}: ezkl.{name} stands still")
        if process.returncode in _KILLED and not answer.exists():
            raise error(f"{what}: {_killed(name, process.returncode, takes)}")
        if answer.exists():
            said = json.loads(answer.read_text(encoding="utf-8"))
        else:
            last = output.read_text(encoding="utf-8", errors="replace")[-600:]
            said = {"error": f"its process ended with {process.returncode}. {last}", "log": []}
    if not said.get("succeeded"):
        texts = [said.get("error", "no more than that it failed"), *said["log"]]
        raise error(f"{what}: ezkl.{name} says {_shortened(texts)}")
    if log is not None:
        for message in said["log"]:
            log(message)


def _killed(name: str, code: int, takes: str) -> str:
    """What to say of a process that somebody else ended."""
    said = f"ezkl.{name} was killed (signal {-code}), as the system does when memory runs out"
    memory = machine_memory()
    if memory is not None:
        said += f"; this machine has {size(memory)}"
    return f"{said}. {takes or 'Free memory, or use a larger machine'}"


def machine_memory() -> int | None:
    """Bytes of memory that this process may use, if that can be told: the machine's, or its container's."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            memory = min(memory, int(Path(limit).read_text()))
    return memory


def _wait(process: subprocess.Popen[bytes], tick: Callable[[], None] | None, patience: float | None) -> bool:
    """Whether the process ended by itself, and not because it stood still."""
    pause, since, used = 0.01, time.monotonic(), 0.0
    while True:
        try:
            process.wait(pause)
            return True
        except subprocess.TimeoutExpired:
            pause = min(2 * pause, 0.5)
        if tick is not None:
            tick()
        now = time.monotonic()
        if patience is None or now - since < patience:
            continue
        uses = _processor_seconds(process.pid)
        if uses is not None and uses - used < _STILL * (now - since) and not _wants_to_run(process.pid):
            return False
        since, used = now, uses or 0.0


def _wants_to_run(pid: int) -> bool:
    """Whether a thread of the process waits for a processor or a disk, as on a machine with too much to do."""
    for _ in range(5):
        for thread in Path(f"/proc/{pid}/task").glob("*/stat"):
            with contextlib.suppress(OSError, IndexError):
                if thread.read_text().rsplit(")", 1)[1].split()[0] in "RD":
                    return True
        time.sleep(0.02)
    return False


def _processor_seconds(pid: int) -> float | None:
    """What a process has used of the processor, or None where that cannot be told."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError):
        pass
    try:
        done = subprocess.run(["ps", "-o", "time=", "-p", str(pid)], capture_output=True, text=True, check=True)
        parts = re.split("[-:]", done.stdout.strip())  # days-hours:minutes:seconds
        return sum(float(part) * unit for part, unit in zip(reversed(parts), (1, 60, 3600, 86400)))
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def _shortened(texts: Iterable[str]) -> str:
    """The texts in one line, each once."""
    text = " ".join("; ".join(dict.fromkeys(texts)).split())
    return f"{text[:600]}…" if len(text) > 600 else text
