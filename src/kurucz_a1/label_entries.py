"""What a star is labelled by: one entry a label. Without JAX, so that settings may read it too.

A new label is an entry in ``LabelEntries`` and the physics that depends on it; files, label box, settings, network,
Jacobian and fits take what they need from the entry (CONTRIBUTING.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, make_dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from jaxtyping import Float

from kurucz_a1.errors import BadConfig
from kurucz_a1.solar_patterns import ELEMENTS, SOLAR_PATTERNS

#: Ways to spread the labels of a grid (see ``LabelSpace.sobol``).
Spacing = Literal["even", "wide"]
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
    - ``optional``: whether names, files and tables leave it out where it has its default in every star.
    - ``element``: symbol of the element whose abundance it is.
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
    optional: bool = False
    element: str = ""
    note: str = ""
    name: str = ""


def _label(**entry: Any) -> Any:
    metadata = {"label": Label(**entry)}
    default = entry["default"]
    return field(metadata=metadata) if default is None else field(metadata=metadata, default=default)


#: Limits of [X/M] in dex. Helium: a tenth of the solar number to five times as much, half of all nuclei.
_LIMITS, _HELIUM_LIMITS = (-3.0, 3.0), (-1.0, 0.7)


def _abundance(symbol: str) -> Any:
    """The entry of the abundance of an element of the gas."""
    return _label(
        units="dex",
        long_name=f"abundance [{symbol}/M] by number, relative to the pattern of [M/H] and [alpha/M]",
        symbol=f"[{symbol}/M]",
        words=f"[{symbol}/M] {{}}",
        sun=0.0,
        default=0.0,
        limits=_HELIUM_LIMITS if symbol == "He" else _LIMITS,
        box=0.0,
        digits=3,
        step=0.05,
        difference=0.006,
        optional=True,
        element=symbol,
    )


@dataclass(frozen=True, kw_only=True)
class _Entries:
    """The labels but for the abundances of single elements."""

    teff: Value = _label(  # noqa: RUF009
        units="K",
        long_name="effective temperature",
        symbol=r"$T_\mathrm{eff}$",
        words="{} K",
        sun=5777.0,
        default=None,
        limits=(2000.0, 60000.0),
        box=(4000, 9000),
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
        box=(0.5, 5.0),
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
        box=(-2.5, 0.5),
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
        box=(0.5, 4.0),
        digits=3,
        step=0.2,
        difference=0.04,
        note="the embedded opacity table holds 0 to 5; any other value needs `solver.lines`",
    )
    mixing_length: Value = _label(  # noqa: RUF009
        units="1",
        long_name="mixing length over pressure scale height",
        symbol=r"$\ell/H$",
        words="l/H {}",
        sun=1.25,
        default=1.25,
        limits=(0.5, 3.0),
        box=1.25,
        digits=2,  # as on the cards of decks
        step=0.1,
        difference=0.01,
        of_gas=False,
        optional=True,
    )


#: The labels, in the order of every array of labels: the abundance of each element of the gas but hydrogen comes last.
LabelEntries = _Entries
if not TYPE_CHECKING:  # which cannot follow a class that is made by a loop
    LabelEntries = make_dataclass(
        "LabelEntries",
        [(f"{symbol.lower()}_m", Value, _abundance(symbol)) for symbol in ELEMENTS if symbol != "H"],
        bases=(_Entries,),
        frozen=True,
        kw_only=True,
        namespace={"__module__": __name__},
    )


def _named(entry: Any) -> Label:
    return replace(entry.metadata["label"], name=entry.name)


#: Every label, in the order of every array of labels.
LABELS: tuple[Label, ...] = tuple(_named(entry) for entry in fields(LabelEntries))
LABEL_NAMES: tuple[str, ...] = tuple(label.name for label in LABELS)
BY_NAME: dict[str, Label] = {label.name: label for label in LABELS}
#: Labels without a default: every network takes them.
REQUIRED: tuple[str, ...] = tuple(label.name for label in LABELS if label.default is None)
#: {symbol of an element: name of the label that is its abundance}.
ABUNDANCES: dict[str, str] = {label.element: label.name for label in LABELS if label.element}

_Given = TypeVar("_Given")


def of_abundances(abundances: Mapping[str, _Given]) -> dict[str, _Given]:
    """{name of the label: value} of {symbol: value}. Raises BadConfig for what is no element of the gas.

    >>> of_abundances({"C": -0.2, "N": 0.4})
    {'c_m': -0.2, 'n_m': 0.4}
    """
    for symbol in abundances:
        if symbol not in ABUNDANCES:
            raise BadConfig(_no_abundance(str(symbol)))
    return {ABUNDANCES[symbol]: value for symbol, value in abundances.items()}


def _no_abundance(symbol: str) -> str:
    choice = ", ".join(ABUNDANCES)
    if symbol == "H":
        return "H has no abundance of its own: hydrogen makes up the rest of the gas; change [M/H], or He"
    if symbol in SOLAR_PATTERNS["symbol"]:
        return f"{symbol} is too rare to count in the gas and follows [M/H]; abundances are those of {choice}"
    near = [each for each in ABUNDANCES if each.lower() == symbol.strip().lower()] or get_close_matches(
        symbol.strip().capitalize(), ABUNDANCES, 1, 0.5
    )
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{symbol!r} is no element of the gas: {hint}abundances are those of {choice}"
