"""Electron density and Rosseland opacity at a deck's own temperature, pressure and abundances, against the deck's."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.atmosphere.solver.matter import matter
from kurucz_a1.physics.abundances import eos_fractions, number_fractions


@jax.jit
def _gas(temperature, pressure, fractions, tables):
    here = matter(temperature, pressure, fractions, tables)
    return here.electron_density, jnp.exp(here.log_rosseland)


def gas_at(model, tables):
    """Electron density (cm-3) and Rosseland opacity (cm2 g-1), both (depth,), at the T and P of one Atmosphere.

    tables: ``Opacities`` of the solver; at most 80 depths.
    """
    fractions = model.number_fractions
    if fractions is None:
        fractions = number_fractions(model, model.solar_pattern)
    count = np.size(model.temperature)
    # one number of depths, so that all models share the compiled code
    padded = [np.pad(np.asarray(v), (0, DEPTHS - count), mode="edge") for v in (model.temperature, model.gas_pressure)]
    return tuple(np.asarray(values)[:count] for values in _gas(*padded, eos_fractions(fractions), tables.at(model)))


def gas_errors(decks, tables):
    """Departures from ATLAS-12, a DataFrame with one row a deck and layer.

    Columns: deck, the five labels, log_tau, temperature, gas_pressure, and log10 of the ratio to the deck's number:
    electron_density, rosseland_opacity (dex). The opacity is nan where the deck's microturbulence is not that of the
    line opacity table; a number that is not finite or positive counts as inf.
    """
    tables_of_decks = []
    for deck in decks:
        electrons, opacity = gas_at(deck.model, tables)
        held = tables.lines.vturb
        same_vturb = np.min(held) - 0.01 < float(deck.model.vturb) < np.max(held) + 0.01
        columns = {
            "deck": deck.name,
            **deck.model.floats(),
            **{name: np.asarray(getattr(deck.model, name)) for name in ("log_tau", "temperature", "gas_pressure")},
            "electron_density": log_ratio(electrons, deck.model.electron_density),
            "rosseland_opacity": log_ratio(opacity, deck.model.rosseland_opacity) if same_vturb else np.nan,
        }
        tables_of_decks.append(pd.DataFrame(columns))
    return pd.concat(tables_of_decks, ignore_index=True)


def log_ratio(value, reference):
    """log10(value / reference) of two arrays; inf where it has no finite value."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log10(np.asarray(value) / np.asarray(reference))
    return np.where(np.isfinite(ratio), ratio, np.inf)
