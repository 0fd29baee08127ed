"""Vectors of proofs that hold but for one rule each.

A proof that is altered after it was made fails even in a client that forgets the rule that the alteration breaks, since
the transcript changes. These are *made for* the bytes that they have: a client that forgets the rule returns `true`.
They are proofs for the key of one vector, under a setup whose secret is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import forging
from run_vectors import Vector
from zk_verify import abi, key_encoding
from zk_verify.commitments import RANDOM, Kind, Opened
from zk_verify.curve import G1_LENGTH, G2_GENERATOR, g2_multiply
from zk_verify.field import WORD, Q, R
from zk_verify.identities import Identities
from zk_verify.key import LookupArgument, Opening, VerifyingKey
from zk_verify.precompile import execute
from zk_verify.short_form import Form
from zk_verify.verify import evaluation_order, instance_columns, read_proof, read_public_inputs, reduce


class Forger:
    """Makes vectors out of one that holds."""

    def __init__(self, vector: Vector, secret: int = forging.SECRET) -> None:
        self.vector = vector
        self.secret = secret
        self.circuit = vector.name.split(":")[0]
        (code,) = vector.state().code.values()
        self.key = key_encoding.decode(code)
        assert self.key.s_g2 == g2_multiply(secret, G2_GENERATOR), "the secret is another"
        self.call = abi.decode(vector.message().data)

    def all(self) -> Iterator[dict[str, Any]]:
        """All vectors, as the README of the vectors defines their fields."""
        yield from self.points()
        yield from self.scalars()
        yield from self.numbers_of_public_inputs()
        yield from self.zeros_of_lookups()

    def points(self) -> Iterator[dict[str, Any]]:
        """Points in another form, and the identity, wherever a point stands (section 1.3)."""
        for name, number in points(self.key).items():
            at = place_of_point(self.key, number)
            for axis, raised in self.raised_points(at):
                yield self.refused(f"made for {axis} + q in {name}", raised)
            zeros = self.with_bytes(at, bytes(G1_LENGTH))
            if name.startswith("h"):
                yield self.accepted(f"the identity as {name}", zeros)
            else:
                yield self.refused(f"made for the identity as {name}", zeros)
        # What solves the equation is raised after it was made: no other part of a proof that holds depends on it.
        for name, number in solved_points(self.key).items():
            at = place_of_point(self.key, number)
            for axis, raised in self.raised_points(at):
                yield self.vector_of(f"{axis} + q in {name}", raised, self.call.public_inputs, False)

    def raised_points(self, at: int) -> Iterator[tuple[str, bytes]]:
        """The proof with q added to a coordinate of a point."""
        for axis, offset in (("x", 0), ("y", WORD)):
            yield (
                axis,
                self.with_bytes(at + offset, raise_word(self.call.proof[at + offset : at + offset + WORD], 0, Q)),
            )

    def scalars(self) -> Iterator[dict[str, Any]]:
        """Evaluations and public inputs in another form (section 1.2)."""
        for name, at in evaluations(self.key).items():
            raised = raise_word(self.call.proof[at : at + WORD], 0, R)
            yield self.refused(f"made for {name} + r", self.with_bytes(at, raised))
        for i in range(self.key.num_public_inputs):
            raised = raise_word(self.call.public_inputs, WORD * i, R)
            yield self.refused(f"made for public input {i} + r", self.call.proof, raised)

    def numbers_of_public_inputs(self) -> Iterator[dict[str, Any]]:
        """Public inputs that the key has not, or has and the call has not (section 6.1)."""
        inputs = self.call.public_inputs
        yield self.refused("made for a public input too many", self.call.proof, inputs + inputs[:WORD])
        yield self.refused("made for a public input too many, which is 0", self.call.proof, inputs + bytes(WORD))
        yield self.refused("made for a public input too few", self.call.proof, inputs[:-WORD])

    def zeros_of_lookups(self) -> Iterator[dict[str, Any]]:
        """Lookups in which a factor is 0, which is no reason to refuse (sections 7.5 and 9.4)."""
        for index in range(len(self.key.lookups)):
            for name, factor in factors(self.key, index).items():
                proof = self.with_zero(factor)
                if proof is not None:
                    yield self.accepted(f"{name} of lookup {index} is 0", proof)

    def with_zero(self, factor: Callable[[Identities], int]) -> bytes | None:
        """The proof with an evaluation on which the factor depends linearly, such that the factor is 0."""
        read = read_proof(self.key, self.call.proof, self.call.public_inputs)
        columns = instance_columns(self.key, read_public_inputs(self.call.public_inputs))
        domain, identities = reduce(self.key, columns, read)[:2]

        def value(opened: Opened, evaluation: int) -> int:
            changed = read.evaluations | {opened: evaluation}
            return factor(Identities(self.key, domain, read.challenges, changed, identities.instances))

        for position, opened in enumerate(evaluation_order(self.key)):
            at_0, at_1, at_2 = (value(opened, evaluation) for evaluation in range(3))
            slope = (at_1 - at_0) % R
            if slope != 0 and (at_2 - at_1) % R == slope:
                root = -at_0 * pow(slope, -1, R) % R
                assert value(opened, root) == 0
                at = first_evaluation(self.key) + WORD * position
                return self.with_bytes(at, root.to_bytes(WORD, "big"))
        return None

    def with_bytes(self, at: int, content: bytes) -> bytes:
        """The proof with other bytes at a place."""
        return self.call.proof[:at] + content + self.call.proof[at + len(content) :]

    def refused(self, what: str, proof: bytes, public_inputs: bytes | None = None) -> dict[str, Any]:
        """A vector that returns false, though the proof holds for a reader that is lenient."""
        return self.forged(what, proof, public_inputs, False)

    def accepted(self, what: str, proof: bytes) -> dict[str, Any]:
        """A vector that returns true."""
        return self.forged(what, proof, None, True)

    def forged(self, what: str, proof: bytes, public_inputs: bytes | None, holds: bool) -> dict[str, Any]:
        """A vector whose proof has the last point with which it holds."""
        inputs = self.call.public_inputs if public_inputs is None else public_inputs
        key = with_number_of_public_inputs(self.key, len(inputs) // WORD)
        return self.vector_of(what, forging.forge(key, proof, inputs, self.secret), inputs, holds)

    def vector_of(self, what: str, proof: bytes, public_inputs: bytes, holds: bool) -> dict[str, Any]:
        """A vector, with the gas that the reference charges."""
        call = self.call._replace(proof=proof, public_inputs=public_inputs)
        fields = dict(self.vector.fields) | {
            "Name": f"{self.circuit}: {what}",
            "Input": abi.encode(call).hex(),
            "Expected": abi.result(holds).hex(),
        }
        vector = Vector(fields, self.vector.folder)
        outcome = execute(vector.message(), vector.rules(), vector.state())
        assert outcome.data == abi.result(holds), f"{what}: {outcome}"
        return fields | {"Gas": outcome.gas_used}


def with_number_of_public_inputs(key: VerifyingKey, number: int) -> VerifyingKey:
    """The key with as many values more or fewer in the last instance column."""
    *others, last = key.instance_lengths
    return replace(key, instance_lengths=(*others, last + number - key.num_public_inputs))


def raise_word(data: bytes, at: int, modulus: int) -> bytes:
    """The same with a modulus added to one word."""
    value = int.from_bytes(data[at : at + WORD], "big") + modulus
    return data[:at] + value.to_bytes(WORD, "big") + data[at + WORD :]


def first_evaluation(key: VerifyingKey, form: Form = Form.LONG) -> int:
    """Where the evaluations begin."""
    return form.value * (key.num_proof_points - key.num_opening_points)


def place_of_point(key: VerifyingKey, number: int, form: Form = Form.LONG) -> int:
    """Where a point of the proof stands, counted from 0."""
    at_the_end = number >= key.num_proof_points - key.num_opening_points
    return form.value * number + (WORD * key.num_evaluations if at_the_end else 0)


def factors(key: VerifyingKey, index: int) -> dict[str, Callable[[Identities], int]]:
    """The factors of a lookup's identities that a client might divide by, by name."""
    lookup = key.lookups[index]
    if key.lookup_argument is LookupArgument.CLASSIC:
        return {
            "comp(input) + beta": lambda identities: identities.factors_of_classic_lookup(lookup)[0],
            "comp(table) + gamma": lambda identities: identities.factors_of_classic_lookup(lookup)[1],
            "A + beta": lambda identities: (identities.at(Kind.PERMUTED_INPUT, index) + identities.challenges.beta) % R,
            "S + gamma": lambda identities: (
                (identities.at(Kind.PERMUTED_TABLE, index) + identities.challenges.gamma) % R
            ),
        }

    def f(number: int) -> Callable[[Identities], int]:
        return lambda identities: identities.terms_of_lookup(lookup)[0][number]

    of_inputs = {f"f_{number}": f(number) for number in range(len(lookup.inputs))}
    return of_inputs | {"t": lambda identities: identities.terms_of_lookup(lookup)[1]}


def points(key: VerifyingKey) -> dict[str, int]:
    """A point of each kind, by its number in the proof (section 6.3), but for those that solve the equation."""
    lookups, products, shuffles = len(key.lookups), key.num_permutation_products, len(key.shuffles)
    if key.lookup_argument is LookupArgument.CLASSIC:
        before, after = {"A": lookups, "S": lookups}, {"Z": lookups}
    else:
        before, after = {"m": lookups}, {"phi": lookups}
    parts = {
        "advice": key.num_advice_columns,
        **before,
        "z": products,
        **after,
        "shuffle": shuffles,
        "random": 1,
        "h": key.num_quotient_pieces,
    }
    numbers = {}
    position = 0
    for name, number in parts.items():
        if number:
            numbers[name if number == 1 else f"{name} {number - 1}"] = position + number - 1
        position += number
    if key.opening is Opening.SHPLONK:
        numbers["W"] = key.num_proof_points - 2
    return numbers


def solved_points(key: VerifyingKey) -> dict[str, int]:
    """The points that make a forged proof hold (`forging`), by their numbers."""
    if key.opening is Opening.SHPLONK:
        return {"W'": key.num_proof_points - 1}
    first = key.num_proof_points - key.num_opening_points
    return {f"W_{i}": first + i for i in range(key.num_opening_points)}


def evaluations(key: VerifyingKey, form: Form = Form.LONG) -> dict[str, int]:
    """Where the first evaluation of each kind stands in the proof (section 6.4)."""
    names = {
        Kind.ADVICE: "an advice evaluation",
        Kind.FIXED: "a fixed evaluation",
        Kind.SIGMA: "sigma",
        Kind.PERMUTATION_PRODUCT: "z",
        Kind.LOOKUP_SUM: "phi",
        Kind.LOOKUP_MULTIPLICITIES: "m",
        Kind.LOOKUP_PRODUCT: "Z",
        Kind.PERMUTED_INPUT: "A",
        Kind.PERMUTED_TABLE: "S",
        Kind.SHUFFLE_PRODUCT: "the shuffle's product",
    }
    places: dict[str, int] = {}
    for position, opened in enumerate(evaluation_order(key)):
        name = "the random polynomial" if opened.commitment == RANDOM else names[opened.commitment.kind]
        places.setdefault(name, first_evaluation(key, form) + WORD * position)
    return places
