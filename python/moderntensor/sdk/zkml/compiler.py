"""From an ONNX model to the files that proving and verifying need."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from . import _ezkl, _native
from ._onnx import Tensor, read_interface
from ._progress import Progress, Steps, size, steps
from ._tensors import Array, to_inputs
from .errors import AmbiguousDigest, CompileError, InvalidInput, MissingFile, MissingSRS, ShapeMismatch
from .proof import write_atomically
from .settings import Settings
from .srs import TEST_SRS, check_points, find_srs, read_s_g2, require_trusted, srs_size
from .verifier import import_key

#: Who may see a value. For inputs and outputs see :func:`compile_model`.
Visibility = Literal["private", "public", "fixed", "hashed", "polycommit"]

#: What a finished step has read, so that a second run does only what has to be done again.
_STATE: Final = ".compile.json"

#: Under this name it has the SHA-256 of the model that model.compiled was made from.
MODEL: Final = "model"


@dataclass(frozen=True)
class CompiledModel:
    """The files of a compiled model, and how large it has become."""

    folder: Path
    #: The model in ezkl's form, for proving.
    compiled: Path
    #: What the circuit is: scales, visibilities, sizes. Prover and verifier read it.
    settings: Path
    #: The proving key: large, not secret, needed by whoever proves.
    proving_key: Path
    #: ezkl's verifying key.
    verifying_key: Path
    #: The verifying key that works alone and that goes on chain.
    key: Path
    srs: Path
    #: The circuit has 2**k rows.
    k: int
    num_public_inputs: int
    proof_bytes: int

    def sizes(self) -> dict[str, int]:
        """Bytes of each file."""
        paths = (self.compiled, self.settings, self.proving_key, self.verifying_key, self.key, self.srs)
        return {path.name: path.stat().st_size for path in paths}

    def __str__(self) -> str:
        files = ", ".join(f"{name} {size(number)}" for name, number in self.sizes().items())
        return (
            f"2^{self.k} rows, {self.num_public_inputs} public inputs, proofs of {self.proof_bytes} bytes; "
            f"in {self.folder}: {files}"
        )


@dataclass(frozen=True)
class _Options:
    """Everything that decides what the circuit is."""

    run_args: dict[str, Any]
    target: str
    scales: list[int] | None
    max_logrows: int | None
    compress_selectors: bool


def compile_model(
    onnx_path: str | os.PathLike[str],
    out_dir: str | os.PathLike[str],
    calibration_data: Any = None,
    *,
    input_visibility: Visibility = "private",
    output_visibility: Visibility = "public",
    param_visibility: Visibility = "fixed",
    target: Literal["resources", "accuracy"] = "resources",
    scale: int | None = None,
    max_logrows: int | None = None,
    compress_selectors: bool = True,
    run_args: Mapping[str, Any] | None = None,
    srs_path: str | os.PathLike[str] | None = None,
    unsafe_test_srs: bool = False,
    progress: Progress = None,
) -> CompiledModel:
    """Turn a model into a circuit: settings, calibration, compilation, keys.

    Writes model.compiled, settings.json, pk.key, vk.key and model.zkvk into `out_dir`. Steps whose
    files are there and whose inputs have not changed are skipped, so an interrupted run resumes.

    Args:
        onnx_path: the model.
        out_dir: made if it is not there.
        calibration_data: an input as :meth:`Prover.prove` takes it, or several, of the size that
            real ones have. From them come the scales and the ranges of tables; without them ezkl's defaults
            are kept, which may be needlessly large or too small.
        input_visibility: who sees the input. ``private``: nobody, and a proof says "there is an
            input such that…"; ``public``: it is among the public inputs; ``hashed``: its Poseidon
            hash is; ``polycommit``: the proof holds a commitment to it.
        output_visibility: the same for the output. ``public`` by default: it is what is proven.
        param_visibility: the same for the weights. ``fixed`` by default: they are part of the
            circuit, so the verifying key stands for this very model. ``private`` means that *any*
            weights will do.
        target: ``resources`` for the smallest circuit, ``accuracy`` for the finest scales.
        scale: bits after the binary point, instead of what calibration chooses.
        max_logrows: refuse to grow beyond 2**max_logrows rows.
        compress_selectors: fewer columns for a longer setup. On unless setup takes too long.
        run_args: anything else of ezkl's ``PyRunArgs``, by name.
        srs_path: the SRS; by default ``kzg<k>.srs`` in `out_dir` or where ezkl keeps it.
        unsafe_test_srs: for tests: make an SRS if none is found. Whoever makes it knows a secret
            with which anything can be proven; verifiers refuse its keys unless told otherwise.
        progress: True for a bar on stderr, or a function of (step, steps, what).

    Raises:
        ProverNotInstalled, MissingFile, InvalidInput, CompileError, MissingSRS, InvalidSRS, UntrustedSRS.
    """
    _ezkl.load()
    model = Path(onnx_path)
    if not model.exists():
        raise MissingFile(f"{model}: no such file. Expected a model in ONNX format; export_torch() writes one")
    arguments = {
        "input_visibility": input_visibility,
        "output_visibility": output_visibility,
        "param_visibility": param_visibility,
        **({} if scale is None else {"input_scale": scale, "param_scale": scale}),
        **(run_args or {}),
    }
    options = _Options(arguments, target, None if scale is None else [scale], max_logrows, compress_selectors)
    folder = Path(out_dir)
    if folder.exists() and not folder.is_dir():
        raise CompileError(f"{folder} is a file: out_dir is the folder for the circuit's files")
    folder.mkdir(parents=True, exist_ok=True)
    with steps(6, progress, "compile") as bar:
        work = _Compilation(model, folder, options, calibration_data, bar)
        work.settings()
        work.calibrate()
        work.compile()
        srs = work.srs(None if srs_path is None else Path(srs_path), unsafe_test_srs)
        work.setup(srs)
        return work.export_key(srs)


class _Compilation:
    """The steps. Each knows its files and, by a digest, what it was made from."""

    def __init__(self, model: Path, folder: Path, options: _Options, calibration_data: Any, bar: Steps) -> None:
        self.model, self.folder, self.options, self.bar = model, folder, options, bar
        variables = dict(options.run_args.get("variables", [("batch_size", 1)]))
        self._inputs = read_interface(model, variables).inputs
        self._calibration = self._calibration_json(calibration_data)
        self._state = read_state(folder)
        self.path: Final = {
            name: folder / name for name in ("settings.json", "model.compiled", "pk.key", "vk.key", "model.zkvk")
        }
        content = model.read_bytes()
        self._model_digest = hashlib.sha256(content).hexdigest()
        identity = hashlib.sha256(content)
        identity.update(json.dumps(options.run_args, sort_keys=True).encode())
        identity.update(str(_ezkl.load().__version__).encode())
        self._identity = identity.hexdigest()

    def _calibration_json(self, data: Any) -> str | None:
        if data is None:
            return None
        # Several samples go behind one another in each input's list, as ezkl batches them.
        columns: list[list[float]] = [[] for _ in self._inputs]
        for sample in _samples(data, self._inputs):
            for column, array in zip(columns, sample, strict=True):
                column.extend(array.reshape(-1).tolist())
        return json.dumps({"input_data": columns})

    def _step(self, name: str, made_from: str, outputs: Sequence[Path], make: Callable[[], None]) -> str:
        """Run `make` unless its outputs are there and were made from the same things."""
        digest = hashlib.sha256(made_from.encode()).hexdigest()
        if self._state.get(name) != digest or not all(path.exists() for path in outputs):
            # First forgotten, so that an interruption leaves no step that passes for done.
            self._remember(name, None)
            make()
            self._remember(name, digest)
        return digest

    def _remember(self, name: str, digest: str | None) -> None:
        if self._state.get(name) != digest:
            self._state[name] = digest
            write_atomically(self.folder / _STATE, json.dumps(self._state, indent=1).encode())

    def settings(self) -> None:
        """settings.json as ezkl's defaults and the options make it, kept apart from calibration's."""
        self.bar.begin("settings")
        self._uncalibrated = self.folder / ".settings.json"

        def make() -> None:
            self._ezkl("gen_settings", str(self.model), str(self._uncalibrated), py_run_args=self.options.run_args)

        self._digest = self._step("settings", self._identity, [self._uncalibrated], make)

    def calibrate(self) -> None:
        """The scales, table ranges and number of rows that the calibration data need."""
        self.bar.begin("calibrating")
        settings, data = self.path["settings.json"], self.folder / ".calibration.json"

        def make() -> None:
            partial = self.folder / ".settings.calibrated.json"
            partial.write_bytes(self._uncalibrated.read_bytes())
            if self._calibration is not None:
                data.write_text(self._calibration)
                self._ezkl(
                    "calibrate_settings",
                    str(data),
                    str(self.model),
                    str(partial),
                    self.options.target,
                    scales=self.options.scales,
                    max_logrows=self.options.max_logrows,
                    cure="allow more rows (max_logrows=), a smaller scale=, or larger decompositions "
                    "(decomp_base, decomp_legs in run_args=)",
                )
                data.unlink()
            partial.replace(settings)

        rest = json.dumps([self.options.target, self.options.scales, self.options.max_logrows, self._calibration])
        self._digest = self._step("calibration", self._digest + rest, [settings], make)
        rows = Settings.load(settings).logrows
        if self.options.max_logrows is not None and rows > self.options.max_logrows:
            raise CompileError(
                f"{self.model} takes 2^{rows} rows, more than max_logrows={self.options.max_logrows} allows: give "
                "calibration data, or logrows in run_args="
            )
        self.bar.note(f"2^{rows} rows; an SRS of that size has {srs_size(rows)}")

    def compile(self) -> None:
        """The model in ezkl's own form."""
        self.bar.begin("compiling")
        compiled, settings = self.path["model.compiled"], self.path["settings.json"]
        self._digest = self._step(
            "compilation",
            self._digest,
            [compiled],
            lambda: self._ezkl("compile_circuit", str(self.model), str(compiled), str(settings)),
        )
        self._remember(MODEL, self._model_digest)

    def srs(self, given: Path | None, unsafe_test_srs: bool) -> Path:
        """An SRS of the right size; a test SRS is made only on demand, and loudly."""
        self.bar.begin("SRS")
        k = Settings.load(self.path["settings.json"]).logrows
        try:
            srs = find_srs(k, given, self.folder)
        except MissingSRS:
            if given is not None or not unsafe_test_srs:
                raise
            srs = self.folder / TEST_SRS.format(k=k)
            self.bar.warn(f"making a test SRS, {srs}: its secret is known, so proofs under it prove nothing")
            partial = srs.with_suffix(".partial")
            self._ezkl("gen_srs", str(partial), k)
            partial.replace(srs)
        self._s_g2 = read_s_g2(srs, k)
        require_trusted(self._s_g2, srs, unsafe_test_srs or None)
        self.bar.note(f"SRS: {srs}")
        return srs

    def setup(self, srs: Path) -> None:
        """The proving and the verifying key. The long step."""
        self.bar.begin("making the keys")
        pk, vk = self.path["pk.key"], self.path["vk.key"]

        def make() -> None:
            check_points(srs, self.bar.tick)
            partial = [path.with_name(f".{path.name}") for path in (vk, pk)]
            self._ezkl(
                "setup",
                str(self.path["model.compiled"]),
                str(partial[0]),
                str(partial[1]),
                str(srs),
                disable_selector_compression=not self.options.compress_selectors,
            )
            partial[0].replace(vk)
            partial[1].replace(pk)

        rest = f"{self.options.compress_selectors}{self._s_g2.hex()}"
        self._digest = self._step("setup", self._digest + rest, [pk, vk], make)
        self.bar.note(f"pk.key has {size(pk.stat().st_size)}, vk.key {size(vk.stat().st_size)}")

    def export_key(self, srs: Path) -> CompiledModel:
        """model.zkvk: the key that works alone."""
        self.bar.begin("writing model.zkvk")
        settings = Settings.load(self.path["settings.json"])
        key = self._import(srs)
        write_atomically(self.path["model.zkvk"], key.encode())
        return CompiledModel(
            folder=self.folder,
            compiled=self.path["model.compiled"],
            settings=settings.path,
            proving_key=self.path["pk.key"],
            verifying_key=self.path["vk.key"],
            key=self.path["model.zkvk"],
            srs=srs,
            k=key.k,
            num_public_inputs=key.num_public_inputs,
            proof_bytes=key.proof_length,
        )

    def _import(self, srs: Path) -> _native.Key:
        vk, settings = self.path["vk.key"], self.path["settings.json"]
        try:
            return import_key(vk, vk.read_bytes(), settings, self._s_g2)
        except AmbiguousDigest:
            # A table over nine or more columns. ezkl itself knows which digest this machine makes.
            vka = self.folder / ".vka.bin"
            self._ezkl("create_evm_vka", str(vk), str(settings), str(vka), str(srs))
            key = _native.Key.from_vka(vka.read_bytes(), str(vka))
            vka.unlink()
            return key

    def _ezkl(self, name: str, *args: Any, cure: str = "", **kwargs: Any) -> None:
        what = f"{self.model} could not be compiled{cure and f' ({cure})'}"
        _ezkl.call(CompileError, what, name, *args, log=self._log, tick=self.bar.tick, **kwargs)

    def _log(self, message: str) -> None:
        self.bar.note(_fidelity(message) or f"ezkl: {message}")


def read_state(folder: Path) -> dict[str, str | None]:
    """What the last run of compile_model() in `folder` has left about its steps; empty if there was none."""
    try:
        state = json.loads((folder / _STATE).read_text())
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _fidelity(message: str) -> str | None:
    """What ezkl's report after calibration, a table of many columns, comes down to."""
    rows = [line.strip("|").split("|") for line in message.splitlines() if line.startswith("|")]
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        return None
    table = {name.strip(): value.strip() for name, value in zip(*rows)}
    error = table.get("max_abs_error")
    return error and f"on the calibration data, outputs differ from the model's by at most {error} (quantisation)"


def _samples(data: Any, tensors: Sequence[Tensor]) -> list[list[Array]]:
    """One sample as :meth:`Prover.prove` takes it, or a list or array of several."""
    try:
        return [to_inputs(data, tensors)]
    except ShapeMismatch as error:
        try:
            return [to_inputs(sample, tensors) for sample in data]
        except (InvalidInput, TypeError):
            raise error from None
