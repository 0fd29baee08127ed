"""Reads a proof's elements (section 6.1) and absorbs them into the transcript."""

from __future__ import annotations

from collections.abc import Iterable

from .commitments import Commitment
from .curve import G1, read_g1
from .field import WORD, R, read_canonical
from .short_form import Form, long_point, read_short_point
from .transcript import Transcript


class ProofReader:
    """Reads the proof's elements and absorbs them (section 6.3)."""

    def __init__(self, proof: bytes, transcript: Transcript, form: Form) -> None:
        self.proof = proof
        self.form = form
        self.position = 0
        self.transcript = transcript

    def take_point(self) -> bytes:
        """The two words of the next point, which are absorbed whatever the form (section 6.5)."""
        words = self._take(self.form.value)
        if self.form is Form.SHORT:
            words = self.lengthened(words)
        self.transcript.absorb_point(words)
        return words

    def take_scalar(self) -> bytes:
        """The word of the next scalar."""
        word = self._take(WORD)
        self.transcript.absorb_scalar(word)
        return word

    def lengthened(self, word: bytes) -> bytes:
        """The two words of a short point, which are zeros for the zero word."""
        return long_point(read_short_point(word))

    def _take(self, length: int) -> bytes:
        taken = self.proof[self.position : self.position + length]
        self.position += length
        return taken

    def point(self) -> G1:
        """A valid point, so never the identity."""
        return read_g1(self.take_point())

    def points(self, number: int) -> list[G1]:
        """As many valid points."""
        return [self.point() for _ in range(number)]

    def quotient_piece(self) -> G1:
        """A valid point, or zeros for the identity (section 6.1)."""
        words = self.take_point()
        return read_g1(words) if any(words) else None

    def commitments(self, which: Iterable[Commitment]) -> dict[Commitment, G1]:
        """The points of these commitments."""
        return {commitment: self.point() for commitment in which}

    def evaluation(self) -> int:
        """A canonical scalar."""
        return read_canonical(self.take_scalar(), R)
