"""Traces and descriptions of circuits: what is committed is what the programs write, and says what was verified."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import write_files
from circuits import small_key
from encode import encode
from forge import forge
from run_vectors import VECTORS
from zk_verify.circuit import circuit
from zk_verify.curve import G1_GENERATOR, G1Point, sum_of_products
from zk_verify.field import R
from zk_verify.json_text import g1
from zk_verify.key import ColumnKind
from zk_verify.key_encoding import decode
from zk_verify.trace import trace

REFERENCE = Path(write_files.__file__).parent
FILES = dict(write_files.files())


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in FILES])
def test_the_committed_files_are_what_the_program_writes(path: Path) -> None:
    assert path.read_text() == FILES[path], f"{path} differs: run write_files.py and look at what changed"


def test_no_file_is_left_from_before() -> None:
    assert set((VECTORS / "traces").iterdir()) == {path for path in FILES if path.parent.name == "traces"}
    assert set(write_files.FIXTURES.glob("*/cs.json")) == {path for path in FILES if path.name == "cs.json"}


@pytest.mark.parametrize("name", write_files.TRACES)
def test_a_trace_ends_in_the_sum_of_its_terms_and_is_accepted(name: str) -> None:
    fields = json.loads((VECTORS / "traces" / f"{name}.json").read_text())
    terms = [(int(scalar, 16), point and G1Point(*(int(c, 16) for c in point))) for scalar, point in fields["msm"]]
    assert g1(sum_of_products(terms)) == fields["F"]
    assert fields["accept"] is True


@pytest.mark.parametrize("name", write_files.FEATURE_TRACES)
def test_a_trace_with_features_ends_in_both_sides_of_the_equation(name: str) -> None:
    fields = json.loads((VECTORS / "traces" / f"{name}.json").read_text())
    rho = fields["rho"]
    sides = {"F": (fields["msm"], 0), "N": (fields.get("msm_right", [["0x01", fields.get("W2")]]), 1)}
    for side, (terms, of_accumulator) in sides.items():
        all_terms = [*terms, [rho, fields["accumulator"][of_accumulator]]]
        points = [(int(scalar, 16), point and G1Point(*(int(c, 16) for c in point))) for scalar, point in all_terms]
        assert g1(sum_of_products(points)) == fields[side]
    assert fields["accept"] is True


@pytest.mark.parametrize("name", [*write_files.TRACES, *write_files.FEATURE_TRACES])
def test_the_identities_of_a_trace_combine_to_h(name: str) -> None:
    fields = json.loads((VECTORS / "traces" / f"{name}.json").read_text())
    combined = 0
    for identity in fields["identities"]:
        combined = (combined * int(fields["y"], 16) + int(identity, 16)) % R
    assert combined == int(fields["h_eval"], 16) * int(fields["zh"], 16) % R
    of_h = next(query for query in fields["queries"] if query["commitment"] == ["H"])
    assert of_h["eval"] == fields["h_eval"]


def test_the_forged_trace_has_every_kind_of_argument() -> None:
    key = decode((VECTORS / "keys" / "forged-11.zkvk").read_bytes())
    assert len(key.phases) > 1 and key.num_challenges and key.gates and key.num_public_inputs
    assert key.num_permutation_products > 1 and key.shuffles
    assert max(len(lookup.inputs) for lookup in key.lookups) > 1
    assert None in key.fixed_commitments + key.permutation_commitments
    assert {column.kind for column in key.permutation_columns} == set(ColumnKind)


def test_a_circuit_has_all_of_its_key() -> None:
    key = small_key()
    fields: dict[str, Any] = circuit(key)
    assert fields["k"] == key.k
    assert fields["advice_phase"] == [0, 0, 1]
    assert fields["challenge_phase"] == [0, 1]
    assert len(fields["shuffles"]) == len(key.shuffles) == 1
    assert [len(lookup["inputs"]) for lookup in fields["lookups"]] == [2]
    assert fields["fixed_commitments"] == [g1(key.fixed_commitments[0]), None]
    assert fields["g1"] == g1(G1_GENERATOR)
    gate = ["mul", ["fixed", 0], ["add", ["mul", ["advice", 0], ["advice", 1]], ["neg", ["advice", 2]]]]
    assert fields["gates"][0] == gate


def command(module: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(line, cwd=REFERENCE, capture_output=True, text=True, check=False)


def test_the_commands_write_what_the_functions_return(tmp_path: Path) -> None:
    key = small_key()
    proof, public_inputs = forge(key)
    paths = [tmp_path / name for name in ("key", "proof", "public_inputs")]
    for path, content in zip(paths, (encode(key), proof, public_inputs), strict=True):
        path.write_bytes(content)
    assert json.loads(command("zk_verify.trace", *paths).stdout) == trace(key, proof, public_inputs)
    assert json.loads(command("zk_verify.circuit", paths[0]).stdout) == circuit(key)


def test_a_proof_that_fails_the_pairing_check_has_a_trace() -> None:
    key = small_key()
    proof, public_inputs = forge(key)
    assert trace(key, proof, public_inputs)["accept"] is True
    assert trace(key, proof[:-64] + proof[:64], public_inputs)["accept"] is False


def test_the_commands_say_what_is_wrong(tmp_path: Path) -> None:
    key, junk = tmp_path / "key", tmp_path / "junk"
    key.write_bytes(encode(small_key()))
    junk.write_bytes(b"\x01")
    refused = command("zk_verify.trace", key, junk, junk)
    assert refused.returncode == 1
    assert "junk: refused before the pairing check: proof: 1 bytes" in refused.stderr
    for module, arguments in (("zk_verify.trace", [junk, junk, junk]), ("zk_verify.circuit", [junk])):
        no_key = command(module, *arguments)
        assert no_key.returncode == 1
        assert "junk: no verifying key: " in no_key.stderr
        assert command(module).returncode == 2
