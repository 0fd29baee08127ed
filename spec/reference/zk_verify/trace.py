"""Every value that is computed between a proof and its pairing check, to compare another implementation with.

    python -m zk_verify.trace KEY PROOF PUBLIC_INPUTS

The three are files of raw bytes; the trace is written to the standard output. `spec/vectors/README.md` tells what the
fields are.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from . import json_text, key_encoding, opening
from .identities import DegenerateChallenge
from .json_text import g1, number, numbers
from .key import VerifyingKey
from .key_rules import InvalidKey
from .opening import CombinedSet, Commitment, Kind, Opened
from .verify import InvalidProof, Proof, Reduction, check_sizes, read_proof, read_public_inputs, reduce

NAMES = {
    Kind.ADVICE: "advice",
    Kind.FIXED: "fixed",
    Kind.SIGMA: "sigma",
    Kind.PERMUTATION_PRODUCT: "z",
    Kind.LOOKUP_SUM: "phi",
    Kind.LOOKUP_MULTIPLICITIES: "m",
    Kind.SHUFFLE_PRODUCT: "shuffle",
    Kind.QUOTIENT: "H",
    Kind.RANDOM: "random",
}


def trace(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> dict[str, Any]:
    """The fields of a trace. Raises `InvalidProof` and its like if the proof is refused before the pairing check."""
    check_sizes(key, proof, public_inputs)
    instances = read_public_inputs(public_inputs)
    read = read_proof(key, proof, public_inputs)
    reduction = reduce(key, instances, read)
    f = reduction.combination.f()
    return {
        "digest": number(key.digest),
        "instances": [numbers(instances)],
        "proof": proof.hex(),
        **_challenges(read),
        **_identities(key, reduction),
        **_opening(key, read, reduction),
        "F": g1(f),
        "accept": opening.pairing_check(key, f, read.opening),
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
        "shplonk_y": number(read.opening.sy),
        "shplonk_v": number(read.opening.sv),
        "shplonk_u": number(read.opening.u),
    }


def _identities(key: VerifyingKey, reduction: Reduction) -> dict[str, Any]:
    """Section 7."""
    domain, identities = reduction.domain, reduction.identities
    terms = [identities.terms_of_lookup(lookup) for lookup in key.lookups]
    return {
        "xn": number(domain.x_n),
        "zh": number(domain.zh),
        "l_0": number(domain.l_0),
        "l_last": number(domain.l_last),
        "l_blind": number(domain.l_blind),
        "l_active": number(domain.l_active),
        "instance_evals": [number(identities.instance)],
        "nodes": numbers(identities.nodes),
        "lookups": [{"f": numbers(f), "t": number(t)} for f, t in terms],
        "identities": numbers(list(identities.all())),
        "h_eval": number(identities.quotient()),
    }


def _opening(key: VerifyingKey, read: Proof, reduction: Reduction) -> dict[str, Any]:
    """Section 8."""
    combination = reduction.combination
    return {
        "rotation_last": key.last,
        "queries": [_query(opened, reduction.values[opened]) for opened in opening.queries(key)],
        "points": [[rotation, number(point)] for rotation, point in reduction.points.items()],
        "sets": [_set(of_set) for of_set in combination.sets],
        "z0": number(combination.sets[0].z),
        "r": number(combination.constant),
        "W": g1(read.opening.w),
        "W2": g1(read.opening.w_prime),
        "msm": [[number(scalar), g1(point)] for scalar, point in combination.terms],
    }


def _commitment(commitment: Commitment) -> list[str | int]:
    """What a commitment commits to; with its number, if there can be several."""
    name = NAMES[commitment.kind]
    return [name] if commitment in (opening.QUOTIENT, opening.RANDOM) else [name, commitment.number]


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
