#!/usr/bin/env python3
"""What a proof could leave out without another prover: words that its key determines, and words that it repeats.

    python redundancy.py

Counts them in the committed proofs and prints the tables of `docs/short-proofs.md`, which says what follows from them.
Words are those of the short form: one for each point, one for each evaluation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import halo2_fixtures
from run_vectors import VECTORS
from zk_verify.commitments import Commitment, Kind, Opened
from zk_verify.conversion import lengthen, shorten
from zk_verify.curve import G1
from zk_verify.field import DELTA, WORD, R
from zk_verify.key import VerifyingKey
from zk_verify.key_encoding import decode
from zk_verify.verify import Proof, read_proof

TESTS = VECTORS.parent.parent / "tests"


@dataclass(frozen=True)
class Counts:
    """What is in one proof. `zeros` and `equal` follow from the key alone; the others are seen in the proof only."""

    name: str
    long: int
    """Bytes of the long form."""
    short: int
    """Bytes of the short form."""
    zeros: int
    """Evaluations of fixed columns whose commitment is the identity."""
    equal: int
    """Evaluations of fixed columns whose commitment an earlier one has, at the same rotation."""
    repeats: int
    """Other words that are equal to an earlier one: points, or evaluations."""
    pieces: int
    """Quotient pieces that are the identity."""
    untouched: int
    """Evaluations of permutation polynomials of columns in which nothing is copied: DELTA^j · x."""

    @property
    def words(self) -> int:
        """All words of the short form."""
        return self.short // WORD


def counts(name: str, key: VerifyingKey, proof: bytes, public_inputs: bytes) -> Counts:
    """The counts of a proof in long form, which must be an honest one."""
    short = shorten(key, proof)
    assert lengthen(key, short) == proof
    read = read_proof(key, proof, public_inputs)
    zeros = [opened for opened in read.evaluations if is_fixed(opened) and commitment_of(key, opened) is None]
    equal = dict(with_an_earlier_commitment(key, read))
    assert all(read.evaluations[opened] == 0 for opened in zeros)
    assert all(read.evaluations[opened] == read.evaluations[earlier] for opened, earlier in equal.items())
    others = [value for opened, value in read.evaluations.items() if opened not in equal and opened not in zeros]
    points = [*read.commitments.values(), *(piece for piece in read.quotient_pieces if piece is not None)]
    return Counts(
        name,
        len(proof),
        len(short),
        len(zeros),
        len(equal),
        len(others) - len(set(others)) + len(points) - len(set(points)),
        read.quotient_pieces.count(None),
        sum(value == pow(DELTA, j, R) * read.challenges.x % R for j, value in sigmas(read)),
    )


def is_fixed(opened: Opened) -> bool:
    """Whether a fixed column is evaluated."""
    return opened.commitment.kind is Kind.FIXED


def commitment_of(key: VerifyingKey, opened: Opened) -> G1:
    """The commitment of a fixed column."""
    return key.fixed_commitments[opened.commitment.number]


def with_an_earlier_commitment(key: VerifyingKey, read: Proof) -> Iterator[tuple[Opened, Opened]]:
    """Evaluations of fixed columns, and earlier ones of the same commitment at the same rotation."""
    first: dict[tuple[G1, int], Opened] = {}
    for opened in filter(is_fixed, read.evaluations):
        point = commitment_of(key, opened)
        if point is None:
            continue
        earlier = first.setdefault((point, opened.rotation), opened)
        if earlier is not opened:
            yield opened, earlier


def sigmas(read: Proof) -> Iterator[tuple[int, int]]:
    """The permutation polynomials by their numbers, with their evaluations."""
    for opened, value in read.evaluations.items():
        match opened.commitment:
            case Commitment(Kind.SIGMA, number):
                yield number, value


@cache
def of_ezkl() -> list[Counts]:
    """The circuits of ezkl's fixtures, shortest proof first."""
    folders = [path.parent for root in ("fixtures", "fixtures-large") for path in (TESTS / root).glob("*/proof.json")]
    return sorted(map(of_ezkls_proof, folders), key=lambda found: (found.long, found.name))


def of_ezkls_proof(folder: Path) -> Counts:
    """A folder of ezkl's fixtures."""
    fields = json.loads((folder / "proof.json").read_text())
    public_inputs = b"".join(bytes.fromhex(value)[::-1] for column in fields["instances"] for value in column)
    key = decode((VECTORS / "keys" / f"{folder.name}.zkvk").read_bytes())
    return counts(folder.name, key, bytes.fromhex(fields["hex_proof"].removeprefix("0x")), public_inputs)


@cache
def of_halo2() -> list[Counts]:
    """All proofs of the other fixtures, named by the fork."""
    return [
        counts(folder.parent.name, made.key, made.proof, made.public_inputs)
        for folder in halo2_fixtures.folders()
        for made in halo2_fixtures.proofs(folder)
    ]


# Tables


def percent(part: int, whole: int) -> str:
    """A share, with a decimal."""
    return f"{100 * part / whole:.1f} %"


def table(header: str, rows: Iterable[Iterable[str | int]]) -> str:
    """A table of Markdown, whose first column is text."""
    names = header.split("; ")
    lines = [names, ["---", *["---:"] * (len(names) - 1)]]
    lines += [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in rows]
    return "".join(f"|{'|'.join(cells)}|\n" if cells[0] == "---" else f"| {' | '.join(cells)} |\n" for cells in lines)


def table_of_ezkl() -> str:
    """A row for each circuit."""
    header = "circuit; long form; short form; ratio; words; zero by key; equal by key; share; repeats; share"
    return table(
        header,
        (
            (
                found.name,
                found.long,
                found.short,
                f"{found.short / found.long:.2f}",
                found.words,
                found.zeros,
                found.equal,
                percent(found.zeros + found.equal, found.words),
                found.repeats,
                percent(found.repeats, found.words),
            )
            for found in of_ezkl()
        ),
    )


def table_of_halo2() -> str:
    """A row for each fork."""
    header = "fork; proofs; long form; short form; ratio; by key; repeats; identity pieces; share of all"
    rows = []
    for fork, group in groupby(of_halo2(), key=lambda found: found.name):
        found = list(group)
        long, short = sum(one.long for one in found), sum(one.short for one in found)
        by_key = sum(one.zeros + one.equal for one in found)
        repeats, pieces = sum(one.repeats for one in found), sum(one.pieces for one in found)
        share = percent(by_key + repeats + pieces, short // WORD)
        rows.append((fork, len(found), long, short, f"{short / long:.2f}", by_key, repeats, pieces, share))
    return table(header, rows)


def main() -> None:
    """Prints both tables."""
    print(table_of_ezkl())
    print(table_of_halo2(), end="")


if __name__ == "__main__":
    main()
