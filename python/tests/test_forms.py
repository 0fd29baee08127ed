"""A proof's two forms: exact conversions, one verdict, and the form in which a proof is sent."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from conftest import FIXTURES, REPOSITORY, fixture_names, load_verifier
from test_agreement import COORDINATES, layout
from test_chain import DEVELOPMENT_KEY, sender, sent, server

from moderntensor.sdk.zkml import (
    Chain,
    CompiledModel,
    InvalidKey,
    OnChainError,
    Proof,
    ProofFormError,
    Prover,
    Verifier,
    _abi,
    load_account,
    verify_all,
)

#: vk.key alone does not tell its digest.
NAMES = [name for name in fixture_names() if name != "sig_multicol10"]


@pytest.fixture(scope="module")
def mlp_fixture() -> tuple[Verifier, Proof]:
    return load_verifier("mlp"), Proof.load(FIXTURES / "mlp" / "proof.json")


def shortened(data: bytes) -> bytes:
    """The short form by the book: of each point x, with the parity of y in the top bit."""
    points, scalars = layout(data)
    words = {at: data[at : at + 32] for at in scalars}
    for at in points:
        x, y = (int.from_bytes(data[at + start : at + start + 32], "big") for start in (0, 32))
        words[at] = (x | (y & 1) << 255).to_bytes(32, "big")
    return b"".join(words[at] for at in sorted(words))


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_of_every_proof_are_valid_and_convert_exactly(name: str) -> None:
    verifier, proof = load_verifier(name), Proof.load(FIXTURES / name / "proof.json")
    short = proof.short(verifier)
    # Of a quotient piece that is the identity, (0, 0), the book above has no word.
    if bytes(64) not in proof:
        assert bytes(short) == shortened(bytes(proof))
    assert (len(short), len(proof)) == (verifier.short_proof_length, verifier.proof_length)
    assert short.long(verifier.key) == proof
    assert short.public_inputs == proof.public_inputs
    assert (verifier.form(proof), verifier.form(short), verifier.form(proof[1:])) == ("long", "short", None)
    assert verifier.verify(short)
    for at in (0, len(short) // 2, len(short) - 1):
        changed = bytes([*short[:at], short[at] ^ 1, *short[at + 1 :]])
        assert not verifier.verify(changed, proof.public_inputs)


def test_a_form_that_a_proof_has_already_is_itself(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    short = proof.short(verifier)
    assert proof.long(verifier) == proof
    assert short.short(verifier) == short
    # Once converted, a proof knows its key.
    assert short.long() == proof
    assert pickle.loads(pickle.dumps(short)).long() == proof


def test_a_short_proof_is_saved_and_loaded_with_the_rest_of_the_file(
    mlp_fixture: tuple[Verifier, Proof], tmp_path: Path
) -> None:
    verifier, proof = mlp_fixture
    proof.short(verifier).save(tmp_path / "short.json")
    again = Proof.load(tmp_path / "short.json")
    assert verifier.verify(again)
    again.long(verifier).save(tmp_path / "long.json")
    original = json.loads((FIXTURES / "mlp" / "proof.json").read_text())
    assert json.loads((tmp_path / "long.json").read_text()) == original


def test_what_cannot_be_converted_says_why(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    with pytest.raises(ProofFormError, match=r"its key does. Pass the verifier: proof.short\(verifier\)"):
        proof.short()
    with pytest.raises(ProofFormError, match=r"3072 bytes, this key's proofs have .* in short form"):
        proof.short(load_verifier("conv"))
    with pytest.raises(InvalidKey, match="that is no key"):
        proof.short(b"\x00nonsense")
    with pytest.raises(ProofFormError, match=r"no short form of .*: point 0 is not on the curve"):
        Proof(bytes([*proof[:63], proof[63] ^ 1, *proof[64:]])).short(verifier)
    short = bytes(proof.short(verifier))
    bit_254 = bytes([short[0] | 0x40, *short[1:]])
    with pytest.raises(ProofFormError, match=r"no long form of .*: point 0 is not canonical"):
        Proof(bit_254).long(verifier)
    x = int.from_bytes(short[:32], "big") % 2**255
    while pow(x**3 + 3, (COORDINATES - 1) // 2, COORDINATES) == 1:
        x += 1
    with pytest.raises(ProofFormError, match="point 0 is not on the curve"):
        Proof(x.to_bytes(32, "big") + short[32:]).long(verifier)


def test_the_other_parity_is_another_proof(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    short = bytes(proof.short(verifier))
    other = Proof(bytes([short[0] ^ 0x80, *short[1:]]), proof.public_inputs)
    assert not verifier.verify(other)
    y = int.from_bytes(other.long(verifier)[32:64], "big")
    assert y == COORDINATES - int.from_bytes(proof[32:64], "big")


def test_a_batch_takes_both_forms(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    short = proof.short(verifier)
    bad = Proof(bytes([*short[:-1], short[-1] ^ 1]), proof.public_inputs)
    assert verifier.verify_batch([proof, short])
    assert not verifier.verify_batch([proof, short, bad])
    assert list(verifier.find_invalid([short, bad, proof])) == [1]
    assert verify_all([(verifier, short), (verifier, proof)])


def test_explain_says_the_same_of_both_forms_and_which_it_is(mlp_fixture: tuple[Verifier, Proof]) -> None:
    verifier, proof = mlp_fixture
    long, short = (verifier.explain(form) for form in (proof, proof.short(verifier)))
    assert (long.valid, short.valid) == (True, True)
    assert "this one is in the long form" in long.text
    assert long.text.replace("the long form", "the short form") == short.text
    assert "amsterdam" in long.text


@pytest.mark.prover
def test_a_provers_proof_knows_its_key(mlp: CompiledModel) -> None:
    prover = Prover(mlp.folder / "model.onnx", mlp.settings, mlp.proving_key)
    _, proof = prover.prove([0.5, -1.0, 1.0, 2.0])
    short = proof.short()
    assert Verifier(mlp.verifying_key, unsafe_test_srs=True).verify(short)
    assert short.long() == proof


#: What an app answers that has bound no key, and one that has bound one.
APP = "0x" + "11" * 20
NO_KEY, BOUND = "0x" + "00" * 32, "0x" + "22" * 20


def estimating(asked: list[dict[str, Any]], gas: Any, key: bytes | None) -> Any:
    """A node that estimates `gas(call data)`, at which the app has bound `key`."""
    mined = sender(asked)

    def answer(request: dict[str, Any]) -> bytes:
        method, first = request["method"], request["params"][:1]
        result: Any = None
        if method == "eth_getStorageAt":
            result = NO_KEY if key is None else "0x" + BOUND[2:].rjust(64, "0")
        elif method == "eth_getCode" and first == [BOUND]:
            assert key is not None
            result = "0x" + key.hex()
        elif method == "eth_estimateGas":
            result = gas(bytes.fromhex(first[0]["data"][2:]))
            if result is None:
                refusal = {"code": 3, "message": "execution reverted", "data": "0x" + "09bde339"}
                return json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": refusal}).encode()
            result = hex(result)
        else:
            return mined(request)
        return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode()

    return answer


def submitted(proof: Proof, estimate: Any, key: bytes | None, **options: Any) -> tuple[int, int]:
    """Bytes of the proof in the transaction, and its gas limit."""
    asked: list[dict[str, Any]] = []
    with server(estimating(asked, estimate, key)) as url:
        Chain(url).submit(APP, proof, load_account(DEVELOPMENT_KEY), **options)
    data, limit = sent(asked)
    return int.from_bytes(bytes.fromhex(data[2:])[68:100], "big"), limit


def test_the_form_for_which_the_chain_estimates_less_is_sent(mlp_fixture: tuple[Verifier, Proof]) -> None:
    pytest.importorskip("eth_account")
    verifier, proof = mlp_fixture
    by_bytes, flat = (lambda data: 64 * len(data)), (lambda data: 1_000 if len(data) > 3_000 else 1_010)
    short = proof.short(verifier)
    size = len(_abi.call("submitResult(bytes,bytes)", [], short, proof.public_inputs.to_bytes()))
    assert submitted(proof, by_bytes, verifier.key) == (2_304, 64 * size * 11 // 10)
    assert submitted(proof, flat, verifier.key) == (3_072, 1_100)
    assert submitted(short, flat, verifier.key) == (3_072, 1_100)
    # A form that the app refuses is not sent.
    assert submitted(proof, lambda data: None if len(data) < 3_000 else 5_000, verifier.key)[0] == 3_072
    with pytest.raises(OnChainError, match="InvalidProof"):
        submitted(proof, lambda data: None, verifier.key)
    # The proof's own key will do where the app has bound none; without either the proof stays as it is.
    assert submitted(short.long(), by_bytes, None)[0] == 2_304
    assert submitted(proof, by_bytes, None)[0] == 3_072
    assert submitted(proof, by_bytes, load_verifier("conv").key)[0] == 3_072
    # With a gas limit nothing is estimated.
    assert submitted(proof, by_bytes, verifier.key, gas=7_000) == (3_072, 7_000)


def test_the_form_that_is_asked_for_is_sent(mlp_fixture: tuple[Verifier, Proof]) -> None:
    pytest.importorskip("eth_account")
    verifier, proof = mlp_fixture
    flat = lambda data: 1_000  # noqa: E731
    assert submitted(proof, flat, verifier.key, form="short")[0] == 2_304
    assert submitted(proof.short(verifier), flat, verifier.key, form="long")[0] == 3_072
    assert submitted(proof, flat, verifier.key, form="short", gas=9_000) == (2_304, 9_000)
    with pytest.raises(ProofFormError, match=r"has bound none that fits it. Convert it before: .*proof.short\(veri"):
        submitted(proof, flat, None, form="short")


@pytest.mark.node
def test_both_forms_are_accepted_on_a_chain(node: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from test_cli import run_json

    pytest.importorskip("eth_account")
    chain, account, verifier = Chain(node), load_account(DEVELOPMENT_KEY), load_verifier("mlp")
    proof = Proof.load(FIXTURES / "mlp" / "proof.json")
    key = chain.deploy_key(verifier.key, account).contract_address
    artifact = json.loads((REPOSITORY / "contracts" / "artifacts" / "MyAIAppWithOwnKey.json").read_text())
    app = chain.deploy(artifact["bytecode"], account, str(key), verifier.key_id).contract_address
    assert app is not None
    short = proof.short(verifier)
    assert verifier.verify_onchain(node, short, app=app)
    assert not verifier.verify_onchain(node, bytes([*short[:-1], short[-1] ^ 1]), proof.public_inputs, key=key)
    used = {form: chain.submit(app, proof, account, form=form).gas_used for form in ("long", "short")}  # type: ignore[arg-type]
    assert used["short"] != used["long"]
    # The node runs by the rules of Prague: what is chosen is within the estimates' accuracy of the least.
    assert chain.submit(app, short, account).gas_used <= 1.02 * min(used.values())

    short.save(tmp_path / "short.json")
    monkeypatch.setenv("MODERNTENSOR_PRIVATE_KEY", DEVELOPMENT_KEY)
    for form in ("long", "short"):
        said = run_json("submit", tmp_path / "short.json", "--app", app, "--rpc", node, "--form", form)
        assert (said["accepted"], said["gas_used"]) == (True, used[form])
