"""Follows a page of docs/ to the letter: ``python tests/pages/run.py docs/solidity.md``.

All ``sh`` blocks run one after the other in one shell, in an empty home whose ``zk_verify`` is this repository. A block
that only starts ``zkml node`` runs in a second terminal. A block without a language shows lines of what was printed by
the block before it, or of the node's log. A command may fail only where such a block shows what it printed. Durations,
times of day, and the averages and reasons of forge's random tests may differ, all else may not. With ``--write`` the
page gets what was printed.

A block after ``<!-- not run: why -->`` is left out. ``ZKML`` names the program if it is not target/release/zkml.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
SECONDS_FOR_A_PAGE: Final = 300
_BLOCK: Final = re.compile(r"(?P<skip><!-- not run: [^>]* -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)```\n", re.DOTALL)
_END: Final = "--- the end of this block ---"
_FAILED: Final = "--- failed: "
_NODE: Final = "zkml node\n"
_DEFAULT_PORT: Final = "8545"
_PROGRAMS: Final = "$ZK_VERIFY/target/release"

#: What differs from run to run.
_CHANGING: Final = [
    r"\b\d+(\.\d+)? ?(µs|ms|s)\b",
    r"μ: \d+, ~: \d+",
    r"\b\d\d:\d\d:\d\d\b",
    r'0x11: invalid proof: [^"\n]*',
]


@dataclass
class Shell:
    """A shell that takes one block after the other."""

    process: subprocess.Popen[str]

    def run(self, block: str) -> list[str]:
        """What the block printed, errors among it."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"trap 'echo \"{_FAILED}$BASH_COMMAND\"' ERR\n{block}trap - ERR\necho '{_END}'\n")
        self.process.stdin.flush()
        printed: list[str] = []
        for line in self.process.stdout:
            if line == f"{_END}\n":
                return printed
            printed.append(line)
        raise SystemExit(f"the shell ended in this block:\n{block}\n{''.join(printed)}")


@contextmanager
def shell(home: Path) -> Iterator[Shell]:
    with subprocess.Popen(
        ["timeout", str(SECONDS_FOR_A_PAGE), "bash"],
        cwd=home,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        yield Shell(process)
        process.kill()


@contextmanager
def node(zkml: Path, port: str, log: IO[str]) -> Iterator[None]:
    with subprocess.Popen([zkml, "node", "--port", port], stdout=log, stderr=subprocess.STDOUT) as process:
        try:
            for _ in range(100):
                if process.poll() is not None:
                    raise SystemExit("zkml node did not start")
                with socket.socket() as connection:
                    if connection.connect_ex(("127.0.0.1", int(port))) == 0:
                        break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def lasting(lines: list[str]) -> list[str]:
    """The lines without what differs from run to run."""
    return [re.sub("|".join(_CHANGING), "…", line).rstrip() for line in lines]


def actual(expected: list[str], printed: list[str]) -> list[str]:
    """The lines, of those that were printed, that are most like the ones that the page has."""
    wanted = "\n".join(lasting(expected))

    def likeness(lines: list[str]) -> float:
        return difflib.SequenceMatcher(None, wanted, "\n".join(lasting(lines)), autojunk=False).ratio()

    firsts = range(max(1, len(printed) - len(expected) + 1))
    return max((printed[first : first + len(expected)] for first in firsts), key=likeness)


def follow(page: str, home: Path) -> str:
    """The page with what was printed in the place of what it says was printed."""
    zkml = Path(os.environ.get("ZKML", REPOSITORY / "target" / "release" / "zkml")).resolve()
    port, pieces, position = free_port(), [], 0
    printed: list[str] = []
    (home / "zk_verify").symlink_to(REPOSITORY)
    log_path = home / "node.log"
    with ExitStack() as open_now:
        log = open_now.enter_context(log_path.open("w"))
        terminal = open_now.enter_context(shell(home))
        blocks = list(_BLOCK.finditer(page))
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            text = block["text"]
            pieces.append(page[position : block.start("text")])
            position = block.end("text")
            if block["kind"] == "sh" and not block["skip"]:
                if text == _NODE:
                    open_now.enter_context(node(zkml, port, log))
                else:
                    block_here = text.replace(_DEFAULT_PORT, port).replace(_PROGRAMS, str(zkml.parent))
                    lines = terminal.run(block_here)
                    failed = [line for line in lines if line.startswith(_FAILED)]
                    if failed and (following is None or following["kind"] != ""):
                        raise SystemExit(f"{''.join(lines)}\nnothing on the page says that this fails")
                    lines = [line for line in lines if line not in failed]
                    # as a word: a hash may contain the same digits
                    printed = [re.sub(rf"\b{port}\b", _DEFAULT_PORT, line) for line in lines]
            elif block["kind"] == "" and not block["skip"]:
                lines = text.splitlines(keepends=True)
                text = "".join(actual(lines, printed + log_path.read_text().splitlines(keepends=True)))
            pieces.append(text)
    return "".join([*pieces, page[position:]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true", help="put what was printed into the page")
    options = parser.parse_args()
    for path in options.pages:
        begin = time.monotonic()
        page = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            followed = follow(page, Path(folder))
        before, after = lasting(page.splitlines()), lasting(followed.splitlines())
        if options.write:
            path.write_text(followed, encoding="utf-8")
        elif before != after:
            print("\n".join(difflib.unified_diff(before, after, str(path), "what was printed", lineterm="")))
            raise SystemExit(f"{path}: something else was printed; --write puts it into the page")
        print(f"{path}: followed in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
