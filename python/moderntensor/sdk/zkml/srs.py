"""The structured reference string (SRS): where it is looked for, and whose it is.

Someone who made an SRS alone knows a secret with which anything can be proven. The known trusted setup, the
perpetual powers of tau, had many participants, one honest of whom is enough.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from . import _ezkl, _native
from ._progress import Progress, size, steps
from .errors import InvalidSRS, MissingFile, MissingSRS, UntrustedSRS

#: Set to 1, it allows a test SRS wherever ``unsafe_test_srs`` is not given. For tests.
UNSAFE_SRS_VARIABLE: Final = "MODERNTENSOR_ZKML_UNSAFE_TEST_SRS"

#: What a test SRS is called, so that it is never mistaken for a real one.
TEST_SRS: Final = "UNSAFE-test-kzg{k}.srs"

#: Bytes of an SRS file of 2^k points: a u32, twice 2^k G1 points, two G2 points.
_FIXED: Final = 4 + 2 * 128
_PER_ROW: Final = 2 * 64


def srs_size(k: int) -> str:
    """The size of the SRS file for circuits of 2^k rows, for people."""
    return size(_FIXED + (_PER_ROW << k))


def srs_home() -> Path:
    """Where ezkl keeps the SRS that it downloads."""
    return Path(os.environ.get("EZKL_REPO_PATH") or Path.home() / ".ezkl") / "srs"


def find_srs(k: int, given: Path | None, beside: Path) -> Path:
    """The SRS for circuits of 2^k rows: given, beside the keys, or where ezkl keeps it; last a test SRS.

    Raises :class:`MissingSRS`.
    """
    if given is not None:
        if not given.exists():
            raise MissingSRS(f"{given}: no such file. Expected an SRS of 2^{k} points ({srs_size(k)})")
        return given
    candidates = [beside / f"kzg{k}.srs", srs_home() / f"kzg{k}.srs", beside / TEST_SRS.format(k=k)]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise MissingSRS(
        f"no SRS of 2^{k} points ({srs_size(k)}): looked for {', '.join(map(str, candidates))}. Download the "
        f"perpetual powers of tau: `python -c 'from moderntensor.sdk.zkml import download_srs; download_srs({k})'`, "
        "or give srs_path=. For tests only, compiling with unsafe_test_srs=True makes one whose secret is known"
    )


def download_srs(logrows: int, path: str | os.PathLike[str] | None = None, *, progress: Progress = None) -> Path:
    """Download the perpetual powers of tau for circuits of ``2**logrows`` rows, with ezkl.

    Args:
        logrows: how many points: CompiledModel.k, or what :class:`MissingSRS` says.
        path: the file to write; by default ``kzg<logrows>.srs`` where ezkl keeps it, where
            :func:`compile_model` and :class:`Prover` look for it.
        progress: as in :func:`compile_model`.

    Raises:
        ProverNotInstalled: ezkl is missing.
        MissingSRS: the download failed.
        UntrustedSRS: what came is not the perpetual powers of tau's; it is removed.
    """
    _ezkl.load()
    target = Path(path) if path is not None else srs_home() / f"kzg{logrows}.srs"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    try:
        what = f"the SRS of 2^{logrows} points ({srs_size(logrows)}) could not be downloaded"
        with steps(1, progress, "download") as bar:
            bar.begin(f"downloading {srs_size(logrows)}")
            _ezkl.call(MissingSRS, what, "get_srs", tick=bar.tick, logrows=logrows, srs_path=str(partial))
        require_trusted(read_s_g2(partial, logrows), partial, unsafe_test_srs=False)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def read_s_g2(srs: Path, k: int = 0) -> bytes:
    """[s]G2 of an SRS file, which shows whose it is; the file has at least 2^k points.

    Raises :class:`MissingFile`, :class:`MissingSRS` if it is too small, or :class:`InvalidSRS`.
    """
    if not srs.exists():
        raise MissingFile(f"{srs}: no such file. Expected an SRS as ezkl keeps them (kzg<k>.srs)")
    try:
        has, s_g2 = _native.read_srs(str(srs))
    except _native.NativeError as error:
        raise InvalidSRS(error.args[1]) from error
    if has < k:
        raise MissingSRS(f"{srs} has 2^{has} points; this circuit needs an SRS of 2^{k} ({srs_size(k)})")
    return s_g2


def check_points(srs: Path, tick: Callable[[], None]) -> None:
    """Check that all points of an SRS file are powers of the s of its [s]G2, and the Lagrange form theirs.

    A key shows [s]G2 and nothing else of the SRS that it was made with: with other points it might
    accept anything. About a second for 2^16 points; `tick` is called now and then.

    Raises :class:`InvalidSRS`.
    """
    try:
        _native.check_srs(str(srs), tick)
    except _native.NativeError as error:
        raise InvalidSRS(error.args[1]) from error


def require_trusted(s_g2: bytes, source: Path, unsafe_test_srs: bool | None) -> None:
    """Raise :class:`UntrustedSRS` unless `s_g2`, which `source` holds, is that of the perpetual powers of tau.

    Unless any other is allowed: by `unsafe_test_srs`, or, where that is None, by the environment.
    """
    if unsafe_test_srs is None:
        unsafe_test_srs = os.environ.get(UNSAFE_SRS_VARIABLE) == "1"
    if unsafe_test_srs or s_g2 == _native.KNOWN_S_G2:
        return
    raise UntrustedSRS(
        f"{source}: its SRS is not that of the perpetual powers of tau, so the person who made it may be able to prove "
        "anything under it. Use theirs (download_srs), or, for tests only, pass unsafe_test_srs=True "
        f"(or set {UNSAFE_SRS_VARIABLE}=1)"
    )
