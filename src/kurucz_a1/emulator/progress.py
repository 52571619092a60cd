"""Progress of a training: a bar on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kurucz_a1.extras import needs

with needs("train"):
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

PLAIN_LINES = 20


@contextmanager
def training_progress(name: str, epochs: int, done: int = 0) -> Iterator[Callable[[int, str], object]]:
    """A function report(epoch, text), with epochs counted from 1, that shows the progress of a training."""
    console = Console()
    if console.is_terminal:
        columns = (
            TextColumn(name),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(name, total=epochs, completed=done, note="")
            yield lambda epoch, note: bar.update(task, completed=epoch, note=note)
    else:
        every = max(1, epochs // PLAIN_LINES)

        def report(epoch: int, note: str) -> None:
            if epoch % every == 0 or epoch == epochs:
                print(f"{name}: epoch {epoch}/{epochs}, {note}", flush=True)

        yield report
