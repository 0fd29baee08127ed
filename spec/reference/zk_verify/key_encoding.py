"""The decoder of verifying keys (section 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from . import key_rules
from .curve import G1, G1_LENGTH, G2_LENGTH, G1Point, InvalidPoint, read_g1, read_g2
from .field import WORD, NotCanonical, R, read_canonical
from .key import (
    Accumulator,
    AdviceQuery,
    Challenge,
    Column,
    ColumnKind,
    Constant,
    FixedQuery,
    InstanceQuery,
    Lookup,
    LookupArgument,
    Negation,
    Node,
    NodeTuple,
    Opening,
    Phase,
    Product,
    Query,
    Shuffle,
    Sum,
    TranscriptHash,
    VerifyingKey,
)
from .key_rules import InvalidKey

MAX_KEY_LENGTH = 1 << 20
HEADER = bytes([0x00, 0x01])
"""STOP, and the version."""

FEATURES_POSITION = 3
GWC, BLAKE2B, CLASSIC, ACCUMULATOR = (1 << bit for bit in range(4))
"""The bits of the features."""

WIDE_INDEX = 256
"""An index below more than this many takes two bytes."""

T = TypeVar("T")


class Reader:
    """Reads a key's bytes from the front."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def take(self, length: int) -> bytes:
        """The next bytes."""
        end = self.position + length
        if end > len(self.data):
            raise InvalidKey(f"ends at byte {len(self.data)}, in an element of {length} bytes at {self.position}")
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def integer(self, length: int) -> int:
        """An unsigned integer."""
        return int.from_bytes(self.take(length), "big")

    def index(self, below: int, what: str) -> int:
        """An *index below N* (section 5.2)."""
        index = self.integer(1 if below <= WIDE_INDEX else 2)
        if index >= below:
            raise InvalidKey(f"{what} {index} of {below}, before byte {self.position}")
        return index

    def scalar(self) -> int:
        """A canonical scalar (section 1.2)."""
        return read_canonical(self.take(WORD), R)

    def many(self, element: Callable[[], T]) -> tuple[T, ...]:
        """A number in two bytes, and as many elements."""
        return tuple(element() for _ in range(self.integer(2)))


class KeyReader(Reader):
    """Reads the parts of the table of section 5.2. Each method is a row of it."""

    num_instance_columns = 0
    num_nodes = 0
    classic = False

    def features(self) -> int:
        """A byte of four bits."""
        features = self.integer(1)
        if features > GWC | BLAKE2B | CLASSIC | ACCUMULATOR:
            raise InvalidKey(f"features 0x{features:02x}, of which four bits are defined")
        self.classic = bool(features & CLASSIC)
        return features

    def instance_lengths(self) -> tuple[int, ...]:
        """The number of instance columns, and the number of values of each."""
        self.num_instance_columns = self.integer(1)
        return tuple(self.integer(4) for _ in range(self.num_instance_columns))

    def instance_column(self) -> int:
        """An index below the number of instance columns."""
        return self.index(self.num_instance_columns, "instance column")

    def accumulator(self) -> Accumulator:
        """A place among the public inputs, and the pieces."""
        return Accumulator(self.instance_column(), self.integer(4), self.integer(1), self.integer(1))

    def rotation(self) -> int:
        """A rotation in two's complement."""
        return int.from_bytes(self.take(1), "big", signed=True)

    def phase(self) -> Phase:
        """The numbers of a phase."""
        return Phase(advice_columns=self.integer(2), challenges=self.integer(1))

    def query(self, num_columns: int) -> Query:
        """A column and a rotation."""
        return Query(self.index(num_columns, "column"), self.rotation())

    def nodes(self, num_queries: dict[ColumnKind, int], num_challenges: int) -> tuple[Node, ...]:
        """Their number, and the nodes."""
        self.num_nodes = self.integer(2)
        return tuple(self.node(num_queries, num_challenges) for _ in range(self.num_nodes))

    def node(self, num_queries: dict[ColumnKind, int], num_challenges: int) -> Node:
        """A tag and operands."""
        tag = self.integer(1)
        match tag:
            case 0:
                return Constant(self.scalar())
            case 1:
                return InstanceQuery(self.instance_column(), self.rotation())
            case 2:
                return FixedQuery(self.index(num_queries[ColumnKind.FIXED], "fixed query"))
            case 3:
                return AdviceQuery(self.index(num_queries[ColumnKind.ADVICE], "advice query"))
            case 4:
                return Challenge(self.challenge(num_challenges))
            case 5:
                return Negation(self.node_index())
            case 6:
                return Sum(self.node_index(), self.node_index())
            case 7:
                return Product(self.node_index(), self.node_index())
            case _:
                raise InvalidKey(f"a node has tag {tag}")

    def challenge(self, num_challenges: int) -> int:
        """One byte, however many challenges there are."""
        index = self.integer(1)
        if index >= num_challenges:
            raise InvalidKey(f"challenge {index} of {num_challenges}")
        return index

    def node_index(self) -> int:
        """A *node*: an index below the number of nodes."""
        return self.index(self.num_nodes, "node")

    def node_tuple(self, arity: int) -> NodeTuple:
        """As many nodes as the arity says."""
        return tuple(self.node_index() for _ in range(arity))

    def permutation_column(self, num_columns: dict[ColumnKind, int]) -> Column:
        """A tag, and the column."""
        tag = self.integer(1)
        try:
            kind = ColumnKind(tag)
        except ValueError as unknown:
            raise InvalidKey(f"a permutation column has tag {tag}") from unknown
        return Column(kind, self.index(num_columns[kind], f"{kind.name.lower()} column"))

    def lookup(self) -> Lookup:
        """Arity, number of inputs unless lookups are classic, the inputs' nodes, the table's."""
        arity = self.integer(1)
        num_inputs = 1 if self.classic else self.integer(1)
        inputs = tuple(self.node_tuple(arity) for _ in range(num_inputs))
        return Lookup(inputs, self.node_tuple(arity))

    def shuffle(self) -> Shuffle:
        """Arity, the input's nodes, the shuffle's."""
        arity = self.integer(1)
        return Shuffle(self.node_tuple(arity), self.node_tuple(arity))

    def point(self) -> G1Point:
        """A valid point."""
        return read_g1(self.take(G1_LENGTH))

    def commitments(self, number: int, num_points: int) -> list[int]:
        """For each column 0 for the identity, or i for the i-th point."""
        return [self.index(1 + num_points, "commitment") for _ in range(number)]


def decode(code: bytes) -> VerifyingKey:
    """The verifying key that `code` encodes (sections 5.2, 5.3 and 5.5), or `InvalidKey`."""
    try:
        return _decode(code)
    except (NotCanonical, InvalidPoint) as invalid:
        raise InvalidKey(str(invalid)) from invalid


def _decode(code: bytes) -> VerifyingKey:
    """The table of section 5.2, from the top to the bottom."""
    reader = KeyReader(code)
    if reader.take(len(HEADER)) != HEADER:
        raise InvalidKey(f"begins with 0x{code[:2].hex()}, not 0x{HEADER.hex()}")
    k = reader.integer(1)
    features = reader.features()
    degree = reader.integer(1)
    digest = reader.scalar()
    s_g2 = read_g2(reader.take(G2_LENGTH))
    instance_lengths = reader.instance_lengths()
    accumulator = reader.accumulator() if features & ACCUMULATOR else None
    phases = tuple(reader.phase() for _ in range(reader.integer(1)))
    num_advice_columns = sum(phase.advice_columns for phase in phases)
    num_fixed_columns = reader.integer(2)
    advice_queries = reader.many(lambda: reader.query(num_advice_columns))
    fixed_queries = reader.many(lambda: reader.query(num_fixed_columns))
    nodes = reader.nodes(
        {ColumnKind.ADVICE: len(advice_queries), ColumnKind.FIXED: len(fixed_queries)},
        sum(phase.challenges for phase in phases),
    )
    gates = reader.many(reader.node_index)
    num_columns = {
        ColumnKind.ADVICE: num_advice_columns,
        ColumnKind.FIXED: num_fixed_columns,
        ColumnKind.INSTANCE: len(instance_lengths),
    }
    permutation_columns = reader.many(lambda: reader.permutation_column(num_columns))
    lookups = reader.many(reader.lookup)
    shuffles = reader.many(reader.shuffle)
    points = reader.many(reader.point)
    fixed = reader.commitments(num_fixed_columns, len(points))
    permutation = reader.commitments(len(permutation_columns), len(points))
    if reader.position != len(code):
        raise InvalidKey(f"{len(code)} bytes, of which the key takes {reader.position}")

    key_rules.check_points_in_normal_form(points, fixed + permutation)
    key = VerifyingKey(
        k=k,
        opening=Opening.GWC if features & GWC else Opening.SHPLONK,
        transcript_hash=TranscriptHash.BLAKE2B if features & BLAKE2B else TranscriptHash.KECCAK256,
        lookup_argument=LookupArgument.CLASSIC if features & CLASSIC else LookupArgument.LOG_DERIVATIVE,
        degree=degree,
        digest=digest,
        s_g2=s_g2,
        instance_lengths=instance_lengths,
        accumulator=accumulator,
        phases=phases,
        num_fixed_columns=num_fixed_columns,
        advice_queries=advice_queries,
        fixed_queries=fixed_queries,
        nodes=nodes,
        gates=gates,
        permutation_columns=permutation_columns,
        lookups=lookups,
        shuffles=shuffles,
        fixed_commitments=_commitments(points, fixed),
        permutation_commitments=_commitments(points, permutation),
    )
    key_rules.check(key)
    return key


def _commitments(points: Sequence[G1Point], indices: list[int]) -> tuple[G1, ...]:
    """The points that the indices name: 0 is the identity, i the i-th point counted from 1 (section 5.2)."""
    return tuple(points[index - 1] if index else None for index in indices)
