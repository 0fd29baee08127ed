"""The reference and the Rust agree about random circuits with every mixture of features, and about altered proofs.

Each circuit gets a proof that is forged to hold, and then is altered: its proof, its public inputs, or its key. For
each, the Rust program `claims` says whether the key is one, whether the proof is refused, and else both sides of the
pairing's equation and whether it holds. Skipped unless CLAIMS names that program; RANDOM_CIRCUITS is the number of
circuits, and FIRST_CIRCUIT the first of them:

    cargo build -p zk-verify-vectors --bin claims
    CLAIMS=../../target/debug/claims RANDOM_CIRCUITS=10000 python -m pytest tests/test_random_circuits.py
"""

from __future__ import annotations

import os
import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest

from circuits import RandomKey
from encode import encode, g1, integer
from isolated import first_evaluation, place_of_point, raise_word
from isolated_short import NO_POINT, no_point
from lenient import BIT_254, opposite
from logs import Forger, Multiples
from zk_verify.conversion import lengthen, shorten
from zk_verify.curve import G1, G1_LENGTH
from zk_verify.field import WORD, Q, R
from zk_verify.key import LookupArgument, Opening, TranscriptHash, VerifyingKey
from zk_verify.key_encoding import decode
from zk_verify.key_rules import InvalidKey
from zk_verify.short_form import Form, read_short_point, short_point
from zk_verify.verify import check_sizes, instance_columns, read_proof, read_public_inputs, reduce

CLAIMS = os.environ.get("CLAIMS")
NUMBER = int(os.environ.get("RANDOM_CIRCUITS", "200"))
FIRST = int(os.environ.get("FIRST_CIRCUIT", "0"))
BATCH = 100

NO_KEY, REFUSED = "no key", "refused"

FORGER = Forger(Multiples())


class Case(NamedTuple):
    """A call: the code of a key, a proof, public inputs; and how it was altered."""

    name: str
    code: bytes
    proof: bytes
    public_inputs: bytes


def verdict(case: Case) -> str:
    """What the program should say."""
    try:
        key = decode(case.code)
    except InvalidKey:
        return NO_KEY
    try:
        check_sizes(key, case.proof, case.public_inputs)
        columns = instance_columns(key, read_public_inputs(case.public_inputs))
        claim = reduce(key, columns, read_proof(key, case.proof, case.public_inputs)).claim
    except ValueError:
        return REFUSED
    left, right = FORGER.multiples.log(claim.left), FORGER.multiples.log(claim.right)
    holds = left == FORGER.secret * right % R
    return f"{hex_of(left)} {hex_of(right)} {str(holds).lower()}"


def hex_of(log: int) -> str:
    """The point with this logarithm, the identity as zeros."""
    point: G1 = FORGER.multiples.point(log)
    return (bytes(G1_LENGTH) if point is None else g1(point)).hex()


# Alterations


def altered(data: bytes, at: int, content: bytes) -> bytes:
    return data[:at] + content + data[at + len(content) :]


def flipped(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return altered(data, at, bytes([data[at] ^ 1 << rng.randrange(8)]))


def with_other_point(key: VerifyingKey, proof: bytes, rng: random.Random) -> bytes:
    return altered(proof, some_point_of(key, rng), g1(FORGER.some_point(rng)))


def some_point_of(key: VerifyingKey, rng: random.Random, form: Form = Form.LONG) -> int:
    """Where some point of the proof stands."""
    return place_of_point(key, rng.randrange(key.num_proof_points), form)


def some_evaluation_of(key: VerifyingKey, rng: random.Random, form: Form = Form.LONG) -> int:
    return first_evaluation(key, form) + WORD * rng.randrange(key.num_evaluations)


def with_next_scalar(data: bytes, at: int) -> bytes:
    value = (int.from_bytes(data[at : at + WORD], "big") + 1) % R
    return altered(data, at, integer(value, WORD))


def without_a_quotient_piece(key: VerifyingKey, proof: bytes, rng: random.Random) -> bytes:
    """A piece becomes the identity, and the proof is solved again: it holds."""
    after = key.num_proof_points - key.num_opening_points
    return altered(proof, G1_LENGTH * (after - 1 - rng.randrange(key.num_quotient_pieces)), bytes(G1_LENGTH))


Alteration = Callable[[VerifyingKey, bytes, random.Random], bytes]

OF_PROOFS: dict[str, Alteration] = {
    "another evaluation": lambda key, proof, rng: with_next_scalar(proof, some_evaluation_of(key, rng)),
    "an evaluation + r": lambda key, proof, rng: raise_word(proof, some_evaluation_of(key, rng), R),
    "another point": with_other_point,
    "x + q": lambda key, proof, rng: raise_word(proof, some_point_of(key, rng), Q),
    "y + q": lambda key, proof, rng: raise_word(proof, some_point_of(key, rng) + WORD, Q),
    "the identity": lambda key, proof, rng: altered(proof, some_point_of(key, rng), bytes(G1_LENGTH)),
    "no quotient piece": without_a_quotient_piece,
    "a bit of the proof": lambda _, proof, rng: flipped(proof, rng),
    "a byte less": lambda _, proof, rng: proof[:-1],
    "a byte more": lambda _, proof, rng: proof + b"\0",
}


def at_a_short_point(alter: Callable[[bytes, random.Random], bytes]) -> Alteration:
    """An alteration of the word of some point."""

    def alter_proof(key: VerifyingKey, proof: bytes, rng: random.Random) -> bytes:
        at = some_point_of(key, rng, Form.SHORT)
        return altered(proof, at, alter(proof[at : at + WORD], rng))

    return alter_proof


def opposite_point(word: bytes, _: random.Random) -> bytes:
    """The word of the opposite point, whose logarithm is remembered."""
    point = read_short_point(word)
    assert point is not None
    FORGER.multiples.point(-FORGER.multiples.logs[point])
    return opposite(word)


OF_SHORT_PROOFS: dict[str, Alteration] = {
    "short form: the other parity": at_a_short_point(opposite_point),
    "short form: another point": at_a_short_point(lambda _, rng: short_point(FORGER.some_point(rng))),
    "short form: x + q": at_a_short_point(lambda word, _: raise_word(word, 0, Q)),
    "short form: bit 254": at_a_short_point(lambda word, _: raise_word(word, 0, BIT_254)),
    "short form: the identity": at_a_short_point(lambda *_: bytes(WORD)),
    "short form: x = 0 with the top bit": at_a_short_point(lambda *_: NO_POINT),
    "short form: an x without a point": at_a_short_point(lambda _, rng: no_point(rng.randrange(1000))),
    "short form: another evaluation": lambda key, proof, rng: with_next_scalar(
        proof, some_evaluation_of(key, rng, Form.SHORT)
    ),
    "short form: an evaluation + r": lambda key, proof, rng: raise_word(
        proof, some_evaluation_of(key, rng, Form.SHORT), R
    ),
    "short form: a byte less": lambda _, proof, rng: proof[:-1],
    "short form: a byte more": lambda _, proof, rng: proof + b"\0",
    "short form: a word more": lambda _, proof, rng: proof + bytes(WORD),
    "short form: a point in long form": lambda key, proof, rng: lengthen(key, proof)[:G1_LENGTH] + proof[WORD:],
}

OF_INPUTS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "another input": lambda inputs, rng: with_next_scalar(inputs, some_word(inputs, rng)),
    "an input + r": lambda inputs, rng: raise_word(inputs, some_word(inputs, rng), R),
    "an input less": lambda inputs, rng: inputs[:-WORD],
    "an input more": lambda inputs, rng: inputs + bytes(WORD),
    "a bit of the inputs": flipped,
}


def some_word(data: bytes, rng: random.Random) -> int:
    return WORD * rng.randrange(len(data) // WORD)


def other_key(key: VerifyingKey, rng: random.Random) -> VerifyingKey:
    """The key with another feature, another degree, other instance lengths or another digest."""
    lengths = list(key.instance_lengths)
    rng.shuffle(lengths)
    other_hash = {TranscriptHash.KECCAK256: TranscriptHash.BLAKE2B, TranscriptHash.BLAKE2B: TranscriptHash.KECCAK256}
    others = [
        replace(key, opening=Opening.GWC if key.opening is Opening.SHPLONK else Opening.SHPLONK),
        replace(key, transcript_hash=other_hash[key.transcript_hash]),
        replace(key, degree=key.degree + 1),
        replace(key, instance_lengths=tuple(lengths)),
        replace(key, digest=(key.digest + 1) % R),
        replace(key, k=key.k + 1),
    ]
    if key.accumulator is not None:
        others.append(replace(key, accumulator=None))
        others.append(replace(key, accumulator=key.accumulator._replace(row=key.accumulator.row + 1)))
    if key.lookup_argument is LookupArgument.CLASSIC:
        others.append(replace(key, lookup_argument=LookupArgument.LOG_DERIVATIVE))
    return rng.choice(others)


def cases(seed: int) -> Iterator[Case]:
    """The circuit of a seed: forged to hold, in both forms, and altered five times."""
    rng = random.Random(f"circuit {seed}")
    key = RandomKey(seed).key()
    code = encode(key)
    try:
        decode(code)
    except InvalidKey:
        yield Case("no key", code, b"", b"")
        return
    public_inputs = FORGER.public_inputs(key, rng)
    proof = FORGER.proof(key, public_inputs, rng)
    yield Case("forged", code, proof, public_inputs)
    name = rng.choice(sorted(OF_PROOFS))
    other = OF_PROOFS[name](key, proof, rng)
    yield Case(name, code, other, public_inputs)
    if name == "no quotient piece":
        solved = FORGER.solved(key, other, public_inputs)
        yield Case("solved", code, solved, public_inputs)
        yield Case("solved, in short form", code, shorten(key, solved), public_inputs)
    short = shorten(key, proof)
    yield Case("short form", code, short, public_inputs)
    name = rng.choice(sorted(OF_SHORT_PROOFS))
    yield Case(name, code, OF_SHORT_PROOFS[name](key, short, rng), public_inputs)
    if public_inputs:
        name = rng.choice(sorted(OF_INPUTS))
        yield Case(name, code, rng.choice((proof, short)), OF_INPUTS[name](public_inputs, rng))
    yield Case("another key", encode(other_key(key, rng)), proof, public_inputs)
    yield Case("a bit of the key", flipped(code, rng), proof, public_inputs)


def claims(batch: list[Case]) -> list[str]:
    """What the program says."""
    assert CLAIMS is not None
    lines = "".join("\t".join(data.hex() for data in case[1:]) + "\n" for case in batch)
    ran = subprocess.run([CLAIMS], input=lines, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


@pytest.mark.skipif(CLAIMS is None, reason="CLAIMS names no program")
def test_the_rust_says_the_same() -> None:
    said: Counter[tuple[str, str]] = Counter()
    for first in range(FIRST, FIRST + NUMBER, BATCH):
        seeds = range(first, min(first + BATCH, FIRST + NUMBER))
        batch = [(seed, case) for seed in seeds for case in cases(seed)]
        answers = claims([case for _, case in batch])
        assert len(answers) == len(batch)
        for (seed, case), answer in zip(batch, answers):
            expected = verdict(case)
            assert answer.split(": ")[0] == expected, f"circuit {seed}, {case.name}"
            said[case.name, expected.rsplit(" ", 1)[-1] if " " in expected and expected != NO_KEY else expected] += 1
    for (name, answer), times in sorted(said.items()):
        print(f"{name}: {answer} {times} times")


def test_forged_proofs_hold_and_altered_ones_do_not() -> None:
    said = Counter((case.name, verdict(case).rsplit(" ", 1)[-1]) for seed in range(60) for case in cases(seed))
    assert said["forged", "true"] > 30
    assert {name for name, answer in said if answer == "true"} <= {
        "forged",
        "solved",
        "solved, in short form",
        "short form",
        "a bit of the key",
        "another key",
    }
    assert said["forged", "true"] == said["short form", "true"]
    assert said["forged", "false"] == said["forged", REFUSED] == said["solved", "false"] == 0
