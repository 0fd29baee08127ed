"""The ezkl calls that turn an ONNX model into a proved circuit, in the one order that works.

Everything that ezkl writes for a circuit ends up in one folder: model.onnx, input.json,
settings.json, vk.key, proof.json, witness.json, kzg_k1.srs and, where ezkl can make one, vka.bin.
The proving key is deleted: it is the largest file and nothing here reads it again.

The SRS are made with ``ezkl.gen_srs``. Their secret is known to the person who made them, so a proof under
them proves nothing: test data only.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ezkl
import numpy as np
import numpy.typing as npt
import onnx

Settings = dict[str, Any]

# k.srs is a little-endian u32, then 2^k G1, then 2^k G1 in Lagrange form, then two G2 points.
SRS_HEADER = 4
G1_BYTES = 64
G2_PAIR_BYTES = 256


@dataclass
class Circuit:
    """One circuit to prove: a model, its inputs and how ezkl is to lay it out."""

    model: onnx.ModelProto
    inputs: list[npt.NDArray[Any]]
    run_args: dict[str, Any] = field(default_factory=dict)
    #: Values for ``run_args`` inside settings.json that calibration would otherwise choose.
    settings: dict[str, Any] = field(default_factory=dict)
    calibrate: bool = True
    compress_selectors: bool = True
    #: Put the witness' own KZG commitments into the proof (needed with several commitments).
    swap_commitments: bool = False


#: What a circuit gets unless it says otherwise. Decomposition base 128 keeps circuits at k = 8
#: and above; ezkl's default of 16384 would need k >= 15.
DEFAULT_RUN_ARGS: dict[str, Any] = {
    "input_visibility": "private",
    "output_visibility": "public",
    "param_visibility": "fixed",
    "input_scale": 7,
    "param_scale": 7,
    "decomp_base": 128,
    "decomp_legs": 4,
}


def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call an ezkl function from inside an event loop and await it if it asks for that.

    Some of ezkl's functions need a running loop, and which ones are coroutines differs between
    releases.
    """

    async def run() -> Any:
        result = function(*args, **kwargs)
        return await result if inspect.isawaitable(result) else result

    return asyncio.run(run())


def known_secret_srs(k: int, cache: Path) -> Path:
    """An SRS of 2^k points with a known secret, made once per `cache` folder."""
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"kzg{k}.srs"
    if not path.exists():
        partial = cache / f".kzg{k}.{os.getpid()}"
        call(ezkl.gen_srs, str(partial), k)
        partial.rename(path)
    return path


def write_reduced_srs(full: Path, k: int, out: Path) -> None:
    """Write the 516-byte SRS of k = 1 that a verifier needs: g[0..1] twice, G2 and [s]G2."""
    with full.open("rb") as file:
        head = file.read(SRS_HEADER + 2 * G1_BYTES)
        file.seek(SRS_HEADER + 2 * G1_BYTES * (1 << k))
        tail = file.read()
    if len(tail) != G2_PAIR_BYTES:
        raise ValueError(f"{full}: {len(tail)} bytes after the G1 points, expected {G2_PAIR_BYTES}")
    points = head[SRS_HEADER:]
    # The Lagrange points are never read by a verifier; ezkl's reader only needs them to be there.
    out.write_bytes((1).to_bytes(4, "little") + points + points + tail)


def prove_circuit(circuit: Circuit, folder: Path, srs_cache: Path) -> dict[str, Any]:
    """Build and prove `circuit` in `folder`; returns what was measured and what ezkl said of it."""
    folder.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    file = {
        name: str(folder / name)
        for name in (
            "model.onnx",
            "input.json",
            "settings.json",
            "model.compiled",
            "vk.key",
            "pk.key",
            "witness.json",
            "proof.json",
            "vka.bin",
        )
    }
    onnx.save(circuit.model, file["model.onnx"])
    flat = [np.asarray(value).reshape(-1).tolist() for value in circuit.inputs]
    Path(file["input.json"]).write_text(json.dumps({"input_data": flat}))
    settings = write_settings(circuit, file)
    k = settings["run_args"]["logrows"]
    srs = str(known_secret_srs(k, srs_cache))

    call(ezkl.compile_circuit, file["model.onnx"], file["model.compiled"], file["settings.json"])
    began = time.perf_counter()
    call(
        ezkl.setup,
        file["model.compiled"],
        file["vk.key"],
        file["pk.key"],
        srs,
        disable_selector_compression=not circuit.compress_selectors,
    )
    setup_s = time.perf_counter() - began
    call(
        ezkl.gen_witness,
        file["input.json"],
        file["model.compiled"],
        file["witness.json"],
        file["vk.key"],
        srs,
    )
    began = time.perf_counter()
    call(
        ezkl.prove,
        file["witness.json"],
        file["model.compiled"],
        file["pk.key"],
        file["proof.json"],
        srs,
    )
    prove_s = time.perf_counter() - began
    if circuit.swap_commitments:
        call(ezkl.swap_proof_commitments, file["proof.json"], file["witness.json"])
    for large in ("pk.key", "model.compiled"):
        Path(file[large]).unlink()
    write_reduced_srs(Path(srs), k, folder / "kzg_k1.srs")
    verified, verify_s = verify_with_wheel(folder)
    return {
        "k": k,
        "wheel_verifies": verified,
        "vka": write_vka(file, srs),
        "setup_s": round(setup_s, 3),
        "prove_s": round(prove_s, 3),
        "verify_s": round(verify_s, 4),
        "total_s": round(time.perf_counter() - started, 2),
    }


def write_settings(circuit: Circuit, file: dict[str, str]) -> Settings:
    """settings.json: generated, calibrated on the circuit's own input, then overridden."""
    arguments = {**DEFAULT_RUN_ARGS, **circuit.run_args}
    run_args = ezkl.PyRunArgs()
    for name, value in arguments.items():
        setattr(run_args, name, value)
    call(ezkl.gen_settings, file["model.onnx"], file["settings.json"], py_run_args=run_args)
    if circuit.calibrate:
        call(
            ezkl.calibrate_settings,
            file["input.json"],
            file["model.onnx"],
            file["settings.json"],
            "resources",
            lookup_safety_margin=2,
            scales=[arguments["input_scale"]],
        )
    path = Path(file["settings.json"])
    settings: Settings = json.loads(path.read_text())
    settings["run_args"].update(circuit.settings)
    path.write_text(json.dumps(settings))
    return settings


def write_vka(file: dict[str, str], srs: str) -> bool | str:
    """vka.bin, or what ezkl said when the circuit is too large for that format."""
    try:
        call(ezkl.create_evm_vka, file["vk.key"], file["settings.json"], file["vka.bin"], srs)
    except BaseException as error:  # a Rust panic is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        Path(file["vka.bin"]).unlink(missing_ok=True)
        return f"{type(error).__name__}: {str(error)[:200]}"
    return True


def verify_with_wheel(folder: Path, proof: str = "proof.json") -> tuple[bool, float]:
    """ezkl's own verdict on the proof in `folder`, and the seconds it took."""
    began = time.perf_counter()
    try:
        valid = bool(
            call(
                ezkl.verify,
                str(folder / proof),
                str(folder / "settings.json"),
                str(folder / "vk.key"),
                str(folder / "kzg_k1.srs"),
                reduced_srs=True,
            )
        )
    except RuntimeError:
        valid = False
    return valid, time.perf_counter() - began
