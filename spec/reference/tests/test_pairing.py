"""The pairing: what makes it one, and the vectors of EIP-197."""

import pytest

from encode import g1, g2
from zk_verify.curve import (
    G1,
    G1_GENERATOR,
    G1_LENGTH,
    G2,
    G2_GENERATOR,
    g2_multiply,
    multiply,
    negate,
    read_g1,
    read_g2,
)
from zk_verify.field import FQ12_ONE, R
from zk_verify.pairing import FINAL_EXPONENT, miller_loop, product_is_one

# From the tests of EIP-197 in geth (bn256Pairing.json "jeff1" and "jeff6").
JEFF1 = (
    "1c76476f4def4bb94541d57ebba1193381ffa7aa76ada664dd31c16024c43f593034dd2920f673e204fee2811c678745fc819b55d3e9d294e45c9b03a76aef41"
    "209dd15ebff5d46c4bd888e51a93cf99a7329636c63514396b4a452003a35bf704bf11ca01483bfa8b34b43561848d28905960114c8ac04049af4b6315a41678"
    "2bb8324af6cfc93537a2ad1a445cfd0ca2a71acd7ac41fadbf933c2a51be344d120a2a4cf30c1bf9845f20c6fe39e07ea2cce61f0c9bb048165fe5e4de877550"
    "111e129f1cf1097710d41c4ac70fcdfa5ba2023c6ff1cbeac322de49d1b6df7c2032c61a830e3c17286de9462bf242fca2883585b93870a73853face6a6bf411"
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c21800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
)


def pairs_of(text: str) -> list[tuple[G1, G2]]:
    data = bytes.fromhex(text)
    pairs: list[tuple[G1, G2]] = []
    for at in range(0, len(data), 192):
        pairs.append((read_g1(data[at : at + G1_LENGTH]), read_g2(data[at + G1_LENGTH : at + 192])))
    return pairs


def test_the_vector_of_eip_197_is_one() -> None:
    assert product_is_one(pairs_of(JEFF1))


def test_a_part_of_the_vector_is_not_one() -> None:
    assert not product_is_one(pairs_of(JEFF1)[:1])


def test_points_are_written_as_in_eip_197() -> None:
    p, s = pairs_of(JEFF1)[0]
    assert p is not None
    assert s is not None
    assert g1(p) + g2(s) == bytes.fromhex(JEFF1[:384])


def test_it_is_not_degenerate() -> None:
    assert not product_is_one([(G1_GENERATOR, G2_GENERATOR)])


def test_its_values_have_order_r() -> None:
    value = miller_loop([(G1_GENERATOR, G2_GENERATOR)]) ** FINAL_EXPONENT
    assert value != FQ12_ONE
    assert value**R == FQ12_ONE


@pytest.mark.parametrize(("a", "b"), [(2, 3), (R - 1, 5), (123456789, R - 2)])
def test_it_is_bilinear(a: int, b: int) -> None:
    left = (multiply(a, G1_GENERATOR), g2_multiply(b, G2_GENERATOR))
    assert product_is_one([left, (multiply(-a * b, G1_GENERATOR), G2_GENERATOR)])
    assert product_is_one([left, (negate(G1_GENERATOR), g2_multiply(a * b % R, G2_GENERATOR))])
    assert not product_is_one([left, (multiply(1 - a * b, G1_GENERATOR), G2_GENERATOR)])


def test_the_identity_pairs_to_one() -> None:
    assert product_is_one([])
    assert product_is_one([(None, G2_GENERATOR), (G1_GENERATOR, None)])
