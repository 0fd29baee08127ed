"""Progress bars: off, on a terminal, or the caller's own."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

#: True for a bar on stderr, False or None for none, or a function of (step, steps, what).
Progress = bool | Callable[[int, int, str], None] | None


class Steps:
    """Reports that step `i` of `total` has begun."""

    def __init__(self, total: int, progress: Progress, title: str) -> None:
        self._total = total
        self._done = -1
        self._report = progress if callable(progress) else None
        self._bar: tqdm[Any] | None = None
        if progress is True:
            self._bar = tqdm(
                total=total, desc=title, leave=True, bar_format="{desc:<36} {bar:20} {n_fmt}/{total_fmt} {elapsed}"
            )

    def begin(self, what: str) -> None:
        """The step before is done; `what` begins."""
        self._done += 1
        if self._report is not None:
            self._report(self._done, self._total, what)
        if self._bar is not None:
            self._bar.n = self._done
            self._bar.set_description_str(what, refresh=True)

    def tick(self) -> None:
        """The step goes on: the clock moves."""
        if self._bar is not None:
            self._bar.refresh()

    def note(self, text: str) -> None:
        """A line for people, above the bar."""
        if self._bar is not None:
            tqdm.write(text, file=self._bar.fp)

    def warn(self, text: str) -> None:
        """A warning, which is heard without a bar too."""
        if self._bar is not None:
            self.note(f"WARNING: {text}")
        else:
            warnings.warn(text, stacklevel=4)

    def close(self, finished: bool) -> None:
        """Leave the bar as it stands."""
        if self._report is not None and finished:
            self._report(self._total, self._total, "done")
        if self._bar is not None:
            if finished:
                self._bar.n = self._total
                self._bar.set_description_str("done", refresh=True)
            self._bar.close()


@contextmanager
def steps(total: int, progress: Progress, title: str) -> Iterator[Steps]:
    """A bar of `total` steps that is closed whatever happens."""
    bar = Steps(total, progress, title)
    try:
        yield bar
    except BaseException:
        bar.close(finished=False)
        raise
    bar.close(finished=True)


def size(number: int) -> str:
    """A number of bytes for people."""
    for unit, shift in (("GB", 30), ("MB", 20), ("KB", 10)):
        if number >= 1 << shift:
            return f"{number / (1 << shift):.1f} {unit}"
    return f"{number} bytes"
