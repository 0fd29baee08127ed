"""Proofs that four forks of halo2 made: all of them, under keys made from their circuits' descriptions."""

import json
from pathlib import Path

import pytest

import halo2_fixtures
from encode import encode
from forge import holds
from zk_verify.key_encoding import decode


def test_all_fixtures_are_there() -> None:
    proofs = [json.loads((folder / "proofs.json").read_text())["proofs"] for folder in halo2_fixtures.folders()]
    assert sum(map(len, proofs)) == 458
    assert {folder.parent.name for folder in halo2_fixtures.folders()} == {"axiom", "pse03", "pse04", "zkonduit"}


@pytest.mark.parametrize("folder", halo2_fixtures.folders(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_each_proof_gives_the_expected_verdict(folder: Path) -> None:
    proofs = list(halo2_fixtures.proofs(folder))
    assert proofs
    for made in proofs:
        key = decode(encode(made.key))
        assert key == made.key
        try:
            verdict = holds(key, made.proof, made.public_inputs, halo2_fixtures.SECRET)
        except ValueError:
            verdict = False
        assert verdict is made.holds, made.name
