"""From an ONNX model to the files that proving and verifying need."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from . import _ezkl, _options
from ._compilation import Compilation
from ._fidelity import Fidelity
from ._lock import locked
from ._onnx import Model
from ._progress import Progress, size, steps
from .errors import CompileError

#: Who may see a value. For inputs and outputs see :func:`compile_model`.
Visibility = Literal["private", "public", "fixed", "hashed", "polycommit"]


@dataclass(frozen=True)
class CompiledModel:
    """The files of a compiled model, and how large it has become."""

    folder: Path
    #: The model in ezkl's form, for proving.
    compiled: Path
    #: What the circuit is: scales, visibilities, sizes. Prover and verifier read it.
    settings: Path
    #: The proving key: large, not secret, needed for proving.
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
    #: How the circuit's outputs compare with the model's on the calibration data; None without such
    #: data or without onnxruntime.
    fidelity: Fidelity | None = None

    def sizes(self) -> dict[str, int]:
        """Bytes of each file."""
        paths = (self.compiled, self.settings, self.proving_key, self.verifying_key, self.key, self.srs)
        return {path.name: path.stat().st_size for path in paths}

    def __str__(self) -> str:
        files = ", ".join(f"{name} {size(number)}" for name, number in self.sizes().items())
        compared = "" if self.fidelity is None else f"; {self.fidelity}"
        return (
            f"2^{self.k} rows, {self.num_public_inputs} public inputs, proofs of {self.proof_bytes} bytes{compared}; "
            f"in {self.folder}: {files}"
        )


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
    accept_difference: str | Iterable[str] = (),
    progress: Progress = None,
) -> CompiledModel:
    """Turn a model into a circuit: settings, calibration, compilation, keys.

    Writes model.compiled, settings.json, pk.key, vk.key and model.zkvk into `out_dir`. Steps whose
    files are there and whose inputs have not changed are skipped, so an interrupted run resumes.

    The circuit's outputs are compared with the model's own (by onnxruntime) on the calibration data. See
    :attr:`CompiledModel.fidelity`, and *what a proof says* for what quantisation explains.

    Args:
        onnx_path: the model. Weights in a second file, open dimensions and double precision are taken
            care of in a copy for ezkl.
        out_dir: made if it is not there.
        calibration_data: an input as :meth:`Prover.prove` takes it, or several of them (a list, a generator, a
            DataFrame, a batch, ezkl's ``input_data``), of the size that real ones have. From them come the scales, the
            ranges of tables and the sizes of open dimensions; without them ezkl's defaults are kept, which may be
            needlessly large or too small.
        input_visibility: who sees the input. ``private``: nobody, and a proof says "there is an
            input such that…"; ``public``: it is among the public inputs; ``hashed``: its Poseidon
            hash is; ``polycommit``: the proof holds a commitment to it.
        output_visibility: the same for the output. ``public`` by default: it is what is proven.
        param_visibility: the same for the weights. ``fixed`` by default: they are part of the
            circuit, so the verifying key stands for this very model. ``private`` means that *any*
            weights will do.
        target: ``resources`` for the smallest circuit, ``accuracy`` for the finest scales.
        scale: bits after the binary point, instead of what calibration chooses.
        max_logrows: refuse to grow beyond 2**max_logrows rows. Without calibration data more than 2**15 rows have to
            be allowed by it.
        compress_selectors: fewer columns for a longer setup. On unless setup takes too long.
        run_args: anything else of ezkl's ``PyRunArgs``, by name. ``variables`` may be a mapping.
        srs_path: the SRS; by default ``kzg<k>.srs`` in `out_dir` or where ezkl keeps it.
        unsafe_test_srs: for tests: make an SRS if none is found. Its maker knows a secret
            with which anything can be proven; verifiers refuse its keys unless told otherwise.
        accept_difference: names of outputs whose difference from the model's is accepted, although quantisation does
            not explain it. A proof is then about what the circuit computes, and not about what the model does.
        progress: True for a bar on stderr, False for none, or a function of (step, steps, what). By default there is a
            bar on a terminal, after two seconds.

    Raises:
        ProverNotInstalled, MissingFile, InvalidInput, CompileError, ResultDiffers, MissingSRS, InvalidSRS,
        UntrustedSRS.
    """
    _ezkl.load()
    arguments = {
        "input_visibility": input_visibility,
        "output_visibility": output_visibility,
        "param_visibility": param_visibility,
        **({} if scale is None else {"input_scale": scale, "param_scale": scale}),
        **(run_args or {}),
    }
    _options.check(target, {who: arguments[f"{who}_visibility"] for who in ("input", "output", "param")})
    scales = None if scale is None else [scale]
    options = _options.Options(arguments, target, scales, max_logrows, compress_selectors)
    model = Model.load(Path(onnx_path))
    model.require_finite()
    accepted = (accept_difference,) if isinstance(accept_difference, str) else tuple(accept_difference)
    folder = Path(out_dir)
    if folder.exists() and not folder.is_dir():
        raise CompileError(f"{folder} is a file: out_dir is the folder for the circuit's files")
    folder.mkdir(parents=True, exist_ok=True)
    with steps(7, progress, "compile") as bar, locked(folder, bar):
        work = Compilation(model, folder, options, calibration_data, bar)
        work.settings()
        work.calibrate()
        work.compile()
        fidelity = work.compare(accepted)
        srs = work.srs(None if srs_path is None else Path(srs_path), unsafe_test_srs)
        work.setup(srs)
        key = work.export_key(srs)
    return CompiledModel(
        folder=folder,
        compiled=work.path["model.compiled"],
        settings=work.path["settings.json"],
        proving_key=work.path["pk.key"],
        verifying_key=work.path["vk.key"],
        key=work.path["model.zkvk"],
        srs=srs,
        k=key.k,
        num_public_inputs=key.num_public_inputs,
        proof_bytes=key.proof_length,
        fidelity=fidelity,
    )
