"""Progress: plain lines in a log, a bar on a terminal."""

import io

from kurucz_a1.grid.progress import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_plain_lines_where_there_is_no_terminal():
    stream = io.StringIO()
    with progress("batch 0003", 4, stream) as report:
        report(1, 0, 1)
        report(2, 2, 4)
    first, last = stream.getvalue().splitlines()
    assert first.startswith("batch 0003: 1 done, 0 failed, 3 left of 4, about")
    assert last == "batch 0003: 2 done, 2 failed, 0 left of 4"


def test_points_taken_over_from_an_earlier_run_give_no_forecast():
    stream = io.StringIO()
    with progress("batch", 4, stream) as report:
        report(2, 0, 0)
    assert "to go" not in stream.getvalue()


def test_a_bar_on_a_terminal():
    stream = Terminal()
    with progress("batch 0003", 2, stream) as report:
        report(1, 0, 1)
        report(1, 1, 2)
    assert "1 done, 1 failed, 0 left of 2" in stream.getvalue()
