"""The page: numbers and figures of a run put into the template."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from kurucz_a1.evaluation.claims import claims
from kurucz_a1.extras import needs
from kurucz_a1.figures import NAMES as FIGURE_NAMES
from kurucz_a1.figures import caption
from kurucz_a1.files import packaged, write_text
from kurucz_a1.report.tables import readable_tables

with needs("report"):
    import yaml
    from jinja2 import Environment, StrictUndefined, Template


class Section(NamedTuple):
    """A heading with an introduction, and the names of the figures and tables below it."""

    title: str
    introduction: str
    figures: tuple[str, ...]
    tables: tuple[str, ...]


SECTIONS = (
    Section(
        "The networks",
        "The paper's network, trained three times on the same models: with hydrostatic equilibrium in the loss, as "
        "published and mended (PINN), and without (MLP). Beside it a plain network of the labels, and one that is in "
        "equilibrium by construction.",
        ("architecture", "learning_curves"),
        (),
    ),
    Section(
        "Accuracy on this run's own models",
        "The truth here is the source of the training set. These numbers say how well the networks learned it, "
        "not how good it is. Interpolation by radial basis functions and a quadratic polynomial of the labels are what "
        "a network has to beat.",
        ("profile_errors", "label_sweeps"),
        ("accuracy_summary",),
    ),
    Section(
        "Comparison with real ATLAS-12 models",
        "The package's ATLAS-12 models were computed with the real program. Shown are those not used in training, and "
        "the Sun, if their labels lie inside the networks' support. The ATLAS-12 models have no CO lines; the training "
        "models do, unless they are ATLAS-12's. The solver is compared without these lines and with them.",
        ("atlas12_comparison",),
        ("atlas12_summary",),
    ),
    Section(
        "Hydrostatic equilibrium",
        "Every system is judged by its own fields; ATLAS-12's pressure gradient is ATLAS-12's. The exception is named: "
        "the bar that the paper calls ATLAS-12.",
        ("hydrostatic_histogram", "hydrostatic_kiel"),
        ("hydrostatic_summary",),
    ),
    Section(
        "Many trainings",
        "The weight of the physics loss, the published mistakes and the networks on equal terms, each with several "
        "seeds (docs/trials.md), if the run includes them (trials.in_report).",
        ("alpha_scan",),
        ("trials",),
    ),
    Section(
        "The solar spectrum",
        "One synthesis for all structures, at the same labels.",
        ("solar_spectrum", "solar_widths"),
        ("solar_summary", "solar_effects", "solar_lines", "solar_widths_summary", "solar_widths_effects"),
    ),
    Section(
        "Labels and line strengths from spectra",
        "By gradients through network and synthesis, if the run includes it (inference.in_report).",
        (),
        ("pulls", "calibration"),
    ),
    Section("Speed", "", ("timing",), ("timing",)),
    Section("Failures", "", (), ("failures",)),
)


def write_report(
    path: str | Path, *, tables: Mapping[str, pd.DataFrame], figures: Mapping[str, str | Path], run: Mapping[str, Any]
) -> None:
    """Write the page of a run to ``path``, as one self-contained HTML file.

    - ``tables``: by the names of their files in results/tables. Unknown tables are not shown; missing ones leave their
      claims untested.
    - ``figures``: paths of png files by name.
    - ``run``: facts about the run, with the optional keys regime (of the verdicts, in words), configuration (dict),
      versions ({package: version}), sources, git_commit, models ({requested, made, failed}); further keys are shown
      unchanged.
    """
    write_text(path, render(tables=tables, figures=figures, run=run))


def render(*, tables: Mapping[str, pd.DataFrame], figures: Mapping[str, str | Path], run: Mapping[str, Any]) -> str:
    """The page as text; arguments as in ``write_report``."""
    readable = readable_tables(tables)
    images = {
        name: {"source": _embedded(figures[name]), "caption": caption(name)} for name in FIGURE_NAMES if name in figures
    }
    sections = [
        {
            "title": section.title,
            "introduction": section.introduction,
            "figures": [images[name] for name in section.figures if name in images],
            "tables": [readable[name] for name in section.tables if name in readable],
        }
        for section in SECTIONS
    ]
    known = ("regime", "configuration", "versions", "models")
    return _template().render(
        claims=claims(tables),
        regime=run.get("regime", "its networks, models and label space are those described below"),
        sections=[section for section in sections if section["figures"] or section["tables"]],
        models=run.get("models"),
        facts={key.replace("_", " "): str(value) for key, value in run.items() if key not in known},
        versions=run.get("versions", {}),
        configuration=yaml.safe_dump(run["configuration"], sort_keys=False) if "configuration" in run else "",
    )


def _embedded(path: str | Path) -> str:
    """A png file as a data URI."""
    return "data:image/png;base64," + base64.b64encode(Path(path).read_bytes()).decode("ascii")


def _template() -> Template:
    text = packaged("report/template.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(text)
