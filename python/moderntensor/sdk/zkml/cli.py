"""The command ``moderntensor zkml compile|prove|verify|submit``: thin over the SDK.

Exit codes: 0 success or valid, 1 the proof is invalid or was refused, 2 anything else.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from .chain import Chain, load_account
from .compiler import compile_model
from .errors import InvalidAccount, InvalidInput, KeyMismatch, MissingFile, OnChainError, RpcError, ZkmlError
from .proof import Proof
from .prover import Prover
from .verifier import Verifier

VALID: Final = 0
INVALID: Final = 1
FAILED: Final = 2

#: Parameters that errors name, and the options of the command that stand for them.
_OPTIONS: Final = {
    "unsafe_test_srs": "--unsafe-test-srs",
    "srs_path": "--srs",
    "settings_path": "--settings",
    "run_args": "--run-arg",
    "max_logrows": "--max-logrows",
    "scale": "--scale",
    "key": "--onchain-key",
    "app": "--app",
}

#: The environment variable that holds the private key of ``submit``.
PRIVATE_KEY_VARIABLE: Final = "MODERNTENSOR_PRIVATE_KEY"


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; ends the process with one of the exit codes above."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], tuple[int, dict[str, Any], str]] = options.command
    try:
        code, data, text = command(options)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # Python's own exit code for any of them would be 1: "invalid"
        if not isinstance(error, ZkmlError | OSError):
            traceback.print_exc()
        if options.json:
            print(json.dumps({"error": type(error).__name__, "message": _in_options(str(error))}))
        else:
            print(f"error: {_in_options(str(error))}", file=sys.stderr)
        sys.exit(FAILED)
    try:
        print(json.dumps(data) if options.json else text, flush=True)
    except BrokenPipeError:  # `| head` has seen enough; the exit code stands
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _in_options(message: str) -> str:
    """An error's message in the command's words: `parameter=`, `parameter=value`, compile_model()."""

    def option(found: re.Match[str]) -> str:
        name, value = found.groups()
        return f"{_OPTIONS[name]} {value}" if value not in ("", "True") else _OPTIONS[name]

    message = re.sub(rf"\b({'|'.join(_OPTIONS)})=(\w*)", option, message)
    return message.replace("compile_model()", "`moderntensor zkml compile`")


def _compile(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    done = compile_model(
        options.model,
        options.out,
        _load_array(options.calibration) if options.calibration else None,
        input_visibility=options.input_visibility,
        output_visibility=options.output_visibility,
        param_visibility=options.param_visibility,
        target=options.target,
        scale=options.scale,
        max_logrows=options.max_logrows,
        run_args=dict(options.run_arg),
        srs_path=options.srs,
        unsafe_test_srs=options.unsafe_test_srs,
        progress=not options.json,
    )
    data = {
        "k": done.k,
        "public_inputs": done.num_public_inputs,
        "proof_bytes": done.proof_bytes,
        "files": {name: {"path": str(done.folder / name), "bytes": size} for name, size in done.sizes().items()},
    }
    return VALID, data, str(done)


def _prove(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    folder = options.dir
    if not options.out.parent.is_dir():
        raise MissingFile(f"{options.out.parent}: no such folder. Make it, or name another place with --out")
    prover = Prover(
        options.model,
        options.settings or folder / "settings.json",
        options.pk or folder / "pk.key",
        srs_path=options.srs,
        progress=not options.json,
    )
    result, proof = prover.prove(_load_array(options.input))
    proof.save(options.out)
    shown = [np.asarray(part).tolist() for part in result] if isinstance(result, list) else np.asarray(result).tolist()
    data = {"result": shown, "proof": str(options.out), "proof_bytes": len(proof)}
    data["public_inputs"] = [f"0x{element.word().hex()}" for element in proof.public_inputs]
    return VALID, data, f"result: {shown}\nproof:  {options.out} ({len(proof)} bytes)"


def _verifier(options: argparse.Namespace) -> Verifier:
    return Verifier(
        options.key,
        settings_path=options.settings,
        srs_path=options.srs,
        unsafe_test_srs=True if options.unsafe_test_srs else None,
    )


def _verify(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    if options.rpc is None and (options.app or options.onchain_key):
        raise RpcError("--app and --onchain-key are about a chain: name its node with --rpc")
    verifier, proof = _verifier(options), Proof.load(options.proof)
    reason = verifier.reason(proof)
    valid = reason is None
    data: dict[str, Any] = {"valid": valid, "reason": reason, "key_id": verifier.key_id}
    text = "valid" if valid else f"invalid: {reason}"
    if options.explain:
        said = verifier.explain(proof)
        data |= {"statement": said.statement, "warnings": said.warnings}
        text = str(said).rstrip()
    if options.rpc is not None:
        on_chain = verifier.verify_onchain(options.rpc, proof, app=options.app, key=options.onchain_key)
        if on_chain != valid:
            raise KeyMismatch(f"valid is {valid} here and {on_chain} on the chain: its default key is another")
        data["on_chain"] = on_chain
        text += f"\nthe chain says the same ({options.rpc})"
    return VALID if valid else INVALID, data, text


def _submit(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    private_key = os.environ.get(PRIVATE_KEY_VARIABLE)
    if options.private_key_file is not None:
        private_key = options.private_key_file.read_text()
    if not private_key:
        raise InvalidAccount(f"no private key: set {PRIVATE_KEY_VARIABLE}, or give --private-key-file")
    chain, proof = Chain(options.rpc), Proof.load(options.proof)
    try:
        receipt = chain.submit(options.app, proof, load_account(private_key), gas=options.gas)
    except OnChainError as error:
        return INVALID, {"accepted": False, "reason": str(error)}, f"refused: {error}"
    data = {
        "accepted": receipt.succeeded,
        "reason": receipt.reason,
        "transaction": receipt.transaction_hash,
        "gas_used": receipt.gas_used,
        "block": receipt.block_number,
    }
    said = "accepted" if receipt.succeeded else f"refused ({receipt.reason})"
    text = f"{said}: {receipt.transaction_hash}, block {receipt.block_number}, {receipt.gas_used:,} gas"
    return VALID if receipt.succeeded else INVALID, data, text


def _load_array(path: Path) -> Any:
    """Input data from a .npy or .npz file, or from JSON (a list, or ezkl's ``input_data``)."""
    try:
        if path.suffix == ".npy":
            return np.load(path, allow_pickle=False)
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                named = {name: arrays[name] for name in arrays.files}
            # numpy.savez calls those that were given without a name arr_0, arr_1…
            return list(named.values()) if all(name.startswith("arr_") for name in named) else named
        data = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise MissingFile(f"{path}: no such file. Expected an input as .npy, .npz or JSON") from error
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path}: not readable as .npy, .npz or JSON ({error})") from error
    if isinstance(data, dict):
        if set(data) == {"input_data"}:
            inputs = data["input_data"]
            return inputs[0] if isinstance(inputs, list) and len(inputs) == 1 else inputs
        return data
    return data


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="moderntensor", description="The ModernTensor SDK's command line.")
    areas = parser.add_subparsers(required=True, metavar="AREA")
    zkml = areas.add_parser("zkml", help="prove what a model computed, and verify it")
    commands = zkml.add_subparsers(required=True, metavar="COMMAND")
    _add_compile(commands)
    _add_prove(commands)
    _add_verify(commands)
    _add_submit(commands)
    return parser


def _add(commands: Any, name: str, run: Callable[..., Any], text: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument("--json", action="store_true", help="print one JSON object, and no progress bar")
    command.set_defaults(command=run)
    return command


def _run_arg(text: str) -> tuple[str, Any]:
    """``name=value``, the value as JSON or else as it stands."""
    name, found, value = text.partition("=")
    if not found or not name:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, not {text!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _add_compile(commands: Any) -> None:
    add = _add(commands, "compile", _compile, "turn an ONNX model into a circuit and its keys").add_argument
    add("model", type=Path, help="the model, in ONNX format")
    add("--out", type=Path, default=Path("circuit"), help="folder for the files (default: circuit)")
    add("--calibration", type=Path, metavar="FILE", help="typical input: .npy, .npz, or JSON as ezkl reads it")
    seen = "private: nobody sees it; public: it is a public input; hashed: its hash is; polycommit: committed to"
    add("--input-visibility", default="private", metavar="WHO", help=f"who sees the input (default: private). {seen}")
    add("--output-visibility", default="public", metavar="WHO", help="who sees the output (default: public)")
    add(
        "--param-visibility",
        default="fixed",
        metavar="WHO",
        help="the weights (default: fixed, so the key stands for this very model; private: any weights will do)",
    )
    add("--target", choices=["resources", "accuracy"], default="resources", help="what calibration aims at")
    add("--scale", type=int, metavar="BITS", help="bits after the binary point, instead of calibration's choice")
    add("--max-logrows", type=int, metavar="N", help="refuse more than 2^N rows")
    add(
        "--run-arg",
        type=_run_arg,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="anything else of ezkl's run arguments, such as num_inner_cols=4 (repeatable)",
    )
    add("--srs", type=Path, metavar="FILE", help="SRS file (default: in the folder, or where ezkl keeps it)")
    add("--unsafe-test-srs", action="store_true", help="for tests: make an SRS whose secret is known")


def _add_prove(commands: Any) -> None:
    add = _add(commands, "prove", _prove, "run the model on an input and prove the result").add_argument
    add("model", type=Path, help="the model, in ONNX format")
    add("input", type=Path, help="the input: .npy, .npz, or JSON as ezkl reads it")
    add("--dir", type=Path, default=Path("circuit"), help="folder that compile wrote (default: circuit)")
    add("--settings", type=Path, metavar="FILE", help="settings.json (default: in the folder)")
    add("--pk", type=Path, metavar="FILE", help="pk.key (default: in the folder)")
    add("--srs", type=Path, metavar="FILE", help="SRS file (default: in the folder, or where ezkl keeps it)")
    add("--out", type=Path, default=Path("proof.json"), help="the proof (default: proof.json)")


def _add_verify(commands: Any) -> None:
    add = _add(commands, "verify", _verify, "check a proof, here or on a chain").add_argument
    add("proof", type=Path, help="proof.json")
    add(
        "--key",
        type=Path,
        metavar="FILE",
        default=Path("circuit/model.zkvk"),
        help="model.zkvk or vk.key (default: circuit/model.zkvk)",
    )
    add("--settings", type=Path, metavar="FILE", help="settings.json (default: beside the key)")
    add("--srs", type=Path, metavar="FILE", help="SRS file that vk.key belongs to")
    add("--unsafe-test-srs", action="store_true", help="for tests: accept an SRS other than the known ceremony's")
    add("--explain", action="store_true", help="say what the proof proves, and what it does not")
    add("--rpc", metavar="URL", help="ask the precompile of this chain (eth_call, costs nothing)")
    add("--app", metavar="ADDRESS", help="with --rpc: ask as this contract, whose bound key decides")
    add("--onchain-key", metavar="ADDRESS", help="with --rpc: use the key at this address")


def _add_submit(commands: Any) -> None:
    add = _add(commands, "submit", _submit, "send a proof to a contract's submitResult(bytes,bytes)").add_argument
    add("proof", type=Path, help="proof.json")
    add("--app", required=True, metavar="ADDRESS", help="the contract")
    add("--rpc", metavar="URL", default="http://127.0.0.1:8545", help="the node (default: http://127.0.0.1:8545)")
    add(
        "--private-key-file",
        type=Path,
        metavar="FILE",
        help=f"file with the private key (default: ${PRIVATE_KEY_VARIABLE})",
    )
    add("--gas", type=int, help="gas limit; given, the transaction is sent even if it will be refused")
