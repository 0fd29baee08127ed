#!/usr/bin/env python3
"""Executes the notebooks of examples/notebook, each from its first cell to its last.

    python tests/notebooks/run.py            executes copies; a cell that fails fails
    python tests/notebooks/run.py --write    and keeps the outputs: for a commit, after a look at the plots

It also checks what is committed: every cell was executed, in order, without an error, and the plots are there. Needs
examples/notebook/requirements.txt, and zkml, forge and npm in PATH.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "notebook"


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def plots(notebook: nbformat.NotebookNode) -> int:
    return sum("image/png" in output.get("data", {}) for output in outputs(notebook))


def check(notebook: nbformat.NotebookNode, name: str) -> None:
    """Whether the notebook was executed as a whole."""
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in code]
    if counts != list(range(1, len(code) + 1)):
        raise SystemExit(f"{name}: the cells were not executed in order, once each: {counts}")
    if any(output.output_type == "error" for output in outputs(notebook)):
        raise SystemExit(f"{name}: a cell failed")
    shown = sum("plt.show()" in cell.source for cell in code)
    if shown == 0 or plots(notebook) != shown:
        raise SystemExit(f"{name}: {shown} plots are shown, {plots(notebook)} are there")


def execute(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=600, coalesce_streams=True, resources={"metadata": {"path": str(FOLDER)}}
    ).execute()
    # When a cell ran says nothing, and would change with each commit.
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="keep the outputs")
    options = parser.parse_args()
    paths = sorted(FOLDER.glob("*.ipynb"))
    if not paths:
        sys.exit(f"there are no notebooks in {FOLDER}")
    for path in paths:
        if not options.write:
            check(nbformat.read(path, as_version=4), f"{path.name}, as committed")
        begin = time.monotonic()
        notebook = execute(path)
        check(notebook, path.name)
        if options.write:
            nbformat.write(notebook, path)
        print(f"{path.name}: executed in {time.monotonic() - begin:.0f} s, {plots(notebook)} plots")


if __name__ == "__main__":
    main()
