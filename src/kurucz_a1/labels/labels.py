"""The labels of a star, one entry per label, from which files, box, network, Jacobian and fit take what they need.

To add a label, add an entry to ``Labels`` and let the physics use it (CONTRIBUTING.md shows how).
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import wraps
from typing import Any, TypeVar

import jax

from kurucz_a1.types import Real


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label: everything the package knows about it except its physics.

    - ``units``: as in CF; ``long_name``, ``symbol``: for files and axes.
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
    sun: float
    default: float | None
    limits: tuple[float, float]
    box: tuple[float, float] | float
    digits: int
    step: float
    difference: float
    logarithmic: bool = False
    of_gas: bool = True
    name: str = ""


def _label(**entry: Any) -> Any:
    metadata = {"label": Label(**entry)}
    default = entry["default"]
    return field(metadata=metadata) if default is None else field(metadata=metadata, default=default)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Labels:
    """The labels of a star, or of many with arrays of one shape: K, dex and km s-1.

    ``teff`` and ``logg`` must be given. ``feh`` is [M/H], which equals [Fe/H] to 0.001 dex; ``afe`` is [alpha/M].

    >>> Labels(teff=5777.0, logg=4.44)
    Labels(teff=5777.0, logg=4.44, feh=0.0, afe=0.0, vturb=2.0)
    """

    teff: Real = _label(  # noqa: RUF009
        units="K",
        long_name="effective temperature",
        symbol=r"$T_\mathrm{eff}$",
        sun=5777.0,
        default=None,
        limits=(2000.0, 60000.0),
        box=(4500.0, 8000.0),
        digits=1,
        step=100.0,
        difference=1.8,
        logarithmic=True,
        of_gas=False,
    )
    logg: Real = _label(  # noqa: RUF009
        units="dex(cm s-2)",
        long_name="log10 of the surface gravity in cgs",
        symbol=r"$\log g$",
        sun=4.44,
        default=None,
        limits=(-1.5, 6.0),
        box=(1.0, 5.0),
        digits=3,
        step=0.2,
        difference=0.0036,
        of_gas=False,
    )
    feh: Real = _label(  # noqa: RUF009
        units="dex",
        long_name="metallicity [Fe/H] = [M/H]",
        symbol="[Fe/H]",
        sun=0.0,
        default=0.0,
        limits=(-5.0, 1.5),
        box=(-2.0, 0.4),
        digits=3,
        step=0.1,
        difference=0.006,
    )
    afe: Real = _label(  # noqa: RUF009
        units="dex",
        long_name="alpha enhancement [alpha/Fe]",
        symbol=r"[$\alpha$/Fe]",
        sun=0.0,
        default=0.0,
        limits=(-1.0, 1.0),
        box=(-0.1, 0.5),
        digits=3,
        step=0.05,
        difference=0.006,
    )
    vturb: Real = _label(  # noqa: RUF009
        units="km s-1",
        long_name="microturbulent velocity",
        symbol=r"$v_\mathrm{turb}$",
        sun=2.0,
        default=2.0,
        limits=(0.0, 10.0),
        box=2.0,
        digits=3,
        step=0.2,
        difference=0.01,
    )

    @property
    def labels(self) -> "Labels":
        """The labels alone, of a subclass that has more."""
        return Labels(**self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """{name: value}, in the order of LABELS."""
        return {name: getattr(self, name) for name in LABEL_NAMES}

    def floats(self) -> dict[str, float]:
        """{name: float} of one star."""
        return {name: float(value) for name, value in self.as_dict().items()}

    @property
    def name(self) -> str:
        """One star in words: "teff=5777 logg=4.44 feh=0 afe=0 vturb=2"."""
        return " ".join(f"{name}={value:g}" for name, value in self.floats().items())

    @classmethod
    def of(cls, values: "Labels | Mapping[str, Any]") -> "Labels":
        """The Labels in an object or mapping that may hold more. Raises TypeError where teff or logg is missing."""
        if isinstance(values, Labels):
            return values.labels
        return Labels(**{name: values[name] for name in LABEL_NAMES if name in values})


def _named(entry: Any) -> Label:
    return replace(entry.metadata["label"], name=entry.name)


#: Every label, in the order of every array of labels.
LABELS: tuple[Label, ...] = tuple(_named(entry) for entry in fields(Labels))
LABEL_NAMES: tuple[str, ...] = tuple(label.name for label in LABELS)
BY_NAME: dict[str, Label] = {label.name: label for label in LABELS}
#: Labels without a default: every network takes them.
REQUIRED: tuple[str, ...] = tuple(label.name for label in LABELS if label.default is None)
#: The Sun, as ATLAS-12's solar model and Li et al. (2025) label it; IAU 2015 resolution B3 has 5772 K and 4.438.
SUN = Labels(**{label.name: label.sun for label in LABELS})

_Result = TypeVar("_Result")


def takes_labels(function: Callable[..., _Result]) -> Callable[..., _Result]:
    """Let ``function(labels, ...)`` be called with the labels by keyword as well: ``solve(teff=5777.0, logg=4.44)``.

    Raises TypeError where labels are given in both ways, and where teff or logg is missing.
    """

    @wraps(function)
    def called(labels: Labels | None = None, **keywords: Any) -> _Result:
        given = {name: keywords.pop(name) for name in LABEL_NAMES if name in keywords}
        if labels is not None:
            if given:
                raise TypeError(f"{function.__name__} takes Labels or keywords, not both: leave out {', '.join(given)}")
            return function(Labels.of(labels), **keywords)
        missing = [name for name in REQUIRED if name not in given]
        if missing:
            raise TypeError(f"{function.__name__} needs {' and '.join(missing)}: give {missing[0]}=")
        return function(Labels(**given), **keywords)

    signature = inspect.signature(function)
    others = [entry for name, entry in signature.parameters.items() if name != "labels"]
    called.__signature__ = signature.replace(parameters=[*_KEYWORDS, *others])  # type: ignore[attr-defined]
    return called


_KEYWORDS = [
    inspect.Parameter(
        label.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if label.default is None else label.default,
    )
    for label in LABELS
]
