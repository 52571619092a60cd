"""What a star is labelled by: one entry a label. Without JAX, so that settings may read it too.

A new label is an entry in ``LabelEntries`` and the physics that depends on it; files, label box, settings, network,
Jacobian and fits take what they need from the entry (CONTRIBUTING.md).
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from jaxtyping import Float

#: A label of one star, or of many: a number or an array of any shape, of JAX or of NumPy.
Value = float | Float[Any, "..."]


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label: everything the package knows about it except its physics.

    - ``units``: as in CF; ``long_name``, ``symbol``: for files and axes; ``words``: the value in the name of a star.
    - ``note``: what the description of the configuration says besides.
    - ``sun``: the value of the Sun.
    - ``default``: the value where none is given; None if it must be given.
    - ``limits``: smallest and largest value that a box may hold.
    - ``box``: range of the default grid, or the one value that all its models share.
    - ``digits``: decimals to which drawn values are rounded.
    - ``step``: typical step of a fit of spectra, by which it scales the label.
    - ``difference``: change of the models whose differences check exact derivatives.
    - ``logarithmic``: whether the networks take log10 of it.
    - ``of_gas``: whether the gas at a given temperature and pressure depends on it.
    """

    units: str
    long_name: str
    symbol: str
    words: str
    sun: float
    default: float | None
    limits: tuple[float, float]
    box: tuple[float, float] | float
    digits: int
    step: float
    difference: float
    logarithmic: bool = False
    of_gas: bool = True
    note: str = ""
    name: str = ""


def _label(**entry: Any) -> Any:
    metadata = {"label": Label(**entry)}
    default = entry["default"]
    return field(metadata=metadata) if default is None else field(metadata=metadata, default=default)


@dataclass(frozen=True, kw_only=True)
class LabelEntries:
    """The labels, in the order of every array of labels."""

    teff: Value = _label(  # noqa: RUF009
        units="K",
        long_name="effective temperature",
        symbol=r"$T_\mathrm{eff}$",
        words="{} K",
        sun=5777.0,
        default=None,
        limits=(2000.0, 60000.0),
        box=(4500, 8000),
        digits=1,
        step=100.0,
        difference=1.8,
        logarithmic=True,
        of_gas=False,
    )
    logg: Value = _label(  # noqa: RUF009
        units="dex(cm s-2)",
        long_name="log10 of the surface gravity in cgs",
        symbol=r"$\log g$",
        words="log g {}",
        sun=4.44,
        default=None,
        limits=(-1.5, 6.0),
        box=(1.0, 5.0),
        digits=3,
        step=0.2,
        difference=0.0036,
        of_gas=False,
    )
    feh: Value = _label(  # noqa: RUF009
        units="dex",
        long_name="metallicity [Fe/H] = [M/H]",
        symbol="[Fe/H]",
        words="[M/H] {}",
        sun=0.0,
        default=0.0,
        limits=(-5.0, 1.5),
        box=(-2.0, 0.4),
        digits=3,
        step=0.1,
        difference=0.006,
    )
    afe: Value = _label(  # noqa: RUF009
        units="dex",
        long_name="alpha enhancement [alpha/Fe]",
        symbol=r"[$\alpha$/Fe]",
        words="[a/M] {}",
        sun=0.0,
        default=0.0,
        limits=(-1.0, 1.0),
        box=(-0.1, 0.5),
        digits=3,
        step=0.05,
        difference=0.006,
    )
    vturb: Value = _label(  # noqa: RUF009
        units="km s-1",
        long_name="microturbulent velocity",
        symbol=r"$v_\mathrm{turb}$",
        words="vturb {} km/s",
        sun=2.0,
        default=2.0,
        limits=(0.0, 10.0),
        box=2.0,
        digits=3,
        step=0.2,
        difference=0.01,
        note="the embedded opacity table holds 0 to 5; any other value needs `solver.lines`",
    )


def _named(entry: Any) -> Label:
    return replace(entry.metadata["label"], name=entry.name)


#: Every label, in the order of every array of labels.
LABELS: tuple[Label, ...] = tuple(_named(entry) for entry in fields(LabelEntries))
LABEL_NAMES: tuple[str, ...] = tuple(label.name for label in LABELS)
BY_NAME: dict[str, Label] = {label.name: label for label in LABELS}
#: Labels without a default: every network takes them.
REQUIRED: tuple[str, ...] = tuple(label.name for label in LABELS if label.default is None)
