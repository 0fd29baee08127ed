"""The command ``moderntensor zkml``: thin over the SDK.

Exit codes: 0 success or valid, 1 the proof is invalid or was refused, 2 anything else.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from . import _commands, _native
from ._commands import FAILED, PRIVATE_KEY_VARIABLE, Done
from ._functions import SUBMIT
from .errors import ZkmlError

#: Parameters that errors name, and the options of the command that stand for them.
_OPTIONS: Final = {
    "unsafe_test_srs": "--unsafe-test-srs",
    "srs_path": "--srs",
    "settings_path": "--settings",
    "run_args": "--run-arg",
    "max_logrows": "--max-logrows",
    "accept_difference": "--accept-difference",
    "abi": "--abi",
    "function": "--function",
    "scale": "--scale",
    "key": "--onchain-key",
    "app": "--app",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; ends the process with one of the exit codes above."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    told: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = lambda message, *rest: _tell(str(message), told, "--json" in given)
        code, data, text = _run(given)
    as_json = "--json" in given
    if as_json and told:
        data = {**data, "warnings": [*data.get("warnings", ()), *map(_in_options, told)]}
    try:
        if as_json:
            print(_commands.as_json(data), flush=True)
        elif code == FAILED and "error" in data:
            print(f"error: {text}", file=sys.stderr)
        else:
            print(text, flush=True)
    except BrokenPipeError:  # `| head` has seen enough; the exit code stands
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _run(arguments: list[str]) -> Done:
    try:
        options = _parser(as_json="--json" in arguments).parse_args(arguments)
        command: Callable[[argparse.Namespace], Done] = options.command
        return command(options)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # Python's own exit code for any of them would be 1: "invalid"
        if not isinstance(error, ZkmlError | OSError | _Usage):
            traceback.print_exc()
        message = _in_options(str(error))
        return FAILED, {"error": type(error).__name__.lstrip("_"), "message": message}, message


def _tell(message: str, told: list[str], as_json: bool) -> None:
    """A warning, as people read them and without the line of the source that it comes from."""
    if as_json:
        told.append(message)
    else:
        print(f"warning: {_in_options(message)}", file=sys.stderr)


class _Usage(Exception):
    """The command was called with options that it does not have."""


class _JsonParser(argparse.ArgumentParser):
    """Raises what ends an argparse parser with text on stderr."""

    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{message}; see `{self.prog} --help`")


def _in_options(message: str) -> str:
    """An error's message in the command's words: `parameter=`, `parameter=value`, compile_model()."""

    def option(found: re.Match[str]) -> str:
        name, value = found.groups()
        return f"{_OPTIONS[name]} {value}" if value not in ("", "True") else _OPTIONS[name]

    message = re.sub(r"\b(?:Prover\(…, )?accept_difference=\[([^\]]*)\]\)?", _accept, message)
    message = re.sub(rf"\b({'|'.join(_OPTIONS)})=(\w*)", option, message)
    message = re.sub(
        r"`python -c 'from moderntensor.sdk.zkml import download_srs; download_srs\((\d+)\)'`",
        r"`moderntensor zkml download-srs \1`",
        message,
    )
    return message.replace("compile_model()", "`moderntensor zkml compile`")


def _accept(found: re.Match[str]) -> str:
    names = [name.strip().strip("'\"") for name in found[1].split(",")]
    return " ".join(f"--accept-difference {name}" for name in names)


def _parser(as_json: bool = False) -> argparse.ArgumentParser:
    class_ = _JsonParser if as_json else argparse.ArgumentParser
    parser = class_(prog="moderntensor", description="The ModernTensor SDK's command line.")
    version = f"moderntensor-zkml {_native.VERSION}"
    parser.add_argument("--version", action="version", version=version)
    areas = parser.add_subparsers(required=True, metavar="AREA", parser_class=class_)
    zkml = areas.add_parser("zkml", help="prove what a model computed, and verify it")
    zkml.add_argument("--version", action="version", version=version)
    commands = zkml.add_subparsers(required=True, metavar="COMMAND", parser_class=class_)
    _add_compile(commands)
    _add_prove(commands)
    _add_verify(commands)
    _add_submit(commands)
    _add_deploy_key(commands)
    _add_download(commands)
    _add_doctor(commands)
    _add_completion(commands, parser)
    return parser


def _add(commands: Any, name: str, run: Callable[..., Any], text: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument("--json", action="store_true", help="print one JSON object, errors too, and no progress bar")
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
    add = _add(commands, "compile", _commands.compile_, "turn an ONNX model into a circuit and its keys").add_argument
    add("model", type=Path, help="the model, in ONNX format")
    add("--out", type=Path, default=Path("circuit"), help="folder for the files (default: circuit)")
    add("--calibration", type=Path, metavar="FILE", help="typical inputs: .npy, .npz, or JSON as ezkl reads it")
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
    add("--max-logrows", type=int, metavar="N", help="refuse more than 2^N rows; allow them without calibration data")
    add("--no-compression", action="store_true", help="more columns for a shorter setup")
    add(
        "--run-arg",
        type=_run_arg,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="anything else of ezkl's run arguments, such as num_inner_cols=4 or variables=batch=1 (repeatable)",
    )
    _add_accept(add)
    add("--srs", type=Path, metavar="FILE", help="SRS file (default: in the folder, or where ezkl keeps it)")
    add("--unsafe-test-srs", action="store_true", help="for tests: make an SRS whose secret is known")


def _add_accept(add: Callable[..., Any]) -> None:
    add(
        "--accept-difference",
        action="append",
        default=[],
        metavar="OUTPUT",
        help="an output that may differ from the model's by more than quantisation explains (repeatable)",
    )


def _add_prove(commands: Any) -> None:
    add = _add(commands, "prove", _commands.prove, "run the model on an input and prove the result").add_argument
    add("model", type=Path, help="the model, in ONNX format")
    add("input", type=Path, help="the input: .npy, .npz, or JSON as ezkl reads it")
    add("--dir", type=Path, default=Path("circuit"), help="folder that compile wrote (default: circuit)")
    add("--settings", type=Path, metavar="FILE", help="settings.json (default: in the folder)")
    add("--pk", type=Path, metavar="FILE", help="pk.key (default: in the folder)")
    add("--srs", type=Path, metavar="FILE", help="SRS file (default: in the folder, or where ezkl keeps it)")
    add("--out", type=Path, default=Path("proof.json"), help="the proof (default: proof.json)")
    add("--no-check", action="store_true", help="do not compare the result with the model's own (onnxruntime)")
    _add_accept(add)


def _add_key(add: Callable[..., Any]) -> None:
    add(
        "--key",
        type=Path,
        metavar="FILE",
        default=Path("circuit/model.zkvk"),
        help="model.zkvk or vk.key (default: circuit/model.zkvk)",
    )
    add("--settings", type=Path, metavar="FILE", help="settings.json (default: beside the key)")
    add("--srs", type=Path, metavar="FILE", help="SRS file that vk.key belongs to")
    add(
        "--unsafe-test-srs",
        action="store_true",
        help="for tests: accept an SRS of any trusted setup",
    )


def _add_verify(commands: Any) -> None:
    add = _add(commands, "verify", _commands.verify, "check a proof, here or on a chain").add_argument
    add("proof", type=Path, help="proof.json")
    _add_key(add)
    add("--explain", action="store_true", help="say what the proof proves, and what it does not")
    add("--rpc", metavar="URL", help="ask the precompile of this chain (eth_call, costs nothing)")
    add("--app", metavar="ADDRESS", help="with --rpc: ask as this contract, whose bound key decides")
    add("--onchain-key", metavar="ADDRESS", help="with --rpc: use the key at this address")


def _add_sender(add: Callable[..., Any]) -> None:
    add("--rpc", metavar="URL", default="http://127.0.0.1:8545", help="the node (default: http://127.0.0.1:8545)")
    add(
        "--private-key-file",
        type=Path,
        metavar="FILE",
        help=f"file with the private key (default: ${PRIVATE_KEY_VARIABLE})",
    )
    add("--gas-floor", type=int, default=0, metavar="N", help="at least this gas limit, whatever the node estimates")


def _add_submit(commands: Any) -> None:
    text = "send a proof to a contract, by default to its submitResult(bytes,bytes)"
    add = _add(commands, "submit", _commands.submit, text).add_argument
    add("proof", type=Path, help="proof.json")
    add("--app", required=True, metavar="ADDRESS", help="the contract")
    add("--function", default=SUBMIT, help=f"another function that takes the proof and the inputs (default: {SUBMIT})")
    add("--abi", type=Path, metavar="FILE", help="the contract's ABI or artifact: its errors are told by name")
    form = "the proof's form (default: the cheaper on this chain, if the contract has bound a key; else as it is)"
    add("--form", choices=["long", "short"], help=form)
    _add_sender(add)
    add("--gas", type=int, help="gas limit; given, the transaction is sent even if it will be refused")


def _add_deploy_key(commands: Any) -> None:
    text = "put a verifying key on a chain as a contract, and ask whether the chain takes it"
    add = _add(commands, "deploy-key", _commands.deploy_key, text).add_argument
    _add_key(add)
    _add_sender(add)


def _add_download(commands: Any) -> None:
    text = "fetch the perpetual powers of tau for circuits of 2^K rows"
    add = _add(commands, "download-srs", _commands.download, text).add_argument
    add("logrows", type=int, metavar="K", help="what compile says is missing")
    add("--out", type=Path, metavar="FILE", help="the file to write (default: where ezkl keeps it)")


def _add_doctor(commands: Any) -> None:
    text = "say what is installed and whether it fits, and look at a chain and an SRS"
    add = _add(commands, "doctor", _commands.doctor, text).add_argument
    add("--rpc", metavar="URL", help="a node: is the verifier at 0x11 there?")
    add("--srs", type=Path, metavar="FILE", help="an SRS file: is it of the perpetual powers of tau?")


def _add_completion(commands: Any, parser: argparse.ArgumentParser) -> None:
    text = "print a script that completes this command in a shell"
    command = _add(commands, "completion", _commands.completion, text)
    command.add_argument("shell", choices=["bash", "zsh", "tcsh"], help='for bash: eval "$(… completion bash)"')
    command.set_defaults(parser=parser)
