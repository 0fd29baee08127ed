"""GWC: the queries at each rotation are opened by one point (section 9.2)."""

from __future__ import annotations

from typing import NamedTuple

from .commitments import Commitment, Opened
from .curve import G1, G1_GENERATOR
from .field import R
from .key import VerifyingKey
from .opening import Claim, Openings, Terms, queries
from .proof_reader import ProofReader


class GwcProof(NamedTuple):
    """What of the proof belongs to the opening: the `W_i`, and the challenges around them (section 9.2)."""

    w: list[G1]
    v: int
    u: int


def read(reader: ProofReader, number: int) -> GwcProof:
    """What comes after the evaluations: a point for each rotation (section 9.2)."""
    v = reader.transcript.squeeze()
    w = reader.points(number)
    return GwcProof(w, v, reader.transcript.squeeze())


def rotation_groups(key: VerifyingKey) -> dict[int, list[Commitment]]:
    """The commitments that are queried at each rotation; all in the order of their first query (section 9.2)."""
    groups: dict[int, list[Commitment]] = {}
    for commitment, rotation in queries(key):
        groups.setdefault(rotation, []).append(commitment)
    return groups


class CombinedGroup(NamedTuple):
    """The queries at one rotation: `D_i = Σ v^j · C_(i,j)` and `e_i` (section 9.2)."""

    rotation: int
    point: int
    """`p_i`"""
    commitments: list[Commitment]
    terms: Terms
    value: int


class GwcCombination(NamedTuple):
    """Both sides of the equation, and what they were made of."""

    groups: list[CombinedGroup]
    claim: Claim


def combine(key: VerifyingKey, openings: Openings, proof: GwcProof) -> GwcCombination:
    """Both sides (section 9.2)."""
    groups = combine_groups(key, openings, proof)
    left: Terms = []
    right: Terms = []
    constant = 0
    for i, (group, w_i) in enumerate(zip(groups, proof.w, strict=True)):
        u_i = pow(proof.u, i, R)
        left += [(u_i * scalar % R, point) for scalar, point in group.terms]
        left.append((u_i * openings.points[group.rotation] % R, w_i))
        right.append((u_i, w_i))
        constant += u_i * group.value
    left.append((-constant % R, G1_GENERATOR))
    return GwcCombination(groups, Claim(left, right))


def combine_groups(key: VerifyingKey, openings: Openings, proof: GwcProof) -> list[CombinedGroup]:
    """`D_i` and `e_i` of each rotation (section 9.2)."""
    groups = []
    for rotation, commitments in rotation_groups(key).items():
        terms: Terms = []
        value = 0
        for j, commitment in enumerate(commitments):
            v_j = pow(proof.v, j, R)
            terms += [(v_j * scalar % R, point) for scalar, point in openings.commitments[commitment]]
            value += v_j * openings.values[Opened(commitment, rotation)]
        groups.append(CombinedGroup(rotation, openings.points[rotation], commitments, terms, value % R))
    return groups
