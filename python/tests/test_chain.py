"""Asking a chain: the JSON-RPC client against real HTTP, and against `zkml node`."""

from __future__ import annotations

import http.server
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import FIXTURES, REPOSITORY, load_verifier, zkml_binary

from moderntensor.sdk.zkml import (
    Chain,
    KeyMismatch,
    OnChainError,
    Proof,
    RpcError,
    _native,
    load_account,
)
from moderntensor.sdk.zkml.chain import KEY_SLOT, data_contract

#: The first account that development chains fund.
DEVELOPMENT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"


@contextmanager
def server(answer: Callable[[dict[str, Any]], bytes]) -> Iterator[str]:
    """An HTTP server on a free port that answers every request with `answer`'s bytes."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        httpd.shutdown()
        httpd.server_close()


def answering(result: str) -> Callable[[dict[str, Any]], bytes]:
    return lambda request: json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode()


def refusing(error: Any) -> Callable[[dict[str, Any]], bytes]:
    return lambda request: json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error}).encode()


def test_an_answer_that_is_no_bool_never_reads_as_valid() -> None:
    one = "0x" + "00" * 31 + "01"
    for answer, expected in ((one, True), ("0x" + "00" * 32, False)):
        with server(answering(answer)) as url:
            assert Chain(url).verify(b"", b"") is expected
    for answer in ("0x", "0x01", one + "00", "0x" + "00" * 31 + "02", "0x" + "ff" * 32, "nonsense"):
        with server(answering(answer)) as url, pytest.raises(RpcError):
            Chain(url).verify(b"", b"")


def test_a_chain_without_the_verifier_is_named_as_such() -> None:
    with server(answering("0x")) as url, pytest.raises(RpcError, match="no ZK verifier at 0x11"):
        Chain(url).verify(b"", b"")


def test_typed_errors_of_the_precompile_are_told_apart() -> None:
    address = "12" * 20
    for name, argument, text in (
        ("NoVerifyingKey(address)", "00" * 12 + address, f"no verifying key: 0x{address}"),
        ("InvalidVerifyingKey(address)", "00" * 12 + address, f"0x{address} holds no valid"),
        ("MalformedCall()", "", "canonical"),
        ("DelegateCallNotAllowed()", "", "STATICCALL"),
        ("NonPayable()", "", "value"),
    ):
        data = "0x" + _native.keccak256(name.encode())[:4].hex() + argument
        error = {"code": 3, "message": "execution reverted", "data": data}
        with server(refusing(error)) as url, pytest.raises(OnChainError, match=text):
            Chain(url).verify(b"", b"")


def test_other_failures_are_rpc_errors() -> None:
    unknown = refusing({"code": -32601, "message": "method not found"})
    with server(unknown) as url, pytest.raises(RpcError, match="method not found"):
        Chain(url).request("eth_nothing")
    with server(lambda _: b"<html>") as url, pytest.raises(RpcError, match="no JSON"):
        Chain(url).request("eth_chainId")
    with server(lambda _: b"[]") as url, pytest.raises(RpcError, match="no JSON-RPC answer"):
        Chain(url).request("eth_chainId")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(RpcError, match="is the node running"):
            Chain(f"http://127.0.0.1:{free.getsockname()[1]}", timeout=2).request("eth_chainId")
    with pytest.raises(RpcError, match="http://"):
        Chain("localhost:8545")


def test_an_address_is_checked_before_it_is_sent() -> None:
    proof = Proof(b"\x01")
    for text in ("0x12", "12" * 20, "0x" + "zz" * 20):
        with pytest.raises(ValueError, match="no address"):
            proof.calldata(key=text)


def test_a_private_key_never_appears_in_an_error() -> None:
    pytest.importorskip("eth_account")
    with pytest.raises(RpcError) as raised:
        load_account("0xsecret")
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_the_key_slot_is_the_specified_hash() -> None:
    assert int.from_bytes(_native.keccak256(b"zk_verify.key"), "big") - 1 == KEY_SLOT


def test_init_code_copies_exactly_the_data() -> None:
    code = data_contract(b"\x00\x01\x02")
    assert code == bytes.fromhex("630000000380600e6000396000f3") + b"\x00\x01\x02"


@pytest.fixture(scope="session")
def node() -> Iterator[str]:
    """`zkml node` that accepts the fixtures' SRS."""
    binary = zkml_binary()
    assert binary is not None
    accepted = [str(path) for path in sorted(FIXTURES.glob("*/kzg_k1.srs"))]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [str(binary), "node", "--port", str(port), *(part for path in accepted for part in ("--accept-srs", path))],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                Chain(url).request("eth_chainId")
                break
            except RpcError:
                assert process.poll() is None, "zkml node ended"
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


def artifact(name: str) -> bytes:
    document = json.loads((REPOSITORY / "contracts" / "artifacts" / f"{name}.json").read_text())
    return bytes.fromhex(document["bytecode"].removeprefix("0x"))


@pytest.mark.node
def test_deploy_bind_ask_and_submit(node: str) -> None:
    pytest.importorskip("eth_account")
    chain, account = Chain(node), load_account(DEVELOPMENT_KEY)
    verifier, proof = load_verifier("mlp"), Proof.load(FIXTURES / "mlp" / "proof.json")
    bad = Proof(bytes([*proof[:-1], proof[-1] ^ 1]), proof.public_inputs)

    key = chain.deploy_key(verifier.key, account).contract_address
    assert key is not None
    assert chain.code(key) == verifier.key
    constructor = bytes(12) + bytes.fromhex(key[2:]) + bytes.fromhex(verifier.key_id[2:])
    app = chain.send(account, to=None, data=artifact("MyAIAppWithOwnKey") + constructor).contract_address
    assert app is not None
    assert chain.bound_key(app) == key.lower()

    for where in ({"app": app}, {"key": key}):
        assert verifier.verify_onchain(node, proof, **where) is True
        assert verifier.verify_onchain(node, bad, **where) is False
    assert chain.submit(app, proof, account).succeeded
    with pytest.raises(OnChainError, match="Invalid ZK Proof"):
        chain.submit(app, bad, account)
    refused = chain.submit(app, bad, account, gas=1_000_000)
    assert not refused.succeeded
    assert "Invalid ZK Proof" in str(refused.reason)

    other = load_verifier("inner1")
    with pytest.raises(KeyMismatch, match="the chain would use the key"):
        other.verify_onchain(node, Proof.load(FIXTURES / "inner1" / "proof.json"), app=app)
    with pytest.raises(OnChainError, match="NoVerifyingKey"):
        verifier.verify_onchain(node, proof, app="0x" + "77" * 20)


@pytest.mark.node
def test_the_submit_command(node: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("eth_account")
    from test_cli import run_json

    chain, account = Chain(node), load_account(DEVELOPMENT_KEY)
    verifier, path = load_verifier("mlp"), FIXTURES / "mlp" / "proof.json"
    key = chain.deploy_key(verifier.key, account).contract_address
    assert key is not None
    constructor = bytes(12) + bytes.fromhex(key[2:]) + bytes.fromhex(verifier.key_id[2:])
    app = chain.send(account, to=None, data=artifact("MyAIAppWithOwnKey") + constructor).contract_address
    assert app is not None
    monkeypatch.setenv("MODERNTENSOR_PRIVATE_KEY", DEVELOPMENT_KEY)
    assert run_json("submit", path, "--app", app, "--rpc", node)["accepted"] is True
    proof = Proof.load(path)
    Proof(bytes([*proof[:-1], proof[-1] ^ 1]), proof.public_inputs).save(tmp_path / "bad.json")
    said = run_json("submit", tmp_path / "bad.json", "--app", app, "--rpc", node, expect=1)
    assert said["accepted"] is False
    assert "Invalid ZK Proof" in said["reason"]
