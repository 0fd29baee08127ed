"""The one encoding of a call that is accepted (section 3.3)."""

from contextlib import suppress

import pytest

from zk_verify import abi
from zk_verify.abi import Call, MalformedCall, decode, encode, word
from zk_verify.keccak import keccak256

KEY = bytes(range(1, 21))
CALLS = [
    Call(b"", b""),
    Call(b"\x01" * 5, b"\x02" * 32),
    Call(b"\x01" * 64, b""),
    Call(b"", b"\x02" * 33),
    Call(b"", b"", KEY),
    Call(b"\x01" * 31, b"\x02" * 64, KEY),
]
SIGNATURES = {
    "verify(bytes,bytes)": abi.VERIFY,
    "verifyWithKey(address,bytes,bytes)": abi.VERIFY_WITH_KEY,
    "NoVerifyingKey(address)": abi.NO_VERIFYING_KEY,
    "InvalidVerifyingKey(address)": abi.INVALID_VERIFYING_KEY,
    "DelegateCallNotAllowed()": abi.DELEGATE_CALL_NOT_ALLOWED,
    "NonPayable()": abi.NON_PAYABLE,
    "MalformedCall()": abi.MALFORMED_CALL,
}


@pytest.mark.parametrize("signature", SIGNATURES)
def test_selectors_are_those_of_the_signatures(signature: str) -> None:
    assert keccak256(signature.encode())[:4] == SIGNATURES[signature]


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_read_as_it_is_written(call: Call) -> None:
    assert decode(encode(call)) == call


def test_the_encoding_is_that_of_solidity() -> None:
    expected = "f7e83aee" + "".join(
        [f"{0x40:064x}", f"{0x80:064x}", f"{3:064x}", "010203".ljust(64, "0"), f"{32:064x}", "ff" * 32]
    )
    assert encode(Call(b"\x01\x02\x03", b"\xff" * 32)).hex() == expected


def test_the_smallest_call_has_132_bytes() -> None:
    assert len(encode(Call(b"", b""))) == 132


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


@pytest.mark.parametrize("call", CALLS)
def test_no_other_input_means_the_same_call(call: Call) -> None:
    data = encode(call)
    for at in range(len(data)):
        with suppress(MalformedCall):
            assert decode(flipped(data, at)) != call


@pytest.mark.parametrize("call", CALLS)
def test_nothing_comes_after_a_call_and_nothing_is_missing(call: Call) -> None:
    data = encode(call)
    for malformed in (data + b"\x00", data + bytes(32), *(data[:length] for length in range(len(data)))):
        with pytest.raises(MalformedCall):
            decode(malformed)


@pytest.mark.parametrize("at", range(4, 16))
def test_the_high_bytes_of_the_address_are_zero(at: int) -> None:
    with pytest.raises(MalformedCall):
        decode(flipped(encode(Call(b"", b"", KEY)), at))


def test_padding_is_zero() -> None:
    data = encode(Call(b"\x01" * 31, b"\x02" * 33))
    for at in (4 + 64 + 32 + 31, len(data) - 1, len(data) - 31):
        with pytest.raises(MalformedCall):
            decode(flipped(data, at))


def test_offsets_are_those_of_the_encoder() -> None:
    data = encode(Call(b"", b""))
    swapped = data[:4] + word(96) + word(64) + data[68:]
    shared = data[:4] + word(64) + word(64) + data[68:]
    for malformed in (swapped, shared, flipped(data, 4, 7), flipped(data, 36, 7)):
        with pytest.raises(MalformedCall):
            decode(malformed)


@pytest.mark.parametrize("length", [1, 32, 64, 2**32, 2**64, 2**255, 2**256 - 1, 2**256 - 32])
def test_lengths_do_not_wrap(length: int) -> None:
    data = encode(Call(b"", b""))
    for malformed in (data[:68] + word(length) + data[100:], data[:100] + word(length)):
        with pytest.raises(MalformedCall):
            decode(malformed)


def test_unknown_selectors_are_malformed() -> None:
    for selector in ("", "f7", "00000000", "f7e83aef"):
        with pytest.raises(MalformedCall):
            decode(bytes.fromhex(selector) + encode(Call(b"", b""))[4:])


def test_errors_have_their_argument_as_a_word() -> None:
    assert abi.error(abi.NON_PAYABLE).hex() == "6fb1b0e9"
    assert abi.error(abi.NO_VERIFYING_KEY, KEY) == abi.NO_VERIFYING_KEY + bytes(12) + KEY
    assert abi.result(True) == word(1)
    assert abi.result(False) == word(0)
