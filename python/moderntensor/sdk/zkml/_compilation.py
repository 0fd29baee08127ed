"""The steps of compile_model(). Each knows its files and, by a digest, what it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from . import _advice, _ezkl, _fidelity, _native, _operators
from ._data import read_samples
from ._diagnose import one_hot
from ._fidelity import Fidelity, OutputFidelity
from ._onnx import Model, Tensor
from ._options import Options
from ._prepare import Prepared, prepare
from ._progress import Steps, size
from ._scratch import private_folder
from ._state import ACCEPTED, MODEL, SETUP, read_state, write_state
from ._tensors import Array, check_indices
from ._witness import read_outputs, write_input
from .errors import AmbiguousDigest, CompileError, InvalidInput, MissingSRS, ResultDiffers
from .proof import write_atomically
from .settings import Settings
from .srs import TEST_SRS, check_points, find_srs, read_s_g2, require_trusted, srs_size
from .verifier import import_key

#: Without calibration data, more rows than 2 to this have to be asked for.
_UNASKED: Final = 15

#: On so many samples of the calibration data the circuit is compared with the model.
_COMPARED: Final = 16


class Compilation:
    """A compilation into one folder. The methods are its steps, in order."""

    def __init__(self, model: Model, folder: Path, options: Options, calibration_data: Any, bar: Steps) -> None:
        self.folder, self.bar = folder, bar
        self._samples: list[list[Array]] = []
        self.options, self.prepared = self._prepare(model, options, calibration_data)
        self.model = model.path
        self._state = read_state(folder)
        self.path: Final = {
            name: folder / name for name in ("settings.json", "model.compiled", "pk.key", "vk.key", "model.zkvk")
        }
        self._source = self._write_source()
        identity = hashlib.sha256(model.digest.encode())
        identity.update(json.dumps(self.options.run_args, sort_keys=True).encode())
        identity.update(str(_ezkl.load().__version__).encode())
        self._identity = identity.hexdigest()

    def _prepare(self, model: Model, options: Options, data: Any) -> tuple[Options, Prepared]:
        """The model with all dimensions closed: by the caller, by the calibration data, or as a batch of one."""
        variables = options.variables
        inputs = model.interface(variables).inputs
        if data is not None:
            scale = options.scale
            self._samples, found = read_samples(data, inputs, None if scale is None else [scale] * len(inputs))
            for sample in self._samples:
                check_indices(sample, inputs, model.index_limits())
            variables = found | variables
        for tensor in inputs:
            if tensor.size is None:
                variables |= self._defaults(model, tensor, variables)
        if any(any(tensor.symbols) for tensor in inputs):
            run_args = options.run_args | {"variables": sorted(variables.items())}
            options = Options(run_args, options.target, options.scales, options.max_logrows, options.compress_selectors)
        elif "variables" in options.run_args:
            options.run_args["variables"] = sorted(variables.items())
        prepared = prepare(model, variables)
        for change in prepared.changes:
            self.bar.note(f"for ezkl a copy of the model is made: {change}")
        return options, prepared

    def _defaults(self, model: Model, tensor: Tensor, known: dict[str, int]) -> dict[str, int]:
        """A leading open dimension is a batch of one. Raises :class:`CompileError` for any other."""
        missing = [name for name, side in zip(tensor.symbols, tensor.shape) if side is None and name not in known]
        if missing and missing != [tensor.symbols[0]]:
            name = missing[-1]
            raise CompileError(
                f"{model.path}: the dimension {name!r} of the input {tensor} is open, and a circuit has one size. Give "
                f"calibration data of that size, or name it: variables={name}=1 in run_args="
            )
        if missing:
            self.bar.note(f"the dimension {missing[0]!r} of the input {tensor} is open: taken as a batch of one")
        return dict.fromkeys(missing, 1)

    def _write_source(self) -> Path:
        """The file for ezkl: the model's own, or a changed copy in the folder."""
        if not self.prepared.changes:
            return self.model
        source = self.folder / ".model.onnx"
        content = self.prepared.content()
        if not source.exists() or source.read_bytes() != content:
            write_atomically(source, content)
        return source

    def _step(self, name: str, made_from: str, outputs: Sequence[Path], make: Callable[[], None]) -> str:
        """Run `make` unless its outputs are there and were made from the same things."""
        digest = hashlib.sha256(made_from.encode()).hexdigest()
        if self._state.get(name) != digest or not all(path.exists() for path in outputs):
            # First forgotten, so that an interruption leaves no step that passes for done.
            self._remember(name, None)
            make()
            self._remember(name, digest)
        return digest

    def _remember(self, name: str, value: str | None) -> None:
        if self._state.get(name) != value:
            self._state[name] = value
            write_state(self.folder, self._state)

    def settings(self) -> None:
        """settings.json as ezkl's defaults and the options make it, kept apart from calibration's."""
        self.bar.begin("settings")
        for name, operator in self._differing().items():
            self.bar.warn(
                f"{self.model} has {name}, whose circuit differs from ONNX: {operator.difference}"
                f"{f'. Instead: {operator.advice}' if operator.advice else ''}"
            )
        self._uncalibrated = self.folder / ".settings.json"

        def make() -> None:
            self._ezkl("gen_settings", str(self._source), str(self._uncalibrated), py_run_args=self.options.run_args)

        self._digest = self._step("settings", self._identity, [self._uncalibrated], make)
        if "num_inner_cols" in self.options.run_args:
            _advice.cost(Settings.load(self._uncalibrated))  # calibration does not change them

    def _differing(self) -> dict[str, _operators.Operator]:
        """Operators of the model that are known to differ from what ONNX says, on values that the model can meet.

        One that differs only where the model gives NaN is left out: comparing the results shows that. So is one that
        differs on integers alone, in a model that has it on none.
        """
        model = self.prepared.model
        known = {name: _operators.TABLE.get(name) for name in model.operators()}
        on_integers = model.operators_on_integers()

        def matters(name: str, operator: _operators.Operator) -> bool:
            where = set(operator.where) - {"domain"} - (set() if name in on_integers else {"types"})
            return operator.status == "differs" and bool(where)

        return {name: operator for name, operator in known.items() if operator and matters(name, operator)}

    def calibrate(self) -> None:
        """The scales, table ranges and number of rows that the calibration data need."""
        self.bar.begin("calibrating")
        settings = self.path["settings.json"]
        columns = [[float(v) for s in self._samples for v in s[i].reshape(-1)] for i in range(self._inputs())]
        calibration = json.dumps({"input_data": columns}) if self._samples else None

        def make() -> None:
            partial = self.folder / ".settings.calibrated.json"
            partial.write_bytes(self._uncalibrated.read_bytes())
            if calibration is not None:
                with private_folder() as folder:
                    data = folder / "calibration.json"
                    data.write_text(calibration)
                    self._ezkl(
                        "calibrate_settings",
                        str(data),
                        str(self._source),
                        str(partial),
                        self.options.target,
                        scales=self.options.scales,
                        max_logrows=self.options.max_logrows,
                    )
            partial.replace(settings)

        rest = json.dumps([self.options.target, self.options.scales, self.options.max_logrows, calibration])
        self._digest = self._step("calibration", self._digest + rest, [settings], make)
        self._check_size(Settings.load(settings))

    def _inputs(self) -> int:
        return len(self.prepared.interface.inputs)

    def _check_size(self, settings: Settings) -> None:
        """Refuse what is too large, before the minutes are spent, and say what the rest will take."""
        rows, most = settings.logrows, self.options.max_logrows
        if most is not None and rows > most:
            raise CompileError(
                f"{self.model} takes 2^{rows} rows, more than max_logrows={most} allows: give "
                "calibration data, or logrows in run_args="
            )
        self._cost = _advice.cost(settings)
        if not self._samples and most is None and "logrows" not in self.options.run_args and rows > _UNASKED:
            raise CompileError(
                f"{self.model}: without calibration data it takes 2^{rows} rows, whatever it needs: {self._cost}. Give "
                "calibration data, an input of the usual size, which mostly makes it far smaller. To go on as it is, "
                f"say max_logrows={rows}"
            )
        self.bar.note(f"2^{rows} rows; an SRS of that size has {srs_size(rows)}")
        self.bar.note(f"{self._cost}. {_advice.SMALLER}")

    def compile(self) -> None:
        """The model in ezkl's own form."""
        self.bar.begin("compiling")
        compiled, settings = self.path["model.compiled"], self.path["settings.json"]
        self._digest = self._step(
            "compilation",
            self._digest,
            [compiled],
            lambda: self._ezkl("compile_circuit", str(self._source), str(compiled), str(settings)),
        )
        self._remember(MODEL, self.prepared.model.digest)

    def compare(self, accepted: tuple[str, ...]) -> Fidelity | None:
        """The circuit's outputs beside the model's. Raises :class:`ResultDiffers`."""
        self.bar.begin("comparing with the model")
        names = [tensor.name for tensor in self.prepared.interface.outputs]
        unknown = [name for name in accepted if name not in names]
        if unknown:
            raise InvalidInput(f"accept_difference= names {unknown}, the model's outputs are {names}")
        self._remember(ACCEPTED, json.dumps(accepted) if accepted else None)
        if not self._samples or not _fidelity.has_runtime():
            missing = "calibration data" if not self._samples else "onnxruntime"
            self.bar.note(f"without {missing} it is not known how far the circuit's outputs are from the model's")
            return None
        file = self.folder / ".fidelity.json"
        samples = self._samples[:: -(-len(self._samples) // _COMPARED)]
        chosen = json.dumps([[array.tolist() for array in sample] for sample in samples])
        self._step("fidelity", self._digest + chosen, [file], lambda: self._measure(samples, file))
        measured = json.loads(file.read_text())
        if isinstance(measured, str):
            self.bar.warn(
                f"onnxruntime does not run {self.model} ({measured}): how far the circuit's outputs are from the "
                "model's is not known"
            )
            return None
        outputs = tuple(OutputFidelity(**figures) for figures in measured)
        differing = {name: operator.difference for name, operator in self._differing().items()}
        fidelity = Fidelity(len(samples), outputs, differing, accepted)
        self.bar.note(str(fidelity))
        refused = [output for output in outputs if not output.within and output.name not in accepted]
        if refused:
            raise ResultDiffers(_advice.differs(self.model, refused, differing))
        return fidelity

    def _measure(self, samples: list[list[Array]], file: Path) -> None:
        settings = Settings.load(self.path["settings.json"])
        try:
            reference = _fidelity.Reference(self.prepared, settings)
        except _fidelity.NoReference as error:
            write_atomically(file, json.dumps(str(error)).encode())
            return
        circuit = self._run_circuit(samples, settings)
        outputs = _fidelity.compare(reference, samples, circuit)
        write_atomically(file, json.dumps([asdict(output) for output in outputs]).encode())

    def _run_circuit(self, samples: list[list[Array]], settings: Settings) -> list[list[list[float]]]:
        """What the circuit computes on each sample, dequantised."""
        with private_folder() as folder:
            runs = []
            for index, sample in enumerate(samples):
                data, witness = folder / f"input{index}.json", folder / f"witness{index}.json"
                write_input(data, sample)
                runs.append([str(data), str(self.path["model.compiled"]), str(witness)])
            self._ezkl("gen_witness", *runs[0], repeat=runs[1:])
            return [read_outputs(Path(run[2]), settings.output_scales) for run in runs]

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
                takes=f"{self._cost}. {_advice.SMALLER}",
            )
            partial[0].replace(vk)
            partial[1].replace(pk)

        rest = f"{self.options.compress_selectors}{self._s_g2.hex()}"
        self._digest = self._step(SETUP, self._digest + rest, [pk, vk], make)
        self.bar.note(f"pk.key has {size(pk.stat().st_size)}, vk.key {size(vk.stat().st_size)}")

    def export_key(self, srs: Path) -> _native.Key:
        """model.zkvk: the key that works alone."""
        self.bar.begin("writing model.zkvk")
        key = self._import(srs)
        write_atomically(self.path["model.zkvk"], key.encode())
        return key

    def _import(self, srs: Path) -> _native.Key:
        vk, settings = self.path["vk.key"], self.path["settings.json"]
        try:
            return import_key(vk, vk.read_bytes(), Settings.load(settings), self._s_g2)
        except AmbiguousDigest:
            # A table over nine or more columns. ezkl itself knows which digest this machine makes.
            vka = self.folder / ".vka.bin"
            self._ezkl("create_evm_vka", str(vk), str(settings), str(vka), str(srs))
            key = _native.Key.from_vka(vka.read_bytes(), str(vka))
            vka.unlink()
            return key

    def _ezkl(self, name: str, *args: Any, **kwargs: Any) -> None:
        try:
            _ezkl.call(
                CompileError,
                f"{self.model} could not be compiled",
                name,
                *args,
                log=self._log,
                tick=self.bar.tick,
                **kwargs,
            )
        except CompileError as error:
            found = one_hot(self.prepared, self._samples) if name == "calibrate_settings" else None
            if found is not None:
                raise CompileError(f"{self.model}: {found}. ({error})") from error
            raise CompileError(_advice.explained(str(error), self.prepared.model, name)) from error

    def _log(self, message: str) -> None:
        if not message.startswith("|"):  # its own table of figures, which are compared anew
            self.bar.note(f"ezkl: {message}")
