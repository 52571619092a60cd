"""The settings: every mistake is one clear line, numbers stay as they were written."""

import copy
import json
import re
from pathlib import Path

import pytest
import yaml

from kurucz_a1.atmosphere.depth import DEPTH_COUNTS
from kurucz_a1.checked import nearest_entry
from kurucz_a1.errors import BadConfig
from kurucz_a1.lines.sampling import COUNTS
from kurucz_a1.settings import Settings, SolverOptions, SolverSettings, read_settings


def with_entry(path, value):
    """The default configuration with another value at a dotted path."""
    config = Settings().plain()
    *parents, key = path.split(".")
    section = config
    for parent in parents:
        section = section[parent]
    section[key] = value
    return config


@pytest.mark.parametrize("name", ["config", "test", "paper", "grid5000"])
def test_shipped_configurations_are_valid(project, name):
    read_settings(yaml.safe_load((project / "config" / f"{name}.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["test", "paper", "grid5000"])
def test_variants_state_only_what_differs(project, name):
    def same(variant, base, path=""):
        for key, value in variant.items():
            if isinstance(value, dict):
                yield from same(value, base[key], f"{path}{key}.")
            elif value == base[key]:
                yield path + key

    variant = yaml.safe_load((project / "config" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert list(same(variant, Settings().plain())) == []


@pytest.mark.parametrize(
    ("unknown", "nearest"),
    [
        ("grid.cuont", "grid.count"),
        ("teff", "grid.box.teff"),
        ("emulator.learning-rate", "emulator.learning_rate"),
        ("Seed", "seed"),
        ("training.epochs", "emulator.epochs"),
        ("grid.box.logg_min_cool", "grid.box.logg_min_at_cool_edge"),
    ],
)
def test_nearest_entry(unknown, nearest):
    assert nearest_entry(unknown, Settings) == nearest


SOURCES = "solver, atlas12, reference, corpus, decks, archive"
MISTAKES = [
    ("grid.cuont", 3, "unknown key grid.cuont; did you mean grid.count?"),
    ("sead", 3, "unknown key sead; did you mean seed?"),
    ("grid.count", "many", "grid.count is 'many'; it must be a whole number"),
    ("grid.count", 2.5, "grid.count is 2.5; it must be a whole number"),
    ("grid.count", 0, "grid.count is 0; it must be at least 5"),
    ("grid.count", None, "grid.count is empty; it must be a whole number"),
    ("grid", [1], "grid is [1]; it must be a section"),
    (
        "grid.source",
        "atlas",
        f"grid.source is 'atlas'; it must be one of {SOURCES}",
    ),
    ("grid.box.teff", [8000, 4500], "grid.box.teff is [8000, 4500]; the first number must be the smaller one"),
    ("grid.box.teff", [4500], "grid.box.teff is [4500]; it must be a list of 2 numbers"),
    ("grid.box.teff", [4500, 1e6], "grid.box.teff[1] is 1000000.0; it must be at most 60000"),
    ("grid.box.logg_max", 0.4, "grid.box.logg_min_at_cool_edge is 0.5; it must be less than grid.box.logg_max, 0.4"),
    ("emulator.alpha", 1.5, "emulator.alpha is 1.5; it must be at most 1"),
    ("emulator.learning_rate", 0, "emulator.learning_rate is 0; it must be more than 0"),
    ("emulator.dropout", 1, "emulator.dropout is 1; it must be less than 1"),
    ("dataset.test", 0.0, "dataset.test is 0.0; it must be more than 0"),
    ("results", "", "results is ''; it must not be empty"),
    ("solver.lines", 3, "solver.lines is 3; it must be text or a list"),
    ("solver.lines", "", "solver.lines is ''; it must not be empty"),
    ("solver.lines", [], "solver.lines is []; it must be a list of at least 1 names"),
    ("solver.lines", ["a", "a"], "solver.lines is ['a', 'a']; it must not name anything twice"),
    (
        "solver.lines",
        ["default", "a"],
        "solver.lines is ['default', 'a']; nothing can be added to default, so name lists only",
    ),
    ("atlas12.variant", "f77", "atlas12.variant is 'f77'; it must be one of classic, f90"),
    ("atlas12.iterations", 61, "atlas12.iterations is 61; it must be at most 60"),
    ("atlas12.time_limit", 0, "atlas12.time_limit is 0; it must be more than 0"),
    (
        "inference.calibrated_stars",
        2,
        "inference.standards is 3, more than inference.calibrated_stars, 2; standards are some of these stars",
    ),
    ("inference.in_report", 1, "inference.in_report is 1; it must be true or false"),
    ("spectrum.lines", 3, "spectrum.lines is 3; it must be text or null"),
    ("spectrum.step", float("nan"), "spectrum.step is nan; it must be a finite number"),
    ("seed", 2**32, f"seed is {2**32}; it must be less than {2**32}"),
    ("results", "a{b}", "results is 'a{b}'; it must not hold braces or line breaks, nor begin or end with a space"),
    ("grid.box.vturb", [2, 1], "grid.box.vturb is [2, 1]; the first number must be the smaller one"),
    ("grid.box.vturb", "fast", "grid.box.vturb is 'fast'; it must be a number or a list"),
    (
        "source",
        "atlas",
        f"source is 'atlas'; it must be one of {SOURCES}, null",
    ),
    ("seed", True, "seed is True; it must be a whole number"),
]


@pytest.mark.parametrize(("path", "value", "complaint"), MISTAKES)
def test_a_mistake_is_one_line(path, value, complaint):
    with pytest.raises(BadConfig) as raised:
        read_settings(with_entry(path, value))
    assert str(raised.value) == f"config: {complaint}"


def test_a_section_alone_names_the_whole_key():
    with pytest.raises(BadConfig, match=r"config: solver\.depths is 90; it must be one of 80, 104"):
        SolverOptions(depths=90)
    with pytest.raises(BadConfig, match=re.escape("unknown key solver.thread; did you mean solver.threads?")):
        SolverSettings(thread=2)


def test_the_held_out_shares_leave_something_to_train_on():
    with pytest.raises(BadConfig, match=r"add up to 0\.9; leave at least 0\.2 for training"):
        read_settings({"dataset": {"validation": 0.5, "test": 0.4}})


def test_text_is_read_as_a_number_where_a_number_is_wanted():
    # Snakemake passes the numbers of --config grid='{count: 12}' on as text, and YAML 1.1 takes 1e-3 for text.
    config = {
        "grid": {"count": "12", "box": {"teff": ["5000", "5.5e3"], "vturb": "1"}, "decks": "folder"},
        "emulator": {"learning_rate": "1e-3"},
        "solver": {"lines": ["1"], "frequencies": "300"},
        "spectrum": {"lines": "2"},
        "inference": {"in_report": "True", "lines": "false"},
        "results": "12",
    }
    plain = read_settings(config).plain()
    for section, expected in {
        "grid": {"count": 12, "decks": "folder"},
        "emulator": {"learning_rate": 0.001},
        "solver": {"lines": ["1"], "frequencies": 300},
        "spectrum": {"lines": "2"},
        "inference": {"in_report": True, "lines": "false"},
    }.items():
        assert repr({key: plain[section][key] for key in expected}) == repr(expected)
    assert repr(plain["grid"]["box"]["teff"]) == "[5000, 5500.0]" and repr(plain["grid"]["box"]["vturb"]) == "1"
    assert plain["results"] == "12"


def test_numbers_come_out_as_they_went_in():
    """Digests of settings and provenance see whether a number is whole."""
    config = {"spectrum": {"resolution": 100000, "step": 1, "window": [6000, 6001.0]}, "emulator": {"derivatives": 1.0}}
    plain = read_settings(config).plain()
    for section, entries in config.items():
        assert json.dumps({key: plain[section][key] for key in entries}) == json.dumps(entries)
    assert read_settings(plain).plain() == plain


def test_source_stands_for_that_of_the_grid():
    assert read_settings({"source": "reference", "grid": {"source": "decks"}}).grid.source == "reference"
    assert read_settings({"grid": {"source": "decks"}}).grid.source == "decks"


def test_settings_are_immutable_and_hashable():
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.solver.depths = 104
    assert hash(settings) == hash(read_settings(copy.deepcopy(settings.plain())))
    assert settings.changed(seed=1) != settings == Settings()


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("default", []),
        (["default"], []),
        ("gfall", ["gfall"]),
        ("a.dat", ["a.dat"]),
        (["gfall", "b.csv"], ["gfall", "b.csv"]),
    ],
)
def test_line_lists(lines, names):
    assert SolverSettings(lines=lines).line_lists == names


def test_options_of_the_solver():
    settings = SolverSettings(frequencies=300, depths=152, maximum_iterations=9, lines="gfall", threads=1)
    options = settings.options(Path("table.nc"), leave_out=("CO",))
    assert options == SolverOptions(
        frequencies=300, depths=152, maximum_iterations=9, leave_out=("CO",), opacity_table="table.nc"
    )
    assert settings.options(depths=80).depths == 80 and settings.options("").opacity_table is None
    assert SolverSettings().options() == SolverOptions()


def test_the_choices_are_those_that_there_are():
    for name, there_are in (("frequencies", COUNTS), ("depths", DEPTH_COUNTS)):
        assert set(SolverOptions.model_fields[name].annotation.__args__) == set(there_are)
