"""The flux of radiation and convection through a finished model, against sigma Teff^4."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jax import lax

from kurucz_a1.atmosphere.fields import LABEL_NAMES
from kurucz_a1.atmosphere.hydrostatics import column_mass
from kurucz_a1.atmosphere.solver.matter import matter, opacity_of_bubbles
from kurucz_a1.atmosphere.solver.newton import convective_fluxes
from kurucz_a1.atmosphere.solver.radiation import radiation_field
from kurucz_a1.physics.abundances import eos_fractions, number_fractions
from kurucz_a1.physics.constants import STEFAN_BOLTZMANN
from kurucz_a1.physics.planck import planck

PASSES = 12  # of the Eddington factors from J = B: changes of the flux are then below 1e-9


@jax.jit
def _flux_error(temperature, pressure, teff, gravity, fractions, tables):
    here = matter(temperature, pressure, fractions, tables)
    start = planck(tables.frequency, temperature[:, None])

    def settle(_, intensity):
        return radiation_field(temperature, here, intensity, tables.frequency, passes=1).intensity

    intensity = lax.fori_loop(0, PASSES - 1, settle, start)
    field = radiation_field(temperature, here, intensity, tables.frequency, passes=1)
    radiative = 4.0 * jnp.pi * jnp.sum(tables.weights * field.moments.flux, axis=1)
    log_total_pressure = jnp.log(gravity * column_mass(jnp.exp(here.log_rosseland)))
    convective = convective_fluxes(
        jnp.log(temperature),
        log_total_pressure,
        here.log_thermodynamics,
        here.log_rosseland,
        opacity_of_bubbles(temperature, pressure, here.log_rosseland, fractions, tables),
        gravity,
    )
    return (radiative + convective) / (STEFAN_BOLTZMANN * teff**4) - 1.0


def flux_error(model, tables):
    """F/sigma Teff^4 - 1 between depths, (depth - 1,), of one Atmosphere on a grid of the solver.

    Everything is computed anew from T and P alone: opacities, the radiation field until its Eddington factors have
    settled, and convection. tables: ``Opacities``, those with which the model was made.
    """
    fractions = eos_fractions(number_fractions(model.feh, model.afe, model.solar_pattern))
    gravity = 10.0**model.logg
    return np.asarray(_flux_error(model.temperature, model.gas_pressure, model.teff, gravity, fractions, tables))


def flux_errors(labels, models, tables, report=None):
    """Largest departure from a constant flux, a DataFrame with one row a label set.

    labels: table of labels; models: Atmosphere or None for each of its rows. Columns: the five labels, flux_error
    (largest abs(F/sigma Teff^4 - 1), inf where there is no model or a number that is not finite), log_tau (of the
    depth above which it occurs), finite (whether every number of the model is; there is no model: True).
    report: called with the number of models done.
    """
    rows = []
    for number, (row, model) in enumerate(zip(labels.to_dict("records"), models, strict=True), start=1):
        found = {"flux_error": np.inf, "log_tau": np.nan, "finite": True}
        if model is not None:
            error = np.abs(flux_error(model, tables))
            finite = all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(model)) and np.all(np.isfinite(error))
            error = np.where(np.isfinite(error), error, np.inf)
            depth = int(np.argmax(error))
            found = {
                "flux_error": float(error[depth]),
                "log_tau": float(model.log_tau[depth]),
                "finite": bool(finite),
            }
        rows.append({name: row[name] for name in LABEL_NAMES} | found)
        if report:
            report(number)
    return pd.DataFrame(rows)
