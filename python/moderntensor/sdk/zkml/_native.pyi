"""The native module: crates/zkml-python. The same Rust code as in the precompile."""

from collections.abc import Callable

class NativeError(Exception):
    """Arguments: the kind (`digest`, `limit`, `mismatch`, `settings` or `malformed`) and the message."""

class Key:
    """A validated verifying key, prepared for verification."""

    @staticmethod
    def decode(data: bytes) -> Key:
        """From the bytes of a .zkvk file."""

    @staticmethod
    def from_vka(data: bytes, name: str) -> Key:
        """From ezkl's vka.bin; `name` is the file's name in errors."""

    @staticmethod
    def from_vk(
        vk: bytes,
        settings: bytes,
        s_g2: bytes | None = None,
        *,
        names: tuple[str, str] = ("vk.key", "settings.json"),
        digest: bytes | None = None,
    ) -> Key:
        """From ezkl's vk.key and settings.json; `s_g2` is four words, None the perpetual powers of tau's."""

    def encode(self) -> bytes:
        """The canonical bytes: what a .zkvk file and a key contract's code are."""

    @property
    def id(self) -> bytes:
        """keccak256 of :meth:`encode`."""

    @property
    def k(self) -> int: ...
    @property
    def digest(self) -> bytes:
        """The digest that starts the transcript, a big-endian word."""

    @property
    def s_g2(self) -> bytes:
        """[s]G2 as four big-endian words: x.c1, x.c0, y.c1, y.c0."""

    @property
    def num_public_inputs(self) -> int: ...
    @property
    def proof_length(self) -> int:
        """Bytes of every proof in the long form."""

    @property
    def short_proof_length(self) -> int:
        """Bytes of every proof in the short form."""

    def shorten(self, proof: bytes) -> bytes:
        """The short form of a proof in the long form. Raises for any other bytes."""

    def lengthen(self, proof: bytes) -> bytes:
        """The long form of a proof in the short form. Raises for any other bytes."""

    def verify(self, proof: bytes, public_inputs: bytes) -> str | None:
        """None when valid, else why not. Never raises for any bytes."""

    def explain(self, settings: bytes, proof: tuple[bytes, bytes] | None = None) -> tuple[str, list[str], str]:
        """The statement of a proof (bytes, public inputs) under this key, warnings, the whole text."""

def verify_batch(items: list[tuple[Key, bytes, bytes]], threads: int) -> bool:
    """Whether all are valid. Raises for keys under different SRS."""

def find_invalid(items: list[tuple[Key, bytes, bytes]], threads: int) -> list[tuple[int, str]]:
    """The invalid ones, each with its reason. Raises for keys under different SRS."""

def circuit_size(settings: bytes, name: str) -> tuple[int, int, int, int, int]:
    """Columns of the circuit in a settings.json: advice, fixed (at most), permutation; its lookups and its degree.

    Raises with the kind `limit` where the verifier takes no such circuit.
    """

def read_proof_json(data: bytes, name: str) -> tuple[bytes, bytes]:
    """The proof and its public inputs as big-endian words; `name` is the file's name in errors."""

def read_srs(path: str) -> tuple[int, bytes]:
    """k of an SRS file of 2^k points, and its [s]G2. Reads only the head and the tail."""

def check_srs(path: str, tick: Callable[[], None]) -> tuple[int, bytes]:
    """The same after a check of every point, from end to end. What `tick` raises ends the check."""

def keccak256(data: bytes) -> bytes: ...

#: The version of this package.
VERSION: str

#: [s]G2 of the perpetual powers of tau, as four big-endian words.
KNOWN_S_G2: bytes
