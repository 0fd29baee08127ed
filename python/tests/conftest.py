"""What the tests share: fixtures of the repository, and small models compiled on the spot.

The fixtures and everything compiled here are under test SRS, whose secret is known.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from moderntensor.sdk.zkml import Chain, CompiledModel, Proof, RpcError, Verifier, compile_model

REPOSITORY = Path(__file__).parents[2]
FIXTURES = REPOSITORY / "tests" / "fixtures"

HAS_EZKL = importlib.util.find_spec("ezkl") is not None and importlib.util.find_spec("onnx") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked `prover` need ezkl, those marked `node` the zkml binary."""
    for item in items:
        if item.get_closest_marker("prover") and not HAS_EZKL:
            item.add_marker(pytest.mark.skip(reason='needs ezkl: pip install "./python[prover]"'))
        if item.get_closest_marker("node") and zkml_binary() is None:
            item.add_marker(pytest.mark.skip(reason="needs the zkml binary: cargo build --release, or set ZKML"))


def zkml_binary() -> Path | None:
    """The `zkml` command: $ZKML, the release build, the debug build, or the one in PATH."""
    named = os.environ.get("ZKML")
    candidates = [Path(named)] if named else [REPOSITORY / "target" / kind / "zkml" for kind in ("release", "debug")]
    found = shutil.which("zkml")
    candidates += [Path(found)] if found else []
    return next((path for path in candidates if path.exists()), None)


def fixture_names() -> list[str]:
    """The committed fixtures that a Verifier can load: those with vk.key, settings.json and a proof."""
    wanted = ("vk.key", "settings.json", "proof.json", "kzg_k1.srs")
    return sorted(folder.name for folder in FIXTURES.iterdir() if all((folder / file).exists() for file in wanted))


@pytest.fixture(autouse=True)
def no_ambient_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine leaks into a test: no variable, no SRS in a home folder."""
    monkeypatch.delenv("MODERNTENSOR_ZKML_UNSAFE_TEST_SRS", raising=False)
    monkeypatch.setenv("EZKL_REPO_PATH", str(tmp_path / "no-ezkl-home"))


def load_edited(file: Path, folder: Path) -> Proof:
    """A proof whose `instances` were edited, without the copy for people, which would contradict them."""
    document = json.loads(file.read_text())
    document.pop("pretty_public_inputs")
    copy = folder / file.name
    copy.write_text(json.dumps(document))
    return Proof.load(copy)


def load_verifier(name: str | Path) -> Verifier:
    """A committed fixture's verifier, by the vk.key route."""
    folder = FIXTURES / name
    return Verifier(folder / "vk.key", srs_path=folder / "kzg_k1.srs", unsafe_test_srs=True)


def write_mlp(path: Path, outputs: int = 3, inputs: int = 4, seed: int = 5) -> None:
    """A dense layer, ReLU, a dense layer."""
    from onnx import TensorProto, helper, numpy_helper, save

    rng = np.random.default_rng(seed)
    weights = {"w1": rng.normal(0, 0.4, (inputs, 6)), "w2": rng.normal(0, 0.4, (6, outputs))}
    nodes = [
        helper.make_node("MatMul", ["x", "w1"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MatMul", ["b", "w2"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "mlp",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, inputs])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, outputs])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))


def write_sigmoid(path: Path) -> None:
    """y = sigmoid(x), which takes a table."""
    from onnx import TensorProto, helper, save

    info = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Sigmoid", ["x"], ["y"])], "sigmoid", info[:1], info[1:])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))


def write_two_inputs(path: Path) -> None:
    """y = x·z + x, z = relu(x): two inputs, two outputs."""
    from onnx import TensorProto, helper, save

    def info(name: str, shape: list[int]):  # type: ignore[no-untyped-def]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    nodes = [
        helper.make_node("Mul", ["x", "z"], ["a"]),
        helper.make_node("Add", ["a", "x"], ["y"]),
        helper.make_node("Relu", ["x"], ["w"]),
    ]
    graph = helper.make_graph(
        nodes, "two", [info("x", [1, 3]), info("z", [1, 3])], [info("y", [1, 3]), info("w", [1, 3])]
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))


@contextmanager
def running_node(*arguments: str | Path) -> Iterator[str]:
    """`zkml node` on a free port; its URL."""
    binary = zkml_binary()
    assert binary is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [str(binary), "node", "--port", str(port), *map(str, arguments)],
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


@pytest.fixture(scope="session")
def node() -> Iterator[str]:
    """`zkml node` that accepts the fixtures' SRS."""
    accepted = sorted((REPOSITORY / "tests").glob("fixtures*/*/kzg_k1.srs"))
    with running_node(*(part for path in accepted for part in ("--accept-srs", path))) as url:
        yield url


#: ezkl's defaults need 2^15 rows and more; these keep the tests' circuits at a few hundred.
SMALL = {"decomp_base": 128, "decomp_legs": 4, "input_scale": 7, "param_scale": 7}


@pytest.fixture(scope="session")
def mlp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CompiledModel]:
    """A compiled model with private input, public output and fixed weights."""
    folder = tmp_path_factory.mktemp("mlp")
    write_mlp(folder / "model.onnx")
    yield compile_model(
        folder / "model.onnx", folder, [0.5, -1.0, 1.0, 2.0], scale=7, run_args=SMALL, unsafe_test_srs=True
    )


@pytest.fixture(scope="session")
def two_inputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CompiledModel]:
    """A compiled model with two public inputs and two public outputs."""
    folder = tmp_path_factory.mktemp("two")
    write_two_inputs(folder / "model.onnx")
    yield compile_model(
        folder / "model.onnx",
        folder,
        [[1.0, 2.0, -1.0], [1.0, 1.0, 1.0]],
        input_visibility="public",
        scale=7,
        run_args=SMALL,
        unsafe_test_srs=True,
    )
