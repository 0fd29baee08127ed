#!/usr/bin/env python3
"""Feed generated circuits to the `zkml` command and report every disagreement.

    check.py DIR --zkml target/release/zkml [--report tests/circuits/report]

For every DIR/seed-NNNN (generate.py writes them):
  * vka.bin, and vk.key with settings.json and the SRS, are imported; the two keys must be the same
    bytes. Where ezkl could make no vka.bin, vk.key alone must import;
  * where the digest is ambiguous (a table over nine or more columns), the import of vk.key must be
    refused without --proof or --vka, and must give the same key with either;
  * a vka.bin that contradicts itself (ezkl writes one now and then) must be refused; vk.key is enough;
  * the proof must be valid, and every mutation of it invalid.

Exit code 0: no mismatch. With --report, REPORT.md and REPORT.json say what was run.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Proof = dict[str, Any]

#: Table columns from which on the digest depends on the machine that made the key.
AMBIGUOUS_COLUMNS = 9
VALID, INVALID, FAILED = 0, 1, 2


class Zkml:
    """The command under test."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(self.binary), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def import_key(self, out: Path, *arguments: str | Path) -> str | None:
        """None when the key was written, else what the command said."""
        done = self.run("key", "import", *arguments, "--any-srs", "--out", out)
        if done.returncode == VALID:
            return None
        return (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"

    def inspect(self, key: Path) -> dict[str, Any]:
        return dict(json.loads(self.run("key", "inspect", key, "--json").stdout))

    def verify(self, key: Path, proof: Path) -> int:
        return self.run("verify", "--key", key, "--proof", proof).returncode


def mutations(proof: Proof, rng: random.Random) -> Iterator[tuple[str, Proof]]:
    """Proofs that must be invalid, each with what was done to it."""
    data: list[int] = proof["proof"]
    column: list[str] = proof["instances"][0]

    def changed(name: str, new_data: list[int] | None = None, inputs: list[str] | None = None) -> tuple[str, Proof]:
        mutated = dict(proof)
        mutated["proof"] = data if new_data is None else new_data
        mutated["hex_proof"] = "0x" + bytes(mutated["proof"]).hex()
        mutated["instances"] = [column if inputs is None else inputs]
        return name, mutated

    for at in sorted({0, len(data) - 1, *(rng.randrange(len(data)) for _ in range(6))}):
        bit = 1 << rng.randrange(8)
        yield changed(f"byte {at} xor {bit}", [*data[:at], data[at] ^ bit, *data[at + 1 :]])
    yield changed("one byte appended", [*data, 0])
    yield changed("32 bytes appended", [*data, *[0] * 32])
    yield changed("last byte dropped", data[:-1])
    yield changed("first point replaced by the identity", [*[0] * 64, *data[64:]])
    yield changed("one public input more", inputs=[*column, "00" * 32])
    if column:
        at = rng.randrange(len(column))
        value = int.from_bytes(bytes.fromhex(column[at]), "little")
        other = (value + 1) if value + 1 < MODULUS else 0
        text = other.to_bytes(32, "little").hex()
        yield changed(f"public input {at} plus one", inputs=[*column[:at], text, *column[at + 1 :]])
        yield changed("last public input dropped", inputs=column[:-1])


MODULUS = 0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001


def contradicts_itself(vka: bytes) -> bool:
    """Whether the gate programs of a vka.bin end elsewhere than its header says.

    ezkl 23.0.5 writes such files now and then: the pointers to the permutation section and to everything
    after it are a few words short. They are unusable, for ezkl's own contracts too.
    """
    words = [int.from_bytes(vka[8 + at : 40 + at], "big") for at in range(0, len(vka) - 8, 32)]

    def index(pointer: int) -> int:
        return (pointer - 0xA0) // 32

    at = index(words[26])
    programs = words[at] // 32
    at += 1
    for _ in range(programs):
        at += words[at] & 0xFF  # the lowest byte of a program is its number of words
    return at != index(words[27])


def check_seed(zkml: Zkml, folder: Path, work: Path) -> dict[str, Any]:
    """What one circuit gave: measurements, and `mismatches` (empty is good)."""
    meta = json.loads((folder / "meta.json").read_text())
    wrong: list[str] = []
    began = time.perf_counter()
    from_vk: list[str | Path] = [
        "--vk",
        folder / "vk.key",
        "--settings",
        folder / "settings.json",
        "--srs",
        folder / "kzg_k1.srs",
    ]
    ambiguous = meta["table_columns"] >= AMBIGUOUS_COLUMNS
    keys: dict[str, Path] = {}

    def take(route: str, *arguments: str | Path) -> None:
        out = work / f"{route}.zkvk"
        problem = zkml.import_key(out, *arguments)
        if problem is None:
            keys[route] = out
        else:
            wrong.append(f"import by {route}: {problem[:400]}")

    contradictory = meta["vka"] is True and contradicts_itself((folder / "vka.bin").read_bytes())
    if contradictory:
        if zkml.import_key(work / "contradictory.zkvk", "--vka", folder / "vka.bin") is None:
            wrong.append("a vka.bin whose pointers contradict its content was not refused")
    elif meta["vka"] is True:
        take("vka", "--vka", folder / "vka.bin")
    if ambiguous:
        if zkml.import_key(work / "refused.zkvk", *from_vk) is None:
            wrong.append("an ambiguous digest was not refused")
        if (work / "refused.zkvk").exists():
            wrong.append("a refused import left a file")
        take("proof", *from_vk, "--proof", folder / "proof.json")
        if meta["vka"] is True and not contradictory:
            take("vk-and-vka", *from_vk, "--vka", folder / "vka.bin")
    else:
        take("vk", *from_vk)
    import_s = time.perf_counter() - began
    if len({path.read_bytes() for path in keys.values()}) > 1:
        wrong.append(f"the keys by {', '.join(keys)} differ")
    row = {name: meta[name] for name in META_COLUMNS}
    row.update(vka_contradicts_itself=contradictory, import_s=round(import_s, 3), mutations=0, mismatches=wrong)
    if keys:
        key = next(iter(keys.values()))
        check_verdicts(zkml, key, folder, work, row, meta["seed"])
    return row


def check_verdicts(zkml: Zkml, key: Path, folder: Path, work: Path, row: dict[str, Any], seed: int) -> None:
    """The proof is valid, its mutations are not, and what `key inspect` says goes into the row."""
    inspected = zkml.inspect(key)
    row["key_bytes"] = key.stat().st_size
    row.update({ours: inspected[theirs] for ours, theirs in INSPECT_COLUMNS.items()})
    began = time.perf_counter()
    code = zkml.verify(key, folder / "proof.json")
    row["verify_command_s"] = round(time.perf_counter() - began, 3)
    if code != VALID:
        row["mismatches"].append(f"ezkl accepts the proof, zkml verify exits with {code}")
    proof = json.loads((folder / "proof.json").read_text())
    mutated_file = work / "mutated.json"
    for name, mutated in mutations(proof, random.Random(seed)):
        mutated_file.write_text(json.dumps(mutated))
        code = zkml.verify(key, mutated_file)
        row["mutations"] += 1
        if code != INVALID:
            row["mismatches"].append(f"{name}: exit code {code}, expected {INVALID}")


META_COLUMNS = (
    "seed",
    "attempt",
    "family",
    "operators",
    "run_args",
    "compress_selectors",
    "threads",
    "k",
    "table_columns",
    "static_lookups",
    "range_checks",
    "public_inputs",
    "proof_bytes",
    "vka",
    "setup_s",
    "prove_s",
    "verify_s",
    "refusals",
)
#: Our name to the name in `zkml key inspect --json`.
INSPECT_COLUMNS = {
    "advice": "adviceColumns",
    "fixed": "fixedColumns",
    "permutation": "permutationColumns",
    "lookups": "lookups",
    "degree": "degree",
    "gas": "gas",
}


def write_report(path: Path, rows: list[dict[str, Any]], seconds: float) -> None:
    """REPORT.json with every row, and REPORT.md for people."""
    with path.with_suffix(".json").open("w") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    bad = [row for row in rows if row["mismatches"]]
    contradictory = sum(row["vka_contradicts_itself"] for row in rows)
    usable = sum(row["vka"] is True for row in rows) - contradictory
    lines = [
        "# Random circuits against the Rust side",
        "",
        "Written by `tests/circuits/check.py`; the circuits are those of `generate.py` for the seeds below,",
        "proved by the ezkl wheel under test SRS. `report.json` has every row with all settings.",
        "",
        f"- circuits: **{len(rows)}**, mutated proofs: **{sum(row['mutations'] for row in rows)}**",
        f"- mismatches: **{sum(len(row['mismatches']) for row in rows)}** in {len(bad)} circuits",
        f"- circuits with a vka.bin, whose key is compared with that of vk.key + settings.json: {usable}; "
        f"no vka.bin from ezkl (its format is too small): {sum(row['vka'] is not True for row in rows)}; "
        f"vka.bin written by ezkl with pointers that contradict its content, refused: {contradictory}",
        f"- ambiguous digests (nine table columns or more): {sum(is_ambiguous(row) for row in rows)}",
        f"- seconds: {seconds:.0f} for checking; {sum(row['setup_s'] + row['prove_s'] for row in rows):.0f} "
        "for setup and proving before",
        f"- drawn and refused by ezkl before these: {sum(len(row['refusals']) for row in rows)}",
        "",
        *tallies(rows),
        "",
        "## Mismatches",
        "",
        *([f"- seed {row['seed']}: {what}" for row in bad for what in row["mismatches"]] or ["None."]),
        "",
        "## Circuits",
        "",
        "in/out/par: private, public, fixed, hashed, polycommit (**k**zg); w: inner columns; T: threads of the prover;",
        "d: table columns; times in seconds (wheel's setup and prove, our import by all routes).",
        "",
        "| seed | family | operators | in/out/par | w | T | k | adv | fix | perm | lookups | d | deg "
        "| inputs | proof | key | setup | prove | import | |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
        *(table_row(row) for row in rows),
    ]
    path.with_suffix(".md").write_text("\n".join(lines) + "\n")


def is_ambiguous(row: dict[str, Any]) -> bool:
    return bool(row["table_columns"] >= AMBIGUOUS_COLUMNS)


def tallies(rows: list[dict[str, Any]]) -> list[str]:
    """How often each choice occurred."""

    def count(title: str, values: Iterator[Any]) -> str:
        found = collections.Counter(values)
        return f"- {title}: " + ", ".join(f"{name} {times}" for name, times in sorted(found.items(), key=str))

    return [
        "## What was drawn",
        "",
        count("family", (row["family"] for row in rows)),
        count("operator (circuits with it)", (name for row in rows for name in set(row["operators"]))),
        *(count(who, (row["run_args"][f"{who}_visibility"] for row in rows)) for who in ("input", "output", "param")),
        count("k", (row["k"] for row in rows)),
        count("table columns", (row["table_columns"] for row in rows)),
        count("degree", (row.get("degree") for row in rows)),
        count("inner columns", (row["run_args"]["num_inner_cols"] for row in rows)),
        count("selectors compressed", (row["compress_selectors"] for row in rows)),
        count("Freivalds", (not row["run_args"]["disable_freivalds"] for row in rows)),
        count("threads", (row["threads"] for row in rows)),
    ]


def table_row(row: dict[str, Any]) -> str:
    arguments = row["run_args"]
    letters = "/".join(
        "k" if arguments[f"{who}_visibility"] == "polycommit" else arguments[f"{who}_visibility"][:3]
        for who in ("input", "output", "param")
    )
    operators = " ".join(
        name if times == 1 else f"{name}×{times}" for name, times in collections.Counter(row["operators"]).items()
    )
    cells = [row["seed"], row["family"], operators, letters, arguments["num_inner_cols"], row["threads"], row["k"]]
    cells += [row.get(name) for name in ("advice", "fixed", "permutation", "lookups")]
    cells += [row["table_columns"], row.get("degree"), row["public_inputs"], row["proof_bytes"], row.get("key_bytes")]
    cells += [row["setup_s"], row["prove_s"], row["import_s"], "✗" if row["mismatches"] else "✓"]
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("circuits", type=Path, help="the folder that generate.py wrote")
    parser.add_argument("--zkml", type=Path, default=Path("target/release/zkml"), help="the command under test")
    parser.add_argument("--report", type=Path, help="write REPORT.md and REPORT.json (name without suffix)")
    options = parser.parse_args()
    folders = sorted(path.parent for path in options.circuits.glob("seed-*/meta.json"))
    if not folders:
        sys.exit(f"{options.circuits}: no circuits; make some with generate.py --out {options.circuits}")
    if not options.zkml.exists():
        sys.exit(f"{options.zkml}: no such file; build it with `cargo build --release`")
    zkml, rows, began = Zkml(options.zkml), [], time.perf_counter()
    for folder in folders:
        with tempfile.TemporaryDirectory() as work:
            row = check_seed(zkml, folder, Path(work))
        rows.append(row)
        for what in row["mismatches"]:
            print(f"seed {row['seed']}: {what}", flush=True)
    if options.report:
        write_report(options.report, rows, time.perf_counter() - began)
    bad = sum(bool(row["mismatches"]) for row in rows)
    print(f"{len(rows)} circuits, {sum(row['mutations'] for row in rows)} mutated proofs, mismatches in {bad}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
