"""Every result is compared with the model's own before it is proven."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ._diagnose import diagnose
from ._fidelity import Reference, compare
from ._operators import TABLE
from ._prepare import Prepared
from ._tensors import Array
from .errors import OutOfRange, ResultDiffers
from .settings import Settings


class ResultCheck:
    """Runs the model by onnxruntime. Outputs in `accepted` may differ by more than quantisation explains."""

    def __init__(self, prepared: Prepared, settings: Settings, accepted: Sequence[str]) -> None:
        self._prepared, self._settings, self._accepted = prepared, settings, frozenset(accepted)
        self._reference = Reference(prepared, settings)

    def run_model(self, arrays: Sequence[Array]) -> None:
        """Raise :class:`OutOfRange` where the model itself gives something that is no number."""
        for tensor, values in zip(self._reference.outputs, self._reference.run(arrays)):
            finite = np.isfinite(values)
            if finite.all() or tensor.name in self._accepted:
                continue
            at = tuple(int(side) for side in np.argwhere(~finite)[0])
            found = diagnose(self._prepared, arrays, self._settings)
            raise OutOfRange(
                f"on this input the model gives {values[at]} at {list(at)} of its output {tensor.name!r}, which cannot "
                f"be proven{f': {found}' if found else '. Keep such inputs away from the model'}"
            )

    def compare(self, arrays: Sequence[Array], proven: Sequence[Sequence[float]]) -> None:
        """Raise :class:`ResultDiffers` where the circuit computes something else."""
        for output in compare(self._reference, [arrays], [proven]):
            if output.within or output.name in self._accepted:
                continue
            known = [
                f"{name}: {TABLE[name].difference}"
                for name in self._prepared.model.operators()
                if name in TABLE and TABLE[name].status == "differs"
            ]
            cause = diagnose(self._prepared, arrays, self._settings) or "; ".join(known)
            raise ResultDiffers(
                f"on this input the circuit computes something else than {self._prepared.model.path}. {output} — "
                f"{output.example}. {f'A cause: {cause}. ' if cause else ''}If that is what you want to prove: "
                f"Prover(…, accept_difference=[{output.name!r}])"
            )
