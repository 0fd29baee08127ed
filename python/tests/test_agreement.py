"""One verdict: Verifier, the command `zkml verify` and the precompile, on all committed proofs and mutations."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import FIXTURES, REPOSITORY, fixture_names, load_edited, load_verifier, zkml_binary

from moderntensor.sdk.zkml import MODULUS, Chain, Proof, Verifier, _native

#: What, the proof's bytes, the public inputs' bytes.
Case = tuple[str, bytes, bytes]

#: The modulus of the field of BN254's coordinates.
COORDINATES = 0x30644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD47

#: Folders with a proof and what its key is made from. The last is under the perpetual powers of tau.
FOLDERS = [
    *(FIXTURES / name for name in fixture_names()),
    REPOSITORY / "tests" / "fixtures-large" / "huge",
    REPOSITORY / "tests" / "vectors" / "public-ppot",
]


def verifier_of(folder: Path, scratch: Path) -> Verifier:
    """By vk.key, or by vka.bin where only that says everything."""
    if folder.name not in ("sig_multicol10", "public-ppot"):
        return load_verifier(folder)
    key = _native.Key.from_vka((folder / "vka.bin").read_bytes(), "vka.bin")
    (scratch / "key.zkvk").write_bytes(key.encode())
    return Verifier(scratch / "key.zkvk", unsafe_test_srs=folder.name != "public-ppot")


def layout(data: bytes) -> tuple[list[int], list[int]]:
    """Where in a proof the points and the scalars are: a point is what lies on the curve y² = x³ + 3."""
    points, scalars, at = [], [], 0
    while at < len(data):
        x, y = (int.from_bytes(data[at + start : at + start + 32], "big") for start in (0, 32))
        if (y * y - x**3 - 3) % COORDINATES == 0:
            points.append(at)
            at += 64
        else:
            scalars.append(at)
            at += 32
    return points, scalars


def put(data: bytes, at: int, *words: int) -> bytes:
    return data[:at] + b"".join(word.to_bytes(32, "big") for word in words) + data[at + 32 * len(words) :]


def some(places: list[int], rng: random.Random) -> list[int]:
    """The first, the last and one between."""
    return sorted({places[0], rng.choice(places), places[-1]}) if places else []


def proof_mutations(data: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    for at in sorted({0, len(data) - 1, *(rng.randrange(len(data)) for _ in range(10))}):
        yield f"bit of byte {at}", bytes([*data[:at], data[at] ^ (1 << rng.randrange(8)), *data[at + 1 :]])
    for more in (1, 32, 64):
        yield f"{more} zero bytes more", data + bytes(more)
        yield f"{more} bytes less", data[:-more]
    yield "empty", b""
    yield "twice", data + data
    yield "all zero", bytes(len(data))
    yield "all ones", b"\xff" * len(data)
    points, scalars = layout(data)
    for at in some(points, rng):
        x, y = (int.from_bytes(data[at + start : at + start + 32], "big") for start in (0, 32))
        yield f"point at {at}: identity", put(data, at, 0, 0)
        yield f"point at {at}: x not canonical", put(data, at, x + COORDINATES, y)
        yield f"point at {at}: y not canonical", put(data, at, x, y + COORDINATES)
        yield f"point at {at}: not on the curve", put(data, at, x, y ^ 1)
        yield f"point at {at}: negated", put(data, at, x, COORDINATES - y)
        yield f"point at {at}: the generator", put(data, at, 1, 2)
    yield "two points exchanged", put_point(put_point(data, points[0], data, points[1]), points[1], data, points[0])
    for at in some(scalars, rng):
        value = int.from_bytes(data[at : at + 32], "big")
        yield f"scalar at {at}: not canonical", put(data, at, value + MODULUS)
        yield f"scalar at {at}: the modulus", put(data, at, MODULUS)
        yield f"scalar at {at}: one more", put(data, at, (value + 1) % MODULUS)


def put_point(data: bytes, at: int, source: bytes, source_at: int) -> bytes:
    return data[:at] + source[source_at : source_at + 64] + data[at + 64 :]


def input_mutations(inputs: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    for more in (1, 32):
        yield f"{more} bytes of input more", inputs + bytes(more)
        yield f"{more} bytes of input less", inputs[:-more]
    yield "no input", b""
    words = [int.from_bytes(inputs[at : at + 32], "big") for at in range(0, len(inputs), 32)]
    for at in some(list(range(len(words))), rng):
        yield f"input {at}: one more", put(inputs, 32 * at, (words[at] + 1) % MODULUS)
        yield f"input {at}: not canonical", put(inputs, 32 * at, words[at] + MODULUS)
    yield "inputs reversed", put(inputs, 0, *reversed(words))


def cases(proof: Proof, name: str) -> Iterator[Case]:
    """The proof as it is, then changes of every kind."""
    rng, data, inputs = random.Random(name), bytes(proof), proof.public_inputs.to_bytes()
    yield "as it is", data, inputs
    for what, changed in proof_mutations(data, rng):
        if changed != data:
            yield what, changed, inputs
    for what, changed in input_mutations(inputs, rng):
        if changed != inputs:
            yield what, data, changed


def command_verdict(binary: Path, key: Path, folder: Path, data: bytes, inputs: bytes) -> bool:
    proof_file, inputs_file = folder / "proof.bin", folder / "inputs.bin"
    proof_file.write_bytes(data)
    inputs_file.write_bytes(inputs)
    command = [binary, "verify", "--key", key, "--proof-bytes", proof_file, "--public-inputs", inputs_file]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0


@pytest.mark.node
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_verifier_command_and_precompile_agree(folder: Path, node: str, tmp_path: Path) -> None:
    binary = zkml_binary()
    assert binary is not None
    verifier, proof = verifier_of(folder, tmp_path), Proof.load(folder / "proof.json")
    key_file = tmp_path / "model.zkvk"
    key_file.write_bytes(verifier.key)
    chain = Chain(node)
    # Any account can hold a key; this puts it there without the limit on a contract's code.
    address = "0x" + _native.keccak256(folder.name.encode())[:20].hex()
    chain.request("anvil_setCode", address, "0x" + verifier.key.hex())
    for what, data, inputs in cases(proof, folder.name):
        mine = verifier.verify(data, inputs)
        assert command_verdict(binary, key_file, tmp_path, data, inputs) == mine, what
        assert chain.verify(data, inputs, key=address) == mine, what
        assert mine == (what == "as it is"), what


@pytest.mark.node
@pytest.mark.parametrize(
    ("folder", "file", "expected"),
    [("two_out", "neg_extra_instance.json", False), ("hashed_priv2", "forged_hash_accepted.json", True)],
)
def test_they_agree_on_what_ezkl_lets_pass(
    folder: str,
    file: str,
    expected: bool,
    node: str,
    tmp_path: Path,
) -> None:
    """A public input too many is refused; a hash that the circuit does not constrain cannot be."""
    binary, verifier, chain = zkml_binary(), load_verifier(folder), Chain(node)
    assert binary is not None
    proof = load_edited(FIXTURES / folder / file, tmp_path)
    key_file, address = tmp_path / "model.zkvk", "0x" + _native.keccak256(file.encode())[:20].hex()
    key_file.write_bytes(verifier.key)
    chain.request("anvil_setCode", address, "0x" + verifier.key.hex())
    inputs = proof.public_inputs.to_bytes()
    assert verifier.verify(proof) is expected
    assert command_verdict(binary, key_file, tmp_path, bytes(proof), inputs) is expected
    assert chain.verify(bytes(proof), inputs, key=address) is expected


def test_mutations_reach_points_and_scalars() -> None:
    proof = Proof.load(FIXTURES / "mlp" / "proof.json")
    points, scalars = layout(bytes(proof))
    assert len(points) > 10
    assert len(scalars) > 10
    assert 64 * len(points) + 32 * len(scalars) == len(proof) == 3072
    kinds = {what.rsplit(": ", 1)[-1] for what, _, _ in cases(proof, "mlp")}
    assert kinds > {"identity", "x not canonical", "not canonical", "32 bytes less", "1 bytes of input less"}
