"""``moderntensor zkml doctor``: what is installed, whether it fits, and whether a chain and an SRS do."""

from __future__ import annotations

import importlib.metadata
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from . import _abi, _native
from ._ezkl import machine_memory
from ._progress import size
from .chain import Chain
from .errors import OnChainError, ZkmlError
from .srs import read_s_g2, srs_home

#: What is optional: distribution, what it is for, and the version that is tested ("" for any).
_OPTIONAL: Final = (
    ("ezkl", "compiling and proving", "23.0.5"),
    ("onnx", "reading models", ""),
    ("onnxruntime", "comparing circuits with models", ""),
    ("eth-account", "signing transactions", ""),
)

#: Releases of ezkl whose files are read.
_EZKL: Final = "23."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    #: False where something has to be done before the command works.
    well: bool
    said: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.well else 'FAIL'} {self.name}: {self.said}"


def examine(rpc: str | None = None, srs: Path | None = None) -> list[Finding]:
    """Look at the installation, at the node at `rpc`, and at an SRS file, or those where ezkl keeps them."""
    findings = [
        Finding("moderntensor-zkml", True, f"{_native.VERSION}, in {Path(__file__).parent}"),
        Finding("Python", sys.version_info >= (3, 10), sys.version.split()[0]),
    ]
    findings += [_package(*wanted) for wanted in _OPTIONAL]
    memory = machine_memory()
    if memory is not None:
        findings.append(Finding("memory", True, size(memory)))
    findings += _strings(srs)
    findings += [_chain(rpc)] if rpc is not None else []
    return findings


def _package(name: str, purpose: str, tested: str) -> Finding:
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        wanted = f"{name}=={tested}" if tested else name
        return Finding(name, True, f"not installed. {purpose} needs it: pip install {wanted}")
    if name == "ezkl" and not version.startswith(_EZKL):
        return Finding(name, False, f"{version}, but the files of ezkl 23 are read: pip install ezkl=={tested}")
    if tested and version != tested:
        return Finding(name, True, f"{version}; {tested} is tested")
    return Finding(name, True, version)


def _strings(given: Path | None) -> list[Finding]:
    files = [given] if given is not None else sorted(srs_home().glob("*.srs"))
    if not files:
        return [Finding("SRS", True, f"none in {srs_home()}: `moderntensor zkml download-srs K` fetches one")]
    return [_srs(file) for file in files]


def _srs(file: Path) -> Finding:
    try:
        return _setup(file, read_s_g2(file))
    except ZkmlError as error:
        return Finding("SRS", False, str(error))


def _setup(file: Path, s_g2: bytes) -> Finding:
    """Whose SRS it is: [s]G2 alone says that."""
    if s_g2 == _native.KNOWN_S_G2:
        return Finding("SRS", True, f"{file}: of the perpetual powers of tau")
    return Finding("SRS", False, f"{file}: not of the perpetual powers of tau; for tests only")


def _chain(url: str) -> Finding:
    """The precompile tells itself from an empty account: it never answers with nothing."""
    chain = Chain(url)
    name = f"chain at {url}"
    try:
        number = int(chain.request("eth_chainId"), 16)
        said = f"chain {number}, with the verifier at {_abi.PRECOMPILE}"
        try:
            chain.verify(b"", b"")
        except OnChainError as error:
            if str(error).startswith("NoVerifyingKey"):
                return Finding(name, True, f"{said}; no default key")
            if not str(error).startswith("InvalidVerifyingKey"):
                return Finding(name, False, f"chain {number}: what is at {_abi.PRECOMPILE} is no ZK verifier ({error})")
            return Finding(name, False, f"{said}; but its default key is refused ({error})")
        return Finding(name, True, f"{said}, and a default key")
    except ZkmlError as error:
        return Finding(name, False, str(error))
