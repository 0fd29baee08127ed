"""Vectors of the features (section 9), of instance columns and of degrees.

* Proofs that hold, under keys with one feature, with all, and with random mixtures; and with one evaluation changed.
* Proofs that hold but for one rule each, as in `isolated`: made for the bytes, the accumulator or the coefficient that
  they have. A client that forgets the rule returns `true`.
* Keys on both sides of every border.
* Real proofs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import forging
import limits
from accumulators import accumulators, coefficients
from borders import borders, broken
from circuits import RandomKey, key_with_everything, small_key
from encode import integer
from forge import forge, some_point
from forging import SECRET
from isolated import Forger, first_evaluation
from making import expecting, pairing_by_secret, vector
from prices import prices
from real_proofs import real
from run_vectors import VECTORS, Vector
from zk_verify.curve import G1_LENGTH
from zk_verify.field import WORD, Q, R
from zk_verify.key import (
    Accumulator,
    Column,
    ColumnKind,
    LookupArgument,
    Opening,
    Phase,
    Query,
    TranscriptHash,
    VerifyingKey,
)

RANDOM_KEYS = 24


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
        "gwc and classic, no other rotation": replace(limits.classic(limits.with_lookup(1, 1)), opening=Opening.GWC),
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


# Files


def files() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each file's name and its vectors. As elsewhere, what fails stands in a file of its own."""
    with pairing_by_secret():
        yield "features", list(holding())
        yield "isolated-features", list(isolated())
        of_keys = [*borders(), *broken(), *prices(keys())]
    yield "halo2", list(real())
    yield "keys-features", [made for made in of_keys if "ExpectedError" not in made]
    yield "fail-keys-features", [made for made in of_keys if "ExpectedError" in made]
