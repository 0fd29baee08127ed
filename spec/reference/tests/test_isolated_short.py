"""Each rule of the short form is held by a vector (sections 4.2, 6.1 and 6.5).

A vector that is *made for* a client which forgets a rule is accepted by such a client: a mutant of the reference. Other
mutants are exposed by proofs that hold, or by the gas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

import isolated_short
from isolated import points, solved_points, with_number_of_public_inputs
from lenient import (
    AbsorbsTheIdentityAsAWord,
    AbsorbsWords,
    EvenRoots,
    IdentityAnywhere,
    IdentityNowhere,
    IdentityWithParity,
    LargerRoots,
    MasksBit254,
    NoCheckOfRoots,
    NoPointIsIdentity,
    OppositePoint,
    ReducesEvaluations,
    ReducesX,
    leaving_out,
    mixing,
    opposite_of,
)
from making import pairing_by_secret
from run_vectors import VECTORS, Vector, run
from zk_verify import abi, key_encoding, opening, precompile, verify
from zk_verify.config import Rules
from zk_verify.curve import G1, multiply, sum_of_products
from zk_verify.field import words
from zk_verify.key import Opening, VerifyingKey
from zk_verify.opening import Terms
from zk_verify.precompile import GasMeter, execute
from zk_verify.proof_reader import ProofReader
from zk_verify.short_form import Form, form_of

FILE = json.loads((VECTORS / "isolated-short.json").read_text())
LONG = json.loads((VECTORS / "features.json").read_text())
ALL = {fields["Name"]: fields for fields in FILE + LONG}

Patch = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(autouse=True)
def _sooner() -> Iterator[None]:
    with pairing_by_secret():
        yield


# Mutants


def reading_with(*readers: type[ProofReader]) -> Patch:
    """A client that reads like this."""
    reader = readers[0] if len(readers) == 1 else type("ForgetsSeveral", readers, {})
    return lambda patch: patch.setattr(verify.read_proof, "__defaults__", (reader,))


def of_any_length(*readers: type[ProofReader]) -> Patch:
    """A client that reads like this and ignores how long the proof is."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        reading_with(*readers)(patch)
        patch.setattr(verify, "check_proof_length", lambda *_: None)

    return apply


def short_below_the_long_length(patch: pytest.MonkeyPatch) -> None:
    """A client that takes every proof for a short one that is not long enough to be long, and ignores the rest."""

    def form(key: VerifyingKey, proof: bytes) -> Form:
        return Form.SHORT if len(proof) < key.proof_length else Form.LONG

    patch.setattr(verify, "check_proof_length", lambda *_: None)
    patch.setattr(verify, "form_of", form)


def any_number_of_public_inputs(patch: pytest.MonkeyPatch) -> None:
    """A client that does not count the public inputs."""
    columns = verify.instance_columns
    patch.setattr(verify, "check_sizes", lambda *_: None)
    patch.setattr(
        verify,
        "instance_columns",
        lambda key, values: columns(with_number_of_public_inputs(key, len(values)), values),
    )


def no_check_of_roots(patch: pytest.MonkeyPatch) -> None:
    """A client that asks of no point whether it is on the curve, and multiplies each on its own."""
    reading_with(NoCheckOfRoots)(patch)
    patch.setattr(opening, "sum_of_products", sum_one_by_one)


def sum_one_by_one(terms: Terms) -> G1:
    """Sums of points of two curves have no meaning, unless those of one vanish."""
    products: Iterable[tuple[int, G1]] = ((1, multiply(scalar, point)) for scalar, point in terms)
    return sum_of_products(products)


FORGETFUL: list[tuple[str, Patch]] = [
    (r"x \+ q in", reading_with(ReducesX)),
    (r"bit 254 set in", reading_with(MasksBit254)),
    (r"the identity as h.*, with the top bit set", reading_with(IdentityWithParity)),
    (r"the identity as .*, with the top bit set", reading_with(IdentityWithParity, IdentityAnywhere)),
    (r"the identity as", reading_with(IdentityAnywhere)),
    (r"x without a point as .*, taken for the identity", reading_with(NoPointIsIdentity)),
    (r"a power that is no root in", no_check_of_roots),
    (r"a transcript that absorbs the words", reading_with(AbsorbsWords)),
    (r"a transcript that absorbs the identity as a word", reading_with(AbsorbsTheIdentityAsAWord)),
    (r".* \+ r$", reading_with(ReducesEvaluations)),
    (r"a public input too (many|few)", any_number_of_public_inputs),
]
"""What a vector is made for, and the client that accepts it."""


def forgetful(what: str, key: VerifyingKey) -> Patch:
    """The client that accepts what a vector of this key is made for."""
    everything = frozenset(range(key.num_proof_points))
    last = key.num_proof_points - key.num_opening_points
    mixtures = {
        "the first point in long form": everything - everything | {0},
        "the opening's points in long form": frozenset(number for number in everything if number >= last),
        "the opening's points alone in short form": frozenset(number for number in everything if number < last),
        "all points but the first in long form": everything - {0},
    }
    of_key = [
        *((f"a mixture: {mixture}", of_any_length(mixing(long))) for mixture, long in mixtures.items()),
        ("the last quotient piece left out", of_any_length(leaving_out(last - 1))),
        *(
            (f"the other parity in {name}$", reading_with(opposite_of(number)))
            for name, number in (points(key) | solved_points(key)).items()
        ),
    ]
    return next(patch for pattern, patch in [*of_key, *FORGETFUL] if re.match(pattern, what))


OF_SOLVED_POINTS = re.compile(r"(x \+ q|bit 254 set|the other parity) in W")
"""These are altered when the proof is made, which such a client does not notice."""

MADE_FOR = {
    name: name.split("made for ")[-1].split("short form: ")[-1]
    for name in (fields["Name"] for fields in FILE)
    if "made for" in name or OF_SOLVED_POINTS.search(name)
}


@pytest.mark.parametrize("name", MADE_FOR)
def test_a_client_that_forgets_the_rule_accepts_the_proof(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Vector(ALL[name], VECTORS)
    assert run(made) == []
    (code,) = made.state().code.values()
    forgetful(MADE_FOR[name], key_encoding.decode(code))(monkeypatch)
    assert execute(made.message(), made.rules(), made.state()).data == abi.result(True)


@pytest.mark.parametrize("what", ["a byte more", "a word more, which is 0", "the last word twice"])
def test_a_client_that_takes_lengths_between_the_forms_fails_a_vector(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Vector(ALL[f"accumulator, short form: {what}"], VECTORS)
    short_below_the_long_length(monkeypatch)
    assert execute(made.message(), made.rules(), made.state()).data == abi.result(True)


def without_a_short_form(patch: pytest.MonkeyPatch) -> None:
    """A client that does not know it."""
    patch.setattr(verify, "form_of", lambda *_: Form.LONG)


Charge = Callable[[VerifyingKey, abi.Call, Rules, GasMeter], None]


def charging(points_of: Callable[[VerifyingKey, abi.Call], int]) -> Patch:
    """A client that charges a short proof for another number of points."""

    def charge(key: VerifyingKey, call: abi.Call, rules: Rules, meter: GasMeter) -> None:
        gwc = rules.prices.per_gwc_point * key.num_opening_points if key.opening is Opening.GWC else 0
        meter.charge(gwc + rules.prices.per_short_point * points_of(key, call))

    return lambda patch: patch.setattr(precompile, "charge_points", charge)


def if_short(key: VerifyingKey, call: abi.Call, number: int) -> int:
    """The number, if the proof is short."""
    return number if form_of(key, call.proof) is Form.SHORT else 0


def if_complete(key: VerifyingKey, call: abi.Call) -> int:
    """The points, if the public inputs are the key's."""
    return if_short(key, call, key.num_proof_points * (len(call.public_inputs) == 32 * key.num_public_inputs))


def if_the_points_are_points(key: VerifyingKey, call: abi.Call) -> int:
    """The points, if all of them exist."""
    try:
        verify.read_proof(key, call.proof, call.public_inputs)
    except ValueError:
        return 0
    return if_short(key, call, key.num_proof_points)


MUTANTS: list[tuple[str, Patch, str]] = [
    ("no short form", without_a_short_form, "no features, short form: forged"),
    ("always the even root", reading_with(EvenRoots), "blake2b, short form: forged"),
    ("the top bit for even", reading_with(OppositePoint), "gwc, short form: forged"),
    ("the top bit for the larger root", reading_with(LargerRoots), "classic, short form: forged"),
    ("words absorbed, Keccak", reading_with(AbsorbsWords), "gwc, short form: forged"),
    ("words absorbed, BLAKE2b", reading_with(AbsorbsWords), "gwc and blake2b, short form: forged"),
    ("the identity absorbed as a word, Keccak", reading_with(AbsorbsTheIdentityAsAWord),
     "no features, short form: the identity as all quotient pieces"),
    ("the identity absorbed as a word, BLAKE2b", reading_with(AbsorbsTheIdentityAsAWord),
     "blake2b, short form: the identity as all quotient pieces"),
    ("the identity nowhere", reading_with(IdentityNowhere), "everything, short form: the identity as h 4"),
    ("no charge", charging(lambda key, call: 0), "accumulator, short form: forged"),
    ("a charge for long proofs, too", charging(lambda key, _: key.num_proof_points), "no features: forged"),
    ("a charge by words", charging(lambda key, call: if_short(key, call, words(call.proof))),
     "no features, short form: forged"),
    ("no charge for the opening's points",
     charging(lambda key, call: if_short(key, call, key.num_proof_points - key.num_opening_points)),
     "gwc, short form: forged"),
    ("SHPLONK's number of points for GWC",
     charging(lambda key, call: if_short(key, call, key.num_proof_points - key.num_opening_points + 2)),
     "gwc, short form: forged"),
    ("a charge for what is not long",
     charging(lambda key, call: key.num_proof_points * (len(call.proof) != key.proof_length)),
     "accumulator, short form: a word less"),
    ("a charge between the lengths",
     charging(lambda key, call: key.num_proof_points * (key.short_proof_length <= len(call.proof) < key.proof_length)),
     "accumulator, short form: a byte more"),
    ("no charge if a public input is missing", charging(if_complete),
     "everything, short form: made for a public input too few"),
    ("no charge if there is a public input too many", charging(if_complete),
     "everything, short form: made for a public input too many"),
    ("no charge for what is no point", charging(if_the_points_are_points),
     "everything, short form: made for bit 254 set in h 4"),
    ("no charge where there is no point", charging(if_the_points_are_points),
     "accumulator, short form: the long form cut to the length of the short form"),
]  # fmt: skip


@pytest.mark.parametrize(("patch", "name"), [pytest.param(*mutant[1:], id=mutant[0]) for mutant in MUTANTS])
def test_a_mutant_fails_a_vector(patch: Patch, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Vector(ALL[name], VECTORS)
    assert run(made) == []
    patch(monkeypatch)
    assert run(made) != []


# What there is


@pytest.mark.parametrize("name", isolated_short.IN_FULL)
def test_there_is_one_for_each_rule_at_each_point(name: str) -> None:
    (code,) = Vector(ALL[f"{name}, short form: forged"], VECTORS).state().code.values()
    key = key_encoding.decode(code)
    of_key = {vector.removeprefix(f"{name}, short form: ") for vector in ALL}
    for place in points(key):
        made = {f"{what} in {place}" for what in ("x + q", "bit 254 set", "the other parity")}
        made |= {
            f"the identity as {place}, with the top bit set",
            f"x without a point as {place}, taken for the identity",
        }
        assert {f"made for {what}" for what in made} <= of_key
        assert {f"made for the identity as {place}", f"the identity as {place}"} & of_key
    for place in solved_points(key):
        what = {f"{what} in {place}" for what in ("x + q", "bit 254 set", "the other parity")}
        assert what | {f"the identity as {place}"} <= of_key


def test_accepted_proofs_have_points_of_both_parities_at_every_place() -> None:
    for name in (*isolated_short.IN_FULL, *isolated_short.IN_BRIEF):
        first, second = (
            abi.decode(Vector(ALL[f"{name}, short form: {what}"], VECTORS).message().data).proof
            for what in ("forged", "forged, all points with the other parity")
        )
        (code,) = Vector(ALL[f"{name}, short form: forged"], VECTORS).state().code.values()
        key = key_encoding.decode(code)
        for at in range(0, 32 * (key.num_proof_points - key.num_opening_points), 32):
            assert first[at] ^ second[at] == 0x80


def test_words_in_vectors_are_what_their_names_say() -> None:
    fields: Any = ALL["accumulator, short form: made for the identity as h 3, with the top bit set"]
    assert "80" + "00" * 31 in fields["Input"]
