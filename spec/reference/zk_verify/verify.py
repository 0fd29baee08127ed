"""Whether a proof verifies: the protocol (sections 6 to 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from typing import NamedTuple

from . import accumulator, gwc, lookups, opening, shplonk
from .commitments import QUOTIENT, RANDOM, Commitment, Kind, Opened
from .curve import G1, InvalidPoint
from .field import WORD, NotCanonical, R, read_canonical
from .gwc import GwcCombination, GwcProof
from .identities import Challenges, Domain, Identities
from .key import Opening, VerifyingKey
from .opening import Claim, DegenerateChallenge, Openings, Terms
from .proof_reader import ProofReader
from .short_form import form_of
from .shplonk import ShplonkCombination, ShplonkProof
from .transcript import transcript_of


class InvalidProof(ValueError):
    """A proof that does not verify."""


class Proof(NamedTuple):
    """What the transcript yields: the proof's elements and the challenges between them (section 6.3)."""

    commitments: dict[Commitment, G1]
    quotient_pieces: list[G1]
    evaluations: dict[Opened, int]
    challenges: Challenges
    opening: ShplonkProof | GwcProof
    rho: int | None
    """Squeezed if the key has an accumulator (section 9.5)."""


def verify(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> None:
    """Returns if the proof verifies, and raises `InvalidProof` if not (sections 6 to 9)."""
    with refusals():
        check_sizes(key, proof, public_inputs)
        instances = instance_columns(key, read_public_inputs(public_inputs))
        read = read_proof(key, proof, public_inputs)
        left, right = reduce(key, instances, read).claim.sides()
    if not opening.pairing_check(key, left, right):
        raise InvalidProof("the pairing check fails")


@contextmanager
def refusals() -> Iterator[None]:
    """Whatever is refused within makes the proof invalid."""
    try:
        yield
    except (NotCanonical, InvalidPoint, DegenerateChallenge) as invalid:
        raise InvalidProof(str(invalid)) from invalid


def check_sizes(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> None:
    """Section 6.1: the proof has the length of one of its forms, the public inputs have the key's; both exactly."""
    check_proof_length(key, proof)
    if len(public_inputs) != WORD * key.num_public_inputs:
        raise InvalidProof(f"public inputs: {len(public_inputs)} bytes, this key has {key.num_public_inputs} words")


def check_proof_length(key: VerifyingKey, proof: bytes) -> None:
    """Section 6.1: one of two lengths."""
    if len(proof) not in (key.proof_length, key.short_proof_length):
        lengths = f"{key.proof_length}, or {key.short_proof_length} in short form"
        raise InvalidProof(f"proof: {len(proof)} bytes, this key's proofs have {lengths}")


def read_public_inputs(public_inputs: bytes) -> list[int]:
    """The public inputs, which are canonical (section 6.1)."""
    return [read_canonical(public_inputs[at : at + WORD], R) for at in range(0, len(public_inputs), WORD)]


def instance_columns(key: VerifyingKey, values: Sequence[int]) -> list[Sequence[int]]:
    """The public inputs, column by column (section 6.1)."""
    ends = list(accumulate(key.instance_lengths, initial=0))
    return [values[start:end] for start, end in pairwise(ends)]


def read_proof(
    key: VerifyingKey, proof: bytes, public_inputs: bytes, reader_of: type[ProofReader] = ProofReader
) -> Proof:
    """The whole proof, element by element, and its challenges (section 6.3)."""
    transcript = transcript_of(key.transcript_hash)
    reader = reader_of(proof, transcript, form_of(key, proof))
    commitments: dict[Commitment, G1] = {}

    transcript.absorb_scalar(key.digest.to_bytes(WORD, "big"))
    for at in range(0, len(public_inputs), WORD):
        transcript.absorb_scalar(public_inputs[at : at + WORD])

    of_phases: list[int] = []
    first_column = 0
    for phase in key.phases:
        columns = range(first_column, first_column + phase.advice_columns)
        commitments |= reader.commitments(Commitment(Kind.ADVICE, column) for column in columns)
        of_phases += [transcript.squeeze() for _ in range(phase.challenges)]
        first_column += phase.advice_columns
    theta = transcript.squeeze()

    commitments |= reader.commitments(lookups.committed_before_beta(key))
    beta = transcript.squeeze()
    gamma = transcript.squeeze()

    products = range(key.num_permutation_products)
    commitments |= reader.commitments(Commitment(Kind.PERMUTATION_PRODUCT, i) for i in products)
    commitments |= reader.commitments(lookups.committed_after_gamma(key))
    commitments |= reader.commitments(Commitment(Kind.SHUFFLE_PRODUCT, i) for i in range(len(key.shuffles)))
    commitments |= reader.commitments([RANDOM])
    y = transcript.squeeze()

    quotient_pieces = [reader.quotient_piece() for _ in range(key.num_quotient_pieces)]
    x = transcript.squeeze()

    evaluations = {opened: reader.evaluation() for opened in evaluation_order(key)}
    opening_proof = read_opening(key, reader)
    rho = None if key.accumulator is None else transcript.squeeze()

    challenges = Challenges(of_phases, theta, beta, gamma, y, x)
    return Proof(commitments, quotient_pieces, evaluations, challenges, opening_proof, rho)


def read_opening(key: VerifyingKey, reader: ProofReader) -> ShplonkProof | GwcProof:
    """The rest of the proof (sections 6.3 and 9.2)."""
    match key.opening:
        case Opening.SHPLONK:
            return shplonk.read(reader)
        case Opening.GWC:
            return gwc.read(reader, key.num_opening_points)


def evaluation_order(key: VerifyingKey) -> Iterable[Opened]:
    """What the evaluations are of, in the order in which they stand in the proof (section 6.4)."""
    for column, rotation in key.advice_queries:
        yield Opened(Commitment(Kind.ADVICE, column), rotation)
    for column, rotation in key.fixed_queries:
        yield Opened(Commitment(Kind.FIXED, column), rotation)
    yield Opened(RANDOM, 0)
    for j in range(len(key.permutation_columns)):
        yield Opened(Commitment(Kind.SIGMA, j), 0)
    for i in range(key.num_permutation_products):
        z_i = Commitment(Kind.PERMUTATION_PRODUCT, i)
        yield Opened(z_i, 0)
        yield Opened(z_i, 1)
        if i < key.num_permutation_products - 1:
            yield Opened(z_i, key.last)
    yield from lookups.evaluated(key)
    for i in range(len(key.shuffles)):
        yield Opened(Commitment(Kind.SHUFFLE_PRODUCT, i), 0)
        yield Opened(Commitment(Kind.SHUFFLE_PRODUCT, i), 1)


class Reduction(NamedTuple):
    """What follows from a proof, up to the claim that the pairing checks (sections 7 and 8)."""

    domain: Domain
    identities: Identities
    openings: Openings
    combination: ShplonkCombination | GwcCombination
    claim: Claim
    """That of the combination; if the key has an accumulator, with it."""


def reduce(key: VerifyingKey, columns: Sequence[Sequence[int]], proof: Proof) -> Reduction:
    """Everything between the transcript and the pairing check (sections 7, 8.1 to 8.3, and 9)."""
    domain = Domain(key, proof.challenges.x)
    instances = {query: domain.instance(columns[query.column], query.rotation) for query in key.instance_queries}
    identities = Identities(key, domain, proof.challenges, proof.evaluations, instances)

    openings = Openings(
        points={t: domain.rotated(t) for t in sorted(key.rotations)},
        commitments=all_commitments(key, domain, proof),
        values=proof.evaluations | {Opened(QUOTIENT, 0): identities.quotient()},
    )
    combination = combine(key, openings, proof.opening)
    claim = combination.claim
    if key.accumulator is not None and proof.rho is not None:
        claim = accumulator.fold(claim, accumulator.decode(key.accumulator, columns), proof.rho)
    return Reduction(domain, identities, openings, combination, claim)


def combine(
    key: VerifyingKey, openings: Openings, proof: ShplonkProof | GwcProof
) -> ShplonkCombination | GwcCombination:
    """Both sides of the opening's equation (sections 8.3 and 9.2)."""
    if isinstance(proof, ShplonkProof):
        return shplonk.combine(key, openings, proof)
    return gwc.combine(key, openings, proof)


def all_commitments(key: VerifyingKey, domain: Domain, proof: Proof) -> dict[Commitment, Terms]:
    """The proof's commitments, the key's, and `H` as the sum of the quotient's pieces (sections 8.1 and 8.3)."""
    result: dict[Commitment, Terms] = {which: [(1, at)] for which, at in proof.commitments.items()}
    result |= {Commitment(Kind.FIXED, i): [(1, at)] for i, at in enumerate(key.fixed_commitments)}
    result |= {Commitment(Kind.SIGMA, j): [(1, at)] for j, at in enumerate(key.permutation_commitments)}
    result[QUOTIENT] = [(pow(domain.x_n, i, R), piece) for i, piece in enumerate(proof.quotient_pieces)]
    return result
