"""The two forms of a proof: long, 64 bytes for a point, as provers write it, and short, 32 bytes for a point."""

from __future__ import annotations

from typing import Literal, Protocol

from . import _native
from .errors import InvalidKey, ProofFormError

#: How a proof's points are written.
Form = Literal["long", "short"]


class HasKey(Protocol):
    """What has a key's canonical bytes: a ``Verifier``."""

    @property
    def key(self) -> bytes: ...


def decoded(key: bytes) -> _native.Key:
    """The key in these bytes. Raises :class:`InvalidKey`."""
    try:
        return _native.Key.decode(key)
    except _native.NativeError as error:
        raise InvalidKey(
            f"that is no key: {error.args[1]} Give Verifier.key, or the content of a .zkvk file"
        ) from error


def form_of(key: _native.Key, proof: bytes) -> Form | None:
    """The form of a proof, which its length tells; None if no proof under the key has this length."""
    lengths: dict[int, Form] = {key.proof_length: "long", key.short_proof_length: "short"}
    return lengths.get(len(proof))


def converted(key: _native.Key, proof: bytes, form: Form) -> bytes:
    """The proof in `form`; the same bytes if it has that form. Raises :class:`ProofFormError`."""
    if form_of(key, proof) == form:
        return proof
    try:
        return key.shorten(proof) if form == "short" else key.lengthen(proof)
    except _native.NativeError as error:
        raise ProofFormError(f"no {form} form of what is no proof under this key: {error.args[1]}") from error
