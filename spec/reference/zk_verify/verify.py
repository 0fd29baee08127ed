"""Whether a proof verifies: the protocol (sections 6 to 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from . import opening
from .curve import G1, G1_LENGTH, InvalidPoint, read_g1
from .field import WORD, NotCanonical, R, read_canonical
from .identities import Challenges, DegenerateChallenge, Domain, Identities
from .key import VerifyingKey
from .opening import QUOTIENT, RANDOM, Combination, Commitment, Kind, Opened, OpeningProof
from .transcript import Transcript


class InvalidProof(ValueError):
    """A proof that does not verify."""


class Proof(NamedTuple):
    """What the transcript yields: the proof's elements and the challenges between them (section 6.3)."""

    commitments: dict[Commitment, G1]
    quotient_pieces: list[G1]
    evaluations: dict[Opened, int]
    challenges: Challenges
    opening: OpeningProof


def verify(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> None:
    """Returns if the proof verifies, and raises `InvalidProof` if not (sections 6 to 8)."""
    try:
        check_sizes(key, proof, public_inputs)
        instances = read_public_inputs(public_inputs)
        read = read_proof(key, proof, public_inputs)
        f = reduce(key, instances, read).combination.f()
    except (NotCanonical, InvalidPoint, DegenerateChallenge) as invalid:
        raise InvalidProof(str(invalid)) from invalid
    if not opening.pairing_check(key, f, read.opening):
        raise InvalidProof("the pairing check fails")


def check_sizes(key: VerifyingKey, proof: bytes, public_inputs: bytes) -> None:
    """Section 6.1: both lengths are the key's, exactly."""
    if len(proof) != key.proof_length:
        raise InvalidProof(f"proof: {len(proof)} bytes, this key's proofs have {key.proof_length}")
    if len(public_inputs) != WORD * key.num_public_inputs:
        raise InvalidProof(f"public inputs: {len(public_inputs)} bytes, this key has {key.num_public_inputs} words")


def read_public_inputs(public_inputs: bytes) -> list[int]:
    """The public inputs, which are canonical (section 6.1)."""
    return [read_canonical(public_inputs[at : at + WORD], R) for at in range(0, len(public_inputs), WORD)]


class ProofReader:
    """Reads the proof's elements and absorbs them as they stand in it (section 6.3)."""

    def __init__(self, proof: bytes, transcript: Transcript) -> None:
        self.proof = proof
        self.position = 0
        self.transcript = transcript

    def _take(self, length: int) -> bytes:
        taken = self.proof[self.position : self.position + length]
        self.position += length
        self.transcript.absorb(taken)
        return taken

    def point(self) -> G1:
        """A valid point, so never the identity."""
        return read_g1(self._take(G1_LENGTH))

    def points(self, number: int) -> list[G1]:
        """As many valid points."""
        return [self.point() for _ in range(number)]

    def commitments(self, kind: Kind, indices: Iterable[int]) -> dict[Commitment, G1]:
        """The commitments of one kind."""
        return {Commitment(kind, index): self.point() for index in indices}

    def evaluation(self) -> int:
        """A canonical scalar."""
        return read_canonical(self._take(WORD), R)


def read_proof(
    key: VerifyingKey, proof: bytes, public_inputs: bytes, reader_of: type[ProofReader] = ProofReader
) -> Proof:
    """The whole proof, element by element, and its challenges (section 6.3)."""
    transcript = Transcript()
    reader = reader_of(proof, transcript)
    commitments: dict[Commitment, G1] = {}

    transcript.absorb(key.digest.to_bytes(WORD, "big"))
    transcript.absorb(public_inputs)

    of_phases: list[int] = []
    first_column = 0
    for phase in key.phases:
        columns = range(first_column, first_column + phase.advice_columns)
        commitments |= reader.commitments(Kind.ADVICE, columns)
        of_phases += [transcript.squeeze() for _ in range(phase.challenges)]
        first_column += phase.advice_columns
    theta = transcript.squeeze()

    lookups = range(len(key.lookups))
    commitments |= reader.commitments(Kind.LOOKUP_MULTIPLICITIES, lookups)
    beta = transcript.squeeze()
    gamma = transcript.squeeze()

    commitments |= reader.commitments(Kind.PERMUTATION_PRODUCT, range(key.num_permutation_products))
    commitments |= reader.commitments(Kind.LOOKUP_SUM, lookups)
    commitments |= reader.commitments(Kind.SHUFFLE_PRODUCT, range(len(key.shuffles)))
    commitments[RANDOM] = reader.point()
    y = transcript.squeeze()

    quotient_pieces = reader.points(key.num_quotient_pieces)
    x = transcript.squeeze()

    evaluations = {opened: reader.evaluation() for opened in evaluation_order(key)}
    sy = transcript.squeeze()
    sv = transcript.squeeze()

    w = reader.point()
    u = transcript.squeeze()
    w_prime = reader.point()

    challenges = Challenges(of_phases, theta, beta, gamma, y, x)
    return Proof(commitments, quotient_pieces, evaluations, challenges, OpeningProof(w, w_prime, sy, sv, u))


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
    for i in range(len(key.lookups)):
        yield Opened(Commitment(Kind.LOOKUP_SUM, i), 0)
        yield Opened(Commitment(Kind.LOOKUP_SUM, i), 1)
        yield Opened(Commitment(Kind.LOOKUP_MULTIPLICITIES, i), 0)
    for i in range(len(key.shuffles)):
        yield Opened(Commitment(Kind.SHUFFLE_PRODUCT, i), 0)
        yield Opened(Commitment(Kind.SHUFFLE_PRODUCT, i), 1)


class Reduction(NamedTuple):
    """What follows from a proof, up to the claim that the pairing checks (sections 7 and 8)."""

    domain: Domain
    identities: Identities
    values: dict[Opened, int]
    """The evaluations, and `h`."""
    points: dict[int, int]
    """`p_t` for each rotation t."""
    combination: Combination


def reduce(key: VerifyingKey, instances: Sequence[int], proof: Proof) -> Reduction:
    """Everything between the transcript and the pairing check (sections 7, 8.1, 8.2 and 8.3)."""
    domain = Domain(key, proof.challenges.x)
    identities = Identities(key, domain, proof.challenges, proof.evaluations, domain.instance(instances))
    values = proof.evaluations | {Opened(QUOTIENT, 0): identities.quotient()}

    sets = opening.rotation_sets(key)
    points = {t: domain.rotated(t) for t in sorted(frozenset().union(*(members.rotations for members in sets)))}
    if proof.opening.u in points.values():
        raise InvalidProof("u is a point at which the proof is opened")
    commitments = all_commitments(key, domain, proof)
    return Reduction(
        domain, identities, values, points, opening.combine(sets, points, commitments, values, proof.opening)
    )


def all_commitments(key: VerifyingKey, domain: Domain, proof: Proof) -> dict[Commitment, list[tuple[int, G1]]]:
    """The proof's commitments, the key's, and `H` as the sum of the quotient's pieces (sections 8.1 and 8.3)."""
    result: dict[Commitment, list[tuple[int, G1]]] = {which: [(1, at)] for which, at in proof.commitments.items()}
    result |= {Commitment(Kind.FIXED, i): [(1, at)] for i, at in enumerate(key.fixed_commitments)}
    result |= {Commitment(Kind.SIGMA, j): [(1, at)] for j, at in enumerate(key.permutation_commitments)}
    result[QUOTIENT] = [(pow(domain.x_n, i, R), piece) for i, piece in enumerate(proof.quotient_pieces)]
    return result
