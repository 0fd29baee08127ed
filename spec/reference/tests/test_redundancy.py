"""What the page on short proofs says of the committed proofs is what they are."""

from pathlib import Path

import redundancy

PAGE = (Path(redundancy.__file__).resolve().parents[2] / "docs" / "short-proofs.md").read_text()


def test_the_tables_of_the_page_are_what_the_program_counts() -> None:
    for made in (redundancy.table_of_ezkl(), redundancy.table_of_halo2()):
        assert made in PAGE, "docs/short-proofs.md differs: run redundancy.py and look at what changed"


def test_the_figures_of_the_text_are_those_of_the_proofs() -> None:
    found = {counts.name: counts for counts in redundancy.of_ezkl()}
    huge, mlp = found["huge"], found["mlp"]
    assert (huge.zeros + huge.equal, huge.zeros, huge.untouched) == (1_521, 1_502, 184)
    assert mlp.words == 72
    assert all(f"{number:,}" in PAGE for number in (1_521, 1_502, 184))
    assert sum(counts.pieces > 0 for counts in redundancy.of_halo2()) == 16
    assert all(counts.pieces == 0 for counts in found.values())
