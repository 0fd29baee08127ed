"""The transcript, from which the challenges come (section 6.2)."""

from .field import WORD, R
from .keccak import keccak256

SUFFIX = b"\x01"


class Transcript:
    """The byte string `buf`, absorbing and squeezing."""

    def __init__(self) -> None:
        self.buf = bytearray()

    def absorb(self, data: bytes) -> None:
        """Appends the bytes."""
        self.buf += data

    def squeeze(self) -> int:
        """A challenge. A state of exactly 32 bytes, as a squeeze leaves it, is hashed with a suffix."""
        if len(self.buf) == WORD:
            self.buf += SUFFIX
        digest = keccak256(bytes(self.buf))
        self.buf = bytearray(digest)
        return int.from_bytes(digest, "big") % R
