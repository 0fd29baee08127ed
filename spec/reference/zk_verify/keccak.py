"""Keccak-256 with the original padding (*Notation*)."""

from Crypto.Hash import keccak


def keccak256(data: bytes) -> bytes:
    """The hash of *Notation*: not SHA3-256."""
    return keccak.new(digest_bits=256, data=data).digest()
