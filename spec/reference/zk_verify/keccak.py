"""Keccak-256 with the original padding (section 1.1)."""

from Crypto.Hash import keccak


def keccak256(data: bytes) -> bytes:
    """The hash of section 1.1: not SHA3-256."""
    return keccak.new(digest_bits=256, data=data).digest()
