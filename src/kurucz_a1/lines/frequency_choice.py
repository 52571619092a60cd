"""Few frequencies that do the work of many: a quadrature made for model atmospheres.

Opacity sampling with a few hundred points at random misses the rare cores of strong lines that cool the top layers.
But what a model needs are integrals over frequency, some at each depth of each model of a box, and these hold few
independent numbers, nearly all in the span of a few hundred combinations. A quadrature that gives those combinations
exactly, with positive weights and as many points as combinations, always exists among the points of a dense sample
(Tchakaloff 1957, Bull. Sci. Math. 81, 123), and non-negative least squares finds one (Lawson & Hanson 1974, Solving
Least Squares Problems, ch. 23). Optimal spectral sampling of the Earth's atmosphere (Moncet et al. 2008, J. Atmos. Sci.
65, 3917) rests on the same idea.
"""

import jax.numpy as jnp
import numpy as np
from scipy.linalg import eigh
from scipy.optimize import nnls

from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.physics.planck import planck, planck_temperature_derivative

KINDS = ("heating", "flux", "rosseland", "planck", "push")


def integrands(temperature, matter, field, frequency, weights, teff, gravity):
    """What a model integrates over frequency, as terms of the sums on a dense sample: (kind, depth, nu).

    temperature: K (depth,); matter: Matter (log_rosseland that of all frequencies); field: RadiationField; frequency,
    weights: Hz (nu,); teff: K; gravity: cm s-2. The kinds, each scaled so that an error in its sum is a relative error
    of what a model is made of, but for the first (see ``scaled``): heating, kappa (J - B); flux H; 1 / kappa_Rosseland;
    dB/dT; radiative acceleration over gravity.
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
    return weights * jnp.stack(
        [
            absorption * (field.intensity - planck(frequency, temperature[:, None])) / total,
            flux / total,
            slope / extinction * jnp.exp(matter.log_rosseland)[:, None] / all_slope,
            0.3 * slope / all_slope,
            4.0 * jnp.pi / SPEED_OF_LIGHT * extinction * flux / gravity,
        ]
    )


def scaled(terms, rosseland_opacity):
    """``integrands`` of one model on all frequencies (kind, depth, nu), heating as a share of what is exchanged.

    rosseland_opacity: cm2 g-1 (depth,). The exchange is the sum of |kappa (J - B)| and, where these all but vanish,
    kappa_Rosseland H.
    """
    terms = np.array(terms)
    exchange = np.abs(terms[0]).sum(-1) + np.asarray(rosseland_opacity)
    terms[0] /= exchange[:, None]
    return terms


def combinations(rows, count):
    """The ``count`` leading combinations of rows (row, nu), scaled by their singular values: (count, nu)."""
    rows = np.asarray(rows, dtype=float)
    _, vectors = eigh(rows @ rows.T, subset_by_index=[len(rows) - count, len(rows) - 1])
    return vectors[:, ::-1].T @ rows


def choose(leading):
    """Places of the chosen frequencies and the factors on their weights, given combinations (count, nu).

    The sums of the terms at the places, times the factors, are the sums over all. At most ``count`` places.
    Raises RuntimeError where the search does not end.
    """
    factors, _ = nnls(leading, leading.sum(1), maxiter=20 * len(leading))
    places = np.flatnonzero(factors)
    return places, factors[places]
