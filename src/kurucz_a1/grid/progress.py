"""Progress of a batch: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kurucz_a1.extras import needs


@contextmanager
def progress(title: str, total: int, stream: Any = None) -> Iterator[Callable[[int, int, int], None]]:
    """A function report(done, failed, made_now) to call after each point.

    - ``done``, ``failed``: points with and without a model so far.
    - ``made_now``: points that this run itself computed, from which it estimates the time left.
    - ``stream``: a text file to write to, by default the standard output.
    """
    stream = sys.stdout if stream is None else stream
    start = time.monotonic()

    def text(done: int, failed: int, made_now: int) -> str:
        left = total - done - failed
        words = f"{title}: {done} done, {failed} failed, {left} left of {total}"
        if made_now and left:
            words += f", about {_duration(left * (time.monotonic() - start) / made_now)} to go"
        return words

    if not stream.isatty():
        yield lambda *counts: print(text(*counts), file=stream, flush=True)
        return
    with needs("workflow"):
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream)) as bar:
        task = bar.add_task(f"{title}: starting", total=total)

        def report(done: int, failed: int, made_now: int) -> None:
            bar.update(task, completed=done + failed, description=text(done, failed, made_now))

        yield report


def _duration(seconds: float) -> str:
    whole, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(whole, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
