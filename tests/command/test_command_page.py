"""The examples in the page about the command line, and in the help of the commands, do what they say."""

import re
import shlex
from textwrap import dedent

import matplotlib
import pytest

from kurucz_a1.command import COMMANDS, main

PAGE = "docs/command_line.md"
# What the page takes to be there: two tables of a run.
TABLES = {"accuracy": "system,rms\npinn,1.0\n", "hydrostatic_residuals": "system,median\npinn,0.01\nmlp,0.02\n"}


def examples(project):
    """(command, expected lines) of each console block of the page, in order."""
    text = (project / PAGE).read_text(encoding="utf-8")
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *expected = part.splitlines()
            yield command, expected


def same(found, expected):
    """Whether a line is as expected; the last digit of a number may differ by one, and "..." stands for the rest."""
    if expected.endswith("..."):
        return found.startswith(expected[:-3])
    words, wanted = found.split(), expected.split()
    return len(words) == len(wanted) and all(map(_same_word, words, wanted))


def _same_word(word, wanted):
    if word == wanted:
        return True
    try:
        last = 10.0 ** -len(wanted.partition(".")[2])
        return abs(float(word) - float(wanted)) < 1.5 * last
    except ValueError:
        return False


def test_the_page_shows_what_is_printed(project, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results" / "tables").mkdir(parents=True)
    for name, text in TABLES.items():
        (tmp_path / "results" / "tables" / f"{name}.csv").write_text(text)
    wrong = []
    for command, expected in examples(project):
        program, *words = shlex.split(command)
        if program == "cat":
            (tmp_path / words[0]).write_text("\n".join(expected) + "\n")
            continue
        if program == "ls":
            printed, status = sorted(path.name for path in (tmp_path / words[0]).iterdir()), 0
        else:
            assert program == "kurucz-a1"
            status = main(words)
            said = capsys.readouterr()
            printed = [*said.err.splitlines(), *said.out.splitlines()]
        if expected[-1:] == ["..."]:
            expected = expected[:-1]
            printed = printed[: len(expected)]
        if len(printed) != len(expected) or not all(map(same, printed, expected)):
            wrong.append((command, printed))
        assert status == int(any("outside" in line or "made by" in line for line in expected)), command
        for path in re.findall(r"-(?:o|-plot) (\S+)", command):
            assert (tmp_path / path).exists(), command
            if path.endswith(".png"):
                assert matplotlib.image.imread(path).std() > 0.05
    assert not wrong


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_of_the_help_are_those_of_the_page(name, project, capsys):
    module = COMMANDS[name]
    lines = dedent(module.EXAMPLES).strip().splitlines()
    shown = [command for command, _ in examples(project)]
    assert lines and set(lines) <= set(shown)
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and all(line in said for line in lines)
    assert module.SUMMARY in (project / PAGE).read_text(encoding="utf-8")
