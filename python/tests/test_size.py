"""The size of a circuit is known from its settings.json alone."""

from __future__ import annotations

import json

import pytest
from conftest import FIXTURES, fixture_names

from moderntensor.sdk.zkml import CompileError, _advice, _native
from moderntensor.sdk.zkml.settings import Settings


@pytest.mark.parametrize("name", fixture_names())
def test_every_fixtures_size_is_told(name: str) -> None:
    settings = Settings.load(FIXTURES / name / "settings.json")
    advice, fixed, permutation, lookups, degree = _native.circuit_size(settings.content, "settings.json")
    assert permutation <= advice + fixed + 1
    # Each point of vk.key, 64 bytes, belongs to a fixed column or to one of the permutation.
    vk = (FIXTURES / name / "vk.key").read_bytes()
    assert int.from_bytes(vk[3:7], "little") <= fixed
    assert len(vk) >= 7 + 64 * permutation
    assert lookups >= 1 or not settings.table_range
    assert degree >= 3
    assert _advice.cost(settings).startswith("pk.key will have up to ")


def test_a_circuit_that_no_verifier_takes_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    document = json.loads((FIXTURES / "mlp" / "settings.json").read_text())
    document["run_args"]["num_inner_cols"] = 63
    (tmp_path / "settings.json").write_text(json.dumps(document))
    with pytest.raises(
        CompileError, match=r"num_inner_cols: 63 inner columns; this verifier takes up to 62.*No verifier takes"
    ):
        _advice.cost(Settings.load(tmp_path / "settings.json"))
