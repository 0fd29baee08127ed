"""docs/install.md, followed to the letter: each section in an empty folder that has the files of the release."""

from __future__ import annotations

import re
import shutil
import time

import pytest
from conftest import PYTHONS, REPOSITORY, Machine, files, python


def sections() -> dict[str, str]:
    """The commands of the page, by section. What the page says before the first belongs to each."""
    first, *others = re.split(r"^## ", (REPOSITORY / "docs" / "install.md").read_text(), flags=re.MULTILINE)

    def commands(text: str) -> str:
        return "".join(re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE))

    found = {text.splitlines()[0]: commands(text) for text in others}
    return {title: commands(first) + own for title, own in found.items() if own}


#: Python's commands run on each version, the others on the first.
CASES = [(title, version) for title in sections() for version in (PYTHONS if title == "Python" else PYTHONS[:1])]

#: What a section has to have said when its commands are through.
SAYS = {
    "The command line": ["Invalid ZK Proof", "\nvalid\n"],
    "Python": ["valid\n"],
    "Solidity": ["2 passed; 0 failed"],
    "JavaScript": ["{ valid: true, reason: null }", "{ valid: false, reason: '"],
}


def test_every_way_to_install_is_tried() -> None:
    assert SAYS.keys() <= sections().keys()


@pytest.mark.parametrize(("title", "version"), CASES)
def test_the_commands_do_the_main_job_without_rust(
    machine: Machine, title: str, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in files():
        shutil.copy(file, machine.folder)
    machine.add("python3", python(version))
    # What the page says that a Solidity developer has.
    machine.add("forge", REPOSITORY / "tools" / "forge")
    begin = time.monotonic()
    said = machine.run(
        "bash", "-euo", "pipefail", "-c", sections()[title], FOUNDRY_SOLC=str(REPOSITORY / "tools" / "solc")
    )
    with capsys.disabled():
        print(f"\n  {title}, Python {version}: {time.monotonic() - begin:.1f} s")
    for text in SAYS.get(title, []):
        assert text in said
