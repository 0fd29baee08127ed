"""Why the native half cannot be imported: it is not built, or a source folder hides the package that is installed."""

from __future__ import annotations

import sys
from pathlib import Path


def explain(error: ImportError) -> str:
    """The message for an import without the native module."""
    here = Path(__file__).resolve().parent
    for entry in sys.path:
        other = Path(entry or ".", "moderntensor", "sdk", "zkml").resolve()
        if (
            other != here
            and any(other.glob("_native*"))
            and any(file.suffix != ".pyi" for file in other.glob("_native*"))
        ):
            return (
                f"the source folder {here} hides the package that is installed in {other}, because "
                f"{here.parents[2]} comes first on the path (the current folder, or PYTHONPATH): start Python in "
                "another folder, or build the native half here with `maturin develop` in python/ of the repository"
            )
    return (
        f"the native half of moderntensor.sdk.zkml is not built ({error}): run `pip install ./python` in the root "
        "of the repository, or `maturin develop` in python/ to work on it"
    )
