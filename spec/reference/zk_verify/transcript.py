"""The transcripts, from which the challenges come (sections 6.2 and 9.3)."""

from __future__ import annotations

import hashlib
from typing import Protocol

from .field import WORD, R
from .keccak import keccak256
from .key import TranscriptHash

SUFFIX = b"\x01"

PERSONALIZATION = b"Halo2-Transcript"
CHALLENGE, POINT, SCALAR = b"\x00", b"\x01", b"\x02"
"""The bytes that BLAKE2b absorbs before each thing."""


class Transcript(Protocol):
    """Absorbs scalars and points as they stand in a proof, and yields challenges."""

    def absorb_scalar(self, word: bytes) -> None:
        """A word."""

    def absorb_point(self, words: bytes) -> None:
        """Two words."""

    def squeeze(self) -> int:
        """A challenge."""


class Keccak256Transcript:
    """The byte string `buf` (section 6.2)."""

    def __init__(self) -> None:
        self.buf = bytearray()

    def absorb_scalar(self, word: bytes) -> None:
        """Appends the bytes."""
        self.buf += word

    def absorb_point(self, words: bytes) -> None:
        """Appends the bytes."""
        self.buf += words

    def squeeze(self) -> int:
        """A challenge. A state of exactly 32 bytes, as a squeeze leaves it, is hashed with a suffix."""
        if len(self.buf) == WORD:
            self.buf += SUFFIX
        digest = keccak256(bytes(self.buf))
        self.buf = bytearray(digest)
        return int.from_bytes(digest, "big") % R


class Blake2bTranscript:
    """The hash of all that was absorbed. It never begins anew (section 9.3)."""

    def __init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=64, person=PERSONALIZATION)

    def absorb_scalar(self, word: bytes) -> None:
        """The scalar with its low byte first."""
        self.hash.update(SCALAR + word[::-1])

    def absorb_point(self, words: bytes) -> None:
        """The coordinates, each with its low byte first."""
        self.hash.update(POINT + words[:WORD][::-1] + words[WORD:][::-1])

    def squeeze(self) -> int:
        """A challenge: the whole hash as an integer whose low byte is first."""
        self.hash.update(CHALLENGE)
        return int.from_bytes(self.hash.digest(), "little") % R


def transcript_of(transcript_hash: TranscriptHash) -> Transcript:
    """A transcript into which nothing was absorbed."""
    match transcript_hash:
        case TranscriptHash.KECCAK256:
            return Keccak256Transcript()
        case TranscriptHash.BLAKE2B:
            return Blake2bTranscript()
