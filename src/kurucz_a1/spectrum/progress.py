"""Progress of a synthesis: a bar on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kurucz_a1.extras import needs

with needs("workflow"):
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

PLAIN_LINES = 10


@contextmanager
def synthesis_progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """The argument ``report`` of ``spectrum.synthesize``, which shows the progress of ``name``."""
    console = Console()
    if console.is_terminal:
        columns = (
            TextColumn(name),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("wavelengths"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(name, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    shown = 0

    def report(done: int, total: int) -> None:
        nonlocal shown
        if done * PLAIN_LINES // total > shown:
            shown = done * PLAIN_LINES // total
            print(f"{name}: {done} of {total} wavelengths", flush=True)

    yield report
