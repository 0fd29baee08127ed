"""Asking a chain: the JSON-RPC client against real HTTP, and against `zkml node`."""

from __future__ import annotations

import http.server
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import FIXTURES, REPOSITORY, load_verifier, running_node

from moderntensor.sdk.zkml import (
    Chain,
    InvalidAccount,
    InvalidAddress,
    InvalidInput,
    InvalidKey,
    KeyMismatch,
    OnChainError,
    Proof,
    RpcError,
    SignerNotInstalled,
    Verifier,
    ZkmlError,
    _native,
    load_account,
)
from moderntensor.sdk.zkml.chain import KEY_SLOT, data_contract

#: The first account that development chains fund.
DEVELOPMENT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"


@contextmanager
def server(answer: Callable[[dict[str, Any]], bytes], status: int = 200) -> Iterator[str]:
    """An HTTP server on a free port that answers every request with `answer`'s bytes."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
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


def test_an_answer_with_a_status_of_its_own_is_told_as_what_it_is() -> None:
    limited = refusing({"code": -32005, "message": "daily request count exceeded"})
    with server(limited, 429) as url, pytest.raises(RpcError, match="daily request count exceeded"):
        Chain(url).code("0x" + "11" * 20)
    with server(lambda _: b"<html>", 502) as url, pytest.raises(RpcError, match="HTTP status 502"):
        Chain(url).code("0x" + "11" * 20)


def test_a_port_that_speaks_no_http_and_an_address_that_is_none_are_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            stream, _ = listener.accept()
            with stream:
                stream.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
                stream.recv(1 << 16)

        threading.Thread(target=greet, daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(RpcError, match="is it a node's RPC port"):
            Chain(url).code("0x" + "11" * 20)
    with pytest.raises(RpcError, match="is no RPC address"):
        Chain("http://127.0.0.1:abc").code("0x" + "11" * 20)


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
    for text in ("0x12", "12" * 20, "0x" + "zz" * 20, ""):
        with pytest.raises(InvalidAddress, match="no address"):
            proof.calldata(key=text)
        for ask in (Chain("http://127.0.0.1:1").code, Chain("http://127.0.0.1:1").bound_key):
            with pytest.raises(InvalidAddress, match="no address"):
                ask(text)


def test_a_private_key_never_appears_in_an_error() -> None:
    pytest.importorskip("eth_account")
    with pytest.raises(InvalidAccount) as raised:
        load_account("0xsecret")
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_the_key_slot_is_the_specified_hash() -> None:
    assert int.from_bytes(_native.keccak256(b"zk_verify.key"), "big") - 1 == KEY_SLOT


def test_init_code_copies_exactly_the_data() -> None:
    code = data_contract(b"\x00\x01\x02")
    assert code == bytes.fromhex("630000000380600e6000396000f3") + b"\x00\x01\x02"


@pytest.fixture
def mlp_on_chain(node: str) -> tuple[Verifier, str, str]:
    """A fixture's verifier, the address of its key and that of an app that has bound the key."""
    pytest.importorskip("eth_account")
    chain, account, verifier = Chain(node), load_account(DEVELOPMENT_KEY), load_verifier("mlp")
    key = chain.deploy_key(verifier.key, account).contract_address
    assert key is not None
    artifact = json.loads((REPOSITORY / "contracts" / "artifacts" / "MyAIAppWithOwnKey.json").read_text())
    app = chain.deploy(artifact["bytecode"], account, key, verifier.key_id).contract_address
    assert app is not None
    return verifier, key, app


def proof_and_bad() -> tuple[Proof, Proof]:
    """The fixture's proof, and the same with one bit changed."""
    proof = Proof.load(FIXTURES / "mlp" / "proof.json")
    return proof, Proof(bytes([*proof[:-1], proof[-1] ^ 1]), proof.public_inputs)


@pytest.mark.node
def test_deploy_bind_ask_and_submit(node: str, mlp_on_chain: tuple[Verifier, str, str]) -> None:
    chain, account = Chain(node), load_account(DEVELOPMENT_KEY)
    verifier, key, app = mlp_on_chain
    proof, bad = proof_and_bad()
    assert chain.code(key) == verifier.key
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
    with pytest.raises(OnChainError, match="no contract at 0x7777"):
        verifier.verify_onchain(node, proof, key="0x" + "77" * 20)


@pytest.mark.node
def test_nothing_is_submitted_where_any_call_succeeds(node: str, mlp_on_chain: tuple[Verifier, str, str]) -> None:
    chain, account = Chain(node), load_account(DEVELOPMENT_KEY)
    _, key, _ = mlp_on_chain
    _, bad = proof_and_bad()
    before = chain.request("eth_blockNumber")
    with pytest.raises(OnChainError, match="no contract at"):
        chain.submit("0x" + "77" * 20, bad, account, gas=1_000_000)
    with pytest.raises(OnChainError, match="holds data"):
        chain.submit(key, bad, account, gas=1_000_000)
    with pytest.raises(InvalidAddress):
        chain.submit("0x12", bad, account, gas=1_000_000)
    assert chain.request("eth_blockNumber") == before


@pytest.mark.node
def test_without_app_and_key_the_chains_default_decides(tmp_path: Path) -> None:
    verifier = load_verifier("mlp")
    (tmp_path / "model.zkvk").write_bytes(verifier.key)
    proof, bad = proof_and_bad()
    with running_node("--key", tmp_path / "model.zkvk", "--accept-srs", tmp_path / "model.zkvk") as url:
        assert verifier.verify_onchain(url, proof) is True
        assert verifier.verify_onchain(url, bad) is False
        assert verifier.verify_onchain(url, proof, app="0x" + "77" * 20) is True


def test_arguments_of_a_constructor_are_checked() -> None:
    chain = Chain("http://127.0.0.1:1")
    for argument in ("0x12", "12" * 20, "0x" + "12" * 33, ""):
        with pytest.raises(InvalidAddress, match="no address and no word"):
            chain.deploy("0x00", None, argument)  # type: ignore[arg-type]
    with pytest.raises(ZkmlError, match="linked"):
        chain.deploy("0x60__$library$__", None)  # type: ignore[arg-type]


def test_without_eth_account_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "eth_account", None)
    with pytest.raises(SignerNotInstalled, match=r"pip install .*eth-account"):
        load_account(DEVELOPMENT_KEY)


@pytest.mark.node
def test_the_submit_command(
    node: str, mlp_on_chain: tuple[Verifier, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_cli import run, run_json

    _, key, app = mlp_on_chain
    path = FIXTURES / "mlp" / "proof.json"
    monkeypatch.setenv("MODERNTENSOR_PRIVATE_KEY", DEVELOPMENT_KEY)
    assert run_json("submit", path, "--app", app, "--rpc", node)["accepted"] is True
    _, bad = proof_and_bad()
    bad.save(tmp_path / "bad.json")
    said = run_json("submit", tmp_path / "bad.json", "--app", app, "--rpc", node, expect=1)
    assert said["accepted"] is False
    assert "Invalid ZK Proof" in said["reason"]
    assert run_json("submit", path, "--app", key, "--rpc", node, expect=1)["accepted"] is False
    assert run_json("submit", path, "--app", "0x12", "--rpc", node, expect=2)["error"] == "InvalidAddress"
    key_file = tmp_path / "account.key"
    assert "account.key" in run("submit", path, "--app", app, "--private-key-file", key_file, expect=2).stderr
    key_file.write_text(f"{DEVELOPMENT_KEY}\n")
    monkeypatch.delenv("MODERNTENSOR_PRIVATE_KEY")
    arguments = ["--app", app, "--rpc", node, "--private-key-file", key_file]
    assert run_json("submit", path, *arguments)["accepted"] is True


@pytest.mark.node
def test_the_verify_command_asks_a_chain(node: str, mlp_on_chain: tuple[Verifier, str, str], tmp_path: Path) -> None:
    from test_cli import fixture_arguments, run_json

    _, key, app = mlp_on_chain
    _, bad = proof_and_bad()
    bad.save(tmp_path / "bad.json")
    for where in (["--app", app], ["--onchain-key", key]):
        arguments = [*fixture_arguments("mlp"), "--rpc", node, *where]
        said = run_json("verify", FIXTURES / "mlp" / "proof.json", *arguments)
        assert (said["valid"], said["on_chain"]) == (True, True)
        assert run_json("verify", tmp_path / "bad.json", *arguments, expect=1)["reason"]


@pytest.mark.node
def test_a_key_that_the_chain_refuses_is_told_when_it_is_deployed() -> None:
    """A node that accepts the perpetual powers of tau alone; the fixture's key is under a test SRS."""
    pytest.importorskip("eth_account")
    account = load_account(DEVELOPMENT_KEY)
    verifier = load_verifier("mlp")
    with (
        running_node() as url,
        pytest.raises(OnChainError, match=r"deployed at 0x\w+, but .*refuses it: it is under"),
    ):
        Chain(url).deploy_key(verifier.key, account)
    with running_node("--accept-srs", FIXTURES / "mlp" / "kzg_k1.srs") as url:
        receipt = Chain(url).deploy_key(verifier.key, account)
        assert receipt.succeeded
        assert Chain(url).code(str(receipt.contract_address)) == verifier.key


def test_what_is_no_key_is_not_deployed() -> None:
    with pytest.raises(InvalidKey, match="that is no key"):
        Chain("http://127.0.0.1:1").deploy_key(b"\x00nonsense", None)  # type: ignore[arg-type]


def test_a_key_that_is_too_large_to_deploy_is_told_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    from moderntensor.sdk.zkml import chain as module

    pytest.importorskip("eth_account")
    monkeypatch.setattr(module, "_LARGEST_CONTRACT", 1000)
    with (
        server(refusing({"code": -32000, "message": "max initcode size exceeded"})) as url,
        pytest.raises(OnChainError, match=r"the key has 1,776 bytes.*at most 1,000 .*initcode.*num_inner"),
    ):
        Chain(url).deploy_key(load_verifier("mlp").key, load_account(DEVELOPMENT_KEY))


def sender(asked: list[dict[str, Any]], receipt: Any = None) -> Callable[[dict[str, Any]], bytes]:
    """A node that mines everything, or answers with this receipt; `asked` gets the requests."""
    receipt = receipt or {"status": "0x1", "gasUsed": "0x1", "blockNumber": "0x1", "contractAddress": None}
    answers: dict[str, Any] = {
        "eth_getCode": "0x6001",
        "eth_estimateGas": "0x7530",
        "eth_maxPriorityFeePerGas": "0x1",
        "eth_getBlockByNumber": {"baseFeePerGas": "0x1"},
        "eth_chainId": "0x1",
        "eth_getTransactionCount": "0x0",
        "eth_sendRawTransaction": "0x" + "11" * 32,
        "eth_getTransactionReceipt": receipt,
    }

    def answer(request: dict[str, Any]) -> bytes:
        asked.append(request)
        result = answers[request["method"]]
        return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode()

    return answer


def sent(asked: list[dict[str, Any]]) -> tuple[str, int]:
    """The call data and the gas limit of the transaction."""
    from eth_account.typed_transactions import TypedTransaction
    from hexbytes import HexBytes

    (raw,) = (request["params"][0] for request in asked if request["method"] == "eth_sendRawTransaction")
    fields = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
    return "0x" + bytes(fields["data"]).hex(), int(fields["gas"])


def test_the_receipt_is_asked_for_again_when_a_node_fails_once() -> None:
    pytest.importorskip("eth_account")
    asked: list[dict[str, Any]] = []
    mined = sender(asked)

    def answer(request: dict[str, Any]) -> bytes:
        polls = [one for one in asked if one["method"] == "eth_getTransactionReceipt"]
        answered = mined(request)
        return b"<html>" if request["method"] == "eth_getTransactionReceipt" and not polls else answered

    proof = Proof.load(FIXTURES / "mlp" / "proof.json")
    with server(answer) as url:
        receipt = Chain(url).submit("0x" + "11" * 20, proof, load_account(DEVELOPMENT_KEY))
    assert receipt.succeeded
    assert [one["method"] for one in asked].count("eth_sendRawTransaction") == 1


def test_a_transaction_without_a_receipt_is_named_so_that_nobody_sends_it_again() -> None:
    pytest.importorskip("eth_account")
    mined = sender([])

    def answer(request: dict[str, Any]) -> bytes:
        return b"<html>" if request["method"] == "eth_getTransactionReceipt" else mined(request)

    proof = Proof.load(FIXTURES / "mlp" / "proof.json")
    with server(answer) as url, pytest.raises(RpcError, match=f"transaction 0x{'11' * 32} was sent.*before you send"):
        Chain(url, timeout=0.3).submit("0x" + "11" * 20, proof, load_account(DEVELOPMENT_KEY))


def test_a_transaction_that_used_all_of_its_gas_says_so() -> None:
    pytest.importorskip("eth_account")
    failed = {"status": "0x0", "gasUsed": hex(40_000), "blockNumber": "0x1", "contractAddress": None}
    proof = Proof.load(FIXTURES / "mlp" / "proof.json")
    with server(sender([], failed)) as url:
        receipt = Chain(url).submit("0x" + "11" * 20, proof, load_account(DEVELOPMENT_KEY), gas=40_000)
    assert not receipt.succeeded
    assert receipt.reason is not None and "ran out of gas" in receipt.reason


@pytest.mark.parametrize(
    ("floor", "expected"), [(0, 33_000), (50_000, 50_000), (lambda data: 21_000 + 68 * len(data), None)]
)
def test_a_sender_sets_the_least_gas_limit(floor: Any, expected: int | None) -> None:
    pytest.importorskip("eth_account")
    asked: list[dict[str, Any]] = []
    proof = Proof.load(FIXTURES / "mlp" / "proof.json")
    with server(sender(asked)) as url:
        Chain(url, gas_floor=floor).submit("0x" + "11" * 20, proof, load_account(DEVELOPMENT_KEY))
    data, gas = sent(asked)
    assert gas == (expected if expected is not None else 21_000 + 68 * (len(data) // 2 - 1))


ABI = [
    {
        "type": "function",
        "name": "answer",
        "inputs": [{"type": "uint256"}, {"type": "bytes"}, {"type": "uint256[]"}],
    },
    {"type": "error", "name": "AlreadyAnswered", "inputs": [{"name": "id", "type": "uint256"}, {"type": "address"}]},
]


@pytest.mark.parametrize("function", ["answer", "answer(uint256, bytes, uint256[])"])
def test_a_proof_goes_to_any_function(function: str) -> None:
    from eth_abi.abi import decode

    pytest.importorskip("eth_account")
    asked: list[dict[str, Any]] = []
    proof = Proof.load(FIXTURES / "mlp" / "proof.json")
    with server(sender(asked)) as url:
        chain, account = Chain(url), load_account(DEVELOPMENT_KEY)
        arguments = [7, proof, proof.public_inputs]
        chain.submit("0x" + "11" * 20, proof, account, function=function, arguments=arguments, abi={"abi": ABI})
        data = bytes.fromhex(sent(asked)[0][2:])
        assert data[:4] == _native.keccak256(b"answer(uint256,bytes,uint256[])")[:4]
        number, given, inputs = decode(["uint256", "bytes", "uint256[]"], data[4:])
        assert (number, given, list(inputs)) == (7, bytes(proof), [int(element) for element in proof.public_inputs])
        with pytest.raises(InvalidInput, match=r"takes 3 arguments, 2 are given"):
            chain.submit("0x" + "11" * 20, proof, account, function=function, abi=ABI)
        with pytest.raises(InvalidInput, match="has no function of that name"):
            chain.submit("0x" + "11" * 20, proof, account, function="reply", abi=ABI)
        with pytest.raises(InvalidInput, match="without abi= its types are not known"):
            chain.submit("0x" + "11" * 20, proof, account, function="reply")


def word(value: int) -> str:
    return f"{value:064x}"


@pytest.mark.parametrize(
    ("error", "arguments", "said"),
    [
        ("AlreadyAnswered(uint256,address)", word(9) + word(0x11), r"AlreadyAnswered\(id = 9, 1 = 0x0*11\)"),
        ("Panic(uint256)", word(0x12), r"a division by zero \(panic 0x12\)"),
        ("InvalidProof()", "", "InvalidProof: the proof is not valid under the contract's key"),
        ("KeyAlreadyBound(address)", word(0x22), "KeyAlreadyBound: the contract has bound the key 0x0*22 already"),
        ("Unheard(uint256)", word(1), r"reverted with 0x\w+, an error that is not known here: give .*abi="),
    ],
)
def test_errors_of_contracts_are_decoded(error: str, arguments: str, said: str) -> None:
    data = "0x" + _native.keccak256(error.encode())[:4].hex() + arguments
    refusal = {"code": 3, "message": "execution reverted", "data": data}
    with server(refusing(refusal)) as url, pytest.raises(OnChainError, match=said):
        Chain(url).request("eth_call", {}, "latest", abi=ABI)
