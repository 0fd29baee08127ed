"""Run a model on an input and prove the result, with ezkl."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from . import _ezkl, _native
from ._onnx import Interface, Tensor, read_interface
from ._progress import Progress, Steps, steps
from ._tensors import check_range, to_inputs
from .compiler import MODEL, read_state
from .errors import AmbiguousDigest, InvalidKey, KeyMismatch, MissingFile, OutOfRange, ProvingFailed
from .field import FieldElement
from .proof import Proof
from .settings import Settings
from .srs import find_srs, read_s_g2
from .verifier import decode_key, import_key

#: Seconds of standing still after which ezkl is given up, and where it is likely to.
_PATIENCE: Final = 60.0
_LITTLE_PATIENCE: Final = 10.0

#: What :meth:`Prover.prove` returns as the model's result: a float for a single number, an array in
#: the output's shape, or a list of these for several outputs.
Result = float | npt.NDArray[np.float64] | list[Any]


class Prover:
    """Proves results of one compiled model.

    Args:
        model_path: the ONNX model.
        settings_path: settings.json, as compile_model() or ezkl wrote it.
        pk_path: the proving key, of the same setup.
        compiled_path: ezkl's compiled circuit; by default ``model.compiled`` beside the proving
            key, and when there is none the model is compiled anew, which changes nothing but time.
        srs_path: the SRS; by default ``kzg<k>.srs`` beside the proving key or where ezkl keeps it.
        progress: True for a bar on stderr, or a function of (step, steps, what).

    Raises:
        ProverNotInstalled: ezkl is missing; the message names the command that installs it.
        MissingFile, MissingSRS, InvalidSRS, InvalidSettings, KeyMismatch: with what is wrong and
            the cure.
    """

    def __init__(
        self,
        model_path: str | os.PathLike[str],
        settings_path: str | os.PathLike[str],
        pk_path: str | os.PathLike[str],
        *,
        compiled_path: str | os.PathLike[str] | None = None,
        srs_path: str | os.PathLike[str] | None = None,
        progress: Progress = None,
    ) -> None:
        _ezkl.load()
        self.model_path: Final = Path(model_path)
        self.pk_path: Final = Path(pk_path)
        self.settings: Final = Settings.load(settings_path)
        if not self.pk_path.exists():
            raise MissingFile(f"{pk_path}: no such file. Expected the proving key; compile_model() writes one")
        self._interface = self._own_interface()
        given = None if srs_path is None else Path(srs_path)
        self.srs_path: Final = find_srs(self.settings.logrows, given, self.pk_path.parent)
        self._progress = progress
        self._scratch = tempfile.TemporaryDirectory(prefix="moderntensor-")
        self._vk = self._vk_in_pk()
        self._key = self._own_key()
        self._compiled = self._find_compiled(None if compiled_path is None else Path(compiled_path))

    def _own_interface(self) -> Interface:
        interface = read_interface(self.model_path, self.settings.variables)
        in_model = len(interface.inputs), len(interface.outputs)
        in_settings = len(self.settings.input_scales), len(self.settings.output_scales)
        if in_model != in_settings:
            raise KeyMismatch(
                f"{self.model_path} has {in_model[0]} inputs and {in_model[1]} outputs, {self.settings.path} is for "
                f"{in_settings[0]} and {in_settings[1]}: give the model that was compiled"
            )
        return interface

    def _own_key(self) -> _native.Key | None:
        """The verifying key inside pk.key. With it files of several setups, on which ezkl's prover
        would hang, are noticed before proving, and every proof is checked after it.

        None where the digest is ambiguous and no model.zkvk beside pk.key settles it.
        """
        s_g2 = read_s_g2(self.srs_path, self.settings.logrows)
        beside = self.pk_path.with_name("model.zkvk")
        pinned = decode_key(beside, beside.read_bytes()) if beside.exists() else None
        if pinned is not None and pinned.s_g2 != s_g2:
            raise KeyMismatch(
                f"{self.srs_path} is of another ceremony than {beside}: proofs made with it would be invalid. "
                "Give the SRS of the setup with srs_path="
            )
        try:
            vk = self._vk.read_bytes()
            key = import_key(self.pk_path, vk, self.settings.path, s_g2, None if pinned is None else pinned.digest)
        except AmbiguousDigest:
            if pinned is None:
                return None
            raise
        except InvalidKey as error:
            raise KeyMismatch(f"{self.pk_path} and {self.settings.path} are not of one setup ({error})") from error
        if pinned is not None and pinned.encode() != key.encode():
            raise KeyMismatch(f"{self.pk_path} and {beside} are not of one setup: compile the model again")
        return key

    def _vk_in_pk(self) -> Path:
        """The file of the vk.key with which pk.key begins: the one beside it, else ezkl takes it out."""
        beside = self.pk_path.with_name("vk.key")
        if beside.exists():
            vk = beside.read_bytes()
            with self.pk_path.open("rb") as file:
                if file.read(len(vk)) != vk:
                    raise KeyMismatch(f"{self.pk_path} and {beside} are not of one setup: compile the model again")
            return beside
        taken = Path(self._scratch.name) / "vk.key"
        _ezkl.call(
            KeyMismatch,
            f"{self.pk_path} is no proving key for {self.settings.path}",
            "gen_vk_from_pk_single",
            str(self.pk_path),
            str(self.settings.path),
            str(taken),
        )
        return taken

    def _find_compiled(self, given: Path | None) -> Path:
        path = given if given is not None else self.pk_path.with_name("model.compiled")
        if path.exists():
            self._check_model(path)
            return path
        if given is not None:
            raise MissingFile(f"{given}: no such file. Expected ezkl's compiled circuit; leave compiled_path out")
        made = Path(self._scratch.name) / "model.compiled"
        _ezkl.call(
            ProvingFailed,
            f"{self.model_path} could not be compiled with {self.settings.path}",
            "compile_circuit",
            str(self.model_path),
            str(made),
            str(self.settings.path),
        )
        return made

    def _check_model(self, compiled: Path) -> None:
        """What is proven is the compiled model: another one at model_path must not go unnoticed."""
        made_from = read_state(compiled.parent).get(MODEL)
        if made_from is not None and made_from != hashlib.sha256(self.model_path.read_bytes()).hexdigest():
            raise KeyMismatch(
                f"{self.model_path} is not the model that {compiled} was made from: compile the model again, "
                "or give the one that was compiled"
            )

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """Names and shapes of the model's inputs, in order."""
        return self._interface.inputs

    def prove(self, input_data: Any) -> tuple[Result, Proof]:
        """Run the model on `input_data` and prove the result.

        Args:
            input_data: a list, nested lists, a numpy array or a torch tensor in the model's input
                shape (or flat); for a model with several inputs a list or a mapping of these. A flat
                list may end with ``...``: the rest is zeros.

        Returns:
            The result, dequantised and shaped as the model's output, and the proof of it. A value
            is exactly what the proof is about: ``verify(proof, [result])`` quantises it back.

        Raises:
            ShapeMismatch, NotFinite, OutOfRange, InvalidInput: the input cannot be proven.
            ProvingFailed: ezkl refused, stood still, or made a proof that does not verify.
        """
        arrays = to_inputs(input_data, self._interface.inputs)
        check_range(arrays, self._interface.inputs, self.settings.input_scales, self.settings.largest_value)
        with (
            steps(3, self._progress, "prove") as bar,
            tempfile.TemporaryDirectory(dir=self._scratch.name) as folder,
        ):
            witness, proof = Path(folder) / "witness.json", Path(folder) / "proof.json"
            data = Path(folder) / "input.json"
            data.write_text(json.dumps({"input_data": [array.reshape(-1).tolist() for array in arrays]}))
            bar.begin("running the model")
            self._gen_witness(data, witness, bar)
            result = self._result(witness)
            bar.begin("proving")
            self._prove(witness, proof, bar)
            bar.begin("checking the proof")
            made = Proof.load(proof)
            self._check(made)
        return result, made

    def _gen_witness(self, data: Path, witness: Path, bar: Steps) -> None:
        arguments = [str(data), str(self._compiled), str(witness)]
        if "polycommit" in (
            self.settings.input_visibility,
            self.settings.output_visibility,
            self.settings.param_visibility,
        ):
            # Only then are the key and the SRS needed: for the commitments to the data.
            arguments += [str(self._vk), str(self.srs_path)]
        _ezkl.call(ProvingFailed, "the model could not be run on this input", "gen_witness", *arguments, tick=bar.tick)

    def _prove(self, witness: Path, proof: Path, bar: Steps) -> None:
        beyond = self._beyond_tables(witness)
        try:
            _ezkl.call(
                ProvingFailed,
                f"no proof (are {self.pk_path}, {self.settings.path} and {self._compiled} of the same setup?)",
                "prove",
                str(witness),
                str(self._compiled),
                str(self.pk_path),
                str(proof),
                str(self.srs_path),
                tick=bar.tick,
                patience=_PATIENCE if beyond is None else _LITTLE_PATIENCE,
            )
        except ProvingFailed as error:
            if beyond is None:
                raise
            raise OutOfRange(beyond) from error

    def _beyond_tables(self, witness: Path) -> str | None:
        """How far this input goes beyond what the tables were made for, if it does.

        Not yet an error: ezkl fills tables up, so that they often reach further.
        """
        if self.settings.table_range is None:
            return None
        document = json.loads(witness.read_text())
        least, greatest = int(document["min_lookup_inputs"]), int(document["max_lookup_inputs"])
        low, high = self.settings.table_range
        if low <= least and greatest <= high:
            return None
        return (
            f"on this input, nonlinear functions of the model get values (quantised) from {least} to {greatest}, and "
            f"the circuit's tables are made for {low} to {high}. Normalise the input, or compile the model with "
            "calibration data of that size"
        )

    def _check(self, proof: Proof) -> None:
        """A proof under a wrong key or SRS is noticed here and not by whoever receives it."""
        if self._key is None:
            return
        reason = self._key.verify(bytes(proof), proof.public_inputs.to_bytes())
        if reason is not None:
            raise ProvingFailed(
                f"ezkl made a proof that does not verify ({reason}): {self._compiled} is of another setup than "
                f"{self.pk_path}. Compile the model again"
            )

    def _result(self, witness: Path) -> Result:
        """The outputs in the witness, as numbers in the model's shapes."""
        outputs = json.loads(witness.read_text())["outputs"]
        scales = self.settings.output_scales
        results = []
        for values, scale, tensor in zip(outputs, scales, self._interface.outputs, strict=True):
            flat = [_element(text).dequantise(scale) for text in values]
            results.append(_shaped(flat, tensor))
        return results[0] if len(results) == 1 else results

    def __repr__(self) -> str:
        return f"<Prover of {self.model_path}, 2^{self.settings.logrows} rows>"


def _element(text: str) -> FieldElement:
    """ezkl writes field elements in witness.json as 32 little-endian bytes in hexadecimal."""
    return FieldElement(int.from_bytes(bytes.fromhex(text), "little"))


def _shaped(flat: list[float], tensor: Tensor) -> float | npt.NDArray[np.float64]:
    if len(flat) == 1:
        return flat[0]
    array = np.array(flat, dtype=np.float64)
    if tensor.size == len(flat):
        array = array.reshape([side for side in tensor.shape if side is not None])
    return array
