"""The labels of a star as one object."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import jax
import numpy as np

from kurucz_a1.label_entries import ABUNDANCES, BY_NAME, LABEL_NAMES, LABELS, REQUIRED, LabelEntries, of_abundances

if TYPE_CHECKING:
    import pandas as pd


FEW_ABUNDANCES = 4  # that the name of a star tells one by one


def told(columns: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of ``columns``, {name of a label: a number or an array}, that names and files of stars tell.

    Left out are optional labels, as abundances, of which every number is the default or NaN.
    """
    return tuple(name for name, values in columns.items() if not BY_NAME[name].optional or _differs(name, values))


def _differs(name: str, values: Any) -> bool:
    if isinstance(values, jax.core.Tracer):
        return True
    numbers = np.asarray(values, dtype=float)
    return bool(np.any((numbers != BY_NAME[name].default) & ~np.isnan(numbers)))


def told_table(table: "pd.DataFrame") -> "pd.DataFrame":
    """A table without its columns of optional labels that hold nothing but the default, or nothing.

    What is missing in the columns of other optional labels is filled with the default.
    """
    held = {name: table[name] for name in LABEL_NAMES if name in table}
    kept = told(held)
    filled = {name: table[name].fillna(BY_NAME[name].default) for name in kept if BY_NAME[name].optional}
    return table[[name for name in table if name not in held or name in kept]].assign(**filled)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True, repr=False)
class Labels(LabelEntries):
    """The labels of a star, or of many with arrays of one shape: K, dex and km s-1.

    ``teff`` and ``logg`` must be given. ``feh`` is [M/H], which equals [Fe/H] to 0.001 dex; ``afe`` is [alpha/M];
    ``mixing_length`` is in pressure scale heights. ``he_m``, ``c_m`` to ``zn_m`` are [X/M] by number of the elements of
    the gas, on top of [M/H] and [alpha/M]; ``Labels.of`` takes them by symbol. Elements outside the gas follow [M/H].

    >>> Labels(teff=5777.0, logg=4.44)
    Labels(teff=5777.0, logg=4.44, feh=0.0, afe=0.0, vturb=2.0)
    >>> Labels.of({"teff": 4800.0, "logg": 2.5}, abundances={"C": -0.2, "N": 0.4})
    Labels(teff=4800.0, logg=2.5, feh=0.0, afe=0.0, vturb=2.0, c_m=-0.2, n_m=0.4)
    """

    def __repr__(self) -> str:
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        left_out = set(LABEL_NAMES) - set(self.told())
        shown = ", ".join(f"{name}={value!r}" for name, value in values.items() if name not in left_out)
        return f"{type(self).__name__}({shown})"

    @property
    def labels(self) -> "Labels":
        """The labels alone, of a subclass that has more."""
        return Labels(**self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """{name: value}, in the order of LABELS."""
        return {name: getattr(self, name) for name in LABEL_NAMES}

    def told(self) -> dict[str, Any]:
        """``as_dict`` without the optional labels that have their defaults in every star."""
        values = self.as_dict()
        return {name: values[name] for name in told(values)}

    @property
    def abundances(self) -> dict[str, Any]:
        """{symbol: [X/M]} of the elements of the gas, of those that do not follow the pattern in every star."""
        values = self.told()
        return {symbol: values[name] for symbol, name in ABUNDANCES.items() if name in values}

    def floats(self) -> dict[str, float]:
        """{name: float} of one star."""
        return {name: float(value) for name, value in self.as_dict().items()}

    @property
    def name(self) -> str:
        """One star as keywords, optional labels only where they differ: "teff=5777 logg=4.44 feh=0 afe=0 vturb=2"."""
        return " ".join(f"{name}={float(value):g}" for name, value in self.told().items())

    def names(self) -> list[str]:
        """Each star of many, labels (model,), in words: "5777 K, log g 4.44, [M/H] 0, [a/M] 0".

        A label that grids do not vary by default is left out where all stars have its default. More than FEW_ABUNDANCES
        are counted: "19 abundances".
        """
        columns = np.broadcast_arrays(*map(np.atleast_1d, self.as_dict().values()))
        told = [
            (label, column)
            for label, column in zip(LABELS, columns, strict=True)
            if isinstance(label.box, tuple) or np.any(column != label.default)
        ]
        abundances = sum(bool(label.element) for label, _ in told)
        counted = [f"{abundances} abundances"] if abundances > FEW_ABUNDANCES else []
        shown = [(label, column) for label, column in told if not (counted and label.element)]
        return [
            ", ".join(
                [label.words.format(f"{round(float(column[k]), label.digits):g}") for label, column in shown] + counted
            )
            for k in range(len(columns[0]))
        ]

    @classmethod
    def of(cls, values: "Labels | Mapping[Any, Any]", abundances: Mapping[str, Any] | None = None) -> "Labels":
        """The Labels in an object or mapping that may hold more.

        - ``abundances``: {symbol: [X/M]}, in place of those of ``values``; a mapping may hold these under its own key
          "abundances".

        Raises TypeError where teff or logg is missing, BadConfig for what is no element of the gas.
        """
        own = values.as_dict() if isinstance(values, Labels) else values
        chosen = {name: own[name] for name in LABEL_NAMES if name in own}
        by_symbol = {**own.get("abundances", {}), **(abundances or {})}
        return Labels(**(chosen | of_abundances(by_symbol)))


#: The Sun, as ATLAS-12's solar model and Li et al. (2025) label it; IAU 2015 resolution B3 has 5772 K and 4.438.
SUN = Labels(**{label.name: label.sun for label in LABELS})

_Result = TypeVar("_Result")


def takes_labels(function: Callable[..., _Result]) -> Callable[..., _Result]:
    """Let ``function(labels, ...)`` be called with the labels by keyword as well: ``solve(teff=5777.0, logg=4.44)``, or
    with abundances by symbol: ``solve(teff=5777.0, logg=4.44, abundances={"C": -0.2})``.

    Raises TypeError where labels are given in both ways, and where teff or logg is missing; BadConfig for abundances of
    what is no element of the gas.
    """

    @wraps(function)
    def called(labels: Labels | None = None, **keywords: Any) -> _Result:
        given = {name: keywords.pop(name) for name in (*LABEL_NAMES, "abundances") if name in keywords}
        if labels is not None:
            if given:
                raise TypeError(f"{function.__name__} takes Labels or keywords, not both: leave out {', '.join(given)}")
            return function(Labels.of(labels), **keywords)
        return function(given_labels(function.__name__, given), **keywords)

    signature = inspect.signature(function)
    others = [entry for name, entry in signature.parameters.items() if name != "labels"]
    called.__signature__ = signature.replace(parameters=[*_KEYWORDS, *others])  # type: ignore[attr-defined]
    return called


def given_labels(taker: str, given: Mapping[str, Any]) -> Labels:
    """The Labels of keywords, among them ``abundances`` by symbol; errors as of ``takes_labels``, in the name of
    ``taker``."""
    by_name = joined(taker, given)
    missing = [name for name in REQUIRED if name not in by_name]
    if missing:
        raise TypeError(f"{taker} needs {' and '.join(missing)}: give {missing[0]}=")
    return Labels(**by_name)


def joined(taker: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """{name: value} of keywords with ``abundances`` by symbol among them; errors as of ``given_labels``."""
    by_name = dict(given)
    by_symbol = of_abundances(by_name.pop("abundances", None) or {})
    twice = sorted(set(by_name) & set(by_symbol))
    if twice:
        raise TypeError(f"{taker} got {twice[0]} and its abundance by symbol too: leave one out")
    return by_name | by_symbol


_KEYWORDS = [
    *(
        inspect.Parameter(
            label.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if label.default is None else label.default,
        )
        for label in LABELS
        if not label.element
    ),
    inspect.Parameter("abundances", inspect.Parameter.KEYWORD_ONLY, default=None),
]
