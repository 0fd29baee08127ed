"""Installed beside ModernTensor's own distribution, and as users meet it: versions, hidden packages, completions."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import FIXTURES, REPOSITORY

from moderntensor.sdk import zkml

PACKAGE = REPOSITORY / "python"


def stand_in(folder: Path) -> Path:
    """A wheel in the layout of ModernTensor's own distribution, moderntensor 0.4.0: its import package is `sdk`."""
    files = {
        "sdk/__init__.py": b"WHOSE = 'theirs'\n",
        "sdk/cli.py": b"",
        "moderntensor-0.4.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: moderntensor\nVersion: 0.4.0\n",
        "moderntensor-0.4.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}")
    record = "moderntensor-0.4.0.dist-info/RECORD"
    files[record] = "\n".join([*lines, f"{record},,"]).encode()
    wheel = folder / "moderntensor-0.4.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return wheel


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our wheel, of the sources here. Cargo has built them already, for the package that the tests run."""
    maturin = Path(sys.executable).with_name("maturin")
    if not maturin.exists() or shutil.which("cargo") is None:
        pytest.skip("needs maturin and cargo")
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([maturin, "build", "--release", "--quiet", "--out", out], cwd=PACKAGE, check=True)
    (wheel,) = out.glob("*.whl")
    return wheel


CHECK = """
import sdk, importlib.metadata as metadata
from moderntensor.sdk.zkml import Verifier, Proof, __version__
import moderntensor, moderntensor.sdk
import sys
assert sdk.WHOSE == "theirs"
assert metadata.version("moderntensor") == "0.4.0"
assert metadata.version("moderntensor-zkml") == __version__
assert moderntensor.__file__ is None and moderntensor.sdk.__file__ is None  # namespaces, which others may share
folder = sys.argv[1]
verifier = Verifier(folder + "/vk.key", srs_path=folder + "/kzg_k1.srs", unsafe_test_srs=True)
assert verifier.verify(Proof.load(folder + "/proof.json"))
"""


@pytest.mark.parametrize("first", ["theirs", "ours"])
def test_beside_moderntensors_own_distribution_neither_hides_nor_removes_the_other(
    own: Path, tmp_path: Path, first: str
) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"

    def pip(*arguments: str | Path) -> None:
        command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
        subprocess.run(command, check=True, cwd=tmp_path)

    for whose in (first, "ours" if first == "theirs" else "theirs"):
        pip("install", stand_in(tmp_path) if whose == "theirs" else own)
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([python, "-c", CHECK, FIXTURES / "mlp"], check=True, cwd=tmp_path, env=clean)
    pip("uninstall", "--yes", "moderntensor-zkml")
    subprocess.run([python, "-c", "import sdk; assert sdk.WHOSE == 'theirs'"], check=True, cwd=tmp_path, env=clean)


def test_the_packages_above_are_namespaces() -> None:
    """A file __init__.py there would hide other parts of the SDK."""
    assert not (PACKAGE / "moderntensor" / "__init__.py").exists()
    assert not (PACKAGE / "moderntensor" / "sdk" / "__init__.py").exists()


def test_a_source_folder_that_hides_the_installed_package_is_named(tmp_path: Path) -> None:
    source = tmp_path / "clone"
    shutil.copytree(
        PACKAGE / "moderntensor", source / "moderntensor", ignore=shutil.ignore_patterns("_native*", "*.pyc")
    )

    def message(*path: Path) -> str:
        code = f"import sys; sys.path[:0] = {[str(part) for part in path]!r}\nimport moderntensor.sdk.zkml"
        done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 1
        return done.stderr.splitlines()[-1]

    assert "is not built" in message(source)
    installed = Path(zkml.__file__).parents[3]
    hidden = message(source, installed)
    assert (
        f"the source folder {source / 'moderntensor' / 'sdk' / 'zkml'} hides the package that is installed in" in hidden
    )
    assert "start Python in another folder" in hidden
