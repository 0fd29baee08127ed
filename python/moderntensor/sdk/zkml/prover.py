"""Run a model on an input and prove the result, with ezkl."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from . import _ezkl, _fidelity, _keyfile, _native
from ._check import ResultCheck
from ._data import read_input
from ._diagnose import diagnose
from ._onnx import Model, Tensor
from ._prepare import Prepared, prepare
from ._progress import Progress, Steps, steps
from ._scratch import Scratch, private_folder
from ._state import ACCEPTED, MODEL, SETUP, read_state
from ._tensors import Array, check_indices, check_range
from ._witness import read_outputs, read_witness, write_input
from .errors import AmbiguousDigest, InvalidKey, KeyMismatch, MissingFile, OutOfRange, ProverNotInstalled, ProvingFailed
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
    """Proves results of one compiled model. It can be pickled, with the paths of its files.

    Args:
        model_path: the ONNX model.
        settings_path: settings.json, as compile_model() or ezkl wrote it.
        pk_path: the proving key, of the same setup.
        compiled_path: ezkl's compiled circuit; by default ``model.compiled`` beside the proving
            key, and when there is none the model is compiled anew, which changes nothing but time.
        srs_path: the SRS; by default ``kzg<k>.srs`` beside the proving key or where ezkl keeps it.
        check_result: compare every result with the model's own before proving it. By default this is done
            when onnxruntime is installed.
        accept_difference: names of outputs that may differ from the model's by more than quantisation explains;
            those that compile_model() was told of are among them.
        progress: True for a bar on stderr, False for none, or a function of (step, steps, what). By default there is a
            bar on a terminal, after two seconds.

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
        check_result: bool | None = None,
        accept_difference: str | Iterable[str] = (),
        progress: Progress = None,
    ) -> None:
        _ezkl.load()
        self.model_path: Final = Path(model_path)
        self.pk_path: Final = Path(pk_path)
        self.settings: Final = Settings.load(settings_path)
        if not self.pk_path.exists():
            raise MissingFile(f"{pk_path}: no such file. Expected the proving key; compile_model() writes one")
        accepted = (accept_difference,) if isinstance(accept_difference, str) else tuple(accept_difference)
        self._made_with = (compiled_path, srs_path, check_result, accepted, progress)
        self._prepared = self._own_model()
        self._limits = self._prepared.model.index_limits()
        given = None if srs_path is None else Path(srs_path)
        self.srs_path: Final = find_srs(self.settings.logrows, given, self.pk_path.parent)
        self._progress = progress
        self._scratch = Scratch()
        self._settings_file = self._plain_settings()
        self._vk = self._vk_in_pk()
        self._key = self._own_key()
        self._compiled = self._find_compiled(None if compiled_path is None else Path(compiled_path))
        accepted += tuple(json.loads(str(read_state(self._compiled.parent).get(ACCEPTED) or "[]")))
        if check_result and not _fidelity.has_runtime():
            raise ProverNotInstalled(f"check_result needs onnxruntime, which comes with the prover: {_ezkl.INSTALL}")
        checked = _fidelity.has_runtime() if check_result is None else check_result
        self._result_check = self._own_check(accepted, required=bool(check_result)) if checked else None

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.model_path, self.settings.path, self.pk_path, *self._made_with)

    def _own_check(self, accepted: tuple[str, ...], required: bool) -> ResultCheck | None:
        try:
            return ResultCheck(self._prepared, self.settings, accepted)
        except _fidelity.NoReference as error:
            if required:
                raise ProvingFailed(
                    f"check_result: onnxruntime does not run {self.model_path} ({error}), so no result can be compared"
                ) from error
            return None  # compile_model() has said so

    def _own_model(self) -> Prepared:
        model = Model.load(self.model_path)
        model.require_finite()
        prepared = prepare(model, self.settings.variables)
        in_model = len(prepared.interface.inputs), len(prepared.interface.outputs)
        in_settings = len(self.settings.input_scales), len(self.settings.output_scales)
        if in_model != in_settings:
            raise KeyMismatch(
                f"{self.model_path} has {in_model[0]} inputs and {in_model[1]} outputs, {self.settings.path} is for "
                f"{in_settings[0]} and {in_settings[1]}: give the model that was compiled"
            )
        return prepared

    def _plain_settings(self) -> Path:
        """settings.json as ezkl reads it: without a byte order mark."""
        if self.settings.path.read_bytes() == self.settings.content:
            return self.settings.path
        copy = self._scratch.path / "settings.json"
        copy.write_bytes(self.settings.content)
        return copy

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
                f"{self.srs_path} is of another trusted setup than {beside}: proofs made with it would be invalid. "
                "Give the SRS of the setup with srs_path="
            )
        try:
            vk = self._vk.read_bytes()
            key = import_key(self.pk_path, vk, self.settings, s_g2, None if pinned is None else pinned.digest)
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
            if not _keyfile.begins_with(self.pk_path, beside.read_bytes()):
                raise KeyMismatch(f"{self.pk_path} and {beside} are not of one setup: compile the model again")
            return beside
        taken = self._scratch.path / "vk.key"
        _ezkl.call(
            KeyMismatch,
            f"{self.pk_path} is no proving key for {self.settings.path}",
            "gen_vk_from_pk_single",
            str(self.pk_path),
            str(self._settings_file),
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
        made, source = self._scratch.path / "model.compiled", self.model_path
        if self._prepared.changes:
            source = self._scratch.path / "model.onnx"
            source.write_bytes(self._prepared.content())
        _ezkl.call(
            ProvingFailed,
            f"{self.model_path} could not be compiled with {self.settings.path}",
            "compile_circuit",
            str(source),
            str(made),
            str(self._settings_file),
        )
        return made

    def _check_model(self, compiled: Path) -> None:
        """What is proven is the compiled model: another one at model_path must not go unnoticed."""
        made_from = read_state(compiled.parent).get(MODEL)
        if made_from is not None and made_from != self._prepared.model.digest:
            raise KeyMismatch(
                f"{self.model_path} is not the model that {compiled} was made from: compile the model again, "
                "or give the one that was compiled"
            )

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """Names, shapes and element types of the model's inputs, in order."""
        return self._prepared.interface.inputs

    def prove(self, input_data: Any) -> tuple[Result, Proof]:
        """Run the model on `input_data` and prove the result.

        Args:
            input_data: a list, nested lists, a generator, a numpy array, a torch tensor or a DataFrame in the model's
                input shape (or flat); for a model with several inputs a list or a mapping of these; ezkl's document
                with ``input_data``; or the path of a .npy, .npz or JSON file with one of these. A flat list may end
                with ``...``: the rest is zeros.

        Returns:
            The result, dequantised and shaped as the model's output, and the proof of it. A value
            is exactly what the proof is about: ``verify(proof, [result])`` quantises it back.

        Raises:
            ShapeMismatch, NotFinite, OutOfRange, InvalidInput: the input cannot be proven.
            ResultDiffers: the circuit computes something else than the model on this input.
            ProvingFailed: ezkl refused, stood still, or made a proof that does not verify.
        """
        inputs = self._prepared.interface.inputs
        arrays = read_input(input_data, inputs, self.settings.input_scales)
        check_indices(arrays, inputs, self._limits)
        check_range(arrays, inputs, self.settings.input_scales, self.settings.largest_value)
        if self._result_check is not None:
            self._result_check.run_model(arrays)
        with steps(3, self._progress, "prove") as bar, private_folder() as folder:
            witness, proof = folder / "witness.json", folder / "proof.json"
            data = folder / "input.json"
            write_input(data, arrays)
            bar.begin("running the model")
            self._gen_witness(data, witness, bar, arrays)
            outputs = read_outputs(witness, self.settings.output_scales)
            if self._result_check is not None:
                self._result_check.compare(arrays, outputs)
            bar.begin("proving")
            self._prove(witness, proof, bar, arrays)
            bar.begin("checking the proof")
            made = Proof.load(proof)
            self._check(made, arrays)
            if self._key is not None:
                made = made._like(bytes(made), self._key.encode())
        return self._result(outputs), made

    def _gen_witness(self, data: Path, witness: Path, bar: Steps, arrays: list[Array]) -> None:
        arguments = [str(data), str(self._compiled), str(witness)]
        if "polycommit" in (
            self.settings.input_visibility,
            self.settings.output_visibility,
            self.settings.param_visibility,
        ):
            # Only then are the key and the SRS needed: for the commitments to the data.
            arguments += [str(self._vk), str(self.srs_path)]
        try:
            _ezkl.call(
                ProvingFailed, "the model could not be run on this input", "gen_witness", *arguments, tick=bar.tick
            )
        except ProvingFailed as error:
            found = diagnose(self._prepared, arrays, self.settings)
            if found is None:
                raise
            raise OutOfRange(f"the circuit cannot be run on this input: {found}") from error

    def _prove(self, witness: Path, proof: Path, bar: Steps, arrays: list[Array]) -> None:
        beyond = self._beyond_tables(witness)
        same = "" if self._belongs_together() else f" (are {self._files()} of the same setup?)"
        try:
            _ezkl.call(
                ProvingFailed,
                f"no proof{same}",
                "prove",
                str(witness),
                str(self._compiled),
                str(self.pk_path),
                str(proof),
                str(self.srs_path),
                tick=bar.tick,
                patience=_PATIENCE if beyond is None else _LITTLE_PATIENCE,
                takes="Proving takes several times the size of pk.key; a smaller circuit has a smaller one",
            )
        except ProvingFailed as error:
            found = diagnose(self._prepared, arrays, self.settings)
            if beyond is None and found is None:
                raise
            raise OutOfRange("; ".join(part for part in (beyond, found) if part)) from error

    def _files(self) -> str:
        return f"{self.pk_path}, {self.settings.path} and {self._compiled}"

    def _belongs_together(self) -> bool:
        """Whether the files are known to be of one setup, so that a failure has another cause."""
        state = read_state(self._compiled.parent)
        return (
            self._key is not None
            and self._compiled.parent == self.pk_path.parent == self.settings.path.parent
            and state.get(MODEL) == self._prepared.model.digest
            and bool(state.get(SETUP))
        )

    def _beyond_tables(self, witness: Path) -> str | None:
        """How far this input goes beyond what the tables were made for, if it does.

        Not yet an error: ezkl fills tables up, so that they often reach further.
        """
        if self.settings.table_range is None:
            return None
        document = read_witness(witness)
        least, greatest = int(document["min_lookup_inputs"]), int(document["max_lookup_inputs"])
        low, high = self.settings.table_range
        if low <= least and greatest <= high:
            return None
        return (
            f"on this input, nonlinear functions of the model get values (quantised) from {least} to {greatest}, and "
            f"the circuit's tables are made for {low} to {high}. Normalise the input, or compile the model with "
            "calibration data of that size"
        )

    def _check(self, proof: Proof, arrays: list[Array]) -> None:
        """A proof under a wrong key or SRS is noticed here and not by the one who receives it."""
        if self._key is None:
            return
        reason = self._key.verify(bytes(proof), proof.public_inputs.to_bytes())
        if reason is None:
            return
        found = diagnose(self._prepared, arrays, self.settings)
        if found is not None:
            raise OutOfRange(f"the circuit holds no proof of this input: {found}")
        if self._belongs_together():
            raise ProvingFailed(
                f"ezkl made a proof that does not verify ({reason}). The files are of one setup, so a value of this "
                "input is beyond what the circuit's tables and decompositions hold, in an operator that could not be "
                "told. Compile with calibration data like this input, or with larger decompositions (decomp_base, "
                "decomp_legs in run_args=)"
            )
        raise ProvingFailed(
            f"ezkl made a proof that does not verify ({reason}): {self._compiled} is of another setup than "
            f"{self.pk_path}. Compile the model again"
        )

    def _result(self, outputs: list[list[float]]) -> Result:
        """The outputs in the model's shapes."""
        public = [slot.shape for slot in self.settings.slots if slot.role == "output"]
        tensors = self._prepared.interface.outputs
        results = [
            _shaped(flat, tensor, public[at] if at < len(public) else None)
            for at, (flat, tensor) in enumerate(zip(outputs, tensors, strict=True))
        ]
        return results[0] if len(results) == 1 else results

    def __repr__(self) -> str:
        return f"<Prover of {self.model_path}, 2^{self.settings.logrows} rows>"


def _rebuild(
    model: Path,
    settings: Path,
    pk: Path,
    compiled: Any,
    srs: Any,
    check: bool | None,
    accepted: Any,
    progress: Progress,
) -> Prover:
    return Prover(
        model,
        settings,
        pk,
        compiled_path=compiled,
        srs_path=srs,
        check_result=check,
        accept_difference=accepted,
        progress=progress,
    )


def _shaped(flat: list[float], tensor: Tensor, public: tuple[int, ...] | None) -> float | npt.NDArray[np.float64]:
    """`flat` in the output's shape: the model's own, or where that is open, the circuit's."""
    if len(flat) == 1:
        return flat[0]
    sides = list(tensor.shape)
    if tensor.size is None and public is not None and math.prod(public) == len(flat):
        sides = list(public)
    elif sides.count(None) == 1:
        rest = math.prod(side for side in sides if side is not None)
        sides[sides.index(None)] = len(flat) // rest if rest and len(flat) % rest == 0 else None
    array = np.array(flat, dtype=np.float64)
    closed = [side for side in sides if side is not None]
    return array.reshape(closed) if len(closed) == len(sides) and math.prod(closed) == len(flat) else array
