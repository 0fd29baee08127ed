#!/usr/bin/env python3
"""Draw random circuits from seeds and prove them with the ezkl wheel.

    generate.py --seeds 200 --out DIR          seeds 0..199, one folder each
    generate.py --seeds 40-59 --out DIR        a range
    generate.py --seed-list seeds.txt --out DIR

Each folder DIR/seed-NNNN gets model.onnx, input.json, settings.json, vk.key, vka.bin, proof.json,
witness.json, kzg_k1.srs and meta.json (what was drawn, and what was measured). check.py feeds them
to the Rust side. A seed that ezkl itself refuses is drawn again with the next attempt number, and
every refusal is kept in meta.json. A seed that is already there is skipped.

The SRS are test SRS, whose secret is known.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MAX_ATTEMPTS = 12
SEED_TIMEOUT_S = 90
# Rows of a table column that blinding and the last row take away: bf + 3, with bf = 5.
RESERVED_ROWS = 8
#: The wheel died of a signal. That is rare and random, so the same attempt is made once more.
CRASHED = "the ezkl wheel crashed"


@dataclass
class Drawn:
    """What a seed decided, beside the model itself."""

    family: str = ""
    operators: list[str] = field(default_factory=list)
    inputs: list[list[int]] = field(default_factory=list)
    outputs: list[list[int]] = field(default_factory=list)
    run_args: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    calibrate: bool = True
    compress_selectors: bool = True
    threads: int = 1


def draw(seed: int, attempt: int) -> tuple[Drawn, Any]:
    """The circuit of one seed: the same model and settings on every machine."""
    import numpy as np
    from models import draw_model
    from wheel import Circuit

    rng = np.random.default_rng([seed, attempt])
    family, graph, model = draw_model(rng)
    visibility = {
        "input_visibility": pick(rng, {"private": 8, "public": 5, "hashed": 2, "polycommit": 2, "hashed/private/0": 1}),
        "output_visibility": pick(rng, {"public": 12, "private": 1, "hashed": 2, "polycommit": 2}),
        "param_visibility": pick(rng, {"fixed": 12, "private": 4, "hashed": 2, "polycommit": 2}),
    }
    if not graph.constants:
        visibility["param_visibility"] = "fixed"
    base, legs = [(128, 4), (64, 5), (64, 4), (32, 6), (256, 4)][int(rng.integers(5))]
    scale = int(rng.choice([4, 5, 6, 7, 7, 7, 8]))
    drawn = Drawn(
        family=family,
        operators=graph.operators,
        inputs=[[d.dim_value for d in i.type.tensor_type.shape.dim] for i in model.graph.input],
        outputs=[[d.dim_value for d in o.type.tensor_type.shape.dim] for o in model.graph.output],
        run_args={
            **visibility,
            "input_scale": scale,
            "param_scale": scale,
            "decomp_base": base,
            "decomp_legs": legs,
            "num_inner_cols": int(rng.choice([1, 2, 2, 2, 3, 4])),
            "disable_freivalds": bool(rng.random() < 0.25),
        },
        compress_selectors=bool(rng.random() < 0.75),
        threads=int(rng.choice([1, 2, 4])),
    )
    if family == "linear" and rng.random() < 0.6:
        drawn.run_args.update(input_scale=0, param_scale=0, ignore_range_check_inputs_outputs=True)
    squeeze(rng, drawn)
    circuit = Circuit(
        model=model,
        inputs=graph.values,
        run_args=drawn.run_args,
        settings=drawn.settings,
        calibrate=drawn.calibrate,
        compress_selectors=drawn.compress_selectors,
        swap_commitments="polycommit" in visibility.values(),
    )
    return drawn, circuit


def squeeze(rng: Any, drawn: Drawn) -> None:
    """Half of the time: fewer rows than calibration would take, hence more columns.

    Rows may not fall below what one leg of the decomposition needs. Families with static lookups
    also get a range that spreads their table over up to twelve columns.
    """
    smallest = drawn.run_args["decomp_base"].bit_length()
    if rng.random() < 0.5:
        return
    logrows = smallest + int(rng.integers(0, 2))
    drawn.settings["logrows"] = logrows
    if drawn.family in ("functions", "dense", "softmax", "attention", "mixture") and rng.random() < 0.7:
        columns = int(rng.integers(2, 13))
        span = ((1 << logrows) - RESERVED_ROWS) * columns - int(rng.integers(1, 60))
        drawn.settings["lookup_range"] = [-(span // 2), span - span // 2]


def pick(rng: Any, weighted: dict[str, int]) -> str:
    """One key, with the given weights."""
    total = sum(weighted.values())
    return str(rng.choice(list(weighted), p=[w / total for w in weighted.values()]))


def prove_one(seed: int, attempt: int, folder: Path, srs_cache: Path) -> None:
    """Prove one attempt in this process and write its meta.json."""
    from wheel import prove_circuit

    drawn, circuit = draw(seed, attempt)
    measured = prove_circuit(circuit, folder, srs_cache)
    settings = json.loads((folder / "settings.json").read_text())
    low, high = settings["run_args"]["lookup_range"]
    rows = (1 << measured["k"]) - RESERVED_ROWS
    columns = (high - low) // rows + 1 if settings["required_lookups"] else 0
    proof = json.loads((folder / "proof.json").read_text())
    meta = {
        "seed": seed,
        "attempt": attempt,
        "ezkl": settings["version"],
        **asdict(drawn),
        **measured,
        "table_columns": columns,
        "static_lookups": len(settings["required_lookups"]),
        "range_checks": len(settings["required_range_checks"]),
        "proof_bytes": len(proof["proof"]),
        "public_inputs": sum(len(column) for column in proof["instances"]),
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1))
    sys.stdout.flush()
    # Skip the interpreter's shutdown: the wheel's threads now and then crash in it.
    os._exit(0)


def run_seed(seed: int, out: Path) -> dict[str, Any]:
    """Attempts in their own processes (a thread count and a panic each belong to one process)."""
    folder = out / f"seed-{seed:04d}"
    if (folder / "meta.json").exists():
        return dict(json.loads((folder / "meta.json").read_text()))
    refusals: list[dict[str, Any]] = []
    for attempt in range(MAX_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        reason = run_attempt(seed, attempt, folder, out / "srs")
        if reason is CRASHED:
            reason = run_attempt(seed, attempt, folder, out / "srs")
        if reason is None:
            meta = json.loads((folder / "meta.json").read_text())
            if meta["wheel_verifies"]:
                meta["refusals"] = refusals
                (folder / "meta.json").write_text(json.dumps(meta, indent=1))
                return dict(meta)
            reason = "ezkl.verify refuses the proof that ezkl.prove made"
        drawn, _ = draw(seed, attempt)
        refusals.append({"attempt": attempt, "reason": reason, "operators": drawn.operators, **drawn.run_args})
    shutil.rmtree(folder, ignore_errors=True)
    return {"seed": seed, "failed": True, "refusals": refusals}


def run_attempt(seed: int, attempt: int, folder: Path, srs_cache: Path) -> str | None:
    """None when the folder is complete, else why ezkl gave up."""
    drawn, _ = draw(seed, attempt)
    command = [
        sys.executable,
        __file__,
        "--one",
        f"{seed}:{attempt}",
        "--out",
        str(folder),
        "--srs",
        str(srs_cache),
    ]
    environment = {**os.environ, "RAYON_NUM_THREADS": str(drawn.threads)}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=SEED_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no proof within {SEED_TIMEOUT_S} s"
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return CRASHED
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return lines[-1][:300] if lines else f"exit code {done.returncode}"


def parse_seeds(text: str) -> list[int]:
    """`200` means 0..199, `40-59` a range, `3,17,40` a list."""
    if "," in text:
        return [int(part) for part in text.split(",")]
    if "-" in text:
        first, last = text.split("-")
        return list(range(int(first), int(last) + 1))
    return list(range(int(text)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", help="how many seeds, a range, or a list with commas")
    parser.add_argument("--seed-list", type=Path, help="a file with one seed per line")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--srs", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        seed, attempt = (int(part) for part in options.one.split(":"))
        prove_one(seed, attempt, options.out, options.srs)
        return
    if options.seed_list:
        lines = options.seed_list.read_text().splitlines()
        seeds = [int(line.split("#")[0]) for line in lines if line.split("#")[0].strip()]
    elif options.seeds:
        seeds = parse_seeds(options.seeds)
    else:
        parser.error("give --seeds or --seed-list")
    options.out.mkdir(parents=True, exist_ok=True)
    failed = 0
    for seed in seeds:
        meta = run_seed(seed, options.out)
        if meta.get("failed"):
            failed += 1
            print(f"seed {seed}: ezkl refused every attempt: {meta['refusals'][-1]['reason']}", flush=True)
            continue
        print(
            f"seed {seed}: {meta['family']} k={meta['k']} {meta['proof_bytes']} bytes, "
            f"{meta['total_s']} s, attempt {meta['attempt']}",
            flush=True,
        )
    if failed:
        sys.exit(f"{failed} of {len(seeds)} seeds gave no circuit")


if __name__ == "__main__":
    main()
