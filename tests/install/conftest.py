"""What a release hands out, on a machine without Rust.

`tools/release artifacts` has made the files; here they are installed in empty folders, with a PATH that has no cargo
and no compiler, and an empty home.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import signal
import subprocess
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
ARTIFACTS = TARGET / "release-artifacts"
MLP = REPOSITORY / "tests" / "fixtures" / "mlp"

#: The oldest Python that the wheel is for, and the newest that this repository names.
PYTHONS = ["3.10", "3.13"]

#: Every program that the commands of docs/install.md need, beside Python and what they install.
PROGRAMS = [
    *("bash", "cat", "cp", "dirname", "env", "git", "gzip", "install", "ldd", "mkdir", "node", "npm"),
    *("readlink", "realpath", "rm", "sed", "sh", "sha256sum", "tar", "uname"),
]


def python(version: str) -> Path:
    """An interpreter of this version: in PATH, or of pyenv."""
    candidates = [shutil.which(f"python{version}")]
    candidates += sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python{version}"))
    for candidate in filter(None, candidates):
        done = subprocess.run([candidate, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True)
        if done.returncode == 0:
            return Path(done.stdout.strip())
    pytest.skip(f"there is no Python {version} on this machine")


def for_this_machine(file: Path) -> bool:
    """Whether somebody with this machine, Linux with glibc, would download it."""
    processor = platform.machine()
    if file.suffix == ".whl":
        return file.match(f"*manylinux*_{processor}.whl")
    is_program = file.match("zkml-*.tgz") and not file.match("zkml-js-*.tgz")
    return not is_program or file.name == f"zkml-{processor}-unknown-linux-gnu.tgz"


def files() -> list[Path]:
    """The files of the release that are for this machine."""
    return [file for file in sorted(ARTIFACTS.iterdir()) if for_this_machine(file)]


def artifact(pattern: str) -> Path:
    """The one file of the release with a name like this."""
    found = [file for file in files() if file.match(pattern)]
    assert len(found) == 1, f"{ARTIFACTS} has {len(found)} files {pattern}: run tools/release artifacts"
    return found[0]


def manifest() -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "Cargo.toml").read_text())


def port_of(node: subprocess.Popen[str]) -> str:
    """Where a node that was started with `--port 0` listens."""
    assert node.stdout is not None
    ports = (re.match(r"Listening on [0-9.]+:(\d+)", line) for line in node.stdout)
    return next(match[1] for match in ports if match is not None)


def stop(node: subprocess.Popen[str]) -> None:
    node.send_signal(signal.SIGTERM)
    node.wait(timeout=60)
    assert node.stdout is not None
    node.stdout.close()


class Machine:
    """An empty home and an empty folder, and a PATH with a few programs: no Rust, no C compiler."""

    def __init__(self, folder: Path) -> None:
        self.programs, self.home, self.folder = (folder / name for name in ("bin", "home", "work"))
        for part in (self.programs, self.home, self.folder):
            part.mkdir()
        for name in PROGRAMS:
            found = shutil.which(name)
            if found is not None:
                self.add(name, Path(found))
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "npm_", "SSL_", "https"))}
        self.environment = {**kept, "PATH": str(self.programs), "HOME": str(self.home), "TMPDIR": str(folder)}

    def add(self, name: str, program: Path) -> None:
        """Put a program into PATH. A script with exec, so that it finds what lies beside it."""
        file = self.programs / name
        file.write_text(f'#!/bin/sh\nexec "{program}" "$@"\n')
        file.chmod(0o755)

    def run(self, *command: str | Path, **more: str) -> str:
        """The output of a command that has to succeed."""
        done = subprocess.run(
            command, cwd=self.folder, env={**self.environment, **more}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    for name in ("cargo", "rustc", "rustup", "cc", "gcc"):
        assert shutil.which(name, path=made.environment["PATH"]) is None
    return made


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in the archive of the command line."""
    out = tmp_path_factory.mktemp("archive")
    with tarfile.open(artifact("zkml-*-linux-gnu.tgz")) as archive:
        archive.extractall(out, filter="data")
    (folder,) = out.iterdir()
    return folder
