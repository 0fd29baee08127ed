"""The fixtures of halo2 proper: circuits of several forks, each with proofs of every opening and transcript.

A fixture's `cs.json` describes the circuit as halo2 does. `key` brings it into the normal form of section 5.3: phase by
phase, without fixed columns that nothing queries. Native BLAKE2b proofs are brought into the form of section 6.3.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from encode import Nodes, integer
from zk_verify.curve import G1, G1Point, G2Point
from zk_verify.field import Fq2, Q
from zk_verify.key import (
    Accumulator,
    Column,
    ColumnKind,
    Lookup,
    LookupArgument,
    NodeTuple,
    Opening,
    Phase,
    Query,
    Shuffle,
    TranscriptHash,
    VerifyingKey,
)

TESTS = Path(__file__).resolve().parents[2] / "tests"
ROOT = TESTS / "fixtures-halo2"

SECRET = 0x164C5770CF1B618533225BAF7844D1AEFEFABEC667C895C072E3A9B9B655FECD
"""The s of the setup of all of them, which their README tells."""

SIGN_BITS = {"blake2b": 0x40, "blake2b7": 0x80}
"""The bit of a compressed point's last byte that holds the parity of y; the other high bit is that of the identity."""


@dataclass(frozen=True)
class Proof:
    """A proof of a fixture and its key, and whether it is to hold."""

    name: str
    key: VerifyingKey
    proof: bytes
    public_inputs: bytes
    holds: bool


def folders() -> list[Path]:
    """All fixtures."""
    return sorted(path.parent for path in ROOT.glob("**/cs.json"))


def proofs(folder: Path) -> Iterator[Proof]:
    """The proofs of a fixture. Those whose name ends with `_wrong` are valid, around an accumulator that is not."""
    description = json.loads((folder / "cs.json").read_text())
    fields = json.loads((folder / "proofs.json").read_text())
    public_inputs = b"".join(integer(int(value, 16), 32) for column in fields["instances"] for value in column)
    for name, text in fields["proofs"].items():
        opening, transcript = name.split("-")
        described = Description(description).key(
            Opening(opening), TranscriptHash.KECCAK256 if transcript == "evm" else TranscriptHash.BLAKE2B
        )
        data = bytes.fromhex(text)
        proof = data if transcript == "evm" else from_native(described, data, SIGN_BITS[transcript])
        yield Proof(name, described, proof, public_inputs, not folder.name.endswith("_wrong"))


def from_native(key: VerifyingKey, data: bytes, sign_bit: int) -> bytes:
    """A native BLAKE2b proof, with compressed points and the low bytes first, in the form of section 6.3."""
    before = key.num_proof_points - key.num_opening_points
    out = b""
    position = 0
    lengths = ["point"] * before + ["scalar"] * key.num_evaluations + ["point"] * key.num_opening_points
    for kind in lengths:
        word = data[position : position + 32]
        position += 32
        out += decompressed(word, sign_bit) if kind == "point" else word[::-1]
    assert position == len(data)
    return out


def decompressed(word: bytes, sign_bit: int) -> bytes:
    """The two words of a compressed point."""
    if word[31] & (0xC0 ^ sign_bit):
        assert not any(word[:31]) and word[31] == 0xC0 ^ sign_bit
        return bytes(64)
    x = int.from_bytes(word[:31] + bytes([word[31] & 0x3F]), "little")
    y = pow(x**3 + 3, (Q + 1) // 4, Q)
    if bool(y & 1) != bool(word[31] & sign_bit):
        y = -y % Q
    assert (y * y - x**3 - 3) % Q == 0
    return integer(x, 32) + integer(y, 32)


class Description:
    """A `cs.json`."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.nodes = Nodes()
        self.advice = by_phase(fields["advice_phase"])
        self.challenges = by_phase(fields["challenge_phase"])
        queried = sorted({column for column, _ in fields["fixed_queries"]})
        self.fixed = {column: number for number, column in enumerate(queried)}

    def key(self, opening: Opening, transcript_hash: TranscriptHash) -> VerifyingKey:
        """The key."""
        fields = self.fields
        gates = tuple(self.node(gate) for gate in fields["gates"])
        lookups = tuple(
            Lookup(tuple(self.nodes_of(nodes) for nodes in lookup["inputs"]), self.nodes_of(lookup["table"]))
            for lookup in fields["lookups"]
        )
        shuffles = tuple(
            Shuffle(self.nodes_of(shuffle["input"]), self.nodes_of(shuffle["shuffle"]))
            for shuffle in fields.get("shuffles", [])
        )
        x, y = (Fq2(*(int(c, 16) for c in coordinate)) for coordinate in fields["s_g2"])
        kind = LookupArgument(fields["lookup_kind"]) if lookups else LookupArgument.LOG_DERIVATIVE
        return VerifyingKey(
            k=fields["k"],
            opening=opening,
            transcript_hash=transcript_hash,
            lookup_argument=kind,
            degree=fields["degree"],
            digest=int(fields["digest"], 16),
            s_g2=G2Point(x, y),
            instance_lengths=tuple(fields["instance_lengths"]),
            accumulator=self.accumulator(),
            phases=self.phases(),
            num_fixed_columns=len(self.fixed),
            advice_queries=tuple(Query(self.advice[column], t) for column, t in fields["advice_queries"]),
            fixed_queries=tuple(Query(self.fixed[column], t) for column, t in fields["fixed_queries"]),
            nodes=tuple(self.nodes.nodes),
            gates=gates,
            permutation_columns=tuple(self.column(*column) for column in fields["permutation"]),
            lookups=lookups,
            shuffles=shuffles,
            fixed_commitments=tuple(point(fields["fixed_commitments"][column]) for column in self.fixed),
            permutation_commitments=tuple(map(point, fields["permutation_commitments"])),
        )

    def phases(self) -> tuple[Phase, ...]:
        """The phases, as many as have advice columns."""
        columns, challenges = self.fields["advice_phase"], self.fields["challenge_phase"]
        return tuple(Phase(columns.count(p), challenges.count(p)) for p in range(max(columns) + 1))

    def accumulator(self) -> Accumulator | None:
        """The place of the accumulator, whose limbs stand one after the other."""
        fields = self.fields.get("accumulator")
        if fields is None:
            return None
        column, row = fields["positions"][0]
        assert fields["positions"] == [[column, row + i] for i in range(4 * fields["limbs"])]
        return Accumulator(column, row, fields["limbs"], fields["bits"])

    def column(self, kind: str, number: int) -> Column:
        """A permutation column."""
        renumbered = {"advice": self.advice, "fixed": self.fixed}
        return Column(ColumnKind[kind.upper()], renumbered[kind][number] if kind in renumbered else number)

    def nodes_of(self, trees: list[list[Any]]) -> NodeTuple:
        """A tuple."""
        return tuple(self.node(tree) for tree in trees)

    def node(self, tree: list[Any]) -> int:
        """A tree as nodes, left before right; a scaling is a product with a constant."""
        match tree:
            case ["const", value]:
                return self.nodes.constant(int(value, 16))
            case ["instance", query]:
                return self.nodes.instance(*self.fields["instance_queries"][query])
            case ["fixed", query]:
                return self.nodes.fixed(query)
            case ["advice", query]:
                return self.nodes.advice(query)
            case ["challenge", index]:
                return self.nodes.challenge(self.challenges[index])
            case ["neg", a]:
                return self.nodes.negation(self.node(a))
            case ["scale", a, factor]:
                return self.nodes.product(self.node(a), self.nodes.constant(int(factor, 16)))
            case ["add", a, b]:
                return self.nodes.sum(self.node(a), self.node(b))
            case ["mul", a, b]:
                return self.nodes.product(self.node(a), self.node(b))
        raise AssertionError(tree)


def by_phase(phases: list[int]) -> dict[int, int]:
    """The numbers of columns or challenges, counted phase by phase."""
    order = sorted(range(len(phases)), key=lambda number: (phases[number], number))
    return {old: new for new, old in enumerate(order)}


def point(fields: list[str] | None) -> G1:
    """A point of G1, or the identity."""
    return None if fields is None else G1Point(*(int(c, 16) for c in fields))
