"""What is printed in the specification is what is computed here, and the sections that are cited exist."""

import re
from pathlib import Path

import pytest

from zk_verify import abi, config, field
from zk_verify.curve import G2_GENERATOR
from zk_verify.keccak import keccak256
from zk_verify.key_encoding import MAX_KEY_LENGTH

REFERENCE = Path(__file__).resolve().parent.parent
PAGE = (REFERENCE.parent / "zk-verify.md").read_text()
SECTIONS = set(re.findall(r"^####? (\d+(?:\.\d+)?)\.? ", PAGE, re.MULTILINE))
CITING = [*REFERENCE.glob("*.py"), *REFERENCE.glob("zk_verify/*.py"), *REFERENCE.glob("tests/*.py")]
CITING += [
    REFERENCE.parent / "zk-verify.md",
    *REFERENCE.parent.glob("*/README.md"),
    *REFERENCE.parent.glob("ezkl/*.md"),
    *REFERENCE.parent.parent.glob("crates/*/src/**/*.rs"),
]


@pytest.mark.parametrize(
    "printed",
    [
        f"q         = 0x{field.Q:064x}",
        f"r         = 0x{field.R:064x}",
        f"          = 0x{field.ROOT:064x}",
        f"          = 0x{field.DELTA:064x}",
        f"omega(15) = 0x{field.omega(15):064x}",
        "\n".join(f"{c:064x}" for c in (G2_GENERATOR.x.c1, G2_GENERATOR.x.c0, G2_GENERATOR.y.c1, G2_GENERATOR.y.c0)),
        "\n".join(config.PERPETUAL_POWERS_OF_TAU.hex()[at : at + 64] for at in range(0, 256, 64)),
        f"0x{config.KEY_SLOT:064x}",
        f"`ADDRESS` | `0x{config.ADDRESS.hex()}`",
        f"`MAX_KEY_LENGTH` | {MAX_KEY_LENGTH:,} bytes",
        *(f"`{name.upper()}` | {price:,} gas" for name, price in config.STANDARD_PRICES._asdict().items()),
    ],
)
def test_the_printed_constants_are_those_of_the_code(printed: str) -> None:
    assert printed in PAGE


def test_the_printed_prices_of_each_fork_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| (\w+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|", PAGE, re.MULTILINE)
    printed = {name.lower(): tuple(int(price.replace(",", "")) for price in prices) for name, *prices in rows}
    assert printed == {name: tuple(fork.access_prices) for name, fork in config.FORKS.items()}


def test_the_printed_selectors_are_those_of_the_signatures() -> None:
    printed = dict(re.findall(r"^\| `(\w+\([a-z0-9,]*\))` \| `([0-9a-f]{8})` \|$", PAGE, re.MULTILINE))
    assert len(printed) == 7
    assert bytes.fromhex(printed["verifyWithKey(address,bytes,bytes)"]) == abi.VERIFY_WITH_KEY
    for signature, selector in printed.items():
        assert keccak256(signature.encode())[:4].hex() == selector


def test_the_sections_are_numbered_without_a_gap() -> None:
    numbers = [tuple(map(int, section.split("."))) for section in re.findall(r"^####? (\d+(?:\.\d+)?)", PAGE, re.M)]
    for before, number in zip([(0,), *numbers], numbers, strict=False):
        following = [(*before[:-1], before[-1] + 1), (*before, 1), (before[0] + 1,)]
        assert number in following, f"section {number} after {before}"


@pytest.mark.parametrize("path", CITING, ids=lambda path: str(path.relative_to(REFERENCE.parent.parent)))
def test_cited_sections_exist(path: Path) -> None:
    text = path.read_text()
    if path.suffix == ".rs":  # papers have sections, too; and a comment breaks lines
        text = "\n".join(re.findall(r"spec, sections? [^;)]*", re.sub(r"\n\s*//[/!] ?", " ", text)))
    if path.parent.name == "ezkl":  # its own sections are cited, too
        text = "\n".join(re.findall(r"specification\S*, section[^.;|]*\.?\d*", text))
    for cited in re.findall(r"[Ss]ections? ((?:\d+(?:\.\d+)?(?:, | and | to )?)+)", text):
        assert set(re.findall(r"\d+(?:\.\d+)?", cited)) <= SECTIONS, cited
