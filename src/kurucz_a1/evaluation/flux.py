"""The flux of radiation and convection through a finished model, against sigma Teff^4."""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jax import lax
from jaxtyping import Array, Float, Int

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.hydrostatics import column_mass
from kurucz_a1.atmosphere.solver.matter import Opacities, matter, opacity_of_bubbles
from kurucz_a1.atmosphere.solver.newton import convective_fluxes, faces
from kurucz_a1.atmosphere.solver.radiation import radiation_field
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.physics.abundances import eos_fractions, number_fractions
from kurucz_a1.physics.constants import STEFAN_BOLTZMANN
from kurucz_a1.physics.planck import planck

PASSES = 12  # of the Eddington factors from J = B: changes of the flux are then below 1e-9


@jax.jit
def _flux_error(
    temperature: Float[Array, "depth"],
    pressure: Float[Array, "depth"],
    teff: Float[Array, ""],
    gravity: Float[Array, ""],
    fractions: Float[Array, "26"],
    mixing_length: Float[Array, ""],
    tables: Opacities,
) -> Float[Array, "depth-1"]:
    gas = matter(temperature, pressure, fractions, tables)
    start = planck(tables.frequency, temperature[:, None])

    def settle(_: Int[Array, ""], intensity: Float[Array, "depth nu"]) -> Float[Array, "depth nu"]:
        return radiation_field(temperature, gas, intensity, tables.frequency, passes=1).intensity

    intensity = lax.fori_loop(0, PASSES - 1, settle, start)
    field = radiation_field(temperature, gas, intensity, tables.frequency, passes=1)
    radiative = 4.0 * jnp.pi * jnp.sum(tables.weights * field.moments.flux, axis=1)
    log_total_pressure = jnp.log(gravity * column_mass(jnp.exp(gas.log_rosseland)))
    between = faces(
        jnp.log(temperature),
        log_total_pressure,
        gas.log_thermodynamics,
        gas.log_rosseland,
        opacity_of_bubbles(temperature, pressure, gas.log_rosseland, fractions, tables),
        gravity,
        mixing_length,
    )
    return (radiative + convective_fluxes(between)) / (STEFAN_BOLTZMANN * teff**4) - 1.0


def flux_error(model: Atmosphere, tables: Opacities) -> Float[np.ndarray, "interval"]:
    """F/sigma Teff^4 - 1 between the depths of a single model on a grid of the solver.

    Opacities, the radiation field with converged Eddington factors, and convection are computed from T and P alone.

    - ``tables``: the opacities with which the model was made.
    """
    fractions = eos_fractions(number_fractions(model, model.solar_pattern))
    gravity = 10.0**model.logg
    parameters = (model.teff, gravity, fractions, model.mixing_length)
    return np.asarray(_flux_error(model.temperature, model.gas_pressure, *parameters, tables.at(model)))


def flux_errors(
    labels: pd.DataFrame,
    models: Sequence[Atmosphere | None],
    tables: Opacities,
    report: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Largest departure from a constant flux, one row per label set.

    - ``labels``: table of labels.
    - ``models``: a single model or None for each of its rows.
    - ``tables``: the opacities with which the models were made.
    - ``report``: called with the number of finished models.

    Columns: the labels, flux_error (largest abs(F/sigma Teff^4 - 1); inf without a model or with a number that is
    not finite), log_tau (of the depth above the error), finite (whether all numbers are; True without a model).
    """
    rows = []
    for number, (row, model) in enumerate(zip(labels.to_dict("records"), models, strict=True), start=1):
        entry = {"flux_error": np.inf, "log_tau": np.nan, "finite": True}
        if model is not None:
            error = np.abs(flux_error(model, tables))
            finite = all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(model)) and np.all(np.isfinite(error))
            error = np.where(np.isfinite(error), error, np.inf)
            depth = int(np.argmax(error))
            entry = {
                "flux_error": float(error[depth]),
                "log_tau": float(model.log_tau[depth]),
                "finite": bool(finite),
            }
        rows.append({name: row[name] for name in LABEL_NAMES if name in row} | entry)
        if report:
            report(number)
    return pd.DataFrame(rows)
