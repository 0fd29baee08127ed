"""Each rule of the features is held by a vector: a reference that has it otherwise gives another result.

A mutant replaces a part of the reference; one vector is named that it fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pytest

from making import pairing_by_secret
from run_vectors import VECTORS, Vector, run
from zk_verify import accumulator, gwc, key_rules, lookups, opening, proof_reader, shplonk, verify
from zk_verify.accumulator import Pair
from zk_verify.commitments import Opened
from zk_verify.curve import G1, G1_LENGTH, G1Point, InvalidPoint, is_on_curve, multiply, read_g1
from zk_verify.field import WORD, NotCanonical, Q, R
from zk_verify.identities import Domain
from zk_verify.key import Accumulator, LookupArgument, Query, VerifyingKey
from zk_verify.key_rules import InvalidKey
from zk_verify.opening import Claim
from zk_verify.proof_reader import ProofReader
from zk_verify.transcript import Blake2bTranscript, Keccak256Transcript

FILES = ("features", "isolated-features", "keys-features", "fail-keys-features")
ALL = {fields["Name"]: fields for file in FILES for fields in json.loads((VECTORS / f"{file}.json").read_text())}


def pair(place: Accumulator, instances: Any, checks: str) -> Pair:
    """The two points, with some of the checks of `accumulator.decode`."""
    limbs = instances[place.column][place.row : place.row + 4 * place.limbs]
    if "limbs" in checks and any(limb >> place.bits for limb in limbs):
        raise NotCanonical
    numbers = accumulator.coordinates(place, limbs)
    if "coordinates" in checks and max(numbers) >= Q:
        raise NotCanonical
    x, y, *rhs = (number % Q for number in numbers)
    points = [G1Point(x, y), G1Point(*rhs)]
    if "curve" in checks and not all(is_on_curve(point) for point in points if any(point)):
        raise InvalidPoint
    if "identity" in checks and not all(map(any, points)):
        raise InvalidPoint
    return Pair(*(point if any(point) else None for point in points))


def decoding_with(checks: str) -> Callable[[Accumulator, Any], Pair]:
    return lambda place, instances: pair(place, instances, checks)


def without_fold(claim: Claim, pair: Pair, rho: int) -> Claim:
    return claim


FOLD = accumulator.fold
GROUPS = gwc.rotation_groups


QUERIES = opening.queries


def products_at_last_in_order(key: VerifyingKey) -> list[Opened]:
    """The queries, those of the products at `last` from the first product on."""
    queries = list(QUERIES(key))
    of_products = [query for query in queries if query.rotation == key.last]
    following = iter(reversed(of_products))
    return [next(following) if query.rotation == key.last else query for query in queries]


def fold_with_one(claim: Claim, pair: Pair, rho: int) -> Claim:
    return FOLD(claim, pair, 1)


def fold_with_u(claim: Claim, pair: Pair, rho: int) -> Claim:
    u = claim.left[-1][0] if len(claim.right) == 1 else claim.right[1][0]
    return FOLD(claim, pair, u)


def shplonk_without_absorbing_the_last_point(reader: ProofReader) -> shplonk.ShplonkProof:
    """Squeezes as if `W'` had not been absorbed."""
    sy, sv = reader.transcript.squeeze(), reader.transcript.squeeze()
    w = reader.point()
    u = reader.transcript.squeeze()
    last = read_g1(reader.proof[reader.position : reader.position + G1_LENGTH])
    return shplonk.ShplonkProof(w, last, sy, sv, u)


def point_reduced(data: bytes) -> G1:
    x, y = (int.from_bytes(data[at : at + WORD], "big") % Q for at in (0, WORD))
    return G1Point(x, y) if (x, y) != (0, 0) else None


def piece_never_the_identity(reader: ProofReader) -> G1:
    return reader.point()


def sorted_groups(key: VerifyingKey) -> dict[int, list[Any]]:
    return dict(sorted(GROUPS(key).items()))


def instance_rotated_backwards(self: Domain, column: Any, rotation: int) -> int:
    total: int = sum(value * self.lagrange(j + rotation) for j, value in enumerate(column))
    return total % R


def squeeze_and_reset(self: Blake2bTranscript) -> int:
    self.hash.update(b"\0")
    digest = self.hash.digest()
    self.hash = type(self.hash)(digest, digest_size=64, person=b"Halo2-Transcript")
    return int.from_bytes(digest, "little") % R


def rotations_without_minus_one(self: VerifyingKey) -> frozenset[int]:
    classic = self.lookup_argument is LookupArgument.CLASSIC
    return frozenset({query.rotation for query in opening.queries(self)} - ({-1} if classic else set()))


def nodes_only(self: VerifyingKey) -> tuple[Query, ...]:
    nodes = (node for node in self.nodes if type(node).__name__ == "InstanceQuery")
    return tuple(dict.fromkeys(Query(node.column, node.rotation) for node in nodes))  # type: ignore[union-attr]


def every_advice_column_queried(key: VerifyingKey) -> None:
    if len({query.column for query in key.advice_queries}) != key.num_advice_columns:
        raise InvalidKey("an advice column has no query")


def cached(function: Callable[[VerifyingKey], Any], name: str) -> Any:
    """A cached property of keys."""
    result = cached_property(function)
    result.__set_name__(VerifyingKey, name)
    return result


Mutant = tuple[str, Any, str, Any, str]

MUTANTS: list[Mutant] = [
    ("limbs of any size", accumulator, "decode", decoding_with("coordinates curve identity"),
     "accumulator: made for limb 0 of rhs.y with a bit too many"),
    ("coordinates of any size", accumulator, "decode", decoding_with("limbs curve identity"),
     "accumulator: made for rhs.x + q in the accumulator"),
    ("the identity in an accumulator", accumulator, "decode", decoding_with("limbs coordinates curve"),
     "accumulator: made for the identity as both points of the accumulator"),
    ("no accumulator", accumulator, "fold", without_fold, "accumulator: the accumulator's points exchanged"),
    ("1 for rho, SHPLONK", accumulator, "fold", fold_with_one, "accumulator: made for the coefficient 1"),
    ("1 for rho, GWC", accumulator, "fold", fold_with_one, "gwc and accumulator: made for the coefficient 1"),
    ("u for rho, SHPLONK", accumulator, "fold", fold_with_u, "accumulator: made for the coefficient u"),
    ("u for rho, GWC", accumulator, "fold", fold_with_u, "gwc and accumulator: made for the coefficient u"),
    ("rho before W'", shplonk, "read", shplonk_without_absorbing_the_last_point,
     "accumulator: made for the coefficient rho, squeezed before W' is absorbed"),
    ("points that are reduced", proof_reader, "read_g1", point_reduced, "everything: made for x + q in A 1"),
    ("the identity as any point", proof_reader, "read_g1", point_reduced, "classic: made for the identity as Z"),
    ("no identity as a quotient piece", ProofReader, "quotient_piece", piece_never_the_identity,
     "blake2b: the identity as all quotient pieces"),
    ("(0, q) as a quotient piece", proof_reader, "read_g1", point_reduced, "blake2b: made for (0, q) as h 0"),
    ("groups of GWC by rotation", gwc, "rotation_groups", sorted_groups, "gwc: forged"),
    ("products at last from the first", gwc, "queries", products_at_last_in_order, "gwc, degree 3: forged"),
    ("queries in the order of evaluations", lookups, "queried", lookups.evaluated,
     "gwc and classic, no other rotation: forged"),
    ("instances rotated backwards", Domain, "instance", instance_rotated_backwards,
     "instance rotations -127 and 127: forged"),
    ("BLAKE2b that begins anew", Blake2bTranscript, "squeeze", squeeze_and_reset, "blake2b: forged"),
    ("Keccak for BLAKE2b", verify, "transcript_of", lambda _: Keccak256Transcript(), "gwc and blake2b: forged"),
    ("no rotation -1", VerifyingKey, "rotations", cached(rotations_without_minus_one, "rotations"),
     "16 rotations from 0, a classic lookup, which is no key"),
    ("permuted instance columns not counted", VerifyingKey, "instance_queries", cached(nodes_only, "instance_queries"),
     "4 rotations without 0 of a permuted one, which is no key"),
    ("five blinding factors", VerifyingKey, "blinding_factors", 5, "eight queries of an advice column: forged"),
    ("no unqueried advice column", key_rules, "check_opening", every_advice_column_queried,
     "an advice column that nothing queries: forged"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "name", "other", "vector"), [pytest.param(*mutant[1:], id=mutant[0]) for mutant in MUTANTS]
)
def test_a_mutant_fails_a_vector(
    monkeypatch: pytest.MonkeyPatch, part: Any, name: str, other: Any, vector: str
) -> None:
    made = Vector(ALL[vector], VECTORS)
    with pairing_by_secret():
        assert run(made) == []
        monkeypatch.setattr(part, name, other)
        assert run(made) != []


def test_a_client_that_takes_points_off_the_curve_fails_a_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that multiplies them by rho on their own: sums with points of the curve have no meaning."""
    monkeypatch.setattr(accumulator, "decode", decoding_with("limbs coordinates identity"))
    monkeypatch.setattr(accumulator, "fold", fold_of_multiples)
    with pairing_by_secret():
        assert run(Vector(ALL["accumulator: made for an accumulator that is not on the curve"], VECTORS)) != []


def fold_of_multiples(claim: Claim, pair: Pair, rho: int) -> Claim:
    return Claim([*claim.left, (1, multiply(rho, pair.lhs))], [*claim.right, (1, multiply(rho, pair.rhs))])
