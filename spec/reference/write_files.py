#!/usr/bin/env python3
"""Writes again the committed files that the reference makes.

    python write_files.py

* `../vectors/isolated.json`: proofs that hold but for one rule each (`isolated`).
* `../vectors/isolated-short.json`: proofs in short form, most of which hold but for one rule each (`isolated_short`).
* `../vectors/features.json` and the like: vectors of the features, and of proofs of four forks of halo2 (`features`).
* `../vectors/traces/NAME.json`: every value that is computed for a proof of the vectors (`zk_verify.trace`).
* `../../tests/fixtures/NAME/cs.json`: the circuit of each fixture (`zk_verify.circuit`).

They are made from the published vectors and their keys. A test holds the committed files against what this would write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import features
import isolated_short
from isolated import Forger
from making import pairing_by_secret
from run_vectors import VECTORS, Vector
from zk_verify import abi, key_encoding
from zk_verify.circuit import circuit
from zk_verify.json_text import text
from zk_verify.trace import trace

FIXTURES = VECTORS.parent.parent / "tests" / "fixtures"

TRACES = {
    "mlp": "proofs.json",
    "bmm_freivalds": "proofs.json",
    "forged-11": "forged.json",
}
"""The proofs that have a trace, and where their vectors are: the first whose name begins with the proof's."""

FEATURE_TRACES = {
    "accumulator": ("halo2.json", "axiom, accumulator: shplonk-evm"),
    "everything": ("features.json", "everything"),
}
"""Traces of proofs with features: the file of the vector and the beginning of its name."""

ISOLATED = "forged-11"
"""The proof out of which those are made that hold but for one rule."""


def files() -> Iterator[tuple[Path, str]]:
    """Each file, with what belongs into it."""
    for name, file in TRACES.items():
        yield VECTORS / "traces" / f"{name}.json", trace_of(first_vector(name, file))
    isolated = list(Forger(first_vector(ISOLATED, TRACES[ISOLATED])).all())
    yield VECTORS / "isolated.json", text_of(isolated)
    with pairing_by_secret():
        yield VECTORS / "isolated-short.json", text_of(list(isolated_short.vectors()))
    for file, vectors in features.files():
        yield VECTORS / f"{file}.json", text_of(vectors)
    for name, (file, proof) in FEATURE_TRACES.items():
        yield VECTORS / "traces" / f"{name}.json", trace_of(first_vector(proof, file))
    for key in sorted((VECTORS / "keys").glob("*.zkvk")):
        fixture = FIXTURES / key.stem
        if fixture.is_dir():
            yield fixture / "cs.json", text(circuit(key_encoding.decode(key.read_bytes())))


def text_of(vectors: list[dict[str, Any]]) -> str:
    """A file of vectors."""
    return json.dumps(vectors, indent=2) + "\n"


def first_vector(name: str, file: str) -> Vector:
    """The vector of this name, or the first of this circuit: those after it alter something."""
    vectors = (Vector(fields, VECTORS) for fields in json.loads((VECTORS / file).read_text()))
    return next(vector for vector in vectors if vector.name == name or vector.name.startswith(f"{name}:"))


def trace_of(vector: Vector) -> str:
    """The trace of a vector's proof under the one key that it has."""
    (code,) = vector.state().code.values()
    call = abi.decode(vector.message().data)
    return text(trace(key_encoding.decode(code), call.proof, call.public_inputs))


def main() -> None:
    """Writes the files."""
    for path, content in files():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        print(path.relative_to(VECTORS.parent.parent))


if __name__ == "__main__":
    main()
