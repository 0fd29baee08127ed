#!/usr/bin/env python3
"""From a trained model to a verified proof: the whole way, on real data.

    python python/examples/digits.py

1. trains a small network on scikit-learn's handwritten digits (1,797 images, bundled with it),
2. writes it as ONNX and compiles it into a circuit,
3. proves what the network says of an image that it was not trained on, and verifies the proof,
4. starts `zkml node`, a chain with the verifier at 0x11, deploys the key and a contract that binds
   it, and submits the proof: accepted. The same proof with one bit changed: refused,
5. draws the image and what was proven into digits.png.

It needs the packages of `pip install "./python[prover,submit,dev]"` and the `zkml` binary
(`cargo build --release --locked`). Unless --srs names a file, the SRS is a test SRS whose secret is known:
fine for trying out, worthless as evidence.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

from moderntensor.sdk.zkml import (
    Chain,
    CompiledModel,
    OnChainError,
    Proof,
    Prover,
    RpcError,
    Verifier,
    compile_model,
    load_account,
)

REPOSITORY = Path(__file__).resolve().parents[2]

#: The first of the well-known accounts that development chains fund. Never use it elsewhere.
DEVELOPMENT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"

Array = Any


def train() -> tuple[Any, Array, Array, float]:
    """A network of 64, 16 and 10 neurons; the test images, their digits, and its accuracy."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
    from sklearn.neural_network import MLPClassifier

    images, digits = load_digits(return_X_y=True)
    images = images / 16.0
    x_train, x_test, y_train, y_test = train_test_split(images, digits, random_state=0)
    network = MLPClassifier(hidden_layer_sizes=(16,), max_iter=400, alpha=0.01, tol=1e-3, random_state=0)
    network.fit(x_train, y_train)
    return network, x_test, y_test, float(network.score(x_test, y_test))


def export(network: Any, path: Path) -> None:
    """The network as ONNX: dense, ReLU, dense. The softmax stays outside; it changes no order."""
    layers = zip(network.coefs_, network.intercepts_, strict=True)
    parameters: dict[str, Array] = {}
    for index, (weights, biases) in enumerate(layers):
        parameters |= {f"w{index}": weights.astype(np.float32), f"b{index}": biases.astype(np.float32)}
    nodes = [
        helper.make_node("MatMul", ["image", "w0"], ["m0"]),
        helper.make_node("Add", ["m0", "b0"], ["a0"]),
        helper.make_node("Relu", ["a0"], ["r0"]),
        helper.make_node("MatMul", ["r0", "w1"], ["m1"]),
        helper.make_node("Add", ["m1", "b1"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 64])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 10])],
        [numpy_helper.from_array(value, name) for name, value in parameters.items()],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))


@contextmanager
def development_chain(zkml: Path, key: Path) -> Iterator[str]:
    """`zkml node` on a free port, accepting the SRS of `key`; stopped at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(zkml), "node", "--port", str(port), "--accept-srs", str(key)]
    node = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                Chain(url).request("eth_chainId")
                break
            except RpcError:
                if node.poll() is not None:
                    said = node.stderr.read() if node.stderr else ""
                    raise SystemExit(f"{' '.join(command)} ended: {said.strip()}") from None
                time.sleep(0.05)
        yield url
    finally:
        node.terminate()
        node.wait(timeout=10)


def on_chain(zkml: Path, compiled: CompiledModel, verifier: Verifier, good: Proof, bad: Proof) -> list[str]:
    """Deploy, submit both proofs, and say what happened."""
    said = []
    account = load_account(DEVELOPMENT_KEY)
    with development_chain(zkml, compiled.key) as url:
        chain = Chain(url)
        deployed = chain.deploy_key(verifier.key, account)
        assert deployed.contract_address is not None
        artifact = json.loads((REPOSITORY / "contracts" / "artifacts" / "MyAIAppWithOwnKey.json").read_text())
        app = chain.deploy(artifact["bytecode"], account, deployed.contract_address, verifier.key_id).contract_address
        assert app is not None
        said.append(f"key at {deployed.contract_address} ({deployed.gas_used:,} gas), app at {app}")
        assert verifier.verify_onchain(url, good, app=app) is True
        assert verifier.verify_onchain(url, bad, app=app) is False
        accepted = chain.submit(app, good, account)
        assert accepted.succeeded
        said.append(f"the proof: accepted in block {accepted.block_number}, {accepted.gas_used:,} gas")
        try:
            chain.submit(app, bad, account)
        except OnChainError as error:
            said.append(f"one bit changed: refused ({error})")
        else:
            raise AssertionError("the chain accepted a tampered proof")
        refused = chain.submit(app, bad, account, gas=1_000_000)
        assert not refused.succeeded
        said.append(f"sent all the same: transaction {refused.transaction_hash[:18]}… failed, as it should")
    return said


def draw(image: Array, label: int, scores: Array, proof: Proof, path: Path) -> None:
    """What the prover saw, and what everybody else learns."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    said = int(np.argmax(scores))
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.6), width_ratios=[1, 1.5], layout="constrained")
    left.imshow(image.reshape(8, 8), cmap="gray_r")
    left.set(xticks=[], yticks=[], xlabel=f"somebody wrote a {label}")
    left.set_title("What the prover saw", weight="bold", pad=28)
    left.text(0.5, 1.03, "private: it is not in the proof", transform=left.transAxes, ha="center", color="#555555")
    bars = right.bar(range(10), scores.reshape(-1), color=["#c44e52" if i == said else "#a9b4c8" for i in range(10)])
    right.bar_label(bars, fmt="%.1f", padding=2, size=8, color="#555555")
    right.axhline(0, color="black", linewidth=0.8)
    right.margins(y=0.12)
    right.spines[["top", "right", "bottom"]].set_visible(False)
    right.tick_params(axis="x", length=0)
    right.set(xticks=range(10), xlabel=f"the network's score for each digit: it says {said}")
    right.set_title("What was proven", weight="bold", pad=28)
    right.text(0.5, 1.03, "public: everybody can check it", transform=right.transAxes, ha="center", color="#555555")
    proof_text = f"proof of {len(proof):,} bytes, accepted on chain: 0x{proof.hex()[:40]}…"
    figure.supxlabel(proof_text, family="monospace", size=8, color="#555555")
    figure.get_layout_engine().set(rect=(0.01, 0.02, 0.98, 0.96))
    figure.savefig(path, dpi=150)
    plt.close(figure)


def find_zkml(given: Path | None) -> Path:
    """The `zkml` command: given, built here, or in PATH."""
    in_path = shutil.which("zkml")
    candidates = [given] if given else [REPOSITORY / "target/release/zkml", REPOSITORY / "target/debug/zkml"]
    candidates += [Path(in_path)] if in_path else []
    for path in candidates:
        if path is not None and path.exists():
            return path
    sys.exit("the zkml command is missing: run `cargo build --release --locked`, or give --zkml")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("digits"), help="folder for all files (default: digits)")
    parser.add_argument("--zkml", type=Path, help="the zkml command (default: the one built here)")
    parser.add_argument("--srs", type=Path, help="an SRS of the perpetual powers of tau, instead of a test SRS")
    parser.add_argument("--image", type=int, default=3, help="which of the 450 test images (default: 3)")
    options = parser.parse_args()
    zkml = find_zkml(options.zkml)
    options.out.mkdir(parents=True, exist_ok=True)
    model = options.out / "model.onnx"

    network, images, digits, accuracy = train()
    print(f"trained: {accuracy:.1%} of {len(images)} test images right")
    export(network, model)
    test_srs = options.srs is None
    compiled = compile_model(
        model,
        options.out,
        images[:20],
        scale=7,
        run_args={"decomp_base": 1024, "decomp_legs": 3},
        srs_path=options.srs,
        unsafe_test_srs=test_srs,
        progress=True,
    )
    print(compiled)

    image, digit = images[options.image], int(digits[options.image])
    prover = Prover(model, compiled.settings, compiled.proving_key, progress=True)
    result, proof = prover.prove(image)
    verifier = Verifier(compiled.verifying_key, unsafe_test_srs=test_srs)
    assert verifier.verify(proof, public_inputs=[result])
    scores = np.asarray(result)
    print(f"proven: the scores of a {digit}; the network says {int(scores.argmax())}; {len(proof)} bytes, valid")
    print(verifier.explain(proof))
    tampered = Proof(bytes([*proof[:-1], proof[-1] ^ 1]), proof.public_inputs)
    assert not verifier.verify(tampered, public_inputs=[result])
    proof.save(options.out / "proof.json")

    for line in on_chain(zkml, compiled, verifier, proof, tampered):
        print(line)
    draw(image, digit, scores, proof, options.out / "digits.png")
    print(f"drawn: {options.out / 'digits.png'}")


if __name__ == "__main__":
    main()
