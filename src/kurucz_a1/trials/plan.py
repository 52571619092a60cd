"""Which networks are trained, with which settings and seeds."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from kurucz_a1.settings import MISTAKES, Settings


class Trial(NamedTuple):
    """Trainings of one kind of network with one set of options.

    - ``group``: "alpha" (the weight of the physics loss), "mistakes" (those of the published training), "equal" (equal
      data, steps and search), "own" (the settings of the configuration) or "wide" (the paper's size).
    - ``options``: of the training, plain values.
    - ``seeds``: of the networks.
    - ``rates``, ``weights``: learning rates and weights of the derivative loss to search, with the first seed.
    """

    name: str
    group: str
    kind: str
    options: Mapping[str, Any]
    seeds: tuple[int, ...]
    rates: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()


def planned(settings: Settings) -> dict[str, Trial]:
    """The trials of a configuration by name."""
    groups = {
        "alpha": _by_weight,
        "own": _at_own_settings,
        "mistakes": _by_mistake,
        "equal": _on_equal_terms,
        "wide": _of_the_papers_size,
    }
    return {trial.name: trial for group in settings.trials.groups for trial in groups[group](settings)}


def settings_of(settings: Settings, kind: str) -> dict[str, Any]:
    """The options of the training of a kind of network in a configuration, plain values."""
    if kind in ("direct", "hydrostatic"):
        return dict(getattr(settings, kind).plain())
    options = settings.emulator.plain("threads", "memory", "gpu")
    return options | settings.published.plain() if kind == "published" else options


def weight_name(alpha: float) -> str:
    """The name of the trial of a weight of the physics loss."""
    return f"alpha-{alpha:g}"


def _by_weight(settings: Settings) -> list[Trial]:
    trials = settings.trials
    return [
        Trial(
            weight_name(alpha),
            "alpha",
            "pinn" if alpha > 0 else "mlp",  # without a weight no derivative needs to be taken
            settings_of(settings, "pinn") | {"alpha": alpha} | _same_steps(settings),
            trials.seeds,
        )
        for alpha in trials.alphas
    ]


def _by_mistake(settings: Settings) -> list[Trial]:
    """The published training, with weights kept by its validation, and with each other mistake mended.

    Without any mistake it is the trial of its weight.
    """
    published = settings_of(settings, "published") | _same_steps(settings)
    variants: dict[str, dict[str, Any]] = {
        "all-mistakes": {},
        "all-mistakes-kept-by-validation": {"keep": "best"},
        **{
            f"without-{mistake}": {"mistakes": [other for other in MISTAKES if other != mistake]}
            for mistake in MISTAKES
            if mistake != "validation_without_gradient"
        },
    }
    return [
        Trial(name, "mistakes", "published", published | changed, _few(settings)) for name, changed in variants.items()
    ]


def _on_equal_terms(settings: Settings) -> list[Trial]:
    trials = settings.trials
    common = _same_steps(settings) | {"derivatives": 0.0}
    return [
        Trial(
            f"equal-{kind}",
            "equal",
            kind,
            settings_of(settings, kind) | common,
            _few(settings),
            trials.learning_rates,
            trials.hydrostatic_derivatives if kind == "hydrostatic" else trials.derivatives,
        )
        for kind in ("mlp", "pinn", "direct", "hydrostatic")
    ]


def _at_own_settings(settings: Settings) -> list[Trial]:
    return [
        Trial(f"own-{kind}", "own", kind, settings_of(settings, kind), _few(settings))
        for kind in ("pinn", "published", "mlp", "direct", "hydrostatic")
    ]


def _of_the_papers_size(settings: Settings) -> list[Trial]:
    widths = {"label_width": settings.trials.wide, "depth_width": settings.trials.wide}
    options = settings_of(settings, "pinn") | widths | _same_steps(settings)
    return [Trial("wide-pinn", "wide", "pinn", options, settings.trials.seeds[:1])]


def _same_steps(settings: Settings) -> dict[str, int]:
    epochs = settings.trials.epochs
    return {"epochs": epochs, "patience": epochs, "batch_size": settings.trials.batch_size}


def _few(settings: Settings) -> tuple[int, ...]:
    return settings.trials.seeds[: settings.trials.few_seeds]
