"""What each command does: thin over the SDK. Each returns the exit code, the object for --json, and the text."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any, Final

import numpy as np

from . import _doctor, _json_files
from ._data import load_file
from .chain import Chain, Receipt, load_account
from .compiler import compile_model
from .errors import InvalidAccount, InvalidInput, KeyMismatch, MissingFile, OnChainError, RpcError
from .proof import Proof
from .prover import Prover
from .srs import download_srs
from .verifier import Verifier

VALID: Final = 0
INVALID: Final = 1
FAILED: Final = 2

#: The environment variable that holds the private key of ``submit`` and ``deploy-key``.
PRIVATE_KEY_VARIABLE: Final = "MODERNTENSOR_PRIVATE_KEY"

Done = tuple[int, dict[str, Any], str]


def compile_(options: argparse.Namespace) -> Done:
    """``compile``"""
    done = compile_model(
        options.model,
        options.out,
        load_file(options.calibration) if options.calibration else None,
        input_visibility=options.input_visibility,
        output_visibility=options.output_visibility,
        param_visibility=options.param_visibility,
        target=options.target,
        scale=options.scale,
        max_logrows=options.max_logrows,
        compress_selectors=not options.no_compression,
        run_args=dict(options.run_arg),
        srs_path=options.srs,
        unsafe_test_srs=options.unsafe_test_srs,
        accept_difference=options.accept_difference,
        progress=not options.json,
    )
    data: dict[str, Any] = {
        "k": done.k,
        "public_inputs": done.num_public_inputs,
        "proof_bytes": done.proof_bytes,
        "fidelity": None,
        "files": {name: {"path": str(done.folder / name), "bytes": size} for name, size in done.sizes().items()},
    }
    if done.fidelity is not None:
        data["fidelity"] = {
            "samples": done.fidelity.samples,
            "outputs": [vars(output) for output in done.fidelity.outputs],
            "differing_operators": dict(done.fidelity.differing),
            "accepted": list(done.fidelity.accepted),
        }
    return VALID, data, str(done)


def prove(options: argparse.Namespace) -> Done:
    """``prove``"""
    folder = options.dir
    if not options.out.parent.is_dir():
        raise MissingFile(f"{options.out.parent}: no such folder. Make it, or name another place with --out")
    prover = Prover(
        options.model,
        options.settings or folder / "settings.json",
        options.pk or folder / "pk.key",
        srs_path=options.srs,
        check_result=False if options.no_check else None,
        accept_difference=options.accept_difference,
        progress=not options.json,
    )
    result, proof = prover.prove(load_file(options.input))
    proof.save(options.out)
    shown = [np.asarray(part).tolist() for part in result] if isinstance(result, list) else np.asarray(result).tolist()
    data = {"result": shown, "proof": str(options.out), "proof_bytes": len(proof)}
    data["public_inputs"] = [f"0x{element.word().hex()}" for element in proof.public_inputs]
    return VALID, data, f"result: {shown}\nproof:  {options.out} ({len(proof)} bytes)"


def verify(options: argparse.Namespace) -> Done:
    """``verify``"""
    if options.rpc is None and (options.app or options.onchain_key):
        raise RpcError("--app and --onchain-key are about a chain: name its node with --rpc")
    verifier, proof = _verifier(options), Proof.load(options.proof)
    reason = verifier.reason(proof)
    valid = reason is None
    form = verifier.form(proof)
    data: dict[str, Any] = {"valid": valid, "reason": reason, "key_id": verifier.key_id, "form": form}
    text = ("valid (short form)" if form == "short" else "valid") if valid else f"invalid: {reason}"
    if options.explain:
        said = verifier.explain(proof)
        data |= {"statement": said.statement, "warnings": said.warnings}
        text = str(said).rstrip()
    if options.rpc is not None:
        on_chain = verifier.verify_onchain(options.rpc, proof, app=options.app, key=options.onchain_key)
        if on_chain != valid:
            why = (
                "it verifies under the chain's default key, which is another"
                if options.app is None and options.onchain_key is None
                else "under the same key: the chain runs another version of the verifier, or does not accept its setup"
            )
            raise KeyMismatch(f"valid is {valid} here and {on_chain} on the chain: {why}")
        data["on_chain"] = on_chain
        text += f"\nthe chain says the same ({options.rpc})"
    return VALID if valid else INVALID, data, text


def _verifier(options: argparse.Namespace) -> Verifier:
    return Verifier(
        options.key,
        settings_path=options.settings,
        srs_path=options.srs,
        unsafe_test_srs=True if options.unsafe_test_srs else None,
    )


def submit(options: argparse.Namespace) -> Done:
    """``submit``"""
    account = load_account(_private_key(options))
    chain, proof = Chain(options.rpc, gas_floor=options.gas_floor), Proof.load(options.proof)
    abi = _abi(options.abi) if options.abi else ()
    try:
        receipt = chain.submit(
            options.app, proof, account, function=options.function, abi=abi, gas=options.gas, form=options.form
        )
    except OnChainError as error:
        return INVALID, {"accepted": False, "reason": str(error)}, f"refused: {error}"
    data = {"accepted": receipt.succeeded, "reason": receipt.reason, **_receipt(receipt)}
    said = "accepted" if receipt.succeeded else f"refused ({receipt.reason})"
    text = f"{said}: {receipt.transaction_hash}, block {receipt.block_number}, {receipt.gas_used:,} gas"
    return VALID if receipt.succeeded else INVALID, data, text


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "transaction": receipt.transaction_hash,
        "gas_used": receipt.gas_used,
        "block": receipt.block_number,
    }


def _abi(path: Path) -> Any:
    try:
        return _json_files.parse(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path}: not readable as an ABI or an artifact in JSON ({error})") from error


def _private_key(options: argparse.Namespace) -> str:
    private_key = os.environ.get(PRIVATE_KEY_VARIABLE)
    if options.private_key_file is not None:
        private_key = options.private_key_file.read_text(encoding="utf-8-sig")
    if not private_key:
        raise InvalidAccount(f"no private key: set {PRIVATE_KEY_VARIABLE}, or give --private-key-file")
    return private_key


def deploy_key(options: argparse.Namespace) -> Done:
    """``deploy-key``"""
    account = load_account(_private_key(options))
    verifier = _verifier(options)
    try:
        receipt = Chain(options.rpc, gas_floor=options.gas_floor).deploy_key(verifier.key, account)
    except OnChainError as error:
        return INVALID, {"accepted": False, "reason": str(error)}, f"refused: {error}"
    data = {
        "accepted": receipt.succeeded,
        "address": receipt.contract_address,
        "key_id": verifier.key_id,
        **_receipt(receipt),
    }
    if not receipt.succeeded:
        return INVALID, data | {"reason": receipt.reason}, f"refused ({receipt.reason})"
    text = f"key {receipt.contract_address}, id {verifier.key_id}, {receipt.gas_used:,} gas; the precompile takes it"
    return VALID, data, text


def download(options: argparse.Namespace) -> Done:
    """``download-srs``"""
    path = download_srs(options.logrows, options.out, progress=False if options.json else None)
    size = path.stat().st_size
    return VALID, {"path": str(path), "bytes": size, "k": options.logrows}, f"{path} ({size:,} bytes)"


def doctor(options: argparse.Namespace) -> Done:
    """``doctor``"""
    findings = _doctor.examine(options.rpc, options.srs)
    well = all(finding.well for finding in findings)
    data = {"well": well, "findings": [vars(finding) for finding in findings]}
    return VALID if well else FAILED, data, "\n".join(map(str, findings))


def completion(options: argparse.Namespace) -> Done:
    """``completion``"""
    import shtab

    script = shtab.complete(options.parser, shell=options.shell)
    return VALID, {"shell": options.shell, "script": script}, script


def as_json(data: dict[str, Any]) -> str:
    """One line; infinities, which JSON has not, as text."""

    def plain(value: Any) -> Any:
        if isinstance(value, float) and not np.isfinite(value):
            return str(value)
        if isinstance(value, dict):
            return {key: plain(part) for key, part in value.items()}
        return [plain(part) for part in value] if isinstance(value, list | tuple) else value

    return json.dumps(plain(data))
