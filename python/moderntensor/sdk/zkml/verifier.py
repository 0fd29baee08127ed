"""Verification off chain, by the code that the precompile runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from . import _forms, _keyfile, _native
from ._forms import Form
from ._inputs import PublicInputsLike, resolve
from .chain import Chain
from .errors import (
    AmbiguousDigest,
    IncompletePublicInputs,
    InvalidKey,
    InvalidSettings,
    KeyMismatch,
    MissingFile,
    PublicInputsError,
)
from .proof import Proof, PublicInputs, proof_bytes
from .settings import Settings
from .srs import read_s_g2, require_trusted

#: The first byte of a .zkvk file (the EVM's STOP); ezkl's vk.key begins with its version, 3.
_ZKVK_FIRST: Final = 0x00

#: The key that is looked for beside a vk.key.
_ZKVK: Final = "model.zkvk"


#: How the native module's reason begins when all but the last equation is well: a wrong SRS looks like this.
_PAIRING: Final = "pairing check failed"


@dataclass(frozen=True)
class Explanation:
    """What a proof says, and whether it is valid.

    ``str(explanation)`` is the text for people.
    """

    #: Whether the proof is valid; None when no proof was given.
    valid: bool | None
    #: Why it is invalid, e.g. ``evaluation 17 is not canonical``.
    reason: str | None
    #: The statement that a valid proof makes.
    statement: str
    #: What could mislead: weights that are not fixed, hashes that nothing binds, a test SRS…
    warnings: tuple[str, ...]
    #: All of it, with every public input named and dequantised.
    text: str

    def __str__(self) -> str:
        return self.text


class Verifier:
    """Checks proofs of one circuit.

    Args:
        vk_path: ezkl's ``vk.key``, or a ``.zkvk`` file, which works alone.
        settings_path: the settings.json of the circuit; by default the one beside the key. The key
            does not say at which scales numbers are: rely on these settings as on the key.
        srs_path: an SRS file to take [s]G2 from, which vk.key lacks. By default it comes from a
            ``model.zkvk`` beside the key, else it is that of the perpetual powers of tau. A
            ``.zkvk`` key has its own, and has to be under this one if it is given.
        unsafe_test_srs: accept an SRS other than the perpetual powers of tau's. Its maker may be able
            to prove anything, so this is for tests. Without it such a key raises
            :class:`UntrustedSRS`. The default is the environment variable
            ``MODERNTENSOR_ZKML_UNSAFE_TEST_SRS``.

    Raises:
        MissingFile: no key, or no settings.json beside a vk.key.
        InvalidKey: the key cannot be read, or is not of the circuit in settings.json.
        AmbiguousDigest: see there.
        InvalidSettings, InvalidSRS: such a file cannot be read.
        KeyMismatch: the model.zkvk beside the key, or the SRS, is of another setup.
        UntrustedSRS: see above.
    """

    def __init__(
        self,
        vk_path: str | os.PathLike[str] = "vk.key",
        *,
        settings_path: str | os.PathLike[str] | None = None,
        srs_path: str | os.PathLike[str] | None = None,
        unsafe_test_srs: bool | None = None,
    ) -> None:
        path = Path(vk_path)
        content = _read(path, "a verifying key (vk.key of ezkl, or a .zkvk file)")
        settings = Path(settings_path) if settings_path is not None else path.with_name("settings.json")
        srs = None if srs_path is None else Path(srs_path)
        self.vk_path: Final = path
        if content[:1] == bytes([_ZKVK_FIRST]):
            self._key = decode_key(path, content)
            self._srs_assumed = False
            if srs is not None and read_s_g2(srs) != self._key.s_g2:
                raise KeyMismatch(f"{path} is not under the SRS {srs}: leave srs_path out, or give the key's own SRS")
            present = settings_path is not None or settings.exists()
            self.settings: Settings | None = Settings.load(settings) if present else None
        else:
            self.settings = Settings.load(settings)
            self._key = _import_vk(path, content, self.settings, srs)
            self._srs_assumed = srs is None and not path.with_name(_ZKVK).exists()
        if self.settings is not None and self.settings.num_public_inputs != self._key.num_public_inputs:
            raise KeyMismatch(
                f"{settings} describes {self.settings.num_public_inputs} public inputs, {path} has "
                f"{self._key.num_public_inputs}: give the settings.json that was made with this key"
            )
        require_trusted(self._key.s_g2, path, unsafe_test_srs)

    def __getstate__(self) -> dict[str, Any]:
        """The key's bytes and the settings: the files are not needed where it is unpickled."""
        return {**self.__dict__, "_key": self._key.encode()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _key=_native.Key.decode(state["_key"]))

    @property
    def key(self) -> bytes:
        """The key in its canonical form: the content of model.zkvk and of a key contract's code."""
        return self._key.encode()

    @property
    def key_id(self) -> str:
        """keccak256 of :attr:`key` as ``0x…``: the code hash of a contract that holds it."""
        return "0x" + self._key.id.hex()

    @property
    def num_public_inputs(self) -> int:
        """Field elements that a proof of this circuit is about."""
        return self._key.num_public_inputs

    @property
    def proof_length(self) -> int:
        """Bytes of every proof of this circuit in the long form, which provers write."""
        return self._key.proof_length

    @property
    def short_proof_length(self) -> int:
        """Bytes of every proof of this circuit in the short form."""
        return self._key.short_proof_length

    def form(self, proof: bytes) -> Form | None:
        """``"long"`` or ``"short"``, which the length tells; None if no proof of this circuit has this length."""
        return _forms.form_of(self._key, proof_bytes(proof))

    def verify(self, proof: bytes, public_inputs: PublicInputsLike | None = None) -> bool:
        """Whether `proof`, in its long or its short form, is valid for `public_inputs`.

        `public_inputs` may be the :class:`PublicInputs` of a proof; bytes, as the precompile takes
        them; or a list (of numbers, arrays, lists) of everything public in the circuit's order.
        Numbers are quantised at the model's scales and must be exact; :class:`FieldElement` values,
        ``0x…`` strings and 32-byte strings stand for themselves. Left out, they are the proof's own.

        Returns False, and never raises, for any proof bytes and for public inputs given as bytes.
        Raises :class:`PublicInputsError` when a list cannot be what the circuit takes, and
        ``TypeError`` for a proof that is not bytes.
        """
        return self.reason(proof, public_inputs) is None

    def reason(self, proof: bytes, public_inputs: PublicInputsLike | None = None) -> str | None:
        """None when the proof is valid, else why it is not, e.g. ``pairing check failed``."""
        reason = self._key.verify(proof_bytes(proof), self._words(proof, public_inputs))
        advice = self._advice(reason)
        return reason if advice is None else f"{reason}. {advice}"

    def _advice(self, reason: str | None) -> str | None:
        """What else may have caused a `reason`: the SRS, where it had to be assumed."""
        if reason is None or not reason.startswith(_PAIRING) or not self._srs_assumed:
            return None
        return (
            f"{self.vk_path} does not say which SRS it is under; that of the perpetual powers of tau was assumed. "
            "If it is another's, give srs_path=, or put model.zkvk beside the key"
        )

    def verify_batch(
        self,
        proofs: Sequence[bytes],
        public_inputs: Sequence[PublicInputsLike | None] | None = None,
        *,
        threads: int = 1,
    ) -> bool:
        """Whether all proofs, of either form, are valid: one pairing for all of them instead of one for each.

        A thousand proofs take about a sixth of the time of a thousand calls of :meth:`verify`, and on two
        `threads` about half of that. An empty batch is valid. :meth:`find_invalid` says which proofs are not.
        """
        return _native.verify_batch(self._items(proofs, public_inputs), _checked(threads))

    def find_invalid(
        self,
        proofs: Sequence[bytes],
        public_inputs: Sequence[PublicInputsLike | None] | None = None,
        *,
        threads: int = 1,
    ) -> dict[int, str]:
        """The positions of the invalid proofs of a batch, each with its reason; empty if all are valid."""
        return dict(_native.find_invalid(self._items(proofs, public_inputs), _checked(threads)))

    def _items(
        self, proofs: Sequence[bytes], public_inputs: Sequence[PublicInputsLike | None] | None
    ) -> list[tuple[_native.Key, bytes, bytes]]:
        inputs = public_inputs if public_inputs is not None else [None] * len(proofs)
        if len(inputs) != len(proofs):
            raise IncompletePublicInputs(f"{len(proofs)} proofs, but {len(inputs)} lists of public inputs")
        return [(self._key, proof_bytes(proof), self._words(proof, given)) for proof, given in zip(proofs, inputs)]

    def public_inputs(self, values: PublicInputsLike) -> PublicInputs:
        """The field elements that `values` stand for in this circuit (as in :meth:`verify`)."""
        return resolve(values, self.settings, self.num_public_inputs)

    def explain(self, proof: bytes | None = None, public_inputs: PublicInputsLike | None = None) -> Explanation:
        """What a proof under this key says, and, given one, whether it is valid and why not."""
        reason = None if proof is None else self.reason(proof, public_inputs)
        valid = None if proof is None else reason is None
        if self.settings is None:
            statement = f"A proof under key {self.key_id} about {self.num_public_inputs} public inputs."
            unknown = "without settings.json, what the public inputs mean is not known"
            verdict = "" if valid is None else "The proof is VALID.\n" if valid else f"The proof is INVALID: {reason}\n"
            return Explanation(valid, reason, statement, (unknown,), f"{verdict}{statement}\nWarning: {unknown}.\n")
        about = None if proof is None else (proof_bytes(proof), self._words(proof, public_inputs))
        try:
            statement, warnings, text = self._key.explain(self.settings.content, about)
        except _native.NativeError as error:
            raise KeyMismatch(f"{self.settings.path}: {error.args[1]}") from error
        advice = self._advice(reason)
        text = text if advice is None else f"{text}\n{advice}.\n"
        return Explanation(valid, reason, statement, tuple(warnings), text)

    def verify_onchain(
        self,
        rpc_url: str,
        proof: bytes,
        public_inputs: PublicInputsLike | None = None,
        *,
        app: str | None = None,
        key: str | None = None,
    ) -> bool:
        """Ask the precompile of a live chain, by ``eth_call``; nothing is sent and nothing is paid.

        With `app`, the question is put as if that contract asked, so its bound key decides. With
        `key`, the address of a key contract, ``verifyWithKey`` is called. That key must be this
        verifier's: otherwise :class:`KeyMismatch` is raised, since the chain's answer would be about
        another circuit. With neither, or where `app` has bound no key, the chain's default key
        decides; nothing tells which that is, so it is not compared.

        Raises:
            OnChainError: the precompile reverted (no key, invalid key), or there is no contract.
            RpcError: no answer, or a chain without the precompile.
        """
        chain = Chain(rpc_url)
        data, words = proof_bytes(proof), self._words(proof, public_inputs)
        address = key if key is not None else chain.bound_key(app) if app is not None else None
        if address is not None:
            on_chain = "0x" + _native.keccak256(chain.contract(address)).hex()
            if on_chain != self.key_id:
                raise KeyMismatch(
                    f"the chain would use the key {on_chain} (account {address}), this verifier's is {self.key_id}"
                )
        return chain.verify(data, words, app=app, key=key)

    def _words(self, proof: bytes, given: PublicInputsLike | None) -> bytes:
        if given is None:
            if not isinstance(proof, Proof):
                raise PublicInputsError(
                    "no public inputs: bare proof bytes carry none. Pass public_inputs=, or a Proof (Proof.load)"
                )
            return proof.public_inputs.to_bytes()
        if isinstance(given, bytes | bytearray | memoryview):
            return bytes(given)
        return resolve(given, self.settings, self.num_public_inputs).to_bytes()

    def __repr__(self) -> str:
        return f"<Verifier of {self.vk_path}, key {self.key_id[:18]}…>"


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MissingFile(f"{path}: no such file. Expected {what}; compile_model() writes one") from error
    except OSError as error:
        raise InvalidKey(f"{path}: {error.strerror or error}") from error


def decode_key(path: Path, content: bytes) -> _native.Key:
    """The key in a .zkvk file. Raises :class:`InvalidKey`."""
    try:
        return _native.Key.decode(content)
    except _native.NativeError as error:
        raise InvalidKey(f"{path}: {error.args[1]}") from error


def _import_vk(path: Path, content: bytes, settings: Settings, srs: Path | None) -> _native.Key:
    """vk.key with its settings.json, under the SRS that is given, beside it, or known."""
    beside = path.with_name(_ZKVK)
    pinned = decode_key(beside, beside.read_bytes()) if beside.exists() else None
    s_g2 = pinned.s_g2 if pinned is not None else None
    if srs is not None:
        s_g2 = read_s_g2(srs)
    key = import_key(path, content, settings, s_g2, None if pinned is None else pinned.digest)
    if pinned is not None and pinned.encode() != key.encode():
        raise KeyMismatch(
            f"{beside} is not the key of {path} and {settings.path}{'' if srs is None else f' under {srs}'}: "
            "remove it, or give it as vk_path"
        )
    return key


def import_key(
    path: Path, content: bytes, settings: Settings, s_g2: bytes | None, digest: bytes | None = None
) -> _native.Key:
    """The key that vk.key and settings.json describe.

    Raises :class:`InvalidKey` and its kinds, or :class:`InvalidSettings`.
    """
    try:
        return _native.Key.from_vk(
            _keyfile.body(content, str(path)),
            settings.content,
            s_g2,
            names=(str(path), str(settings.path)),
            digest=digest,
        )
    except _native.NativeError as error:
        kind, message = error.args
        if kind == "digest":
            raise AmbiguousDigest(
                f"{message} In Python: put model.zkvk beside vk.key, or give it as vk_path"
            ) from error
        if kind == "settings":
            raise InvalidSettings(message) from error
        raise InvalidKey(message) from error


def verify_all(items: Iterable[tuple[Verifier, Proof]], *, threads: int = 1) -> bool:
    """Whether all proofs are valid, each under its own verifier, in one batch on `threads` threads.

    Raises :class:`KeyMismatch` when the verifiers' keys are under different SRS.
    """
    batch = [item for verifier, proof in items for item in verifier._items([proof], None)]
    try:
        return _native.verify_batch(batch, _checked(threads))
    except _native.NativeError as error:
        raise KeyMismatch(error.args[1]) from error


def _checked(threads: int) -> int:
    if threads < 1:
        raise ValueError(f"threads is {threads}: give 1 or more")
    return threads
