"""The reference against the project's command line, which is used as a black box: what it says about keys and proofs.

Skipped unless ZKML names the program: `ZKML=../../target/release/zkml python -m pytest`. Keys of real circuits are made
with it too, from what the repository has of ezkl's files.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

import limits
from circuits import RandomKey, small_key
from encode import encode
from forge import forge
from zk_verify.key import VerifyingKey
from zk_verify.key_encoding import decode
from zk_verify.key_rules import InvalidKey
from zk_verify.verify import InvalidProof, verify

ZKML = os.environ.get("ZKML")
TESTS = Path(__file__).resolve().parents[3] / "tests"

pytestmark = pytest.mark.skipif(ZKML is None, reason="ZKML names no program")


def folders() -> list[Path]:
    """Those that hold a proof of ezkl and the key's artifacts."""
    parents = [TESTS / "fixtures", TESTS / "fixtures-large", TESTS / "vectors"]
    return sorted(proof.parent for parent in parents for proof in parent.glob("*/proof.json"))


def zkml(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    assert ZKML is not None
    return subprocess.run([ZKML, *map(str, arguments)], capture_output=True, text=True, check=False)


def imported(folder: Path, out: Path) -> bytes:
    """The key of a circuit."""
    source: list[str | Path]
    if (folder / "vka.bin").exists():
        source = ["--vka", folder / "vka.bin"]
    else:
        source = ["--vk", folder / "vk.key", "--settings", folder / "settings.json"]
        source += ["--srs", folder / "kzg_k1.srs", "--proof", folder / "proof.json"]
    ran = zkml("key", "import", *source, "--any-srs", "--out", out)
    assert ran.returncode == 0, ran.stderr
    return out.read_bytes()


def proof_of(folder: Path) -> tuple[bytes, bytes]:
    """The proof of a folder, and its public inputs, which ezkl writes with the low byte first."""
    fields = json.loads((folder / "proof.json").read_text())
    public_inputs = b"".join(bytes.fromhex(word)[::-1] for word in fields["instances"][0])
    return bytes.fromhex(fields["hex_proof"].removeprefix("0x")), public_inputs


def verifies(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> bool:
    try:
        verify(key, proof, public_inputs)
    except InvalidProof:
        return False
    return True


def says_valid(tmp_path: Path, code: bytes, proof: bytes, public_inputs: bytes) -> bool:
    """The program's verdict on a proof: 0 is valid, 1 is not valid."""
    files = {"--key": code, "--proof-bytes": proof, "--public-inputs": public_inputs}
    arguments: list[str | Path] = []
    for option, data in files.items():
        path = tmp_path / option.removeprefix("--")
        path.write_bytes(data)
        arguments += [option, path]
    ran = zkml("verify", *arguments)
    assert ran.returncode in (0, 1), ran.stderr
    return ran.returncode == 0


def agree_about_key(tmp_path: Path, code: bytes) -> VerifyingKey | None:
    """Both take the bytes for a key, with the same numbers, or both do not."""
    path = tmp_path / "inspected.zkvk"
    path.write_bytes(code)
    ran = zkml("key", "inspect", "--json", path)
    try:
        key = decode(code)
    except InvalidKey as invalid:
        assert ran.returncode != 0, str(invalid)
        return None
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["degree"] == key.degree
    assert said["blindingFactors"] == key.blinding_factors
    assert said["proofBytes"] == key.proof_length
    return key


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_real_proofs_verify_and_altered_ones_do_not(folder: Path, tmp_path: Path) -> None:
    code = imported(folder, tmp_path / "imported.zkvk")
    key = agree_about_key(tmp_path, code)
    assert key is not None
    assert encode(key) == code
    proof, public_inputs = proof_of(folder)
    assert verifies(key, proof, public_inputs)
    assert says_valid(tmp_path, code, proof, public_inputs)
    rng = random.Random(folder.name)
    for at in [rng.randrange(len(proof)) for _ in range(3)] + [len(proof) - 1]:
        altered = proof[:at] + bytes([proof[at] ^ 1 << rng.randrange(8)]) + proof[at + 1 :]
        assert not verifies(key, altered, public_inputs)
        assert not says_valid(tmp_path, code, altered, public_inputs)
    if not public_inputs:
        return
    at = rng.randrange(len(public_inputs))
    altered = public_inputs[:at] + bytes([public_inputs[at] ^ 1]) + public_inputs[at + 1 :]
    assert not verifies(key, proof, altered)
    assert not says_valid(tmp_path, code, proof, altered)


@pytest.mark.parametrize("key", [pytest.param(case[1], id=case[0]) for case in limits.cases()])
def test_limits(key: VerifyingKey, tmp_path: Path) -> None:
    agree_about_key(tmp_path, encode(key))


@pytest.mark.parametrize("seed", range(-1, 40))
def test_forged_proofs_under_random_keys(seed: int, tmp_path: Path) -> None:
    code = encode(RandomKey(seed).key() if seed >= 0 else small_key())
    key = agree_about_key(tmp_path, code)
    if key is not None:
        proof, public_inputs = forge(key, seed)
        assert verifies(key, proof, public_inputs)
        assert says_valid(tmp_path, code, proof, public_inputs)


def altered_key(rng: random.Random) -> bytes:
    """A key with a byte changed, inserted, removed or exchanged with another one."""
    code = bytearray(encode(RandomKey(rng.randrange(40)).key()))
    at, other = (rng.randrange(163, len(code)) for _ in range(2))
    match rng.randrange(5):
        case 0:
            code[at] ^= 1 << rng.randrange(8)
        case 1:
            code[at] = (code[at] + rng.choice([1, -1])) % 256
        case 2:
            del code[at]
        case 3:
            code.insert(at, rng.choice([0, 1, 2]))
        case 4:
            code[at], code[other] = code[other], code[at]
    return bytes(code)


@pytest.mark.parametrize("seed", range(200))
def test_altered_keys(seed: int, tmp_path: Path) -> None:
    agree_about_key(tmp_path, altered_key(random.Random(seed)))
