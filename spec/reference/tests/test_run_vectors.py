"""The runner reports what differs, and only that."""

import json
from pathlib import Path
from typing import Any

import pytest

import run_vectors
from circuits import small_key
from encode import encode, g2
from forge import forge, setup
from zk_verify import abi
from zk_verify.abi import Call, word
from zk_verify.field import words

ACCOUNT = bytes([0xAC]) * 20
KEY = encode(small_key())
PROOF, PUBLIC_INPUTS = forge(small_key())
INPUT = abi.encode(Call(PROOF, PUBLIC_INPUTS, ACCOUNT))
GAS = 3 * words(INPUT) + 38_000 + 325 * words(PROOF) + 35 * words(PUBLIC_INPUTS) + 2_600 + 245 * words(KEY)


def vector(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "Name": "forged",
        "Input": INPUT.hex(),
        "Expected": word(1).hex(),
        "Gas": GAS,
        "NoBenchmark": True,
        "AcceptedSetups": ["ppot", g2(setup()).hex()],
        "Code": {"0x" + ACCOUNT.hex(): "keys/small.zkvk"},
        "Reads": [["code", "0x" + ACCOUNT.hex()]],
    }
    return fields | changes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "small.zkvk").write_bytes(KEY)
    return tmp_path


def run(folder: Path, *vectors: dict[str, Any]) -> int:
    file = folder / "some.json"
    file.write_text(json.dumps(vectors))
    return run_vectors.main([str(file)])


def test_a_vector_passes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, vector()) == 0
    assert capsys.readouterr().out == "1 passed, 0 failed\n"


def test_vectors_of_failures_and_of_the_base_pass(folder: Path) -> None:
    by_slot = abi.encode(Call(b"", b"")).hex()
    caller = "0x" + "ca" * 20
    slot = "0xb7e2e6c0df4042293c1c3043569a1058471902d6c36287e0fece45197f54afac"
    no_key = abi.error(abi.NO_VERIFYING_KEY, bytes([0xCA]) * 20).hex()
    unbound = vector(
        Input=by_slot,
        Caller=caller,
        Expected=no_key,
        ExpectedError="execution reverted",
        Gas=15 + 38_000 + 2_100,
        Reads=[["storage", caller, slot]],
    )
    bound = vector(
        Input=by_slot,
        Caller=caller,
        Storage={caller: {slot: "0x" + ACCOUNT.hex().rjust(64, "0")}},
        WarmSlots=[[caller, slot]],
        Warm=["0x" + ACCOUNT.hex()],
        Expected=word(0).hex(),
        Gas=15 + 38_000 + 100 + 100 + 245 * words(KEY),
        Reads=[["storage", caller, slot], ["code", "0x" + ACCOUNT.hex()]],
    )
    poor = vector(Expected="", ExpectedError="out of gas", GasLimit=50_000, Gas=50_000, Reads=[])
    base = vector(Input="00" * 128, Base=True)
    before = vector(
        Input="00" * 128, Fork="cancun", Expected="2d98cd51", ExpectedError="execution reverted", Gas=12, Reads=[]
    )
    delegate = vector(Kind="DELEGATECALL", Expected="0d89438e", ExpectedError="execution reverted", Gas=0, Reads=[])
    paid = vector(Kind="CALL", Value=1, Expected="6fb1b0e9", ExpectedError="execution reverted", Gas=0, Reads=[])
    assert run(folder, unbound, bound, poor, base, before, delegate, paid) == 0


@pytest.mark.parametrize(
    ("changes", "report"),
    [
        ({"Gas": 1}, "some.json: forged: gas "),
        ({"Expected": word(0).hex()}, "some.json: forged: data 0x"),
        ({"ExpectedError": "out of gas"}, "some.json: forged: returned, expected: out of gas"),
        ({"Reads": []}, "some.json: forged: reads [code 0xacac"),
        ({"Base": True}, "some.json: forged: returned, expected: belongs to the base"),
    ],
)
def test_mismatches_are_reported(
    folder: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], report: str
) -> None:
    assert run(folder, vector(), vector(**changes)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith(report) for line in lines)
    assert lines[-1] == "1 passed, 1 failed"
