"""Few frequencies that do the work of many: a quadrature made for model atmospheres.

Opacity sampling with a few hundred points at random misses the rare cores of strong lines that cool the top layers.
But a model needs integrals over frequency, some at each depth of each model of a box, and these hold few
independent numbers, nearly all in the span of a few hundred combinations. A quadrature that gives those combinations
exactly, with positive weights and as many points as combinations, always exists among the points of a dense sample
(Tchakaloff 1957, Bull. Sci. Math. 81, 123), and non-negative least squares finds one (Lawson & Hanson 1974, Solving
Least Squares Problems, ch. 23). Optimal spectral sampling of the Earth's atmosphere (Moncet et al. 2008, J. Atmos. Sci.
65, 3917) rests on the same idea.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from scipy.linalg import eigh
from scipy.optimize import nnls

from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.physics.planck import planck, planck_temperature_derivative
from kurucz_a1.types import AnyArray, Scalar

KINDS = ("heating", "flux", "rosseland", "planck", "push")


def integrands(
    temperature: Float[AnyArray, "depth"],
    matter: Any,
    field: Any,
    frequency: Float[AnyArray, "nu"],
    weights: Float[AnyArray, "nu"],
    teff: Scalar,
    gravity: Scalar,
) -> Float[Array, "kind depth nu"]:
    """What a model integrates over frequency, as terms of the sums on a dense sample.

    - ``temperature``, ``teff``: K; ``gravity``: cm s-2; ``frequency``, ``weights``: Hz.
    - ``matter``: the solver's ``Matter``, with log_rosseland of all frequencies; ``field``: its ``RadiationField``.

    The kinds are heating, kappa (J - B); flux H; 1 / kappa_Rosseland; dB/dT; radiative acceleration over gravity. Each
    except the first (see ``scaled``) is scaled so that an error of its sum is a relative error of the model.
    """
    absorption = jnp.exp(matter.log_absorption)
    extinction = absorption + jnp.exp(matter.log_scattering)
    total = STEFAN_BOLTZMANN * teff**4 / (4.0 * jnp.pi)
    between = field.moments.flux
    flux = jnp.concatenate(
        [(field.factors.surface * field.intensity[0])[None], 0.5 * (between[1:] + between[:-1]), between[-1:]]
    )
    slope = planck_temperature_derivative(frequency, temperature[:, None])
    all_slope = 4.0 * STEFAN_BOLTZMANN * temperature[:, None] ** 3 / jnp.pi
    terms = jnp.stack(
        [
            absorption * (field.intensity - planck(frequency, temperature[:, None])) / total,
            flux / total,
            slope / extinction * jnp.exp(matter.log_rosseland)[:, None] / all_slope,
            0.3 * slope / all_slope,
            4.0 * jnp.pi / SPEED_OF_LIGHT * extinction * flux / gravity,
        ]
    )
    return jnp.multiply(weights, terms)


def scaled(
    terms: Float[AnyArray, "kind depth nu"], rosseland_opacity: Float[AnyArray, "depth"]
) -> Float[np.ndarray, "kind depth nu"]:
    """``integrands`` of one model on all frequencies, heating as a share of what is exchanged.

    The exchange is the sum of |kappa (J - B)| and, where this nearly vanishes, kappa_Rosseland H (cm2 g-1).
    """
    terms = np.array(terms)
    exchange = np.abs(terms[0]).sum(-1) + np.asarray(rosseland_opacity)
    terms[0] /= exchange[:, None]
    return terms


def combinations(rows: Float[AnyArray, "row nu"], count: int) -> Float[np.ndarray, "{count} nu"]:
    """The ``count`` leading combinations of rows, scaled by their singular values."""
    rows = np.asarray(rows, dtype=float)
    _, vectors = eigh(rows @ rows.T, subset_by_index=[len(rows) - count, len(rows) - 1])
    return vectors[:, ::-1].T @ rows


def choose(leading: Float[np.ndarray, "count nu"]) -> tuple[Int[np.ndarray, "chosen"], Float[np.ndarray, "chosen"]]:
    """Places of the chosen frequencies and the factors on their weights, given leading combinations.

    The sums of the terms at the places, times the factors, are the sums over all. There are at most as many places as
    combinations. Raises RuntimeError if the search does not end.
    """
    factors, _ = nnls(leading, leading.sum(1), maxiter=20 * len(leading))
    places = np.flatnonzero(factors)
    return places, factors[places]
