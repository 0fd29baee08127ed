"""Readers of short proofs that forget one rule each (section 6.5), and make something else of the bytes.

They serve twice: proofs are forged for them (`isolated_short`), and in place of the reference's own reader they are
mutants that those proofs expose (`tests/test_mutants.py`).
"""

from __future__ import annotations

from forging import LenientReader
from zk_verify.curve import G1, G1_B, G1_LENGTH, G1Point, InvalidPoint, read_g1
from zk_verify.field import WORD, Q, R
from zk_verify.proof_reader import ProofReader
from zk_verify.short_form import PARITY_BIT, Form, long_point, read_short_point

TOP = 1 << PARITY_BIT
BIT_254 = 1 << 254


def forging_reader(forgetful: type[ProofReader]) -> type[LenientReader]:
    """A reader that is lenient in all else, too, so that a proof can be solved for it."""
    if forgetful is ProofReader:
        return LenientReader
    return type(f"Forging{forgetful.__name__}", (forgetful, LenientReader), {})


def root_of(x: int) -> int:
    """(x³ + 3)^((q+1)/4), whether or not it is a root."""
    return pow(x**3 + G1_B, (Q + 1) // 4, Q)


def with_parity(x: int, parity: int) -> bytes:
    """Both coordinates of x and a root of this parity."""
    root = root_of(x)
    return long_point(G1Point(x, root if root % 2 == parity else -root % Q))


def parts(word: bytes) -> tuple[int, int]:
    """The top bit, and the other 255."""
    value = int.from_bytes(word, "big")
    return value >> PARITY_BIT, value % TOP


class ReducesX(ProofReader):
    """Takes x modulo q."""

    def lengthened(self, word: bytes) -> bytes:
        """The point with the reduced x."""
        parity, x = parts(word)
        return long_point(None) if not any(word) else with_parity(x % Q, parity)


class MasksBit254(ProofReader):
    """Masks both high bits."""

    def lengthened(self, word: bytes) -> bytes:
        """The point without bit 254."""
        parity, x = parts(word)
        return super().lengthened((parity * TOP | x % BIT_254).to_bytes(WORD, "big"))


class EvenRoots(ProofReader):
    """Takes the even root, whatever the parity."""

    def lengthened(self, word: bytes) -> bytes:
        """The point without the top bit."""
        return super().lengthened(parts(word)[1].to_bytes(WORD, "big"))


class OppositePoint(ProofReader):
    """Takes the opposite of one point, or of all."""

    number: int | None = None
    lengthened_before = 0

    def lengthened(self, word: bytes) -> bytes:
        """The point or the opposite one."""
        self.lengthened_before += 1
        here = self.number in (None, self.lengthened_before - 1)
        return super().lengthened(opposite(word) if here and any(word) else word)


def opposite_of(number: int) -> type[OppositePoint]:
    """A reader that takes the opposite of this point."""
    return type("OppositeOfOne", (OppositePoint,), {"number": number})


class LargerRoots(ProofReader):
    """Takes the top bit for the larger of both roots, as other encodings of points do."""

    def lengthened(self, word: bytes) -> bytes:
        """The point whose y is above or below q/2."""
        point = read_short_point(word)
        if point is None:
            return long_point(None)
        larger = max(point.y, Q - point.y)
        return long_point(G1Point(point.x, larger if parts(word)[0] else Q - larger))


class NoPointIsIdentity(ProofReader):
    """Takes the identity where there is no point, at quotient pieces and elsewhere."""

    def lengthened(self, word: bytes) -> bytes:
        """The point, or zeros."""
        try:
            return super().lengthened(word)
        except InvalidPoint:
            return long_point(None)

    def point(self) -> G1:
        """A point or the identity."""
        return valid_or_identity(self.take_point())


class IdentityWithParity(ProofReader):
    """Does not look at the parity of the identity."""

    def lengthened(self, word: bytes) -> bytes:
        """Zeros for x = 0."""
        return long_point(None) if parts(word)[1] == 0 else super().lengthened(word)


class IdentityAnywhere(ProofReader):
    """Takes the identity for every point."""

    def point(self) -> G1:
        """A point or the identity."""
        return valid_or_identity(self.take_point())


class IdentityNowhere(ProofReader):
    """Takes the identity for no point."""

    def quotient_piece(self) -> G1:
        """A point."""
        return self.point()


class NoCheckOfRoots(ProofReader):
    """Takes the power for a root, unseen, and no point is asked whether it is on the curve."""

    def lengthened(self, word: bytes) -> bytes:
        """Coordinates of the right parity."""
        return long_point(None) if not any(word) else with_parity(parts(word)[1], parts(word)[0])

    def point(self) -> G1:
        """Any coordinates but zeros."""
        return self.counted(required(self.coordinates()))

    def quotient_piece(self) -> G1:
        """Any coordinates, zeros for the identity."""
        return self.counted(self.coordinates())

    def coordinates(self) -> G1:
        """What two words hold."""
        words = self.take_point()
        x, y = (int.from_bytes(words[at : at + WORD], "big") for at in range(0, G1_LENGTH, WORD))
        return G1Point(x, y) if any(words) else None

    def counted(self, point: G1) -> G1:
        """What the point counts for: itself."""
        return point


class NoRootVanishes(NoCheckOfRoots):
    """Counts points with x = 0 for nothing, as a client does that multiplies them by a multiple of their order, 3."""

    def counted(self, point: G1) -> G1:
        """The point, or nothing."""
        return None if point is None or point.x == 0 else point


class AbsorbsWords(ProofReader):
    """Absorbs the words of the short form in place of coordinates."""

    def take_point(self) -> bytes:
        """Both coordinates."""
        word = self._take(WORD)
        self.transcript.absorb_point(word)
        return self.lengthened(word)


class AbsorbsTheIdentityAsAWord(ProofReader):
    """Absorbs one word in place of two where the identity stands."""

    def take_point(self) -> bytes:
        """Both coordinates."""
        word = self._take(WORD)
        words = self.lengthened(word)
        self.transcript.absorb_point(words if any(word) else word)
        return words


class ReducesEvaluations(ProofReader):
    """Takes evaluations modulo r."""

    def evaluation(self) -> int:
        """Any word."""
        return int.from_bytes(self.take_scalar(), "big") % R


class Mixes(ProofReader):
    """Reads some points in long form and the others in short form."""

    long: frozenset[int] = frozenset()
    taken = 0

    def take_point(self) -> bytes:
        """Both coordinates."""
        self.form = Form.LONG if self.taken in self.long else Form.SHORT
        self.taken += 1
        return super().take_point()


def mixing(long: frozenset[int]) -> type[Mixes]:
    """A reader of proofs in which these points are long."""
    return type("MixesSome", (Mixes,), {"long": long})


class LeavesOutPiece(ProofReader):
    """Takes the identity for a quotient piece that is not there."""

    number = 0
    taken = 0

    def take_point(self) -> bytes:
        """Both coordinates, zeros for the piece."""
        self.form = Form.SHORT
        self.taken += 1
        if self.taken - 1 != self.number:
            return super().take_point()
        self.transcript.absorb_point(long_point(None))
        return long_point(None)


def leaving_out(number: int) -> type[LeavesOutPiece]:
    """A reader of proofs in which this point is not there."""
    return type("LeavesOutSome", (LeavesOutPiece,), {"number": number})


def valid_or_identity(words: bytes) -> G1:
    """The point that two words stand for."""
    return read_g1(words) if any(words) else None


def required(point: G1) -> G1:
    """The point, which is not the identity."""
    if point is None:
        raise InvalidPoint("the identity")
    return point


def opposite(word: bytes) -> bytes:
    """The same word with the other parity."""
    return (int.from_bytes(word, "big") ^ TOP).to_bytes(WORD, "big")
