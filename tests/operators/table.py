"""From results.json to one line for each operator."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import notes

RESULTS: Final = Path(__file__).parent / "results.json"

Status = Literal["works", "differs", "refused"]

#: Where a circuit may differ from the model.
WHERE: Final = {
    "values": "on ordinary values",
    "settings": "with certain attributes or constants",
    "types": "with integer or boolean elements",
    "domain": "where the model gives NaN or infinity",
}


@dataclass(frozen=True)
class Line:
    """An operator, and what its cases come to."""

    name: str
    status: Status
    #: Keys of `WHERE`, in its order.
    where: tuple[str, ...]
    difference: str
    advice: str
    results: tuple[Mapping[str, Any], ...]
    #: Cases of what to write in its place.
    instead: tuple[Mapping[str, Any], ...]

    def types(self) -> str:
        """Element types of inputs, with what became of them."""
        taken: dict[str, set[str]] = defaultdict(set)
        for result in self.results:
            for name in result["types"]:
                taken[name].add(result["outcome"])
        return ", ".join(
            f"{name} (refused)" if taken[name] == {"refused"} and self.status != "refused" else name
            for name in sorted(taken)
        )


def lines(content: Mapping[str, Any]) -> list[Line]:
    """One for each operator, by name."""
    by_operator: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for result in content["results"]:
        by_operator[result["operator"]].append(result)
    made = [_line(name, by_operator[name]) for name in sorted(by_operator, key=lambda name: (name.count("."), name))]
    missing = [line.name for line in made if line.status == "differs" and not line.difference]
    idle = sorted(set(notes.DIFFERENCES) - {line.name for line in made if line.status == "differs"})
    if missing or idle:
        raise ValueError(f"notes.py has to say how these differ: {missing}; and says it of these, which do not: {idle}")
    return made


def _line(name: str, results: list[Mapping[str, Any]]) -> Line:
    of_itself = tuple(result for result in results if not result.get("instead"))
    instead = tuple(result for result in results if result.get("instead"))
    outcomes = {result["outcome"] for result in of_itself}
    where = {
        _where(result, of_itself)
        for result in of_itself
        if result["outcome"] == "differs" and not result.get("not_finite")
    }
    if where and name in notes.WHERE:
        where = set(notes.WHERE[name])
    status: Status = "differs" if where else "works" if outcomes & {"works", "taken"} else "refused"
    difference = notes.DIFFERENCES.get(name, "")
    advice = notes.ADVICE.get(name, "")
    if not advice and status == "refused":
        advice = notes.advice_for_refused(name)
    return Line(name, status, tuple(key for key in WHERE if key in where), difference, advice, of_itself, instead)


def _where(result: Mapping[str, Any], results: tuple[Mapping[str, Any], ...]) -> str:
    said = result.get("model_says", [])
    if said and all(value in ("nan", "inf", "-inf") for value in said):
        return "domain"
    if not any(kind.startswith("float") for kind in result["types"]):
        return "types"
    same_types = [other for other in results if other["types"] == result["types"]]
    return "settings" if any(other["outcome"] == "works" for other in same_types) else "values"


def load() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return content
