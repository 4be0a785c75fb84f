"""A progress bar for people; silence for scripts."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def watched() -> bool:
    """Does anybody look at standard error?"""
    return sys.stderr.isatty()


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, gone when it is done; the yielded function moves it on. Nothing without a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not watched()) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)
