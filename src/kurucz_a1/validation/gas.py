"""Electron density and Rosseland opacity at a deck's own temperature, pressure and abundances, against the deck's."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.atmosphere.solver.matter import Opacities, matter
from kurucz_a1.labels import told_table
from kurucz_a1.physics.abundances import eos_fractions, number_fractions
from kurucz_a1.types import AnyArray
from kurucz_a1.validation.decks import NamedDeck


@jax.jit
def _gas(
    temperature: Float[Array, "depth"],
    pressure: Float[Array, "depth"],
    fractions: Float[Array, "26"],
    tables: Opacities,
) -> tuple[Float[Array, "depth"], Float[Array, "depth"]]:
    gas = matter(temperature, pressure, fractions, tables)
    return gas.electron_density, jnp.exp(gas.log_rosseland)


def gas_at(model: Atmosphere, tables: Opacities) -> tuple[Float[np.ndarray, "depth"], Float[np.ndarray, "depth"]]:
    """Electron density (cm-3) and Rosseland opacity (cm2 g-1) at the T and P of a single model of at most 80 depths.

    - ``tables``: opacities of the solver.
    """
    fractions = model.number_fractions
    if fractions is None:
        fractions = number_fractions(model, model.solar_pattern)
    count = np.size(model.temperature)
    # one number of depths, so that all models share the compiled code
    padded = [np.pad(np.asarray(v), (0, DEPTHS - count), mode="edge") for v in (model.temperature, model.gas_pressure)]
    electrons, opacity = _gas(*padded, eos_fractions(fractions), tables.at(model))
    return np.asarray(electrons)[:count], np.asarray(opacity)[:count]


def gas_errors(decks: Sequence[NamedDeck], tables: Opacities) -> pd.DataFrame:
    """Departures from ATLAS-12, one row per deck and layer.

    Columns: deck, the labels, log_tau, temperature, gas_pressure, and log10 of the ratio to the deck's number:
    electron_density, rosseland_opacity (dex). The opacity is nan if the line opacity table does not hold the deck's
    microturbulence; a number that is not finite or positive counts as inf.
    """
    tables_of_decks = []
    for deck in decks:
        electrons, opacity = gas_at(deck.model, tables)
        available = tables.lines.vturb
        same_vturb = np.min(available) - 0.01 < float(deck.model.vturb) < np.max(available) + 0.01
        columns = {
            "deck": deck.name,
            **deck.model.floats(),
            **{name: np.asarray(getattr(deck.model, name)) for name in ("log_tau", "temperature", "gas_pressure")},
            "electron_density": log_ratio(electrons, deck.model.electron_density),
            "rosseland_opacity": log_ratio(opacity, deck.model.rosseland_opacity) if same_vturb else np.nan,
        }
        tables_of_decks.append(pd.DataFrame(columns))
    return told_table(pd.concat(tables_of_decks, ignore_index=True))


def log_ratio(value: Float[AnyArray, "depth"], reference: Float[AnyArray, "depth"]) -> Float[np.ndarray, "depth"]:
    """log10(value / reference); inf where it has no finite value.

    >>> log_ratio(np.array([10.0, 0.0]), np.array([1.0, 1.0])).tolist()
    [1.0, inf]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log10(np.asarray(value) / np.asarray(reference))
    return np.where(np.isfinite(ratio), ratio, np.inf)
