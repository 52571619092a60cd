"""The labels of a star as one object."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import jax
import numpy as np

from kurucz_a1.label_entries import LABEL_NAMES, LABELS, REQUIRED, LabelEntries


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Labels(LabelEntries):
    """The labels of a star, or of many with arrays of one shape: K, dex and km s-1.

    ``teff`` and ``logg`` must be given. ``feh`` is [M/H], which equals [Fe/H] to 0.001 dex; ``afe`` is [alpha/M].

    >>> Labels(teff=5777.0, logg=4.44)
    Labels(teff=5777.0, logg=4.44, feh=0.0, afe=0.0, vturb=2.0)
    """

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
        """One star as keywords: "teff=5777 logg=4.44 feh=0 afe=0 vturb=2"."""
        return " ".join(f"{name}={value:g}" for name, value in self.floats().items())

    def names(self) -> list[str]:
        """Each star of many, labels (model,), in words: "5777 K, log g 4.44, [M/H] 0, [a/M] 0".

        A label that grids do not vary by default is left out where all stars have its default.
        """
        columns = np.broadcast_arrays(*map(np.atleast_1d, self.as_dict().values()))
        told = [
            (label, column)
            for label, column in zip(LABELS, columns, strict=True)
            if isinstance(label.box, tuple) or np.any(column != label.default)
        ]
        return [
            ", ".join(label.words.format(f"{round(float(column[k]), label.digits):g}") for label, column in told)
            for k in range(len(columns[0]))
        ]

    @classmethod
    def of(cls, values: "Labels | Mapping[str, Any]") -> "Labels":
        """The Labels in an object or mapping that may hold more. Raises TypeError where teff or logg is missing."""
        if isinstance(values, Labels):
            return values.labels
        return Labels(**{name: values[name] for name in LABEL_NAMES if name in values})


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
