"""Vectors of the features (section 9), of instance columns and of degrees.

* Proofs that hold, under keys with one feature, with all, and with random mixtures; and with one evaluation changed.
* Proofs that hold but for one rule each, as in `isolated`: made for the bytes, the accumulator or the coefficient that
  they have. A client that forgets the rule returns `true`.
* Keys on both sides of every border.

All are under the setup whose secret is known. While they are made, a multiplication by the secret stands in for the
pairing; `run_vectors.py` executes them with the pairing.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import forging
import halo2_fixtures
import limits
from circuits import RandomKey, key_with_everything, small_key
from encode import encode, g2, integer
from forge import accumulator_limbs, first_limb, forge, random_proof, random_public_inputs, setup, some_point
from forging import SECRET, LenientReader, combination_of, last_points, lenient_public_inputs, point_bytes
from isolated import Forger, first_evaluation
from run_vectors import VECTORS, Vector
from zk_verify import abi, opening
from zk_verify.curve import G1, G1_LENGTH, G2Point, multiply, negate, sum_of_products
from zk_verify.field import WORD, Q, R
from zk_verify.gwc import GwcCombination
from zk_verify.key import (
    Accumulator,
    Column,
    ColumnKind,
    InstanceQuery,
    LookupArgument,
    Opening,
    Phase,
    Query,
    TranscriptHash,
    VerifyingKey,
)
from zk_verify.precompile import Status, execute
from zk_verify.shplonk import ShplonkProof
from zk_verify.verify import Proof, instance_columns, read_proof

ACCOUNT = bytes.fromhex("00000000000000000000000000000000000be001")
RANDOM_KEYS = 24


@contextmanager
def pairing_by_secret(secret: int = SECRET) -> Iterator[None]:
    """A multiplication by s in place of the pairing: the same answer for keys of that setup, much sooner."""
    pairing_check = opening.pairing_check

    def check(key: VerifyingKey, left: G1, right: G1) -> bool:
        return left == multiply(secret, right)

    opening.pairing_check = check
    try:
        yield
    finally:
        opening.pairing_check = pairing_check


def vector(
    name: str, key: VerifyingKey | bytes, proof: bytes, public_inputs: bytes, accepted: G2Point | None = None
) -> dict[str, Any]:
    """A vector, with the outcome and the gas of the reference."""
    code = key if isinstance(key, bytes) else encode(key)
    fields: dict[str, Any] = {
        "Name": name,
        "Input": abi.encode(abi.Call(proof, public_inputs, ACCOUNT)).hex(),
        "AcceptedSetups": [g2(accepted or setup()).hex()],
        "Code": {"0x" + ACCOUNT.hex(): "0x" + code.hex()},
    }
    return executed(fields)


def executed(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with what follows from the others."""
    made = Vector(fields, VECTORS)
    outcome = execute(made.message(), made.rules(), made.state())
    assert outcome.status in (Status.RETURNED, Status.REVERTED), outcome
    reverted = {"ExpectedError": outcome.status.value} if outcome.status is Status.REVERTED else {}
    result = {
        "Name": fields["Name"],
        "Input": fields["Input"],
        "Expected": outcome.data.hex(),
        **reverted,
        "Gas": outcome.gas_used,
        "NoBenchmark": bool(reverted),
    }
    rest = {name: value for name, value in fields.items() if name not in result}
    return result | rest | {"Reads": [["code", "0x" + ACCOUNT.hex()]]}


def expecting(holds: bool, fields: dict[str, Any]) -> dict[str, Any]:
    """The vector, whose outcome is this one."""
    assert fields["Expected"] == abi.result(holds).hex(), f"{fields['Name']} should {'' if holds else 'not '}hold"
    return fields


# Keys of one circuit, with features


def keys() -> dict[str, VerifyingKey]:
    """Keys whose proofs are forged, by name."""
    small, classic = small_key(), small_key(LookupArgument.CLASSIC)
    accumulating = replace(small, instance_lengths=(14,), accumulator=Accumulator(0, 0, 3, 88))
    gwc = replace(small, opening=Opening.GWC)
    return {
        "no features": small,
        "gwc": gwc,
        "blake2b": replace(small, transcript_hash=TranscriptHash.BLAKE2B),
        "gwc and blake2b": replace(gwc, transcript_hash=TranscriptHash.BLAKE2B),
        "classic": classic,
        "gwc and classic": replace(classic, opening=Opening.GWC),
        "accumulator": accumulating,
        "gwc and accumulator": replace(accumulating, opening=Opening.GWC),
        "everything": key_with_everything(),
        **keys_of_numbers(),
        **keys_of_accumulators(),
    }


def keys_of_numbers() -> dict[str, VerifyingKey]:
    """Degrees, blinding factors, rotations and instance columns at their extremes."""
    small, everything = small_key(), key_with_everything()
    instances = limits.with_instances(Query(0, 127), Query(0, -127), Query(1, 3), Query(2, 0), lengths=(3, 16, 1))
    four = limits.with_instances(*(Query(0, t) for t in (-5, 7, 1, 0)), lengths=(4,))
    many = limits.with_instances(Query(254, -1), Query(0, 1), lengths=(1,) * 255)
    last = Column(ColumnKind.INSTANCE, 254)
    eight_queries = tuple(Query(0, t) for t in range(-3, 5))
    sixteen = replace(limits.with_lookup(1, 1), advice_queries=tuple(Query(0, t) for t in range(-1, 15)))
    unqueried = replace(small, phases=(Phase(3, 1), Phase(2, 1)), advice_queries=shifted(small.advice_queries))
    return {
        "degree 3": replace(small, degree=3),
        "degree 64": replace(small, degree=64),
        "gwc, degree 3": replace(everything, degree=3),
        "gwc, degree 64": replace(everything, degree=64),
        "no instance column": limits.with_gate(),
        "an instance column of no value": replace(small, instance_lengths=(0, 2)),
        "an instance column of as many values as rows allow": replace(instances, k=5, instance_lengths=(3, 26, 1)),
        "instance rotations -127 and 127": replace(instances, k=5),
        "four rotations of an instance column": four,
        "255 instance columns": replace(limits.permuting(many, [last]), permutation_commitments=(some_point(3),)),
        "eight queries of an advice column": replace(
            everything, advice_queries=with_queries(everything, eight_queries)
        ),
        "gwc, sixteen rotations": replace(sixteen, opening=Opening.GWC),
        "gwc and classic, sixteen rotations": replace(limits.classic(sixteen), opening=Opening.GWC),
        "an advice column that nothing queries": replace(unqueried, permutation_columns=permuting_shifted(small)),
    }


def shifted(queries: tuple[Query, ...]) -> tuple[Query, ...]:
    """The queries with a column inserted after column 1, which is the last of its phase."""
    return tuple(Query(column + (column > 1), rotation) for column, rotation in queries)


def permuting_shifted(key: VerifyingKey) -> tuple[Column, ...]:
    """The permutation columns with the same column inserted."""
    advice = ColumnKind.ADVICE
    return tuple(Column(kind, number + (kind is advice and number > 1)) for kind, number in key.permutation_columns)


def with_queries(key: VerifyingKey, queries: tuple[Query, ...]) -> tuple[Query, ...]:
    """The advice queries with further ones after them."""
    return (*key.advice_queries, *(query for query in queries if query not in key.advice_queries))


def keys_of_accumulators() -> dict[str, VerifyingKey]:
    """Accumulators in pieces of all sizes, and at the end of the last column."""
    small = replace(small_key(), k=6)
    sizes = [(2, 127), (2, 128), (3, 85), (3, 106), (4, 64), (4, 68), (4, 80), (8, 32), (8, 40)]
    of_sizes = {
        f"{n} limbs of {bits} bits": replace(small, instance_lengths=(4 * n,), accumulator=Accumulator(0, 0, n, bits))
        for n, bits in sizes
    }
    at_the_end = replace(small, instance_lengths=(2, 0, 19), accumulator=Accumulator(2, 7, 3, 88))
    return of_sizes | {"an accumulator at the end of the last column": at_the_end}


# Proofs that hold


def holding() -> Iterator[dict[str, Any]]:
    """Proofs that hold, each with one evaluation changed, too."""
    random_keys = {f"random key {seed}": RandomKey(seed).key() for seed in range(RANDOM_KEYS)}
    for name, key in (keys() | random_keys).items():
        yield from holding_of(name, key)


def holding_of(name: str, key: VerifyingKey) -> Iterator[dict[str, Any]]:
    """A proof, and the same with its last evaluation changed, which leaves all challenges before it as they are."""
    proof, public_inputs = forge(key)
    yield expecting(True, vector(f"{name}: forged", key, proof, public_inputs))
    at = first_evaluation(key) + WORD * (key.num_evaluations - 1)
    value = (int.from_bytes(proof[at : at + WORD], "big") + 1) % R
    changed = proof[:at] + integer(value, WORD) + proof[at + WORD :]
    yield expecting(False, vector(f"{name}: the last evaluation changed", key, changed, public_inputs))


# Proofs that hold but for one rule


def isolated() -> Iterator[dict[str, Any]]:
    """All of them."""
    every = keys()
    for name in ("classic", "everything"):
        key = every[name]
        yield from Forger(Vector(vector(f"{name}: forged", key, *forge(key)), VECTORS)).all()
    yield from quotient_pieces("blake2b", every["blake2b"])
    yield from cross_use(every)
    yield from instance_lengths(every["no features"])
    for name in ("accumulator", "everything"):
        yield from accumulators(name, every[name])
    for name in ("accumulator", "gwc and accumulator"):
        yield from coefficients(name, every[name])


def quotient_pieces(name: str, key: VerifyingKey) -> Iterator[dict[str, Any]]:
    """The identity as quotient pieces has one encoding (section 6.1)."""
    proof, public_inputs = forge(key)
    after = G1_LENGTH * (key.num_proof_points - key.num_opening_points)
    before = after - G1_LENGTH * key.num_quotient_pieces

    def made(what: str, pieces: bytes, holds: bool) -> dict[str, Any]:
        altered = proof[:before] + pieces + proof[before + len(pieces) :]
        forged = forging.forge(key, altered, public_inputs, SECRET)
        return expecting(holds, vector(f"{name}: {what}", key, forged, public_inputs))

    yield made("the identity as all quotient pieces", bytes(after - before), True)
    yield made("made for (0, q) as h 0", integer(0, WORD) + integer(Q, WORD), False)
    yield made("made for (q, 0) as h 0", integer(Q, WORD) + integer(0, WORD), False)


def cross_use(every: dict[str, VerifyingKey]) -> Iterator[dict[str, Any]]:
    """Proofs of a key under another one of the same digest (section 9.1)."""
    for first, second in (("no features", "blake2b"), ("gwc", "gwc and blake2b")):
        for made_for, used_with in ((first, second), (second, first)):
            proof, public_inputs = forge(every[made_for])
            name = f'a proof for the key "{made_for}" under the key "{used_with}"'
            yield expecting(False, vector(name, every[used_with], proof, public_inputs))
    two_rotations = limits.with_lookup(1, 1)
    gwc = replace(two_rotations, opening=Opening.GWC)
    assert gwc.proof_length == two_rotations.proof_length
    for key, other, openings in ((two_rotations, gwc, "SHPLONK under GWC"), (gwc, two_rotations, "GWC under SHPLONK")):
        yield expecting(False, vector(f"a proof with {openings}, of equal length", other, *forge(key)))


def instance_lengths(key: VerifyingKey) -> Iterator[dict[str, Any]]:
    """Public inputs that are cut into columns otherwise than the key says."""
    of_key = replace(key, instance_lengths=(2, 1))
    for lengths in ((3, 0), (1, 2), (3,)):
        proof, public_inputs = forge(replace(key, instance_lengths=lengths))
        name = f"instance columns of (2, 1) values: made for {lengths}"
        yield expecting(False, vector(name, of_key, proof, public_inputs))


# Accumulators


def with_limbs(key: VerifyingKey, public_inputs: bytes, limbs: list[int]) -> bytes:
    """The public inputs with other limbs."""
    at = WORD * first_limb(key)
    words = b"".join(integer(limb, WORD) for limb in limbs)
    return public_inputs[:at] + words + public_inputs[at + len(words) :]


def forged_around(key: VerifyingKey, limbs: list[int], seed: int = 0) -> tuple[bytes, bytes]:
    """A proof that holds without the accumulator, and public inputs with these limbs."""
    rng = random.Random(seed)
    inputs = with_limbs(key, random_public_inputs(key, rng), limbs)
    return forging.forge(key, random_proof(key, rng), inputs, SECRET), inputs


def accumulators(name: str, key: VerifyingKey) -> Iterator[dict[str, Any]]:
    """Accumulators that are wrong in one way each, in valid proofs (section 9.5)."""
    place = key.accumulator
    assert place is not None
    rhs = some_point(41)
    lhs = multiply(SECRET, rhs)
    assert lhs is not None
    limbs = accumulator_limbs(place, lhs, rhs)

    def made(what: str, limbs: list[int], holds: bool = False) -> dict[str, Any]:
        return expecting(holds, vector(f"{name}: {what}", key, *forged_around(key, limbs)))

    yield made("an accumulator that holds", limbs, True)
    yield made("the accumulator's points exchanged", accumulator_limbs(place, rhs, lhs))
    yield made("the accumulator's lhs negated", accumulator_limbs(place, negate(lhs), rhs))
    yield made("the accumulator of another secret", accumulator_limbs(place, multiply(SECRET + 1, rhs), rhs))
    for number, coordinate in enumerate(("lhs.x", "lhs.y", "rhs.x", "rhs.y")):
        first = number * place.limbs
        raised = [*lhs, *rhs]
        raised[number] += Q
        yield made(f"made for {coordinate} + q in the accumulator", coordinate_limbs(place, raised))
        for limb in range(place.limbs - 1):
            yield made(f"made for limb {limb} of {coordinate} with a bit too many", carried(place, limbs, first + limb))
        above = list(limbs)
        above[first + place.limbs - 1] += 1 << 256 - place.bits * (place.limbs - 1)
        yield made(f"made for {coordinate} + 2^256 in the accumulator", above)
    yield made("made for the identity as both points of the accumulator", [0] * len(limbs))
    # q stands for 0, too.
    yield made("made for (q, q) as both points of the accumulator", coordinate_limbs(place, [Q] * 4))
    yield off_the_curve(name, key)


def coordinate_limbs(place: Accumulator, coordinates: list[int]) -> list[int]:
    """The limbs of four integers."""
    mask = (1 << place.bits) - 1
    return [c >> place.bits * i & mask for c in coordinates for i in range(place.limbs)]


def carried(place: Accumulator, limbs: list[int], at: int) -> list[int]:
    """The limbs of the same coordinate, with one too large and the next smaller by one."""
    changed = list(limbs)
    changed[at] += 1 << place.bits
    changed[at + 1] -= 1
    assert changed[at + 1] >= 0
    return changed


def off_the_curve(name: str, key: VerifyingKey) -> dict[str, Any]:
    """Points of y² = x³ + 1, where (0, 1) has order 3: with a rho that is divisible by 3 they contribute nothing.

    The formulas of addition do not use the curve's constant, so a client that forgets the check accepts this.
    """
    place = key.accumulator
    assert place is not None
    limbs = coordinate_limbs(place, [0, 1, 0, 1])
    for seed in range(1000):
        proof, inputs = forged_around(key, limbs, seed)
        rho = read_proof(key, proof, inputs).rho
        if rho is not None and rho % 3 == 0:
            made = vector(f"{name}: made for an accumulator that is not on the curve", key, proof, inputs)
            return expecting(False, made)
    raise AssertionError("no rho is divisible by 3")


# The coefficient rho

Coefficient = Callable[[Proof, int], int]
"""What a client might take for rho, from the proof and from what a squeeze before the last point would give."""


def coefficients(name: str, key: VerifyingKey) -> Iterator[dict[str, Any]]:
    """An opening and an accumulator that do not hold, but do when they are added with another coefficient."""
    of_opening: dict[str, Coefficient] = {"1": lambda read, _: 1, "u": lambda read, _: read.opening.u}
    if key.opening is Opening.SHPLONK:
        of_opening["rho, squeezed before W' is absorbed"] = lambda _, early: early
    for what, coefficient in of_opening.items():
        rhs = some_point(42)
        assert key.accumulator is not None
        limbs = accumulator_limbs(key.accumulator, multiply(SECRET + 5, rhs), rhs)
        proof, public_inputs = forge(key)
        inputs = with_limbs(key, public_inputs, limbs)
        proof = balanced(key, proof, inputs, rhs, coefficient)
        yield expecting(False, vector(f"{name}: made for the coefficient {what}", key, proof, inputs))


def balanced(key: VerifyingKey, proof: bytes, public_inputs: bytes, rhs: G1, coefficient: Coefficient) -> bytes:
    """The points such that both equations hold together with this coefficient, while lhs = (s + 5) · rhs.

    What lhs is too large by, 5 · rhs, is taken from the opening, times the coefficient: from W' or from a W_i.
    """
    read, early = read_with_early_squeeze(key, proof, public_inputs)
    combination = combination_of(key, instance_columns(key, lenient_public_inputs(public_inputs)), read)
    points = last_points(combination, read, SECRET)
    if isinstance(read.opening, ShplonkProof):
        too_much = multiply(5 * coefficient(read, early), rhs)
        (w_prime,) = points
        correction = multiply(pow(SECRET - read.opening.u, -1, R), too_much)
        points = [sum_of_products([(1, w_prime), (1, correction)])]
    else:
        assert isinstance(combination, GwcCombination)
        group = 0 if coefficient(read, early) == 1 else 1  # u^0 or u^1
        correction = multiply(pow(SECRET - combination.groups[group].point, -1, R) * 5, rhs)
        points[group] = sum_of_products([(1, points[group]), (1, correction)])
    return proof[: len(proof) - G1_LENGTH * len(points)] + b"".join(map(point_bytes, points))


def read_with_early_squeeze(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> tuple[Proof, int]:
    """The proof, and the challenge that would be squeezed before its last point is absorbed."""
    squeezed = 0

    class EarlyReader(LenientReader):
        def take_point(self) -> bytes:
            nonlocal squeezed
            squeezed = copy.deepcopy(self.transcript).squeeze()
            return super().take_point()

    read = read_proof(key, proof, public_inputs, EarlyReader)
    return read, squeezed


# Keys at every border


def borders() -> Iterator[dict[str, Any]]:
    """Keys on both sides of each border: those of `limits` that a feature, an instance column or the degree has."""
    for group in (limits.of_degrees, limits.of_instances, limits.of_accumulators, limits.of_features):
        for name, key, is_key in group():
            code = encode(key)
            made = vector(name if is_key else f"{name}, which is no key", code, b"", b"")
            assert is_key == ("ExpectedError" not in made), name
            yield made


def broken() -> Iterator[dict[str, Any]]:
    """Encodings that no key has."""
    small, everything = encode(small_key()), encode(key_with_everything())
    for bit in range(4, 8):
        yield refused(f"bit {bit} of the features", small[:3] + bytes([1 << bit]) + small[4:])
    yield refused("the bit of the accumulator without an accumulator", small[:3] + bytes([8]) + small[4:])
    yield refused("an accumulator without its bit", everything[:3] + bytes([7]) + everything[4:])
    log_derivative, classic = encode(small_key()), encode(small_key(LookupArgument.CLASSIC))
    yield refused("the bit of classic lookups with a number of inputs", small[:3] + bytes([4]) + log_derivative[4:])
    yield refused("classic lookups without their bit", classic[:3] + bytes([0]) + classic[4:])
    yield refused("the 2nd of 1 instance columns in a node", encode(limits.with_instances(Query(1, 0), lengths=(1,))))
    one = limits.with_instance(limits.plain_key())
    yield refused("the 2nd of 1 instance columns permuted", encode(limits.permuting(one, [Column(INSTANCE, 1)])))
    yield refused(
        "no instance column, which is permuted", encode(limits.permuting(limits.plain_key(), [Column(INSTANCE, 0)]))
    )
    yield refused("an accumulator in the 2nd of 1 instance columns", encode(limits.accumulating(ONE_TOO_FAR, 12)))
    twice = (InstanceQuery(0, 1), InstanceQuery(0, 1))
    yield refused("an instance query twice", encode(replace(limits.with_instances(), nodes=twice, gates=(0, 1))))
    header = encode(limits.plain_key())
    yield refused("the number of instance columns missing", header[:165])
    yield refused("a length of an instance column cut short", encode(one)[:169])


INSTANCE = ColumnKind.INSTANCE
ONE_TOO_FAR = Accumulator(1, 0, 3, 88)


def refused(name: str, code: bytes) -> dict[str, Any]:
    """A vector of bytes that are no key."""
    made = vector(name, code, b"", b"")
    assert "ExpectedError" in made, name
    return made


# Real proofs


def real() -> Iterator[dict[str, Any]]:
    """Proofs that halo2 made: of each circuit one, its opening and transcript in turn, and all of some circuits."""
    for number, folder in enumerate(halo2_fixtures.folders()):
        proofs = list(halo2_fixtures.proofs(folder))
        chosen = proofs if folder.name in ALL_PROOFS_OF else [proofs[number % len(proofs)]]
        with pairing_by_secret(halo2_fixtures.secret(folder)):
            for made in chosen:
                name = f"{folder.parent.name}, {folder.name}: {made.name}"
                fields = vector(name, made.key, made.proof, made.public_inputs, made.key.s_g2)
                yield expecting(made.holds, fields)


ALL_PROOFS_OF = {"everything", "shuffle_lookup", "openvm_shape", "accumulator", "accumulator_wrong"}

# Files


def files() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each file's name and its vectors. As elsewhere, what fails stands in a file of its own."""
    with pairing_by_secret():
        yield "features", list(holding())
        yield "isolated-features", list(isolated())
        of_keys = [*borders(), *broken()]
    yield "halo2", list(real())
    yield "keys-features", [made for made in of_keys if "ExpectedError" not in made]
    yield "fail-keys-features", [made for made in of_keys if "ExpectedError" in made]
