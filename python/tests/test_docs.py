"""docs/sdk.md, followed to the letter: every snippet and every command, in order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, running_node
from test_chain import DEVELOPMENT_KEY
from test_cli import run

from moderntensor.sdk.zkml import MissingSRS, _ezkl

URL = "http://127.0.0.1:8545"


@pytest.mark.prover
@pytest.mark.node
def test_every_snippet_and_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("eth_account")
    blocks = re.findall(r"```(python|sh)\n(.*?)```", (REPOSITORY / "docs" / "sdk.md").read_text(), re.DOTALL)
    snippets = [text for kind, text in blocks if kind == "python"]
    (commands,) = (text for kind, text in blocks if kind == "sh")
    make_model, compile_it, *off_chain, deploy, submit = snippets[2:]
    assert len(off_chain) == 5

    (tmp_path / "contracts").symlink_to(REPOSITORY / "contracts")
    (tmp_path / "private.key").write_text(DEVELOPMENT_KEY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODERNTENSOR_ZKML_UNSAFE_TEST_SRS", "1")
    names: dict[str, Any] = {}
    exec(make_model, names)
    # The reader downloads the SRS at this point; here a test SRS lies where ezkl would keep it.
    with pytest.raises(MissingSRS, match=r"download_srs\(15\)"):
        exec(compile_it, names)
    home = tmp_path / "no-ezkl-home" / "srs"
    home.mkdir(parents=True)
    _ezkl.call(MissingSRS, "SRS", "gen_srs", str(home / "kzg15.srs"), 15)
    for snippet in (compile_it, *off_chain):
        exec(snippet, names)
    with running_node("--accept-srs", "circuit/model.zkvk") as url:
        for snippet in (deploy, submit):
            exec(snippet.replace(URL, url), names)
        assert names["receipt"].succeeded
        for line in commands.replace(URL, url).replace("0x…", names["app"]).splitlines():
            program, area, *arguments = shlex.split(line)
            assert (program, area) == ("moderntensor", "zkml")
            said = run(*arguments).stdout
            if arguments[0] in ("verify", "submit"):
                assert re.match(r"valid|accepted|The proof is VALID", said), line
