"""Proofs and the public inputs that they are about."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, SupportsIndex, overload

from . import _abi, _forms, _json_files, _native
from ._forms import Form, HasKey
from .errors import InvalidProofFile, MissingFile, ProofFormError, PublicInputsError
from .field import WORD, FieldElement


class PublicInputs(Sequence[FieldElement]):
    """The exact field elements that a proof is about, in the circuit's order.

    >>> PublicInputs([FieldElement(3)]).to_bytes().hex()[-4:]
    '0003'
    """

    __slots__ = ("_elements",)

    def __init__(self, elements: Iterable[FieldElement | int] = ()) -> None:
        """Raises :class:`PublicInputsError` for what is no field element, and for bytes."""
        if isinstance(elements, bytes | bytearray | memoryview):  # whose elements are single bytes
            raise PublicInputsError("public inputs are field elements: PublicInputs.from_bytes() reads 32-byte words")
        self._elements = tuple(
            element if isinstance(element, FieldElement) else FieldElement(element) for element in elements
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> PublicInputs:
        """From 32-byte big-endian words, as the chain takes them.

        Raises :class:`PublicInputsError` for a length that is no multiple of 32 and for a word that
        is no field element.
        """
        if len(data) % WORD:
            raise PublicInputsError(f"public inputs: {len(data)} bytes, expected a multiple of {WORD}")
        return cls(int.from_bytes(data[at : at + WORD], "big") for at in range(0, len(data), WORD))

    def to_bytes(self) -> bytes:
        """32-byte big-endian words: what ``verify(bytes,bytes)`` takes as ``public_inputs``."""
        return b"".join(element.word() for element in self._elements)

    @overload
    def __getitem__(self, index: SupportsIndex) -> FieldElement: ...
    @overload
    def __getitem__(self, index: slice) -> PublicInputs: ...
    def __getitem__(self, index: SupportsIndex | slice) -> FieldElement | PublicInputs:
        if isinstance(index, slice):
            return PublicInputs(self._elements[index])
        return self._elements[index]

    def __len__(self) -> int:
        return len(self._elements)

    def __iter__(self) -> Iterator[FieldElement]:
        return iter(self._elements)

    def __eq__(self, other: object) -> bool:
        return self._elements == other._elements if isinstance(other, PublicInputs) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._elements)

    def __repr__(self) -> str:
        return f"PublicInputs({list(self._elements)!r})"


def proof_bytes(proof: object) -> bytes:
    """The bytes of a proof. Raises ``TypeError`` for what is not bytes; ``bytes(5)`` would be five zeros."""
    if not isinstance(proof, bytes | bytearray | memoryview):
        raise TypeError(
            f"a proof is bytes, not {type(proof).__name__}: Proof.load() reads a proof.json, "
            "bytes.fromhex() hexadecimal digits"
        )
    return bytes(proof)


class Proof(bytes):
    """A halo2 proof: bytes, together with the public inputs that it is about.

    It is what ``proof.json`` holds and what the precompile takes. ``proof.hex()``, ``len(proof)``
    and everything else of ``bytes`` work; slices are plain bytes.

    A proof has two forms, :meth:`long` and :meth:`short`. They are one proof in other bytes, so neither the
    bytes nor their hash identify it.
    """

    _public_inputs: PublicInputs
    _document: Mapping[str, Any] | None
    _key: bytes | None

    def __new__(
        cls,
        data: bytes,
        public_inputs: PublicInputs | Iterable[FieldElement | int] = (),
        *,
        document: Mapping[str, Any] | None = None,
        key: bytes | None = None,
    ) -> Proof:
        """`document` keeps ezkl's other entries of proof.json, so that :meth:`save` returns them.

        `key` is the verifying key that the proof was made for, if it is known: a :class:`Prover`'s proofs have it.
        """
        proof = super().__new__(cls, proof_bytes(data))
        inputs = public_inputs if isinstance(public_inputs, PublicInputs) else PublicInputs(public_inputs)
        proof._public_inputs = inputs
        proof._document = document
        proof._key = key
        return proof

    def __getnewargs__(self) -> tuple[bytes, PublicInputs]:  # type: ignore[override]
        return bytes(self), self._public_inputs

    @property
    def public_inputs(self) -> PublicInputs:
        """The exact field elements that this proof is about, in the circuit's order."""
        return self._public_inputs

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Proof:
        """Read ezkl's proof.json. Raises :class:`MissingFile` or :class:`InvalidProofFile`."""
        path = Path(path)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise MissingFile(f"{path}: no such file. Expected a proof.json that ezkl or Proof.save() wrote") from error
        except OSError as error:
            raise InvalidProofFile(f"{path}: {error.strerror or error}") from error
        try:
            document = _json_files.parse(content)
            data, inputs = _native.read_proof_json(_json_files.plain(content), str(path))
        except _native.NativeError as error:
            raise InvalidProofFile(error.args[1]) from error
        except ValueError as error:
            raise InvalidProofFile(
                f"{path}: not readable as JSON ({error}). Use the proof.json that ezkl or Proof.save() wrote"
            ) from error
        if not _repeats(inputs, document.get("pretty_public_inputs")):
            raise InvalidProofFile(
                f"{path}: instances and pretty_public_inputs have different public inputs, and which are meant cannot "
                "be told: the first are checked, the second are what people read. Use the file that ezkl wrote, "
                "unedited"
            )
        rest = {name: value for name, value in document.items() if name not in ("proof", "hex_proof", "instances")}
        return cls(data, PublicInputs.from_bytes(inputs), document=rest)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write ezkl's proof.json, which ``ezkl.verify`` and ``zkml verify`` read.

        Raises :class:`MissingFile` when there is no such folder.
        """
        write_atomically(Path(path), self.to_json())

    def to_json(self) -> bytes:
        """The content of ezkl's proof.json."""
        document: dict[str, Any] = {
            "protocol": None,
            # ezkl writes instances as 32 little-endian bytes in hexadecimal, without a prefix.
            "instances": [[element.word()[::-1].hex() for element in self._public_inputs]],
            "proof": list(self),
            "hex_proof": "0x" + self.hex(),
            "split": None,
            "pretty_public_inputs": None,
            "timestamp": None,
            "version": None,
        }
        document.update(self._document or {})
        return json.dumps(document).encode()

    def short(self, key: bytes | HasKey | None = None) -> Proof:
        """This proof in the short form: a point is its x with the parity of y, 32 bytes instead of 64.

        The precompile and every verifier here take both forms; ezkl itself takes the long one only. Where bytes
        are dear, from Glamsterdam on, a short proof costs less on chain.

        `key` says where the proof's points are: a :class:`Verifier`, or the content of a .zkvk file. A proof
        that a :class:`Prover` made knows its key.

        Raises :class:`ProofFormError` without a key, and for what is no proof under it; :class:`InvalidKey`.
        """
        return self._in("short", key)

    def long(self, key: bytes | HasKey | None = None) -> Proof:
        """This proof in the long form, the prover's own bytes; see :meth:`short`."""
        return self._in("long", key)

    def _in(self, form: Form, key: bytes | HasKey | None) -> Proof:
        given = key if key is None or isinstance(key, bytes | bytearray) else key.key
        known = bytes(given) if given is not None else self._key
        if known is None:
            raise ProofFormError(
                f"proof.{form}(): a proof does not say where its points are, its key does. Pass the verifier: "
                f"proof.{form}(verifier)"
            )
        data = _forms.converted(_forms.decoded(known), bytes(self), form)
        return self._like(data, known)

    def _like(self, data: bytes, key: bytes | None) -> Proof:
        """The same proof in these bytes, of this key."""
        return Proof(data, self._public_inputs, document=self._document, key=key)

    def calldata(self, *, key: str | None = None) -> bytes:
        """The ABI-encoded call of the precompile at 0x11 (selector included).

        ``verify(bytes,bytes)``, or with `key`, the address of a key contract,
        ``verifyWithKey(address,bytes,bytes)``.
        """
        return _abi.verify_call(bytes(self), self._public_inputs.to_bytes(), key)

    def __repr__(self) -> str:
        return f"<Proof of {len(self)} bytes about {len(self._public_inputs)} public inputs, 0x{self.hex()[:16]}…>"

    __str__ = __repr__


def _repeats(words: bytes, pretty: object) -> bool:
    """Whether ezkl's copy for people has the same inputs and outputs; it may leave it out. Hashes come before them."""
    if not isinstance(pretty, Mapping):
        return pretty is None
    tensors = [values for part in ("inputs", "outputs") for values in _list(pretty.get(part) or [])]
    copied = [str(word) for values in tensors for word in _list(values)]
    own = [f"0x{words[at : at + WORD].hex()}" for at in range(0, len(words), WORD)]
    return own[len(own) - len(copied) :] == [word.lower() for word in copied]


def _list(value: object) -> list[object]:
    """A list as it is; anything else as one that repeats nothing."""
    return value if isinstance(value, list) else [value]


def _mode(path: Path) -> int:
    """The mode of the file that is there; else what a new one gets."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def write_atomically(path: Path, content: bytes) -> None:
    """Write to a temporary name in the same folder, then rename: never half a file."""
    if not path.parent.is_dir():
        raise MissingFile(f"{path.parent}: no such folder. Make it before {path.name} is written there")
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
