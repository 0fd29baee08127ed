"""Progress bars: off, on a terminal, or the caller's own."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from tqdm import tqdm

#: True for a bar on stderr, False for none, or a function of (step, steps, what). None is a bar on a
#: terminal, for what takes longer than two seconds.
Progress = bool | Callable[[int, int, str], None] | None

#: Seconds before a bar that nobody asked for is shown.
_DELAY: Final = 2


class Steps:
    """Reports that step `i` of `total` has begun."""

    def __init__(self, total: int, progress: Progress, title: str) -> None:
        self._total = total
        self._done = -1
        self._report = progress if callable(progress) else None
        self._bar: tqdm[Any] | None = None
        self._asked = progress is True
        self._begun = time.monotonic()
        if progress is True or (progress is None and sys.stderr is not None and sys.stderr.isatty()):
            self._bar = tqdm(
                total=total,
                desc=title,
                leave=self._asked,
                bar_format="{desc:<36} {bar:20} {n_fmt}/{total_fmt} {elapsed}",
                delay=0 if self._asked else _DELAY,
            )

    def begin(self, what: str) -> None:
        """The step before is done; `what` begins."""
        self._done += 1
        if self._report is not None:
            self._report(self._done, self._total, what)
        if self._bar is not None:
            self._bar.n = self._done
            self._bar.set_description_str(what, refresh=False)
            self.tick()

    def tick(self) -> None:
        """The step goes on: the clock moves."""
        if self._bar is not None and (self._asked or time.monotonic() - self._begun > _DELAY):
            self._bar.refresh()

    def note(self, text: str) -> None:
        """A line for people: above a bar that was asked for, or for the caller's function."""
        if self._report is not None:
            self._report(max(self._done, 0), self._total, text)
        if self._bar is not None and self._asked:
            tqdm.write(text, file=self._bar.fp)

    def warn(self, text: str) -> None:
        """A warning, which is heard without a bar too."""
        if self._asked:
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
                self._bar.set_description_str("done", refresh=False)
                self.tick()
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
