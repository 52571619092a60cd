"""Checks of the configuration whose complaints are one line: which key, what is wrong, what would be right.

Snakemake's own ``validate`` fills in the defaults and stays the last word; its messages run over many lines.
"""

import os
from difflib import SequenceMatcher
from math import isfinite
from pathlib import Path
from tempfile import TemporaryFile

from jsonschema import Draft202012Validator

TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
    "array": "a list",
    "object": "a section",
}


class BadConfiguration(ValueError):
    """The configuration cannot be used; the message is one complete line."""


def read_numbers(value, schema, definitions=None):
    """``value`` with text turned into numbers and truth values where the schema wants these.

    YAML 1.1 reads 1e-3 as text, and so does Snakemake every number inside ``--config grid='{count: 12}'``.
    """
    definitions = definitions or schema.get("$defs", {})
    schema = {**definitions.get(schema.get("$ref", "").rpartition("/")[2], {}), **schema}
    if isinstance(value, dict):
        entries = schema.get("properties", {})
        return {key: read_numbers(item, entries.get(key, {}), definitions) for key, item in value.items()}
    if isinstance(value, list):
        return [read_numbers(item, schema.get("items", {}), definitions) for item in value]
    if isinstance(value, str):
        wanted = schema.get("type")  # one name, or a list of them
        if wanted == "boolean" and value.lower() in ("true", "false"):
            return value.lower() == "true"
        for number in {"integer": (int,), "number": (int, float)}.get(wanted if isinstance(wanted, str) else None, ()):
            try:
                return number(value)
            except ValueError:
                continue
    return value


def check(config, schema):
    """Raise BadConfiguration if ``config`` breaks the JSON schema or contradicts itself."""
    errors = sorted(Draft202012Validator(schema).iter_errors(config), key=_urgency)
    if errors:
        raise BadConfiguration(f"config: {_explain(errors[0], schema)}")
    _check_values(config)
    _check_order(config)


def _check_values(value, path=()):
    """What passes every limit of a schema and can be used nowhere: not-a-number, and names with a meaning of their own
    to Snakemake or none to anybody."""
    if isinstance(value, float) and not isfinite(value):
        raise BadConfiguration(f"config: {_dotted(path)} is {value}; it must be a finite number")
    if isinstance(value, str) and (set("{}") & set(value) or not value.isprintable() or value != value.strip()):
        raise BadConfiguration(
            f"config: {_dotted(path)} is {value!r}; it must not hold braces or line breaks, "
            "nor begin or end with a space"
        )
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            _check_values(item, (*path, key))


def take_source(config):
    """``source`` stands for ``grid.source``, so that a command line can name it alone."""
    if config.get("source") is not None:
        config["grid"]["source"] = config["source"]


def check_files(config):
    """Raise BadConfiguration if a file that ``config`` names is missing or the results cannot be written."""
    grid, spectrum = config["grid"], config["spectrum"]
    for name in line_lists(config["solver"]["lines"]):
        if name != "gfall" and not _is_file(name):
            raise BadConfiguration(
                f"config: solver.lines names {name}, which is not a file; name line lists, gfall or default"
            )
    if grid["source"] == "decks":
        if grid["decks"] is None:
            raise BadConfiguration(
                "config: grid.source is decks, but grid.decks names nothing; name a folder or archive"
            )
        if not (_is_file(grid["decks"]) or _is_folder(grid["decks"])):
            raise BadConfiguration(
                f"config: grid.decks is {grid['decks']}, which is not there; name what holds the decks"
            )
    if grid["source"] == "atlas12":
        _check_atlas12(config["atlas12"])
    inference = config["inference"]
    for key, path, others in (
        ("spectrum.lines", spectrum["lines"], ()),
        ("spectrum.observed", spectrum["observed"], tuple(config["solar_atlases"])),
        ("inference.lines", inference["lines"], ("gfall",)),
        ("inference.observed", inference["observed"], ()),
    ):
        if path is not None and path not in others and not _is_file(path):
            choices = ", ".join(["a file", *others])
            raise BadConfiguration(f"config: {key} is {path}, which is not a file; name {choices} or set null")
    first, last = inference["window"]
    if inference["observed"] is not None and inference["lines"] is None and not (first >= 6430 and last <= 6450):
        raise BadConfiguration(
            f"config: inference.observed is to be fitted from {first:g} to {last:g} A, but the lines of the package "
            "are complete from 6430 to 6450 A only; set inference.window, or name inference.lines"
        )
    validation = config["validation"]
    if validation["decks"] is not None and not _is_folder(validation["decks"]):
        raise BadConfiguration(
            f"config: validation.decks is {validation['decks']}, which is not a folder; name one or set null"
        )
    for name in validation["line_lists"] or []:
        if not _is_file(name):
            raise BadConfiguration(
                f"config: validation.line_lists names {name}, which is not a file; name line lists or set null"
            )
    path = validation["solar_spectrum"]
    if path is not None and not _is_file(path):
        raise BadConfiguration(
            f"config: validation.solar_spectrum is {path}, which is not a file; name one or set null"
        )
    _check_results(config["results"])


def _check_results(results):
    try:
        folder = Path(results).absolute()
        while not folder.exists():
            folder = folder.parent
        if not folder.is_dir():
            raise BadConfiguration(f"config: results is {results}, but {folder} is a file; name another folder")
        with TemporaryFile(dir=folder):
            pass
        for inner in Path(results).glob("*/"):
            if not os.access(inner, os.W_OK):
                raise BadConfiguration(f"config: results is {results}, but {inner} cannot be written; change that")
    except OSError as error:
        raise BadConfiguration(
            f"config: results is {results}, but {folder} cannot be written ({error.strerror}); name another folder"
        ) from error


def _is_file(name):
    try:
        return Path(name).is_file()
    except OSError:  # a name too long for the file system
        return False


def _is_folder(name):
    try:
        return Path(name).is_dir()
    except OSError:
        return False


def _check_atlas12(atlas12):
    """The program's own files are looked at where it is run; here only whether there is anything to run."""
    for key, there, what in (
        ("executable", _is_file, "a file; name your ATLAS-12 program"),
        ("data", _is_folder, "a folder; name the one that holds the program's data"),
    ):
        name = atlas12[key]
        if name is None:
            raise BadConfiguration(f"config: grid.source is atlas12, but atlas12.{key} is null; name it")
        if not there(name):
            raise BadConfiguration(f"config: atlas12.{key} is {name}, which is not {what}")
    if atlas12["layers"] != 80:
        raise BadConfiguration(
            f"config: atlas12.layers is {atlas12['layers']}; the dataset needs 80, a program compiled for 80 layers"
        )


def line_lists(lines):
    """What the key ``solver.lines`` names: paths of line lists, ``gfall`` among them; none for ``default``."""
    names = [lines] if isinstance(lines, str) else lines
    return [] if names == ["default"] else names


def key_paths(schema):
    """Every key of the schema in dotted form, sections too: ``grid``, ``grid.box``, ``grid.box.teff``, ..."""
    for key, entry in schema.get("properties", {}).items():
        yield key
        yield from (f"{key}.{path}" for path in key_paths(entry))


def nearest_key(unknown, schema):
    """The valid dotted key most like ``unknown``: alike in its last part, rather in the same section."""
    section, _, name = unknown.rpartition(".")

    def likeness(path):
        parent, _, last = path.rpartition(".")
        return SequenceMatcher(None, name.lower(), last).ratio() + 0.2 * (parent == section)

    return max(key_paths(schema), key=likeness)


def _urgency(error):
    """Unknown keys first: a misspelt key may be the reason for everything else."""
    return (error.validator != "additionalProperties", list(map(str, error.absolute_path)))


def _explain(error, schema):
    path = _dotted(error.absolute_path)
    if error.validator == "additionalProperties":
        valid = error.schema.get("properties", {})
        unknown = next(key for key in error.instance if key not in valid)
        unknown = f"{path}.{unknown}" if path else str(unknown)
        return f"unknown key {unknown}; did you mean {nearest_key(unknown, schema)}?"
    value = f"{path} is {_shown(error.instance)}" if path else f"the file holds {_shown(error.instance)}"
    limit = error.validator_value
    match error.validator:
        case "type":
            names = [limit] if isinstance(limit, str) else limit
            wanted = " or ".join(TYPES.get(name, name) for name in names)
            return f"{value}; it must be {wanted}"
        case "enum":
            return f"{value}; it must be one of {', '.join(map(str, limit))}"
        case "minimum":
            return f"{value}; it must be at least {limit}"
        case "maximum":
            return f"{value}; it must be at most {limit}"
        case "exclusiveMinimum":
            return f"{value}; it must be more than {limit}"
        case "exclusiveMaximum":
            return f"{value}; it must be less than {limit}"
        case "minItems" | "maxItems":
            exact = error.schema.get("minItems") == error.schema.get("maxItems")
            quantity = limit if exact else f"at {'least' if error.validator == 'minItems' else 'most'} {limit}"
            things = "names" if error.schema.get("items", {}).get("type") == "string" else "numbers"
            return f"{value}; it must be a list of {quantity} {things}"
        case "uniqueItems":
            return f"{value}; it must not name anything twice"
        case "minLength":
            return f"{value}; it must not be empty"
    return f"{value}: {error.message}"


def _check_order(config):
    """What a schema cannot say: the order of limits, and shares that add up."""
    grid = config.get("grid", {})
    box, spectrum, dataset = grid.get("box", {}), config.get("spectrum", {}), config.get("dataset", {})
    for path, section in (
        ("grid.box.teff", box),
        ("grid.box.feh", box),
        ("grid.box.afe", box),
        ("spectrum.window", spectrum),
        ("inference.window", config.get("inference", {})),
    ):
        low, high = section.get(path.rpartition(".")[2], (0, 1))
        if not low < high:
            raise BadConfiguration(f"config: {path} is [{low}, {high}]; the first number must be the smaller one")
    for name in ("logg_min_at_cool_edge", "logg_min_at_hot_edge"):
        low, high = box.get(name), box.get("logg_max")
        if None not in (low, high) and not low < high:
            raise BadConfiguration(f"config: grid.box.{name} is {low}; it must be less than grid.box.logg_max, {high}")
    lines = line_lists(config.get("solver", {}).get("lines", "default"))
    if "default" in lines:
        raise BadConfiguration(f"config: solver.lines is {lines}; nothing can be added to default, so name lists only")
    inference = config.get("inference", {})
    stars, standards = inference.get("calibrated_stars", 30), inference.get("standards", 3)
    if standards > stars:
        raise BadConfiguration(
            f"config: inference.standards is {standards}, more than inference.calibrated_stars, {stars}; "
            "standards are some of these stars"
        )
    held_out = dataset.get("validation", 0.0) + dataset.get("test", 0.0)
    if held_out > 0.8:
        raise BadConfiguration(
            f"config: dataset.validation and dataset.test add up to {held_out:g}; leave at least 0.2 for training"
        )


def _dotted(path):
    parts = ""
    for part in path:
        parts += f"[{part}]" if isinstance(part, int) else f".{part}"
    return parts.lstrip(".")


def _shown(value):
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a section"
    return str(value) if isinstance(value, list) else repr(value)
