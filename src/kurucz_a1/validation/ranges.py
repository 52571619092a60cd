"""The ranges of effective temperature by which validation judges, each with its targets."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool

from kurucz_a1.evaluation.targets import row
from kurucz_a1.labels.less_sure import HOT, METAL_POOR
from kurucz_a1.validation.structure import UNITS
from kurucz_a1.validation.summary import BAND, FIELD_NAMES

#: Where the solver claims to have a model of every star, K.
CLAIMED = (3200.0, 20000.0)
#: Largest share of converged ATLAS-12 models there that may be without one, %.
WITHOUT_A_MODEL = 2.0
# Layers at which Rosseland opacities of cool decks are compared.
_OPACITY_BELOW, _OPACITY_ABOVE_K = -5.0, 2000.0


class Range(NamedTuple):
    """Models of ``low`` <= Teff < ``high`` (K), and the targets of each quantity's statistics.

    - ``beyond``: whether these are the stars whose ions the line lists lack.
    """

    words: str
    low: float
    high: float
    targets: Mapping[str, Mapping[str, float]]
    beyond: bool = False

    def holds(self, models: pd.DataFrame) -> Bool[np.ndarray, "model"]:
        """Whether each row of a table with teff and feh is in the range."""
        teff = models["teff"].to_numpy()
        return (self.low <= teff) & (teff < self.high) & (self.beyond == _is_beyond(models))


#: Differences from ATLAS-12: temperature in %, gas pressure in dex.
STRUCTURES = (
    Range("2500..3200 K", 0.0, 3200.0, {}),
    Range("3200..3750 K", 3200.0, 3750.0, {"temperature": {"median": 1.2, "worst": 3.0}}),
    Range("3750..4500 K", 3750.0, 4500.0, {"temperature": {"median": 0.5, "worst": 1.5}}),
    Range(
        "4500..12,000 K",
        4500.0,
        12000.0,
        {"temperature": {"median": 0.2, "worst": 0.6}, "gas_pressure": {"median": 0.008, "worst": 0.03}},
    ),
    Range(
        "12,000..20,000 K, above 17,000 K with [M/H] <= -1",
        12000.0,
        20000.1,
        {"temperature": {"median": 0.4, "worst": 1.2}},
    ),
    Range("hotter, or above 17,000 K with [M/H] > -1", HOT, np.inf, {}, beyond=True),
)
#: Rosseland opacity at the decks' own temperature and pressure, dex.
OPACITIES = (
    Range("2500..3200 K", 0.0, 3200.0, {"rosseland_opacity": {"median": 0.1, "worst": 0.4}}),
    Range("3200..4250 K", 3200.0, 4250.1, {"rosseland_opacity": {"median": 0.04, "worst": 0.15}}),
)


def share_row(errors: pd.DataFrame) -> dict[str, Any]:
    """The row on the share of converged ATLAS-12 models in CLAIMED for which the solver has none.

    - ``errors``: table of ``structure.structure_errors``.
    """
    claimed = errors[errors["teff"].between(*CLAIMED)]
    missing = np.isinf(claimed["temperature"])
    names = ", ".join(claimed["deck"][missing]) or "none"
    share = [100.0 * float(missing.mean())] if len(claimed) else []
    words = "converged ATLAS-12 models without a model of the solver, 3200..20,000 K"
    entry = row(words, "ATLAS-12 decks given", "%", share, [names] * len(share), {"worst": WITHOUT_A_MODEL})
    return entry | {"models": len(claimed), "failed": int(missing.sum())}


def structure_rows(errors: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows on temperature and gas pressure by range of Teff; ranges without a model have none.

    - ``errors``: table of ``structure.structure_errors``.
    """
    rows = []
    for part in STRUCTURES:
        chosen = errors[part.holds(errors)]
        for field in ("temperature", "gas_pressure") if len(chosen) else ():
            words, unit = f"{part.words}: rms of {FIELD_NAMES[field]} over {BAND}", UNITS[field][0]
            targets = part.targets.get(field, {})
            rows.append(row(words, "ATLAS-12 decks given", unit, chosen[field], chosen["deck"], targets))
    return rows


def opacity_rows(errors: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows on the Rosseland opacity of cool decks at their own temperature and pressure.

    - ``errors``: table of ``gas.gas_errors``.
    """
    inner = errors[(errors["log_tau"] > _OPACITY_BELOW) & (errors["temperature"] > _OPACITY_ABOVE_K)]
    inner = inner[inner["rosseland_opacity"].notna()]
    rows = []
    for part in OPACITIES:
        chosen = inner[part.holds(inner)]
        if len(chosen):
            words = f"{part.words}: kappa_Ross at the deck's own T, P, log tau > -5, T > 2000 K"
            sizes, targets = chosen["rosseland_opacity"].abs(), part.targets["rosseland_opacity"]
            rows.append(row(words, "ATLAS-12 decks given", "dex", sizes, chosen["deck"], targets))
    return rows


def _is_beyond(models: pd.DataFrame) -> Bool[np.ndarray, "model"]:
    teff, feh = models["teff"].to_numpy(), models["feh"].to_numpy()
    return (teff > CLAIMED[1]) | ((teff > HOT) & (feh > METAL_POOR))
