"""The fields: Fq, Fr, and the extensions of Fq over which the pairing lives (sections 1.2 and 1.3).

Elements of Fq and Fr are integers in [0, q) and [0, r); the extensions are classes.
"""

from __future__ import annotations

from dataclasses import dataclass

Q = 0x30644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD47
"""The order of the base field Fq."""

R = 0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001
"""The order of the scalar field Fr, and of the groups."""

WORD = 32
"""The bytes of a word."""

TWO_ADICITY = 28
GENERATOR = 7
ROOT = pow(GENERATOR, (R - 1) >> TWO_ADICITY, R)
"""A primitive 2^28-th root of unity in Fr (`root`)."""

DELTA = pow(GENERATOR, 1 << TWO_ADICITY, R)
"""7^(2^28), which tells the permutation's columns apart."""


class NotCanonical(ValueError):
    """A word that is not an integer below the field's order."""


def words(data: bytes) -> int:
    """⌈len(data) / 32⌉ (section 1.1)."""
    return -(-len(data) // WORD)


def omega(k: int) -> int:
    """The primitive 2^k-th root of unity in Fr (section 1.2)."""
    return pow(ROOT, 1 << (TWO_ADICITY - k), R)


def read_canonical(word: bytes, order: int) -> int:
    """The integer that `word` holds, if it is below `order` (section 1.2: nothing is reduced on reading)."""
    value = int.from_bytes(word, "big")
    if value >= order:
        raise NotCanonical(f"0x{word.hex()} is not below the order of the field")
    return value


@dataclass(frozen=True)
class Fq2:
    """c0 + c1·i in Fq2 = Fq[i]/(i² + 1) (section 1.2)."""

    c0: int
    c1: int

    def __add__(self, other: Fq2) -> Fq2:
        return Fq2((self.c0 + other.c0) % Q, (self.c1 + other.c1) % Q)

    def __sub__(self, other: Fq2) -> Fq2:
        return Fq2((self.c0 - other.c0) % Q, (self.c1 - other.c1) % Q)

    def __neg__(self) -> Fq2:
        return Fq2(-self.c0 % Q, -self.c1 % Q)

    def __mul__(self, other: Fq2) -> Fq2:
        real = self.c0 * other.c0 - self.c1 * other.c1
        imaginary = self.c0 * other.c1 + self.c1 * other.c0
        return Fq2(real % Q, imaginary % Q)

    def __truediv__(self, other: Fq2) -> Fq2:
        return self * other.inverse()

    def scale(self, factor: int) -> Fq2:
        """The product with an element of Fq."""
        return Fq2(self.c0 * factor % Q, self.c1 * factor % Q)

    def inverse(self) -> Fq2:
        """1 / (c0 + c1·i) = (c0 - c1·i) / (c0² + c1²)."""
        norm = self.c0 * self.c0 + self.c1 * self.c1
        return Fq2(self.c0, -self.c1 % Q).scale(pow(norm, -1, Q))


FQ2_ZERO = Fq2(0, 0)
FQ2_ONE = Fq2(1, 0)
XI = Fq2(9, 1)
"""9 + i, by which the twist is made (section 1.3)."""


@dataclass(frozen=True)
class Fq12:
    """Σ c_k · w^k in Fq12 = Fq2[w]/(w^6 - (9 + i)): six coefficients, the constant one first."""

    coefficients: tuple[Fq2, ...]

    def __mul__(self, other: Fq12) -> Fq12:
        # Plain products of polynomials, reduced once: by far the most time of a pairing goes by here.
        real, imaginary = [0] * 11, [0] * 11
        for j, a in enumerate(self.coefficients):
            if a.c0 == 0 and a.c1 == 0:
                continue
            for k, b in enumerate(other.coefficients, j):
                real[k] += a.c0 * b.c0 - a.c1 * b.c1
                imaginary[k] += a.c0 * b.c1 + a.c1 * b.c0
        for k in range(5):  # w^6 = 9 + i
            real[k] += 9 * real[k + 6] - imaginary[k + 6]
            imaginary[k] += 9 * imaginary[k + 6] + real[k + 6]
        return Fq12(tuple(Fq2(real[k] % Q, imaginary[k] % Q) for k in range(6)))

    def __pow__(self, exponent: int) -> Fq12:
        result = FQ12_ONE
        for bit in bin(exponent)[2:]:
            result = result * result
            if bit == "1":
                result = result * self
        return result


FQ12_ONE = Fq12((FQ2_ONE, *[FQ2_ZERO] * 5))
