"""SHPLONK: all queries are opened by two points (sections 8.2 and 8.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .commitments import Commitment, Opened
from .curve import G1, G1_GENERATOR
from .field import R
from .key import VerifyingKey
from .opening import Claim, DegenerateChallenge, Openings, product, queries
from .proof_reader import ProofReader


class RotationSet(NamedTuple):
    """The commitments that are queried at the same rotations (section 8.2)."""

    rotations: frozenset[int]
    commitments: tuple[Commitment, ...]


def rotation_sets(key: VerifyingKey) -> list[RotationSet]:
    """The rotation sets, and the commitments in each, in the order of their first query (section 8.2)."""
    rotations: dict[Commitment, set[int]] = {}
    for commitment, rotation in queries(key):
        rotations.setdefault(commitment, set()).add(rotation)
    commitments: dict[frozenset[int], list[Commitment]] = {}
    for commitment, of_commitment in rotations.items():
        commitments.setdefault(frozenset(of_commitment), []).append(commitment)
    return [RotationSet(of_set, tuple(members)) for of_set, members in commitments.items()]


class ShplonkProof(NamedTuple):
    """What of the proof belongs to the opening: `W` and `W'`, and the challenges around them (section 6.3)."""

    w: G1
    w_prime: G1
    sy: int
    sv: int
    u: int


def read(reader: ProofReader) -> ShplonkProof:
    """What comes after the evaluations (section 6.3)."""
    sy, sv = reader.transcript.squeeze(), reader.transcript.squeeze()
    w = reader.point()
    u = reader.transcript.squeeze()
    return ShplonkProof(w, reader.point(), sy, sv, u)


def lagrange_basis(points: Mapping[int, int], u: int) -> dict[int, int]:
    """For each rotation t: Π_(s ≠ t) (u - p_s) / (p_t - p_s) (the factors of `R_(i,j)` in section 8.3)."""
    basis = {}
    for t, p_t in points.items():
        others = [p_s for s, p_s in points.items() if s != t]
        numerator = product(u - p_s for p_s in others)
        denominator = product(p_t - p_s for p_s in others)
        basis[t] = numerator * pow(denominator, -1, R) % R
    return basis


class Member(NamedTuple):
    """A commitment of a rotation set, with `w_(i,j)` and `R_(i,j)` (section 8.3)."""

    commitment: Commitment
    weight: int
    remainder: int


class CombinedSet(NamedTuple):
    """A rotation set with `Z_i` and `c_i` (section 8.3)."""

    rotations: frozenset[int]
    z: int
    c: int
    members: list[Member]


class ShplonkCombination(NamedTuple):
    """`F` as a sum, in the order of section 8.3, and what the scalars were made of."""

    sets: list[CombinedSet]
    constant: int
    claim: Claim


def combine(key: VerifyingKey, openings: Openings, proof: ShplonkProof) -> ShplonkCombination:
    """`F` and `W'` (section 8.3)."""
    if proof.u in openings.points.values():
        raise DegenerateChallenge("u is a point at which the proof is opened")
    sets = combine_sets(rotation_sets(key), openings, proof)
    members = [member for of_set in sets for member in of_set.members]
    constant = sum(member.weight * member.remainder for member in members) % R
    terms = [
        (member.weight * scalar % R, point)
        for member in members
        for scalar, point in openings.commitments[member.commitment]
    ]
    terms += [(-constant % R, G1_GENERATOR), (-sets[0].z % R, proof.w), (proof.u, proof.w_prime)]
    return ShplonkCombination(sets, constant, Claim(terms, [(1, proof.w_prime)]))


def combine_sets(sets: list[RotationSet], openings: Openings, proof: ShplonkProof) -> list[CombinedSet]:
    """The rotation sets with their `Z_i`, `c_i`, `w_(i,j)` and `R_(i,j)` (section 8.3)."""
    vanishing = [product(proof.u - openings.points[t] for t in members.rotations) for members in sets]
    combined = []
    for i, (rotations, commitments) in enumerate(sets):
        c_i = pow(proof.sv, i, R) * vanishing[0] * pow(vanishing[i], -1, R) % R
        basis = lagrange_basis({t: openings.points[t] for t in rotations}, proof.u)
        members = []
        for j, commitment in enumerate(commitments):
            remainder = sum(openings.values[Opened(commitment, t)] * basis[t] for t in rotations) % R
            members.append(Member(commitment, c_i * pow(proof.sy, j, R) % R, remainder))
        combined.append(CombinedSet(rotations, vanishing[i], c_i, members))
    return combined
