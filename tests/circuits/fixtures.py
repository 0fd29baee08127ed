#!/usr/bin/env python3
"""Make the circuits of tests/fixtures again with the ezkl wheel.

    fixtures.py --out DIR              all of them
    fixtures.py --out DIR mlp softmax  some of them

The circuits are the committed ones in shape and settings. The bytes differ each time: test SRS
(their secret is known), weights and the prover's blinding are drawn anew. To replace a committed
fixture, copy the new folder over the old one and run the tests.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from models import Graph, Tensor
from wheel import Circuit, prove_circuit

Build = Callable[[Graph], list[Tensor]]

ALL_FUNCTIONS = ["Cos", "Sin", "Sinh", "Asinh", "Atan", "Tanh", "Erf", "HardSwish", "Sigmoid", "Exp"]


def mlp(batch: int = 1, width: int = 4, hidden: int = 8, out: int = 3, act: str = "Relu") -> Build:
    """Two dense layers without biases."""

    def build(g: Graph) -> list[Tensor]:
        x = g.input([batch, width])
        y = g.add("MatMul", [x.name, g.weights(width, hidden)], (batch, hidden))
        y = g.add(act, [y.name], y.shape)
        return [g.add("MatMul", [y.name, g.weights(hidden, out)], (batch, out))]

    return build


def in_turn(*functions: str) -> Build:
    """One function after the other, then a constant added."""

    def build(g: Graph) -> list[Tensor]:
        y = g.input([1, 4], 0.5)
        for name in functions:
            y = g.add(name, [y.name], y.shape)
        return [g.add("Add", [y.name, g.weights(1, 4)], y.shape)]

    return build


def side_by_side(functions: list[str], low: float, spread: float) -> Build:
    """The sum of several functions of one input."""

    def build(g: Graph) -> list[Tensor]:
        x = g.input([1, 3], spread, low)
        parts = [g.add(name, [x.name], x.shape) for name in functions]
        y = parts[0]
        for part in parts[1:]:
            y = g.add("Add", [y.name, part.name], y.shape)
        return [g.add("Add", [y.name, g.weights(1, 3)], y.shape)]

    return build


def add_constant(n: int) -> Build:
    """x + c on n values."""

    def build(g: Graph) -> list[Tensor]:
        x = g.input([1, n])
        return [g.add("Add", [x.name, g.weights(1, n)], x.shape)]

    return build


def conv(g: Graph) -> list[Tensor]:
    """3×3 convolution, ReLU, max pooling, dense."""
    x = g.input([1, 1, 6, 6])
    y = g.add("Conv", [x.name, g.weights(2, 1, 3, 3), g.weights(2)], (1, 2, 4, 4), kernel_shape=[3, 3], strides=[1, 1])
    y = g.add("Relu", [y.name], y.shape)
    y = g.add("MaxPool", [y.name], (1, 2, 2, 2), kernel_shape=[2, 2], strides=[2, 2])
    y = g.add("Flatten", [y.name], (1, 8))
    return [g.add("MatMul", [y.name, g.weights(8, 3)], (1, 3))]


def cnn(g: Graph) -> list[Tensor]:
    """Two strided convolutions on a 28×28 image."""
    x = g.input([1, 1, 28, 28])
    five: dict[str, Any] = {"kernel_shape": [5, 5], "strides": [2, 2]}
    y = g.add("Conv", [x.name, g.weights(4, 1, 5, 5), g.weights(4)], (1, 4, 12, 12), **five)
    y = g.add("Relu", [y.name], y.shape)
    y = g.add("Conv", [y.name, g.weights(4, 4, 5, 5), g.weights(4)], (1, 4, 4, 4), **five)
    y = g.add("Sigmoid", [y.name], y.shape)
    y = g.add("Flatten", [y.name], (1, 64))
    return [g.add("MatMul", [y.name, g.weights(64, 10)], (1, 10))]


def gather(g: Graph) -> list[Tensor]:
    """Values at positions that are an input: a dynamic lookup."""
    x = g.input([1, 8])
    y = g.add("Gather", [x.name, g.index_input([5, 0, 2]).name], (1, 3), axis=1)
    return [g.add("Mul", [y.name, g.weights(1, 3)], y.shape)]


def largest_three(g: Graph, x: Tensor) -> Tensor:
    k = g.constant(np.array([3], np.int64))
    return g.add("TopK", [x.name, k], (1, 3), outputs=2, axis=1)


def topk(g: Graph) -> list[Tensor]:
    """The three largest of eight: a shuffle."""
    return [largest_three(g, g.input([1, 8]))]


def gather_topk(g: Graph) -> list[Tensor]:
    """A shuffle and a dynamic lookup in one circuit."""
    x = g.input([1, 8])
    top = largest_three(g, x)
    picked = g.add("Gather", [x.name, g.index_input([5, 0, 2]).name], (1, 3), axis=1)
    return [g.add("Add", [top.name, picked.name], (1, 3))]


def argmax(g: Graph) -> list[Tensor]:
    x = g.input([1, 4])
    y = g.add("MatMul", [x.name, g.weights(4, 6)], (1, 6))
    y = g.add("ArgMax", [y.name], (1, 1), axis=1, keepdims=1)
    return [g.add("Cast", [y.name], (1, 1), to=1)]


def batched_product(g: Graph) -> list[Tensor]:
    """A product of two inputs, large enough for Freivalds' check."""
    x, z = g.input([2, 3, 4]), g.input([2, 4, 5])
    y = g.add("MatMul", [x.name, z.name], (2, 3, 5))
    return [g.add("MatMul", [y.name, g.weights(5, 3)], (2, 3, 3))]


def einsum(g: Graph) -> list[Tensor]:
    """A contraction of three operands."""
    x, z = g.input([3, 4]), g.input([4, 5])
    return [g.add("Einsum", [x.name, z.name, g.weights(5, 2)], (3, 2), equation="ij,jk,kl->il")]


def softmax(g: Graph) -> list[Tensor]:
    x = g.input([1, 4])
    y = g.add("MatMul", [x.name, g.weights(4, 4)], (1, 4))
    return [g.add("Softmax", [y.name], (1, 4), axis=1)]


def two_outputs(g: Graph) -> list[Tensor]:
    x = g.input([1, 4])
    y = g.add("MatMul", [x.name, g.weights(4, 3)], (1, 3))
    return [g.add("Relu", [y.name], (1, 3)), g.add("Mul", [x.name, g.weights(1, 4)], (1, 4))]


def three_inputs(g: Graph) -> list[Tensor]:
    x, z, w = (g.input([1, 4]) for _ in range(3))
    y = g.add("Mul", [x.name, z.name], (1, 4))
    return [g.add("Add", [y.name, w.name], (1, 4))]


def power(g: Graph) -> list[Tensor]:
    x = g.input([1, 3], 1.0, 0.5)
    y = g.add("Pow", [x.name, g.constant(np.array([1.5], np.float32))], (1, 3))
    return [g.add("Add", [y.name, g.weights(1, 3)], (1, 3))]


def visible(x: str = "private", y: str = "public", w: str = "fixed") -> dict[str, Any]:
    """Visibilities of input, output and parameters."""
    return {"input_visibility": x, "output_visibility": y, "param_visibility": w}


def decomposed(base: int, legs: int) -> dict[str, Any]:
    return {"decomp_base": base, "decomp_legs": legs}


#: What ezkl's own calibration takes for accuracy: k = 15.
FINE = {**decomposed(16384, 2), "input_scale": 13, "param_scale": 13}
UNSCALED = {"input_scale": 0, "param_scale": 0, "ignore_range_check_inputs_outputs": True}

#: name: (model, run_args, settings written over calibration's, other fields of Circuit)
CASES: dict[str, tuple[Build, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "acts3": (in_turn("Tanh", "Exp", "Sigmoid"), {}, {}, {}),
    "allacts": (side_by_side(ALL_FUNCTIONS, -0.8, 1.6), {}, {}, {}),
    "argmax": (argmax, {}, {}, {}),
    "bigcols": (mlp(1, 64, 64, 8), {}, {"logrows": 11}, {}),
    "bigio": (add_constant(300), visible("public"), {}, {}),
    "bmm_freivalds": (batched_product, {}, {}, {}),
    "bmm_nofreivalds": (batched_product, {"disable_freivalds": True}, {}, {}),
    "cnn": (cnn, {}, {}, {}),
    "constcols": (mlp(1, 20, 20, 4), decomposed(64, 4), {"logrows": 8}, {}),
    "conv": (conv, {}, {}, {}),
    "einsum3": (einsum, {}, {}, {}),
    "einsum3_w3": (einsum, {"num_inner_cols": 3}, {}, {}),
    "freivalds_multi": (batched_product, decomposed(64, 4), {"logrows": 8}, {}),
    "gather": (gather, {}, {}, {}),
    "gather_blocks": (gather_topk, decomposed(32, 6), {"logrows": 7}, {}),
    "gather_topk": (gather_topk, {}, {}, {}),
    "hashed_all": (mlp(), visible("hashed", "hashed", "hashed"), {}, {}),
    "hashed_in": (mlp(), {**visible("hashed"), **FINE}, {}, {}),
    "hashed_out": (mlp(), {**visible("public", "hashed"), "num_inner_cols": 3}, {}, {}),
    "hashed_params": (mlp(), visible(w="hashed"), {}, {}),
    "hashed_priv2": (
        add_constant(1),
        {**visible("hashed/private/0"), **UNSCALED},
        {"logrows": 10},
        {"calibrate": False},
    ),
    "hashed_priv3": (add_constant(1), visible(y="hashed/private/0"), {"logrows": 10}, {"calibrate": False}),
    "huge": (mlp(4, 16, 16, 8), decomposed(32, 6), {"logrows": 7}, {}),
    "inner1": (mlp(), {"num_inner_cols": 1}, {}, {}),
    "inner4": (mlp(), {"num_inner_cols": 4}, {}, {}),
    "mlp": (mlp(1, 8, 16, 4), FINE, {}, {}),
    "mlp_batch": (mlp(4, 6, 8, 4), {}, {}, {}),
    "moreacts": (
        side_by_side(["Acos", "Asin", "Tan", "Atanh", "Cosh"], 0.1, 0.2),
        {"lookup_range": (-60, 60)},
        {},
        {},
    ),
    "moreacts2": (side_by_side(["Log", "Acosh", "Exp"], 1.5, 1.0), {}, {}, {}),
    "nocompress": (mlp(act="Sigmoid"), {}, {}, {"compress_selectors": False}),
    "nocompress_freivalds": (batched_product, {}, {}, {"compress_selectors": False}),
    "nolookup": (add_constant(4), UNSCALED, {}, {}),
    "poly_hash": (mlp(), visible("hashed", w="polycommit"), {}, {"swap_commitments": True}),
    "polycommit_all": (mlp(), visible("polycommit", "polycommit", "polycommit"), {}, {"swap_commitments": True}),
    "polycommit_in": (mlp(), {**visible("polycommit"), **FINE}, {}, {}),
    "powx": (power, {}, {}, {}),
    "priv_params": (mlp(), visible("public", w="private"), {}, {}),
    "sig_multicol": (in_turn("Sigmoid", "Tanh"), {}, {"logrows": 9, "lookup_range": [-700, 600]}, {}),
    "sig_multicol10": (
        in_turn("Sigmoid"),
        decomposed(64, 4),
        {"logrows": 8, "lookup_range": [-1300, 1150]},
        {},
    ),
    "sig_multicol4": (
        in_turn("Sigmoid"),
        decomposed(64, 4),
        {"logrows": 8, "lookup_range": [-500, 400]},
        {},
    ),
    "sigmoid": (mlp(act="Sigmoid"), FINE, {}, {}),
    "softmax": (softmax, {}, {}, {}),
    "three_in": (three_inputs, visible("hashed"), {}, {}),
    "topk": (topk, {}, {}, {}),
    "two_out": (two_outputs, visible("public"), {}, {}),
}


def circuit(name: str) -> Circuit:
    """The named circuit, with weights that depend on its name alone."""
    build, run_args, settings, rest = CASES[name]
    graph = Graph(np.random.default_rng(zlib.crc32(name.encode())))
    outputs = build(graph)
    return Circuit(graph.model(outputs), graph.values, run_args, settings, **rest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="fixtures to make (default: all)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(CASES))
    if unknown:
        parser.error(f"no such fixture: {', '.join(unknown)}; known: {', '.join(sorted(CASES))}")
    if options.one:
        (name,) = options.names
        measured = prove_circuit(circuit(name), options.out / name, options.out / "srs")
        (options.out / name / "meta.json").write_text(json.dumps({"name": name, **measured}, indent=1))
        sys.stdout.flush()
        os._exit(0)  # the wheel's threads now and then crash in the interpreter's shutdown
    failed = []
    for name in options.names or sorted(CASES):
        # A process each: a panic of the wheel must not take the others with it.
        done = subprocess.run(
            [sys.executable, __file__, "--one", "--out", str(options.out), name],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            failed.append(name)
            print(f"{name}: {done.stderr.strip().splitlines()[-1][:200]}", flush=True)
            continue
        meta = json.loads((options.out / name / "meta.json").read_text())
        print(f"{name}: k={meta['k']} verified={meta['wheel_verifies']} vka={meta['vka']}", flush=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
