"""From one form of a proof to the other (section 6.5)."""

from __future__ import annotations

from .field import WORD
from .key import VerifyingKey
from .proof_reader import ProofReader
from .short_form import Form, form_of, point_in
from .transcript import transcript_of
from .verify import InvalidProof, check_proof_length, refusals


def shorten(key: VerifyingKey, proof: bytes) -> bytes:
    """The short form of a proof that is in long form. Raises `InvalidProof` if an element is malformed."""
    return _converted(key, proof, Form.LONG, Form.SHORT)


def lengthen(key: VerifyingKey, proof: bytes) -> bytes:
    """The long form of a proof that is in short form. Raises `InvalidProof` if an element is malformed."""
    return _converted(key, proof, Form.SHORT, Form.LONG)


def _converted(key: VerifyingKey, proof: bytes, given: Form, wanted: Form) -> bytes:
    check_proof_length(key, proof)
    if form_of(key, proof) is wanted:
        raise InvalidProof(f"proof: {len(proof)} bytes, which is the {wanted.name.lower()} form already")
    reader = ProofReader(proof, transcript_of(key.transcript_hash), given)
    with refusals():
        points = reader.points(key.num_proof_points - key.num_quotient_pieces - key.num_opening_points)
        pieces = [reader.quotient_piece() for _ in range(key.num_quotient_pieces)]
        evaluations = [reader.evaluation() for _ in range(key.num_evaluations)]
        last = reader.points(key.num_opening_points)
    return b"".join(
        [
            *(point_in(wanted, point) for point in [*points, *pieces]),
            *(evaluation.to_bytes(WORD, "big") for evaluation in evaluations),
            *(point_in(wanted, point) for point in last),
        ]
    )
