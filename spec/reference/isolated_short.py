"""Vectors of proofs in short form (section 6.5), most of which hold but for one rule each, as in `isolated`.

Each is *made for* what a client makes of its bytes that forgets the rule: such a client returns `true`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import forging
from features import keys
from forge import forge, some_point
from forging import SECRET
from isolated import (
    evaluations,
    first_evaluation,
    place_of_point,
    points,
    raise_word,
    solved_points,
    with_number_of_public_inputs,
)
from lenient import (
    BIT_254,
    TOP,
    AbsorbsTheIdentityAsAWord,
    AbsorbsWords,
    IdentityAnywhere,
    IdentityWithParity,
    MasksBit254,
    NoCheckOfRoots,
    NoPointIsIdentity,
    NoRootVanishes,
    ReducesEvaluations,
    ReducesX,
    forging_reader,
    opposite,
    opposite_of,
    root_of,
)
from making import expecting, vector
from zk_verify.conversion import lengthen, shorten
from zk_verify.curve import G1Point
from zk_verify.field import WORD, Q, R
from zk_verify.key import VerifyingKey
from zk_verify.proof_reader import ProofReader
from zk_verify.short_form import Form, short_point
from zk_verify.verify import instance_columns, read_proof, read_public_inputs, reduce

IN_FULL = ("accumulator", "everything")
"""Keys with vectors of every rule at every point: SHPLONK and Keccak, and GWC, BLAKE2b and classic lookups."""

IN_BRIEF = ("no features", "gwc", "blake2b", "gwc and blake2b", "classic", "gwc and accumulator")

ZERO = bytes(WORD)
NO_POINT = TOP.to_bytes(WORD, "big")
"""x = 0 with the parity of an odd y."""


def word(value: int) -> bytes:
    """A word."""
    return value.to_bytes(WORD, "big")


class ShortForger:
    """Makes vectors out of a proof in short form that holds."""

    def __init__(self, name: str, key: VerifyingKey) -> None:
        self.name = name
        self.key = key
        proof, self.public_inputs = forge(key)
        self.proof = shorten(key, proof)

    # What every key has

    def brief(self) -> Iterator[dict[str, Any]]:
        """Proofs that hold, an evaluation changed, and what depends on the transcript."""
        yield self.vector("forged", self.proof, True)
        yield self.made("forged, all points with the other parity", ProofReader, self.opposites(), True)
        last = first_evaluation(self.key, Form.SHORT) + WORD * (self.key.num_evaluations - 1)
        changed = (int.from_bytes(self.proof[last : last + WORD], "big") + 1) % R
        yield self.vector("the last evaluation changed", self.with_bytes(last, word(changed)), False)
        yield self.refused("made for a transcript that absorbs the words", AbsorbsWords, self.proof)
        yield self.pieces_of_zeros(ProofReader, "the identity as all quotient pieces", True)
        yield self.pieces_of_zeros(
            AbsorbsTheIdentityAsAWord, "made for a transcript that absorbs the identity as a word", False
        )

    def opposites(self) -> bytes:
        """The proof with the opposite of each point; those that solve the equation are yet to be solved."""
        proof = self.proof
        for number in range(self.key.num_proof_points):
            at = place_of_point(self.key, number, Form.SHORT)
            proof = put(proof, at, opposite(proof[at : at + WORD]))
        return proof

    def pieces_of_zeros(self, reader: type[ProofReader], what: str, holds: bool) -> dict[str, Any]:
        """All quotient pieces are the identity."""
        number = self.key.num_quotient_pieces
        first = self.key.num_proof_points - self.key.num_opening_points - number
        altered = self.with_bytes(WORD * first, ZERO * number)
        return self.made(what, reader, altered, holds)

    # Every rule at every point

    def full(self) -> Iterator[dict[str, Any]]:
        """All vectors."""
        yield from self.brief()
        for name, number in points(self.key).items():
            yield from self.of_point(name, number)
        for name, number in solved_points(self.key).items():
            yield from self.of_solved_point(name, number)
        yield from self.scalars()
        yield from self.lengths()

    def of_point(self, name: str, number: int) -> Iterator[dict[str, Any]]:
        """Everything that can be wrong with a point."""
        small = some_small_point(number)
        at = place_of_point(self.key, number, Form.SHORT)
        here = self.proof[at : at + WORD]

        def made(what: str, reader: type[ProofReader], content: bytes, holds: bool = False) -> dict[str, Any]:
            return self.made(what, reader, self.with_bytes(at, content), holds)

        yield made(f"made for x + q in {name}", ReducesX, word(small.x + Q | small.y % 2 * TOP))
        yield made(f"made for bit 254 set in {name}", MasksBit254, word(int.from_bytes(here, "big") | BIT_254))
        yield made(f"made for the other parity in {name}", opposite_of(number), here)
        yield made(f"made for the identity as {name}, with the top bit set", IdentityWithParity, NO_POINT)
        if name.startswith("h"):
            yield made(f"the identity as {name}", ProofReader, ZERO, True)
        else:
            yield made(f"made for the identity as {name}", IdentityAnywhere, ZERO)
        yield made(f"made for x without a point as {name}, taken for the identity", NoPointIsIdentity, no_point(number))
        if self.name == "accumulator" or name.startswith("h"):
            yield self.without_root(f"made for a power that is no root in {name}", at)

    def of_solved_point(self, name: str, number: int) -> Iterator[dict[str, Any]]:
        """What is wrong with a point that solves the equation: altered when the proof is made, with a small x.

        No other part of a proof that holds depends on it, but for rho.
        """
        at = place_of_point(self.key, number, Form.SHORT)
        proof = self.solved_where(lambda proof: int.from_bytes(proof[at : at + WORD], "big") % TOP + Q < BIT_254)
        here = proof[at : at + WORD]
        yield self.vector(f"x + q in {name}", put(proof, at, word(int.from_bytes(here, "big") + Q)), False)
        yield self.vector(f"bit 254 set in {name}", put(proof, at, word(int.from_bytes(here, "big") | BIT_254)), False)
        yield self.vector(f"the other parity in {name}", put(proof, at, opposite(here)), False)
        yield self.vector(f"the identity as {name}", put(proof, at, ZERO), False)

    def scalars(self) -> Iterator[dict[str, Any]]:
        """Evaluations that are not canonical, and public inputs that are not the key's; the charge is the same."""
        for name, at in evaluations(self.key, Form.SHORT).items():
            yield self.refused(f"made for {name} + r", ReducesEvaluations, raise_word(self.proof, at, R))
        for what, inputs in (
            ("a public input too many", self.public_inputs + ZERO),
            ("a public input too few", self.public_inputs[:-WORD]),
        ):
            key = with_number_of_public_inputs(self.key, len(inputs) // WORD)
            proof = forging.forge(key, self.proof, inputs, SECRET)
            yield expecting(False, vector(self.full_name(f"made for {what}"), self.key, proof, inputs))

    def lengths(self) -> Iterator[dict[str, Any]]:
        """Lengths beside the two forms', and mixtures of the forms (section 6.1)."""
        long = lengthen(self.key, self.proof)
        padding = len(long) - len(self.proof)
        yield self.vector("a byte more", self.proof + bytes(1), False)
        yield self.vector("a word more, which is 0", self.proof + ZERO, False)
        yield self.vector("the last word twice", self.proof + self.proof[-WORD:], False)
        yield self.vector("with zeros up to the length of the long form", self.proof + bytes(padding), False)
        yield self.vector("a word less", self.proof[:-WORD], False)
        yield self.vector("a byte less", self.proof[:-1], False)
        yield self.vector("the long form cut to the length of the short form", long[: len(self.proof)], False)
        everything = frozenset(range(self.key.num_proof_points))
        opening = frozenset(sorted(everything)[-self.key.num_opening_points :])
        for what, numbers in (
            ("the first point in long form", frozenset([0])),
            ("the opening's points in long form", opening),
            ("the opening's points alone in short form", everything - opening),
            ("all points but the first in long form", everything - {0}),
        ):
            yield self.vector(f"made for a mixture: {what}", self.mixed(numbers), False)
        yield self.without_piece()

    def mixed(self, numbers: frozenset[int]) -> bytes:
        """The proof with these points in long form. Both forms are one proof, so it need not be solved again."""
        long = lengthen(self.key, self.proof)
        size = Form.LONG.value
        at_the_end = self.key.num_proof_points - self.key.num_opening_points
        out = b""
        for number in range(self.key.num_proof_points):
            if number == at_the_end:
                first = first_evaluation(self.key, Form.SHORT)
                out += self.proof[first : first + WORD * self.key.num_evaluations]
            form, of = (size, long) if number in numbers else (WORD, self.proof)
            at = place_of_point(self.key, number, Form.LONG if number in numbers else Form.SHORT)
            out += of[at : at + form]
        return out

    def without_piece(self) -> dict[str, Any]:
        """A proof whose last quotient piece is the identity, without the word for it."""
        number = self.key.num_proof_points - self.key.num_opening_points - 1
        at = WORD * number
        whole = forging.forge(self.key, self.with_bytes(at, ZERO), self.public_inputs, SECRET)
        return self.vector("made for the last quotient piece left out", whole[:at] + whole[at + WORD :], False)

    # Making

    def without_root(self, what: str, at: int) -> dict[str, Any]:
        """A word whose power is no root: x = 0 with a root of -3, a point of order 3 of y² = x³ - 3.

        If the scalar of the point is divisible by 3, a client that multiplies it on its own gets the identity. It is
        tried with other evaluations until that is so.
        """
        reader = forging_reader(NoRootVanishes)
        first = first_evaluation(self.key, Form.SHORT)
        columns = instance_columns(self.key, read_public_inputs(self.public_inputs))
        for attempt in range(1000):
            altered = put(self.with_bytes(at, NO_POINT), first, word(attempt))
            proof = forging.forge(self.key, altered, self.public_inputs, SECRET, reader)
            read = read_proof(self.key, proof, self.public_inputs, NoCheckOfRoots)
            left, right = reduce(self.key, columns, read).claim
            scalars = [scalar for scalar, point in [*left, *right] if point is not None and point.x == 0]
            assert scalars
            if not any(scalar % 3 for scalar in scalars):
                return self.vector(what, proof, False)
        raise AssertionError("no scalar is divisible by 3")

    def solved_where(self, suits: Callable[[bytes], bool]) -> bytes:
        """The proof with another first point, such that what solves the equation suits."""
        for attempt in range(1000):
            altered = self.with_bytes(0, short_point(some_point(attempt)))
            proof = forging.forge(self.key, altered, self.public_inputs, SECRET)
            if suits(proof):
                return proof
        raise AssertionError("no proof suits")

    def with_bytes(self, at: int, content: bytes) -> bytes:
        """The proof with other bytes at a place."""
        return put(self.proof, at, content)

    def refused(self, what: str, reader: type[ProofReader], proof: bytes) -> dict[str, Any]:
        """A proof that holds for a client that reads like this."""
        return self.made(what, reader, proof, False)

    def made(self, what: str, reader: type[ProofReader], proof: bytes, holds: bool) -> dict[str, Any]:
        """A proof that is solved for a reader."""
        solved = forging.forge(self.key, proof, self.public_inputs, SECRET, forging_reader(reader))
        return self.vector(what, solved, holds)

    def vector(self, what: str, proof: bytes, holds: bool) -> dict[str, Any]:
        """A vector with this proof."""
        return expecting(holds, vector(self.full_name(what), self.key, proof, self.public_inputs))

    def full_name(self, what: str) -> str:
        """The name of a vector."""
        return f"{self.name}, short form: {what}"


def put(data: bytes, at: int, content: bytes) -> bytes:
    """The same with other bytes at a place."""
    return data[:at] + content + data[at + len(content) :]


def some_small_point(number: int) -> G1Point:
    """A point, another one for each number, with x + q below 2^254."""
    small = (point for point in map(some_point, itertools.count(50 * number)) if point.x + Q < BIT_254)
    return next(small)


def no_point(number: int) -> bytes:
    """A word with an x that no point has, another one for each number."""
    for x in itertools.count(1000 * number + 1):
        if root_of(x) ** 2 % Q != (x**3 + 3) % Q:
            return word(x)
    raise AssertionError


def vectors() -> Iterator[dict[str, Any]]:
    """All of them."""
    every = keys()
    for name in IN_FULL:
        yield from ShortForger(name, every[name]).full()
    for name in IN_BRIEF:
        yield from ShortForger(name, every[name]).brief()
