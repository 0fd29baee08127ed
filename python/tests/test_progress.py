"""What is said while something takes long, and to whom."""

from __future__ import annotations

import io

import pytest

from moderntensor.sdk.zkml import _progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "progress", "delay", "shown"),
    [
        (Terminal, None, -1.0, True),  # longer than the delay
        (Terminal, None, 60.0, False),
        (Terminal, False, -1.0, False),
        (io.StringIO, None, -1.0, False),
        (io.StringIO, True, 60.0, True),
    ],
)
def test_a_bar_is_shown_on_a_terminal_for_what_takes_long(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], progress: bool | None, delay: float, shown: bool
) -> None:
    said = stream()
    monkeypatch.setattr("sys.stderr", said)
    monkeypatch.setattr(_progress, "_DELAY", delay)
    with _progress.steps(2, progress, "compile") as bar:
        bar.begin("making the keys")
        bar.tick()
        assert ("making the keys" in said.getvalue()) is shown
        bar.note("for those who asked")
    assert ("for those who asked" in said.getvalue()) is (progress is True)


def test_a_function_is_told_the_steps_and_the_notes() -> None:
    seen: list[tuple[int, int, str]] = []
    with _progress.steps(2, lambda *said: seen.append(said), "compile") as bar:
        bar.begin("settings")
        bar.note("2^8 rows")
    assert seen == [(0, 2, "settings"), (0, 2, "2^8 rows"), (2, 2, "done")]
