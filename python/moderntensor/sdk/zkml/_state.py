"""What a run of compile_model() leaves in its folder about its steps, so that the next does only what is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from .proof import write_atomically

#: What a finished step has read, by its digest.
_FILE: Final = ".compile.json"

#: Under this name it has the SHA-256 of the model that model.compiled was made from.
MODEL: Final = "model"

#: And under this one the outputs whose difference from the model's was accepted, as a list in JSON.
ACCEPTED: Final = "accepted"

#: The step whose files are the keys.
SETUP: Final = "setup"


def read_state(folder: Path) -> dict[str, Any]:
    """The state of the last run in `folder`; empty if there was none."""
    try:
        state = json.loads((folder / _FILE).read_text())
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Keep `state` for the next run."""
    write_atomically(folder / _FILE, json.dumps(state, indent=1).encode())
