"""The archive of the command line: one static program, its completions and manual pages, as cargo-binstall takes it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from conftest import ARTIFACTS, MLP, Machine, artifact, manifest, port_of, stop
from elftools.elf.elffile import ELFFile


def filled(template: str, **values: str) -> str:
    """A template of cargo-binstall, with `{ name }` replaced."""
    return re.sub(r"\{\s*([a-z-]+)\s*\}", lambda match: values[match[1].replace("-", "_")], template)


def test_names_and_layout_are_those_that_the_manifest_tells_cargo_binstall(unpacked: Path) -> None:
    says = manifest()["package"]["metadata"]["binstall"]
    archive = artifact("zkml-*-linux-gnu.tgz")
    target = archive.name.removeprefix("zkml-").removesuffix(".tgz")
    values = {"target": target, "version": "1.2.3", "repo": "https://example.org/r", "bin": "zkml", "binary_ext": ""}
    assert filled(says["pkg-url"], **values) == f"https://example.org/r/releases/download/v1.2.3/{archive.name}"
    assert says["pkg-fmt"] == "tgz"
    assert (unpacked.parent / filled(says["bin-dir"], **values)) == unpacked / "zkml"
    assert os.access(unpacked / "zkml", os.X_OK)


def test_the_program_is_statically_linked(unpacked: Path) -> None:
    with (unpacked / "zkml").open("rb") as file:
        elf = ELFFile(file)
        assert not any(segment.header.p_type == "PT_INTERP" for segment in elf.iter_segments())
        dynamic = elf.get_section_by_name(".dynamic")
        needed = [tag.needed for tag in dynamic.iter_tags("DT_NEEDED")] if dynamic is not None else []
        assert needed == []


def test_the_program_does_the_main_job_with_nothing_else_in_path(unpacked: Path, tmp_path: Path) -> None:
    done = subprocess.run([unpacked / "zkml", "demo"], cwd=tmp_path, env={}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Invalid ZK Proof" in done.stdout


def test_it_says_valid_of_a_good_proof_and_not_valid_of_an_altered_one(unpacked: Path, tmp_path: Path) -> None:
    key = tmp_path / "model.zkvk"
    run = {"env": {}, "capture_output": True, "text": True}
    subprocess.run(
        [unpacked / "zkml", "key", "import", "--vka", MLP / "vka.bin", "--any-srs", "--out", key], check=True, **run
    )
    proof = json.loads((MLP / "proof.json").read_text())
    document = tmp_path / "proof.json"
    for altered, status in ((False, 0), (True, 1)):
        if altered:
            proof["proof"][-1] ^= 1
            proof.pop("hex_proof", None)
        document.write_text(json.dumps(proof))
        done = subprocess.run([unpacked / "zkml", "verify", "--key", key, "--proof", document], **run)
        assert done.returncode == status, done.stdout + done.stderr


def test_every_command_has_a_manual_page(unpacked: Path) -> None:
    said = subprocess.run([unpacked / "zkml", "--help"], env={}, capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^  ([a-z-]+) ", said.split("Commands:")[1].split("Options:")[0], re.MULTILINE)
    assert len(commands) > 8
    for command in commands:
        if command != "help":
            assert (unpacked / "man" / "man1" / f"zkml-{command}.1").read_text().startswith(".ie"), command


def test_bash_completes_from_the_archive(unpacked: Path) -> None:
    script = f"""
        source {shlex.quote(str(unpacked / "completions" / "zkml"))}
        COMP_WORDS=(zkml ver) COMP_CWORD=1
        _zkml zkml ver zkml
        echo "${{COMPREPLY[@]}}"
    """
    said = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["verify"]


@pytest.mark.parametrize("file", ["zkml", "_zkml", "zkml.fish", "zkml.elv", "_zkml.ps1"])
def test_there_are_completions_for_every_shell(unpacked: Path, file: str) -> None:
    assert "precompile-call" in (unpacked / "completions" / file).read_text()


def test_the_sums_are_those_of_the_files(machine: Machine) -> None:
    sums = (ARTIFACTS / "SHA256SUMS").read_text()
    named = {line.split()[1].removeprefix("*") for line in sums.splitlines()}
    assert named == {file.name for file in ARTIFACTS.iterdir()} - {"SHA256SUMS"}
    machine.folder = ARTIFACTS
    machine.run("sha256sum", "--check", "--strict", "SHA256SUMS")


def test_it_finds_hosts_by_name(unpacked: Path) -> None:
    """Which a program with a static C library may fail to do."""
    program = unpacked / "zkml"
    node = subprocess.Popen([program, "node", "--port", "0"], env={}, stdout=subprocess.PIPE, text=True)
    try:
        port = port_of(node)
        for host, found in {"localhost": True, "no-such-host.invalid": False}.items():
            command = [program, "doctor", "--json", "--rpc-url", f"http://{host}:{port}"]
            done = subprocess.run(command, env={}, capture_output=True, text=True)
            assert done.returncode in (0, 1, 2), done.stderr
            assert ("31337" in done.stdout) == found, done.stdout
    finally:
        stop(node)
