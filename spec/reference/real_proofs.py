"""Vectors of proofs that halo2 made: four forks, every opening and transcript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import halo2_fixtures
from making import expecting, pairing_by_secret, vector


def real() -> Iterator[dict[str, Any]]:
    """Proofs that halo2 made: of each circuit one, its opening and transcript in turn, and all of some circuits."""
    for number, folder in enumerate(halo2_fixtures.folders()):
        proofs = list(halo2_fixtures.proofs(folder))
        chosen = proofs if folder.name in ALL_PROOFS_OF else [proofs[number % len(proofs)]]
        with pairing_by_secret(halo2_fixtures.SECRET):
            for made in chosen:
                name = f"{folder.parent.name}, {folder.name}: {made.name}"
                fields = vector(name, made.key, made.proof, made.public_inputs, made.key.s_g2)
                yield expecting(made.holds, fields)


ALL_PROOFS_OF = {"everything", "shuffle_lookup", "openvm_shape", "accumulator", "accumulator_wrong"}
