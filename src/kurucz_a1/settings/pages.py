"""The settings as pages: the default configuration as YAML, and its description as Markdown."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kurucz_a1.checked import Section
from kurucz_a1.extras import needs
from kurucz_a1.files import write_text
from kurucz_a1.settings.settings import Settings

with needs("report"):
    import yaml

LONGEST = 60  # characters of a default in a table
_YAML_HEAD = """\
# The default run: 320 models of the embedded solver and the small network of the paper's figures, for a laptop.
# Written by `python -m kurucz_a1.settings`; config/README.md explains every key.
"""
_PAGE_HEAD = """\
<!-- Written by `python -m kurucz_a1.settings`. -->
# Configuration

`config.yaml` holds every key with its default. `test.yaml`, `paper.yaml`, `grid5000.yaml` and `full.yaml` hold only
what they change, and so can a file of your own:

    snakemake --cores all --configfile my.yaml

or a few keys on the command line:

    snakemake --cores all --config seed=7 grid='{count: 100}'

Unknown keys, values of the wrong type and values out of range are refused with one line. Only the stages that use a
changed key run again. Types, limits and defaults are those of the models in `src/kurucz_a1/settings`;
`python -m kurucz_a1.settings --schema` prints them as a JSON schema.
"""


def default_configuration() -> str:
    """The text of config/config.yaml."""
    text = _YAML_HEAD
    settings = Settings()
    text += "\n" + _yaml_entries(settings, "")
    for name, section in _sections(settings):
        text += f"\n# {_title(section)}\n{name}:\n{_yaml_entries(section, '  ')}"
    return text


def configuration_page() -> str:
    """The text of config/README.md."""
    settings = Settings()
    text = f"{_PAGE_HEAD}\n{_table(settings)}"
    for name, section in _sections(settings):
        text += f"\n## {name}\n\n{_description(section)}\n\n{_table(section)}"
    return text


def outdated(folder: Path) -> list[Path]:
    """The pages in a configuration folder that are not what the settings say."""
    return [path for path, text in _pages(folder).items() if not path.is_file() or path.read_text("utf-8") != text]


def write_pages(folder: Path) -> None:
    """Write config.yaml and README.md in a configuration folder."""
    for path, text in _pages(folder).items():
        write_text(path, text)


def _pages(folder: Path) -> dict[Path, str]:
    return {folder / "config.yaml": default_configuration(), folder / "README.md": configuration_page()}


def _sections(section: Section) -> Iterator[tuple[str, Section]]:
    return ((name, value) for name, value in section if isinstance(value, Section))


def _title(section: Section) -> str:
    return _description(section).partition("\n")[0].rstrip(".")


def _description(section: Section) -> str:
    return inspect.getdoc(type(section)) or ""


def _yaml_entries(section: Section, indent: str) -> str:
    """One line per entry; sections in it below their name, except those of the root."""
    text = ""
    for name, value in section:
        if not isinstance(value, Section) or value.whole:
            text += f"{indent}{name}: {_yaml(section.plain()[name])}\n"
        elif section.section:
            text += f"{indent}{name}:\n{_yaml_entries(value, indent + '  ')}"
    return text


def _table(section: Section) -> str:
    return "| key | default | meaning |\n| --- | --- | --- |\n" + "".join(_rows(section))


def _rows(section: Section) -> Iterator[str]:
    for name, field in type(section).model_fields.items():
        value, path = getattr(section, name), f"{section.section}.{name}".lstrip(".")
        if not isinstance(value, Section) or value.whole:
            default = _yaml(section.plain()[name])
            short = default if len(default) <= LONGEST else f"{default[:LONGEST]}..."
            yield f"| `{path}` | {short} | {field.description} |\n"
        elif section.section:
            yield from _rows(value)


def _yaml(value: Any) -> str:
    """A plain value on one line."""
    return yaml.safe_dump(value, default_flow_style=True, width=10**6).removesuffix("\n").removesuffix("\n...")
