"""The configuration: defaults, schema and documentation agree, and every mistake is one clear line."""

import copy
import sys
from pathlib import Path

import pytest
import yaml
from workflow.support import configuration


@pytest.fixture(scope="module")
def schema(project):
    return yaml.safe_load((project / "workflow" / "schemas" / "config.schema.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def defaults(project):
    return yaml.safe_load((project / "config" / "config.yaml").read_text(encoding="utf-8"))


def schema_defaults(schema):
    return {
        key: schema_defaults(entry) if "properties" in entry else entry["default"]
        for key, entry in schema["properties"].items()
    }


def sections(schema):
    yield schema
    for entry in schema["properties"].values():
        if "properties" in entry:
            yield from sections(entry)


def test_defaults_of_the_schema_are_the_default_configuration(schema, defaults):
    assert schema_defaults(schema) == defaults


def test_no_section_takes_unknown_keys(schema):
    assert all(section["additionalProperties"] is False for section in sections(schema))


@pytest.mark.parametrize("name", ["config", "test", "paper"])
def test_shipped_configurations_are_valid(project, schema, name):
    config = yaml.safe_load((project / "config" / f"{name}.yaml").read_text(encoding="utf-8"))
    configuration.check(config, schema)


@pytest.mark.parametrize("name", ["test", "paper"])
def test_variants_state_only_what_differs(project, defaults, name):
    def same(variant, base, path=""):
        for key, value in variant.items():
            if isinstance(value, dict):
                yield from same(value, base[key], f"{path}{key}.")
            elif value == base[key]:
                yield path + key

    variant = yaml.safe_load((project / "config" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert list(same(variant, defaults)) == []


def test_every_key_is_documented(project, schema):
    text = (project / "config" / "README.md").read_text(encoding="utf-8")
    leaves = [path for path in configuration.key_paths(schema)]
    leaves = [path for path in leaves if not any(other.startswith(f"{path}.") for other in leaves)]
    assert [path for path in leaves if f"`{path}`" not in text] == []


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
def test_nearest_key(schema, unknown, nearest):
    assert configuration.nearest_key(unknown, schema) == nearest


MISTAKES = [
    ("grid.cuont", 3, "unknown key grid.cuont; did you mean grid.count?"),
    ("sead", 3, "unknown key sead; did you mean seed?"),
    ("grid.count", "many", "grid.count is 'many'; it must be a whole number"),
    ("grid.count", 2.5, "grid.count is 2.5; it must be a whole number"),
    ("grid.count", 0, "grid.count is 0; it must be at least 5"),
    ("grid.count", None, "grid.count is empty; it must be a whole number"),
    ("grid", [1], "grid is [1]; it must be a section"),
    ("grid.source", "atlas", "grid.source is 'atlas'; it must be one of solver, atlas12, reference, corpus, decks"),
    ("grid.box.teff", [8000, 4500], "grid.box.teff is [8000, 4500]; the first number must be the smaller one"),
    ("grid.box.teff", [4500], "grid.box.teff is [4500]; it must be a list of 2 numbers"),
    ("grid.box.teff", [4500, 1e6], "grid.box.teff[1] is 1000000.0; it must be at most 60000"),
    ("grid.box.logg_max", 0.5, "grid.box.logg_min_at_cool_edge is 1.0; it must be less than grid.box.logg_max, 0.5"),
    ("emulator.alpha", 0, "emulator.alpha is 0; it must be more than 0"),
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
    ("seed", True, "seed is True; it must be a whole number"),
]


@pytest.mark.parametrize(("path", "value", "complaint"), MISTAKES)
def test_a_mistake_is_one_line(schema, defaults, path, value, complaint):
    config = copy.deepcopy(defaults)
    *parents, key = path.split(".")
    section = config
    for parent in parents:
        section = section[parent]
    section[key] = value
    with pytest.raises(configuration.BadConfiguration) as raised:
        configuration.check(config, schema)
    assert str(raised.value) == f"config: {complaint}"


def test_the_held_out_shares_leave_something_to_train_on(schema, defaults):
    config = {**defaults, "dataset": {"validation": 0.5, "test": 0.4}}
    with pytest.raises(configuration.BadConfiguration, match=r"add up to 0\.9; leave at least 0\.2 for training"):
        configuration.check(config, schema)


def test_text_is_read_as_a_number_where_a_number_is_wanted(schema):
    # Snakemake passes the numbers of --config grid='{count: 12}' on as text, and YAML 1.1 takes 1e-3 for text.
    config = {
        "grid": {"count": "12", "box": {"teff": ["5000", "5.5e3"]}, "decks": "folder"},
        "emulator": {"learning_rate": "1e-3"},
        "solver": {"lines": ["1"]},
        "spectrum": {"lines": "2"},
        "inference": {"in_report": "true", "lines": "false"},
    }
    read = configuration.read_numbers({**config, "results": "12"}, schema)
    assert read == {
        "grid": {"count": 12, "box": {"teff": [5000, 5500.0]}, "decks": "folder"},
        "emulator": {"learning_rate": 0.001},
        "solver": {"lines": ["1"]},
        "spectrum": {"lines": "2"},
        "inference": {"in_report": True, "lines": "false"},
        "results": "12",
    }


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
    assert configuration.line_lists(lines) == names


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"grid": {"source": "decks"}}, "grid.source is decks, but grid.decks names nothing; name a folder or archive"),
        ({"grid": {"source": "decks", "decks": "nowhere"}}, "grid.decks is nowhere, which is not there"),
        ({"grid": {"source": "atlas12"}}, "grid.source is atlas12, but atlas12.executable is null; name it"),
        (
            {"grid": {"source": "atlas12"}, "atlas12": {"executable": "nowhere"}},
            "atlas12.executable is nowhere, which is not a file; name your ATLAS-12 program",
        ),
        (
            {"grid": {"source": "atlas12"}, "atlas12": {"executable": "file", "data": "file"}},
            "atlas12.data is file, which is not a folder",
        ),
        (
            {"grid": {"source": "atlas12"}, "atlas12": {"executable": "file", "data": ".", "layers": 72}},
            "atlas12.layers is 72; the dataset needs 80",
        ),
        ({"solver": {"lines": "nowhere.dat"}}, "solver.lines names nowhere.dat, which is not a file; name line lists"),
        ({"solver": {"lines": ["gfall", "nowhere.dat"]}}, "solver.lines names nowhere.dat, which is not a file"),
        ({"spectrum": {"observed": "nowhere.txt"}}, "spectrum.observed is nowhere.txt, which is not a file"),
        ({"validation": {"decks": "nowhere"}}, "validation.decks is nowhere, which is not a folder"),
        ({"spectrum": {"observed": "nso"}}, "spectrum.observed is nso, which is not a file; name a file, iag, hsrs or"),
        ({"inference": {"lines": "nowhere"}}, "inference.lines is nowhere, which is not a file; name a file, gfall or"),
        ({"inference": {"observed": "nowhere"}}, "inference.observed is nowhere, which is not a file"),
        ({"inference": {"observed": "file"}}, "are complete from 6430 to 6450 A only; set inference.window"),
        ({"validation": {"line_lists": ["nowhere"]}}, "validation.line_lists names nowhere, which is not a file"),
        ({"validation": {"solar_spectrum": "nowhere"}}, "validation.solar_spectrum is nowhere, which is not a file"),
        ({"results": "file/below"}, "is a file; name another folder"),
        ({"results": "/proc/results"}, "/proc cannot be written"),
    ],
)
def test_files_that_the_configuration_names(defaults, tmp_path, monkeypatch, change, complaint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    config = {
        key: {**value, **change.get(key, {})} if isinstance(value, dict) else change.get(key, value)
        for key, value in defaults.items()
    }
    with pytest.raises(configuration.BadConfiguration) as raised:
        configuration.check_files(config)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_snakemake_stops_at_an_unknown_key_with_one_line(checkout):
    run = checkout.snakemake("-n", "--configfile", checkout.config(grid={"cuont": 3}))
    assert run.status == 1
    complaints = [line for line in run.text.splitlines() if not line.startswith(("Using", "Config file"))]
    assert complaints == ["config: unknown key grid.cuont; did you mean grid.count?"]


def test_conda_asked_for_and_missing_is_one_line(checkout):
    run = checkout.snakemake(
        "-n", "--cores", "1", "--sdm", "conda", PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin"
    )
    assert run.status == 1
    (line,) = run.lines("Software: conda environments are asked for, but there is no conda program on PATH; install")
    assert "Traceback" not in run.text and run.text.strip().endswith(line)
