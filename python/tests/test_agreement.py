"""One verdict: Verifier, the command `zkml verify` and the precompile, on all fixtures and mutations."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import FIXTURES, fixture_names, load_verifier, zkml_binary
from test_chain import node  # noqa: F401  (the fixture of the same name)

from moderntensor.sdk.zkml import Chain, FieldElement, Proof, PublicInputs, Verifier, _native

Case = tuple[str, bytes, PublicInputs]


def verifier_of(name: str, folder: Path) -> Verifier:
    """By vk.key, or by vka.bin where only that settles the digest."""
    if name == "sig_multicol10":
        key = _native.Key.from_vka((FIXTURES / name / "vka.bin").read_bytes(), "vka.bin")
        (folder / "key.zkvk").write_bytes(key.encode())
        return Verifier(folder / "key.zkvk", unsafe_test_srs=True)
    return load_verifier(name)


def cases(proof: Proof, name: str) -> Iterator[Case]:
    """The proof, then changes of every kind."""
    rng, data, inputs = random.Random(name), bytes(proof), proof.public_inputs
    yield "as it is", data, inputs
    for at in sorted({0, len(data) - 1, *(rng.randrange(len(data)) for _ in range(12))}):
        yield f"byte {at}", bytes([*data[:at], data[at] ^ (1 << rng.randrange(8)), *data[at + 1 :]]), inputs
    yield "one byte more", data + b"\0", inputs
    yield "32 bytes more", data + bytes(32), inputs
    yield "64 bytes more", data + bytes(64), inputs
    yield "one byte less", data[:-1], inputs
    yield "empty", b"", inputs
    yield "identity", bytes(64) + data[64:], inputs
    yield "all ones", b"\xff" * len(data), inputs
    yield "one input more", data, PublicInputs([*inputs, FieldElement(0)])
    if len(inputs):
        yield "one input less", data, inputs[:-1]
        at = rng.randrange(len(inputs))
        changed = FieldElement(int(inputs[at]) ^ 1)
        yield f"input {at}", data, PublicInputs([*inputs[:at], changed, *inputs[at + 1 :]])
        yield "inputs reversed", data, PublicInputs(list(inputs)[::-1])


def command_verdict(binary: Path, key: Path, folder: Path, data: bytes, inputs: PublicInputs) -> bool:
    proof_file, inputs_file = folder / "proof.bin", folder / "inputs.bin"
    proof_file.write_bytes(data)
    inputs_file.write_bytes(inputs.to_bytes())
    command = [binary, "verify", "--key", key, "--proof-bytes", proof_file, "--public-inputs", inputs_file]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0


@pytest.mark.node
@pytest.mark.parametrize("name", fixture_names())
def test_verifier_command_and_precompile_agree(name: str, node: str, tmp_path: Path) -> None:  # noqa: F811
    binary = zkml_binary()
    assert binary is not None
    verifier, proof = verifier_of(name, tmp_path), Proof.load(FIXTURES / name / "proof.json")
    key_file = tmp_path / "model.zkvk"
    key_file.write_bytes(verifier.key)
    chain = Chain(node)
    # Any account can hold a key; this puts it there without the limit on a contract's code.
    address = "0x" + _native.keccak256(name.encode())[:20].hex()
    chain.request("anvil_setCode", address, "0x" + verifier.key.hex())
    accepted = []
    for what, data, inputs in cases(proof, name):
        mine = verifier.verify(data, inputs)
        assert command_verdict(binary, key_file, tmp_path, data, inputs) == mine, what
        assert chain.verify(data, inputs.to_bytes(), key=address) == mine, what
        if mine:
            accepted.append(what)
    allowed = {"as it is"}
    if list(proof.public_inputs) == list(proof.public_inputs)[::-1]:
        allowed.add("inputs reversed")
    assert {"as it is"} <= set(accepted) <= allowed
