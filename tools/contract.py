"""Compiles generated contracts for the benches, with the compiler of package.json."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: A generator may name the one version of the compiler that it was tried with.
EXACT_VERSION = re.compile(r"(?<=pragma solidity )(?=\d)")


def compile_contract(source: Path, optimizer: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Creation code (hexadecimal) and selectors of the only contract of a source.

    `optimizer` is the setting of that name in solc's standard JSON input.
    """
    request = {
        "language": "Solidity",
        "sources": {source.name: {"content": EXACT_VERSION.sub("^", source.read_text())}},
        "settings": {
            "optimizer": optimizer,
            "evmVersion": "cancun",
            "outputSelection": {"*": {"*": ["evm.bytecode.object", "evm.methodIdentifiers"]}},
        },
    }
    solc = subprocess.run(
        [ROOT / "tools" / "solc", "--standard-json"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=True,
    )
    output = json.loads(solc.stdout)
    errors = [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]
    if errors:
        raise RuntimeError(errors[0])
    (contract,) = output["contracts"][source.name].values()
    return contract["evm"]["bytecode"]["object"], contract["evm"]["methodIdentifiers"]
