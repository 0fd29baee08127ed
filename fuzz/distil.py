#!/usr/bin/env python3
"""Choose the few inputs that are committed out of all that fuzzing has found.

    fuzz/distil.py TARGET DIRECTORY…

libFuzzer's merge says which features (edges with counts) each input of the directories covers. Inputs
are taken greedily, the one with most features not covered yet first, until the bounds of
fuzz/tests/corpus.rs are reached or nothing new is left. fuzz/corpus/TARGET is replaced.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

MOST_FILES = 50
MOST_BYTES = 300 << 10

FUZZ = Path(__file__).resolve().parent


def features(target: str, directories: list[Path]) -> dict[Path, set[int]]:
    """The features that each input covers."""
    with tempfile.TemporaryDirectory() as scratch:
        control, merged = Path(scratch, "control"), Path(scratch, "merged")
        merged.mkdir()
        command = ["cargo", "+nightly", "fuzz", "run", "--no-trace-compares", target, str(merged)]
        command += [str(directory) for directory in directories]
        command += ["--", "-merge=1", f"-merge_control_file={control}"]
        subprocess.run(command, cwd=FUZZ, check=True)
        return read_control(control.read_text())


def read_control(text: str) -> dict[Path, set[int]]:
    """Reads the file in which a merge keeps its progress: names, then a line of features for each."""
    lines = iter(text.splitlines())
    number, _of_first_directory = int(next(lines)), next(lines)
    names = [Path(next(lines)) for _ in range(number)]
    found: dict[Path, set[int]] = {}
    for line in lines:
        kind, index, *values = line.split()
        if kind == "FT":
            found[names[int(index)]] = {int(value) for value in values}
    return found


def choose(found: dict[Path, set[int]]) -> list[Path]:
    """The inputs to keep, most valuable first."""
    left = {path: (path.stat().st_size, covered) for path, covered in found.items()}
    chosen: list[Path] = []
    size, seen = 0, set[int]()
    while left and len(chosen) < MOST_FILES:
        left = {path: entry for path, entry in left.items() if entry[1] - seen and size + entry[0] <= MOST_BYTES}
        best = max(left, key=lambda path: (len(left[path][1] - seen), -left[path][0]), default=None)
        if best is None:
            break
        length, covered = left.pop(best)
        chosen.append(best)
        size += length
        seen |= covered
    total = set[int]().union(*found.values())
    print(f"{len(chosen)} of {len(found)} inputs, {size} bytes, {len(seen)} of {len(total)} features")
    return chosen


def main() -> None:
    """Replaces a target's corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("directories", nargs="+", type=Path)
    arguments = parser.parse_args()
    found = features(arguments.target, [directory.resolve() for directory in arguments.directories])
    chosen = [(path.name, path.read_bytes()) for path in choose(found)]
    corpus = FUZZ / "corpus" / arguments.target
    shutil.rmtree(corpus, ignore_errors=True)
    corpus.mkdir(parents=True)
    for name, content in chosen:
        (corpus / name).write_bytes(content)


if __name__ == "__main__":
    main()
