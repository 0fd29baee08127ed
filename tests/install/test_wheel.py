"""The wheel: what it asks for, and that it verifies where there is no Rust."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import MLP, PYTHONS, Machine, artifact, python

CHECK = """
import sys
from moderntensor.sdk.zkml import Proof, Verifier, __version__
folder = sys.argv[1]
verifier = Verifier(folder + "/vk.key", srs_path=folder + "/kzg_k1.srs", unsafe_test_srs=True)
good = Proof.load(folder + "/proof.json")
altered = Proof(bytes([*good[:-1], good[-1] ^ 1]), good.public_inputs)
print(verifier.verify(good), verifier.verify(altered), sys.version_info[:2], __version__)
"""


def test_one_wheel_is_for_python_3_10_and_every_later_one() -> None:
    assert "-cp310-abi3-" in artifact("moderntensor_zkml-*.whl").name


def test_it_needs_no_younger_library_than_glibc_2_17() -> None:
    """auditwheel reads what the native half asks for, whatever the file's name says."""
    wheel = artifact("moderntensor_zkml-*-manylinux*.whl")
    command = [Path(sys.executable).with_name("auditwheel"), "show", "--json", wheel]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    symbols = [name for names in json.loads(done.stdout)["versioned_symbols"].values() for name in names]
    versions = [tuple(map(int, name[6:].split("."))) for name in symbols if name.startswith("GLIBC_")]
    assert (2, 2, 5) <= max(versions) <= (2, 17)


def test_it_holds_the_package_and_nothing_of_the_tests() -> None:
    with zipfile.ZipFile(artifact("moderntensor_zkml-*.whl")) as wheel:
        names = wheel.namelist()
    assert "moderntensor/sdk/zkml/_native.abi3.so" in names
    assert "moderntensor/sdk/zkml/py.typed" in names
    parts = {name.split("/")[0] for name in names}
    assert parts == {"moderntensor", f"{artifact('moderntensor_zkml-*.whl').name.split('-cp')[0]}.dist-info"}


@pytest.mark.parametrize("version", PYTHONS)
def test_it_verifies_in_a_new_environment_without_rust(machine: Machine, version: str) -> None:
    machine.add("python3", python(version))
    machine.run("python3", "-m", "venv", "env")
    here = machine.folder / "env" / "bin" / "python"
    machine.run(here, "-m", "pip", "install", "--quiet", artifact("moderntensor_zkml-*.whl"))
    said = machine.run(here, "-c", CHECK, MLP)
    assert said.startswith(f"True False {tuple(map(int, version.split('.')))}")
    assert "Traceback" not in machine.run(here, "-m", "moderntensor.sdk.zkml", "zkml", "doctor", "--help")
