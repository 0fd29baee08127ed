"""The Dockerfile, without an engine: what it is built from, and its last stage by hand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest
from conftest import REPOSITORY, port_of, stop


def packaged(folder: Path) -> list[str]:
    """The files of the program's package, as cargo finds them in this folder; all other crates have to be there too."""
    subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"], cwd=folder, stdout=subprocess.DEVNULL, check=True
    )
    command = ["cargo", "package", "--list", "--locked", "--allow-dirty", "--package", "zkml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return sorted(line for line in done.stdout.splitlines() if line != ".cargo_vcs_info.json")


def test_the_context_has_everything_that_the_program_is_built_from(tmp_path: Path) -> None:
    lines = (REPOSITORY / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    for pattern in (line[1:] for line in lines if line.startswith("!")):
        for source in REPOSITORY.glob(pattern):
            copy = tmp_path / source.relative_to(REPOSITORY)
            copy.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("target", "node_modules"))
            else:
                shutil.copy(source, copy)
    assert packaged(tmp_path) == packaged(REPOSITORY)
    for file in ("README.md", "LICENSE-MIT", "tools/release", "tests/vectors/public-ppot/README.md"):
        assert (tmp_path / file).exists(), "tools/release archive puts it into the archive"


def dockerfile(instruction: str) -> str:
    """What the last stage says of this."""
    last = (REPOSITORY / "Dockerfile").read_text().rsplit("\nFROM ", 1)[1]
    (found,) = re.findall(rf"^{instruction} (.*)$", last, re.MULTILINE)
    return str(found)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="chroot takes root")
def test_the_image_runs_as_nobody_with_no_other_file(unpacked: Path, tmp_path: Path) -> None:
    """The last stage of the Dockerfile by hand: its files, its user, its command, and no other file in the world."""
    root = tmp_path / "image"
    root.mkdir(mode=0o755)
    for file in dockerfile("COPY --from=build").split()[:-1]:
        shutil.copy(unpacked / Path(file).name, root)
    user, group = map(int, dockerfile("USER").split(":"))
    command = [*json.loads(dockerfile("ENTRYPOINT")), *json.loads(dockerfile("CMD")), "--port", "0"]

    def enter() -> None:
        os.chroot(root)
        os.chdir("/")
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)

    tmp_path.chmod(0o755)
    node = subprocess.Popen(command, preexec_fn=enter, env={}, stdout=subprocess.PIPE, text=True)
    try:
        port = port_of(node)
        process = Path(f"/proc/{node.pid}").stat()
        assert (process.st_uid, process.st_gid) == (user, group)
        call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getCode", "params": ["0x" + "11".zfill(40), "latest"]}
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}", json.dumps(call).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:
            assert json.load(response)["result"] != "0x"
    finally:
        stop(node)
