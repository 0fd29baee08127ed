"""The identities that the evaluations must satisfy, and the value of the quotient (section 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from .commitments import Commitment, Kind, Opened
from .field import DELTA, R, omega
from .key import (
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
    NodeTuple,
    Product,
    Query,
    Shuffle,
    Sum,
    VerifyingKey,
)
from .opening import DegenerateChallenge, product


class Challenges(NamedTuple):
    """What is squeezed before the evaluations (section 6.3)."""

    of_phases: Sequence[int]
    theta: int
    beta: int
    gamma: int
    y: int
    x: int


class Domain:
    """The rows: the powers of ω, and the polynomials `L_i` at x (section 7.1)."""

    def __init__(self, key: VerifyingKey, x: int) -> None:
        self.n = key.n
        self.omega = omega(key.k)
        self.x = x
        self.x_n = pow(x, self.n, R)
        self.zh = (self.x_n - 1) % R
        if x == 0 or self.zh == 0:
            raise DegenerateChallenge("x is zero or a row")
        self.l_0 = self.lagrange(0)
        self.l_last = self.lagrange(key.last)
        blinding_rows = range(key.last + 1, 0)
        self.l_blind = sum(self.lagrange(i) for i in blinding_rows) % R
        self.l_active = (1 - self.l_last - self.l_blind) % R

    def rotated(self, rotation: int) -> int:
        """`p_t` = ω^t · x (section 8.3)."""
        return pow(self.omega, rotation, R) * self.x % R

    def lagrange(self, i: int) -> int:
        """`L_i` = ω^i · zh / (n · (x - ω^i))."""
        row = pow(self.omega, i, R)
        return row * self.zh * pow(self.n * (self.x - row), -1, R) % R

    def instance(self, column: Sequence[int], rotation: int) -> int:
        """`inst_(c,t)`, an instance column at ω^t · x."""
        return sum(value * self.lagrange(j - rotation) for j, value in enumerate(column)) % R


class Identities:
    """The identities of one proof, in terms of its evaluations and challenges."""

    def __init__(
        self,
        key: VerifyingKey,
        domain: Domain,
        challenges: Challenges,
        evaluations: Mapping[Opened, int],
        instances: Mapping[Query, int],
    ) -> None:
        self.key = key
        self.domain = domain
        self.challenges = challenges
        self.evaluations = evaluations
        self.instances = instances
        self.nodes = self._values_of_nodes()

    def quotient(self) -> int:
        """`h`: the identities combined by y, divided by zh."""
        combined = 0
        for identity in self.all():
            combined = (combined * self.challenges.y + identity) % R
        return combined * pow(self.domain.zh, -1, R) % R

    def all(self) -> Iterator[int]:
        """All identities, in their order."""
        yield from (self.nodes[gate] for gate in self.key.gates)
        if self.key.permutation_columns:
            yield from self.of_permutation()
        for index, lookup in enumerate(self.key.lookups):
            match self.key.lookup_argument:
                case LookupArgument.LOG_DERIVATIVE:
                    yield from self.of_lookup(index, lookup)
                case LookupArgument.CLASSIC:
                    yield from self.of_classic_lookup(index, lookup)
        for index, shuffle in enumerate(self.key.shuffles):
            yield from self.of_shuffle(index, shuffle)

    def at(self, kind: Kind, index: int, rotation: int = 0) -> int:
        """The evaluation of a polynomial at ω^rotation · x."""
        return self.evaluations[Opened(Commitment(kind, index), rotation)]

    def _values_of_nodes(self) -> list[int]:
        """The nodes' values, from the evaluations, from the instance columns and from the challenges."""
        values: list[int] = []
        for node in self.key.nodes:
            match node:
                case Constant(value):
                    pass
                case InstanceQuery(column, rotation):
                    value = self.instances[Query(column, rotation)]
                case FixedQuery(query):
                    value = self._at_query(Kind.FIXED, self.key.fixed_queries[query])
                case AdviceQuery(query):
                    value = self._at_query(Kind.ADVICE, self.key.advice_queries[query])
                case Challenge(index):
                    value = self.challenges.of_phases[index]
                case Negation(a):
                    value = -values[a] % R
                case Sum(a, b):
                    value = (values[a] + values[b]) % R
                case Product(a, b):
                    value = values[a] * values[b] % R
            values.append(value)
        return values

    def _at_query(self, kind: Kind, query: Query) -> int:
        return self.at(kind, query.column, query.rotation)

    def compress(self, nodes: NodeTuple) -> int:
        """`comp`: the nodes' values as coefficients of a polynomial in theta, the last one constant."""
        result = 0
        for node in nodes:
            result = (result * self.challenges.theta + self.nodes[node]) % R
        return result

    def of_permutation(self) -> Iterator[int]:
        """The identities of the permutation (section 7.4)."""
        nz = self.key.num_permutation_products
        yield self.domain.l_0 * (1 - self.product_at(0)) % R
        yield self.domain.l_last * (self.product_at(nz - 1) ** 2 - self.product_at(nz - 1)) % R
        for i in range(1, nz):
            yield self.domain.l_0 * (self.product_at(i) - self.product_at(i - 1, self.key.last)) % R
        for i in range(nz):
            yield self.of_permutation_chunk(i)

    def product_at(self, i: int, rotation: int = 0) -> int:
        """`z_i` at ω^rotation · x."""
        return self.at(Kind.PERMUTATION_PRODUCT, i, rotation)

    def of_permutation_chunk(self, i: int) -> int:
        """That the product `z_i` runs over its columns: the last identity of the permutation (section 7.4)."""
        _, _, beta, gamma, _, x = self.challenges
        columns = range(len(self.key.permutation_columns))[i * self.key.chunk : (i + 1) * self.key.chunk]
        values = {j: self.value_of_column(self.key.permutation_columns[j]) for j in columns}
        permuted = product(values[j] + beta * self.at(Kind.SIGMA, j) + gamma for j in columns)
        identity = product(values[j] + beta * pow(DELTA, j, R) * x + gamma for j in columns)
        return self.domain.l_active * (self.product_at(i, 1) * permuted - self.product_at(i) * identity) % R

    def value_of_column(self, column: Column) -> int:
        """`v_j`: the value of a permutation column at rotation 0."""
        match column.kind:
            case ColumnKind.ADVICE:
                return self.at(Kind.ADVICE, column.number)
            case ColumnKind.FIXED:
                return self.at(Kind.FIXED, column.number)
            case ColumnKind.INSTANCE:
                return self.instances[Query(column.number, 0)]

    def terms_of_lookup(self, lookup: Lookup) -> tuple[list[int], int]:
        """The `f_i` and `t` of a lookup (section 7.5)."""
        beta = self.challenges.beta
        f = [(self.compress(nodes) + beta) % R for nodes in lookup.inputs]
        return f, (self.compress(lookup.table) + beta) % R

    def of_lookup(self, index: int, lookup: Lookup) -> Iterator[int]:
        """The identities of a lookup (section 7.5)."""
        phi, phi_next = self.at(Kind.LOOKUP_SUM, index), self.at(Kind.LOOKUP_SUM, index, 1)
        m = self.at(Kind.LOOKUP_MULTIPLICITIES, index)
        f, t = self.terms_of_lookup(lookup)
        all_inputs = product(iter(f))
        all_but_one = sum(product(f_j for j, f_j in enumerate(f) if j != i) for i in range(len(f)))
        yield self.domain.l_0 * phi % R
        yield self.domain.l_last * phi % R
        yield self.domain.l_active * (t * all_inputs * (phi_next - phi) - (t * all_but_one - m * all_inputs)) % R

    def factors_of_classic_lookup(self, lookup: Lookup) -> tuple[int, int]:
        """comp(input) + beta and comp(table) + gamma (section 9.4)."""
        (nodes,) = lookup.inputs
        challenges = self.challenges
        return (self.compress(nodes) + challenges.beta) % R, (self.compress(lookup.table) + challenges.gamma) % R

    def of_classic_lookup(self, index: int, lookup: Lookup) -> Iterator[int]:
        """The identities of a classic lookup (section 9.4)."""
        z, z_next = self.at(Kind.LOOKUP_PRODUCT, index), self.at(Kind.LOOKUP_PRODUCT, index, 1)
        a, a_before = self.at(Kind.PERMUTED_INPUT, index), self.at(Kind.PERMUTED_INPUT, index, -1)
        s = self.at(Kind.PERMUTED_TABLE, index)
        given, table = self.factors_of_classic_lookup(lookup)
        permuted = (a + self.challenges.beta) * (s + self.challenges.gamma)
        yield self.domain.l_0 * (1 - z) % R
        yield self.domain.l_last * (z * z - z) % R
        yield self.domain.l_active * (z_next * permuted - z * given * table) % R
        yield self.domain.l_0 * (a - s) % R
        yield self.domain.l_active * (a - s) * (a - a_before) % R

    def of_shuffle(self, index: int, shuffle: Shuffle) -> Iterator[int]:
        """The identities of a shuffle (section 7.6)."""
        z, z_next = self.at(Kind.SHUFFLE_PRODUCT, index), self.at(Kind.SHUFFLE_PRODUCT, index, 1)
        gamma = self.challenges.gamma
        shuffled, given = self.compress(shuffle.shuffle) + gamma, self.compress(shuffle.input) + gamma
        yield self.domain.l_0 * (1 - z) % R
        yield self.domain.l_last * (z * z - z) % R
        yield self.domain.l_active * (z_next * shuffled - z * given) % R
