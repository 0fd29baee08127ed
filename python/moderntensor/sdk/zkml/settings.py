"""settings.json, as far as inputs, outputs and public inputs are concerned.

The circuit itself is rebuilt from settings.json by the native module; here it is read for what the
numbers mean: which values are public, in which order, and at which scale.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from . import _json_files
from .errors import InvalidSettings, MissingFile
from .field import MODULUS

Role = Literal["hash", "input", "output"]


@dataclass(frozen=True)
class Slot:
    """A run of public inputs that belong together: one tensor, or one hash.

    `scale` is ``None`` for a hash, which is a field element and no number.
    """

    role: Role
    name: str
    shape: tuple[int, ...]
    scale: int | None
    #: Whether the circuit constrains it. The hash of ``hashed/private`` is not.
    constrained: bool = True

    @property
    def size(self) -> int:
        """Field elements in this slot."""
        return math.prod(self.shape)

    def describe(self) -> str:
        """As error messages name it, e.g. ``output 0 [1, 4] at scale 13 (4 values)``."""
        values = "1 value" if self.size == 1 else f"{self.size} values"
        if self.scale is None:
            return f"{self.name} ({self.size} field element{'s' if self.size != 1 else ''})"
        return f"{self.name} {list(self.shape)} at scale {self.scale} ({values})"


@dataclass(frozen=True)
class Settings:
    """What settings.json says about a circuit's numbers."""

    path: Path
    #: The file as it was read, in UTF-8 without a byte order mark.
    content: bytes
    version: str
    logrows: int
    num_inner_cols: int
    #: The scales that inputs and weights begin with.
    input_scale: int
    param_scale: int
    input_scales: tuple[int, ...]
    output_scales: tuple[int, ...]
    input_visibility: str
    output_visibility: str
    param_visibility: str
    #: Values of symbolic dimensions, such as ``batch_size``.
    variables: Mapping[str, int]
    #: Largest magnitude of a quantised input or output, or None where ezkl does not check it.
    largest_value: int | None
    #: The quantised values that the tables of nonlinear functions were made for, or None without tables.
    table_range: tuple[int, int] | None
    slots: tuple[Slot, ...]

    @property
    def num_public_inputs(self) -> int:
        """Field elements that a proof of this circuit is about."""
        return sum(slot.size for slot in self.slots)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Settings:
        """Read a settings.json. Raises :class:`MissingFile` or :class:`InvalidSettings`."""
        path = Path(path)
        try:
            content = path.read_bytes()
            document = _json_files.parse(content)
        except FileNotFoundError as error:
            raise MissingFile(
                f"{path}: no such file. It is the settings.json that ezkl wrote with the key; "
                "give its place with settings_path="
            ) from error
        except (OSError, ValueError) as error:
            raise InvalidSettings(f"{path}: not readable as JSON ({error})") from error
        try:
            return cls._parse(path, _json_files.plain(content), document)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
            raise InvalidSettings(
                f"{path}: no settings.json of ezkl 23 ({type(error).__name__}: {error}); "
                "write it again with compile_model()"
            ) from error

    @classmethod
    def _parse(cls, path: Path, content: bytes, document: Any) -> Settings:
        arguments = document["run_args"]
        visibilities = [arguments[f"{who}_visibility"] for who in ("input", "param", "output")]
        base, legs = int(arguments["decomp_base"]), int(arguments["decomp_legs"])
        if not (base >= 2 and legs >= 1 and legs * (base.bit_length() - 1) < MODULUS.bit_length()):
            raise ValueError(f"decomp_base {base} to the power of decomp_legs {legs} is beyond the field")
        return cls(
            path=path,
            content=content,
            version=str(document["version"]),
            logrows=int(arguments["logrows"]),
            num_inner_cols=int(arguments["num_inner_cols"]),
            input_scale=int(arguments["input_scale"]),
            param_scale=int(arguments["param_scale"]),
            input_scales=tuple(int(scale) for scale in document["model_input_scales"]),
            output_scales=tuple(int(scale) for scale in document["model_output_scales"]),
            input_visibility=_visibility(visibilities[0]),
            param_visibility=_visibility(visibilities[1]),
            output_visibility=_visibility(visibilities[2]),
            variables={str(name): int(value) for name, value in arguments["variables"]},
            largest_value=None if arguments["ignore_range_check_inputs_outputs"] else base**legs - 1,
            table_range=_range(arguments["lookup_range"]) if document["required_lookups"] else None,
            slots=tuple(_slots(document, visibilities)),
        )


def _range(value: Any) -> tuple[int, int]:
    low, high = value
    return int(low), int(high)


def _visibility(value: Any) -> str:
    """ezkl's visibility in the words of its command line."""
    if isinstance(value, str):
        names = {"Private": "private", "Public": "public", "Fixed": "fixed", "KZGCommit": "polycommit"}
        return names[value]
    return "hashed" if value["Hashed"]["hash_is_public"] else "hashed/private"


def _slots(document: Any, visibilities: list[Any]) -> list[Slot]:
    """The public inputs in their order: hashes (input, parameters, output), inputs, outputs."""
    input_scales = [int(scale) for scale in document["model_input_scales"]]
    output_scales = [int(scale) for scale in document["model_output_scales"]]
    slots: list[Slot] = []
    hashes = sum(int(count) for count in document["module_sizes"]["poseidon"][1])
    counts = {"input": len(input_scales), "parameters": 1, "output": len(output_scales)}
    for (who, count), visibility in zip(counts.items(), visibilities, strict=True):
        if not isinstance(visibility, dict):
            continue
        constrained = bool(visibility["Hashed"]["hash_is_public"])
        for index in range(count):
            if hashes == 0:
                break
            hashes -= 1
            name = f"hash of the {who}" if who == "parameters" else f"hash of {who} {index}"
            slots.append(Slot("hash", name, (1,), None, constrained))
    slots += [Slot("hash", f"hash {index}", (1,), None) for index in range(hashes)]
    shapes = [tuple(int(side) for side in shape) for shape in document["model_instance_shapes"]]
    if visibilities[0] == "Public":
        for index, scale in enumerate(input_scales):
            slots.append(Slot("input", f"input {index}", shapes.pop(0), scale))
    if visibilities[2] == "Public":
        for index, scale in enumerate(output_scales):
            slots.append(Slot("output", f"output {index}", shapes.pop(0), scale))
    if shapes:
        raise ValueError(f"model_instance_shapes has {len(shapes)} entries more than there are public tensors")
    return slots
