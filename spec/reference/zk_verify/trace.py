"""Every value that is computed between a proof and its pairing check, to compare another implementation with.

    python -m zk_verify.trace KEY PROOF PUBLIC_INPUTS

The three are files of raw bytes; the trace is written to the standard output. `spec/vectors/README.md` tells what the
fields are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import json_text, key_encoding, opening
from .accumulator import decode
from .commitments import QUOTIENT, RANDOM, Commitment, Kind, Opened
from .gwc import CombinedGroup, GwcCombination, GwcProof
from .identities import Identities
from .json_text import g1, number, numbers
from .key import Lookup, LookupArgument, VerifyingKey
from .key_rules import InvalidKey
from .opening import DegenerateChallenge, Terms
from .shplonk import CombinedSet, ShplonkCombination, ShplonkProof
from .verify import (
    InvalidProof,
    Proof,
    Reduction,
    check_sizes,
    instance_columns,
    read_proof,
    read_public_inputs,
    reduce,
)

NAMES = {
    Kind.ADVICE: "advice",
    Kind.FIXED: "fixed",
    Kind.SIGMA: "sigma",
    Kind.PERMUTATION_PRODUCT: "z",
    Kind.LOOKUP_SUM: "phi",
    Kind.LOOKUP_MULTIPLICITIES: "m",
    Kind.LOOKUP_PRODUCT: "lookup_z",
    Kind.PERMUTED_INPUT: "lookup_a",
    Kind.PERMUTED_TABLE: "lookup_s",
    Kind.SHUFFLE_PRODUCT: "shuffle",
    Kind.QUOTIENT: "H",
    Kind.RANDOM: "random",
}


def trace(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> dict[str, Any]:
    """The fields of a trace. Raises `InvalidProof` and its like if the proof is refused before the pairing check."""
    check_sizes(key, proof, public_inputs)
    instances = instance_columns(key, read_public_inputs(public_inputs))
    read = read_proof(key, proof, public_inputs)
    reduction = reduce(key, instances, read)
    left, right = reduction.claim.sides()
    return {
        "digest": number(key.digest),
        "instances": [numbers(list(column)) for column in instances],
        "proof": proof.hex(),
        **_challenges(read),
        **_identities(key, reduction),
        **_opening(key, read, reduction),
        **_accumulator(key, instances, read),
        "F": g1(left),
        "N": g1(right),
        "accept": opening.pairing_check(key, left, right),
    }


def _challenges(read: Proof) -> dict[str, Any]:
    """Section 6.3."""
    of_phases, theta, beta, gamma, y, x = read.challenges
    return {
        "user_challenges": numbers(list(of_phases)),
        "theta": number(theta),
        "beta": number(beta),
        "gamma": number(gamma),
        "y": number(y),
        "x": number(x),
        **_challenges_of_opening(read.opening),
    }


def _challenges_of_opening(proof: ShplonkProof | GwcProof) -> dict[str, Any]:
    """Sections 6.3 and 9.2."""
    if isinstance(proof, ShplonkProof):
        return {"shplonk_y": number(proof.sy), "shplonk_v": number(proof.sv), "shplonk_u": number(proof.u)}
    return {"gwc_v": number(proof.v), "gwc_u": number(proof.u)}


def _identities(key: VerifyingKey, reduction: Reduction) -> dict[str, Any]:
    """Section 7."""
    domain, identities = reduction.domain, reduction.identities
    return {
        "xn": number(domain.x_n),
        "zh": number(domain.zh),
        "l_0": number(domain.l_0),
        "l_last": number(domain.l_last),
        "l_blind": number(domain.l_blind),
        "l_active": number(domain.l_active),
        "instance_queries": [list(query) for query in key.instance_queries],
        "instance_evals": [number(identities.instances[query]) for query in key.instance_queries],
        "nodes": numbers(identities.nodes),
        "lookups": [_lookup(key, identities, lookup) for lookup in key.lookups],
        "identities": numbers(list(identities.all())),
        "h_eval": number(identities.quotient()),
    }


def _lookup(key: VerifyingKey, identities: Identities, lookup: Lookup) -> dict[str, Any]:
    """Sections 7.5 and 9.4."""
    match key.lookup_argument:
        case LookupArgument.LOG_DERIVATIVE:
            f, t = identities.terms_of_lookup(lookup)
            return {"f": numbers(f), "t": number(t)}
        case LookupArgument.CLASSIC:
            given, table = identities.factors_of_classic_lookup(lookup)
            return {"input": number(given), "table": number(table)}


def _opening(key: VerifyingKey, read: Proof, reduction: Reduction) -> dict[str, Any]:
    """Sections 8 and 9.2."""
    openings = reduction.openings
    return {
        "rotation_last": key.last,
        "queries": [_query(opened, openings.values[opened]) for opened in opening.queries(key)],
        "points": [[rotation, number(point)] for rotation, point in openings.points.items()],
        **_combination(reduction.combination, read.opening),
    }


def _combination(combination: ShplonkCombination | GwcCombination, proof: ShplonkProof | GwcProof) -> dict[str, Any]:
    """Sections 8.3 and 9.2."""
    left, right = combination.claim
    if isinstance(combination, ShplonkCombination) and isinstance(proof, ShplonkProof):
        return {
            "sets": [_set(of_set) for of_set in combination.sets],
            "z0": number(combination.sets[0].z),
            "r": number(combination.constant),
            "W": g1(proof.w),
            "W2": g1(proof.w_prime),
            "msm": _terms(left),
        }
    assert isinstance(combination, GwcCombination) and isinstance(proof, GwcProof)
    return {
        "sets": [_group(group) for group in combination.groups],
        "W": [g1(point) for point in proof.w],
        "msm": _terms(left),
        "msm_right": _terms(right),
    }


def _terms(terms: Terms) -> list[list[Any]]:
    return [[number(scalar), g1(point)] for scalar, point in terms]


def _accumulator(key: VerifyingKey, instances: Sequence[Sequence[int]], read: Proof) -> dict[str, Any]:
    """Section 9.5."""
    if key.accumulator is None or read.rho is None:
        return {}
    pair = decode(key.accumulator, instances)
    return {"rho": number(read.rho), "accumulator": [g1(pair.lhs), g1(pair.rhs)]}


def _commitment(commitment: Commitment) -> list[str | int]:
    """What a commitment commits to; with its number, if there can be several."""
    name = NAMES[commitment.kind]
    return [name] if commitment in (QUOTIENT, RANDOM) else [name, commitment.number]


def _query(opened: Opened, value: int) -> dict[str, Any]:
    return {"commitment": _commitment(opened.commitment), "rotation": opened.rotation, "eval": number(value)}


def _set(of_set: CombinedSet) -> dict[str, Any]:
    return {
        "rotations": sorted(of_set.rotations),
        "Z": number(of_set.z),
        "c": number(of_set.c),
        "commitments": [
            {"commitment": _commitment(commitment), "w": number(weight), "R": number(remainder)}
            for commitment, weight, remainder in of_set.members
        ],
    }


def _group(group: CombinedGroup) -> dict[str, Any]:
    return {
        "rotation": group.rotation,
        "commitments": [_commitment(commitment) for commitment in group.commitments],
        "e": number(group.value),
    }


def main(arguments: list[str]) -> int:
    """Writes the trace of three files."""
    if len(arguments) != 3:
        print("usage: python -m zk_verify.trace KEY PROOF PUBLIC_INPUTS (files of raw bytes)", file=sys.stderr)
        return 2
    code, proof, public_inputs = (Path(argument).read_bytes() for argument in arguments)
    try:
        fields = trace(key_encoding.decode(code), proof, public_inputs)
    except InvalidKey as invalid:
        print(f"{arguments[0]}: no verifying key: {invalid}", file=sys.stderr)
        return 1
    except (InvalidProof, DegenerateChallenge, ValueError) as invalid:
        print(f"{arguments[1]}: refused before the pairing check: {invalid}", file=sys.stderr)
        return 1
    print(json_text.text(fields), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
