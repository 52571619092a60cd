"""Configurations changed at random: each is accepted and can be planned, or refused in one clear line."""

import copy
import random

import yaml
from tests.checkout import PROJECT

from kurucz_a1.errors import BadConfig
from kurucz_a1.settings import check_files, read_settings

ODD = (
    *(None, True, False, 0, 1, -1, 2, 7, 1e-9, 0.5, -0.5, 1e30, 10**12, float("nan"), float("inf"), "", " ", "1e-3"),
    *("solver", "default", "gfall", "iag", "nan", "../..", "/", "no/such/file", "äöü", "a\nb", "x" * 300, "{}", "[1"),
    *([], [1], [1, 2], [2, 1], [5000, 6000], ["a"], [None], {}, {"a": 1}, [[1]], [float("nan"), 1.0]),
)
NAMES = ("cuont", "count", "", "grid", "sead", "ä", "x y", "0", "teff")


def load_defaults():
    """The default configuration."""
    return yaml.safe_load((PROJECT / "config" / "config.yaml").read_text(encoding="utf-8"))


def mutate(config, source):
    """A copy of the configuration with one or two changes: a value, a key left out, renamed or added."""
    config = copy.deepcopy(config)
    for _ in range(source.randint(1, 2)):
        section = config
        while True:
            inner = [value for value in section.values() if isinstance(value, dict) and value]
            if not inner or source.random() < 0.25:
                break
            section = source.choice(inner)
        key = source.choice(list(section)) if section else "x"
        match source.randrange(8):
            case 0:
                section[key] = copy.deepcopy(source.choice(ODD))
            case 1 | 2 | 6 | 7:
                section[key] = _near(section.get(key), source)
            case 3:
                section.pop(key, None)
            case 4:
                section[source.choice(NAMES)] = section.pop(key, None)
            case 5:
                section[source.choice(NAMES)] = copy.deepcopy(source.choice(ODD))
    return config


def _near(value, source):
    """A value like another one: of the same kind, other size, sign or order."""
    if isinstance(value, bool) or value is None or isinstance(value, str | dict):
        return source.choice(ODD)
    if isinstance(value, list):
        return [*reversed(value)] if source.random() < 0.5 else value[:-1]
    return type(value)(value * source.choice((-1, 0, 0.1, 0.5, 0.9, 1.1, 2, 3, 10, 1000)))


def verdict(config):
    """None where the configuration is accepted, else the line that refuses it. Anything else is an error."""
    try:
        check_files(read_settings(config))
    except BadConfig as problem:
        assert "\n" not in str(problem) and str(problem).startswith("config: "), str(problem)
        return str(problem)
    return None


def mutated_in_one_process(seed, count=2000):
    """Put ``count`` mutated configurations through the checks; returns a line on how many were refused."""
    default = load_defaults()
    source = random.Random(seed)
    refused = 0
    for number in range(count):
        config = mutate(default, source)
        shown = repr(config)
        try:
            refused += verdict(config) is not None
        except Exception as error:
            raise AssertionError(f"configuration {number}: {error!r}: {shown}") from error
    assert 0.2 * count < refused < 0.8 * count, f"{refused} of {count} refused: the changes are too mild or too wild"
    return f"{refused} refused in one line each, {count - refused} accepted"


def mutated_plan(base, folder, seed):
    """A mutated configuration through ``snakemake -n``: planned, or one line."""
    default = load_defaults()
    source = random.Random(seed)
    # odd and even seeds take turns, so that both answers are seen
    while True:
        config = mutate(default, source)
        line = verdict(config)
        if (line is None) == (seed % 2 == 0):
            break
    checkout = base.copy(folder)
    (checkout.folder / "config" / "config.yaml").write_text(
        yaml.safe_dump(config, allow_unicode=True), encoding="utf-8"
    )
    run = checkout.snakemake("-n", "--cores", "1")
    assert "Traceback" not in run.text, run.text
    if line is None:
        assert run.status == 0, f"accepted, but cannot be planned: {run.text[-2000:]}"
        return "accepted and planned"
    assert run.status == 1, run.text[-2000:]
    assert line in run.text.splitlines(), (line, run.text[-2000:])
    return line
