"""When a model of ATLAS-12 counts as converged. The program itself does not say."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kurucz_a1.atlas12.printout import Iteration
from kurucz_a1.decks.check import hydrostatic_departure
from kurucz_a1.decks.layers import Deck

# The program's iterations end in a cycle of up to 0.7 % at the top of the convection zone of cool stars, so 1 % of the
# flux is the smallest reasonable limit; the first few layers show flux derivatives of hundreds of per cent in models
# that no longer change, so these count from tau = 1e-6 on.
_FLUX_ERROR = 1.0
_FLUX_DERIVATIVE = 10.0
_DERIVATIVE_FROM = 1e-6
_TEMPERATURE_CHANGE = 1e-3
# Models after 3 iterations: 9e-3; models that no longer change: below 5e-4, as their pressures have four digits.
_IDENTITY = 2e-3


@dataclass(frozen=True)
class Convergence:
    """How far a model is from convergence, largest over its layers.

    - ``flux_error``: of the total flux, percent.
    - ``flux_derivative``: percent, where tau > 1e-6.
    - ``temperature_change``: of the last iteration, relative.
    - ``identity``: |(P + P_rad) / (g m) - 1|, hydrostatic equilibrium of the model as punched.
    """

    flux_error: float
    flux_derivative: float
    temperature_change: float
    identity: float

    def shortfalls(self) -> list[str]:
        """The limits that the model exceeds, as phrases; none for a converged model."""
        return [
            f"{name} is {value:.3g}{unit}, not below {limit:g}{unit}"
            for name, value, limit, unit in (
                ("the flux error", self.flux_error, _FLUX_ERROR, " %"),
                ("the flux derivative", self.flux_derivative, _FLUX_DERIVATIVE, " %"),
                ("the relative change of temperature", self.temperature_change, _TEMPERATURE_CHANGE, ""),
                ("the departure from hydrostatic equilibrium", self.identity, _IDENTITY, ""),
            )
            if not value < limit
        ]


def convergence(iteration: Iteration, deck: Deck) -> Convergence:
    """The Convergence of the Deck that the program punched after the last iteration it printed."""
    return Convergence(*_errors(iteration), identity=_largest(hydrostatic_departure(deck)))


def iterations_needed(iterations: Sequence[Iteration]) -> int | None:
    """The number of iterations after which flux and temperature stay within the limits; None if they never do."""
    limits = (_FLUX_ERROR, _FLUX_DERIVATIVE, _TEMPERATURE_CHANGE)
    needed = len(iterations)
    while needed and all(error < limit for error, limit in zip(_errors(iterations[needed - 1]), limits, strict=True)):
        needed -= 1
    return needed + 1 if needed < len(iterations) else None


def _errors(iteration: Iteration) -> tuple[float, float, float]:
    """Errors of flux and of its derivative (percent) and relative change of temperature, largest over the layers."""
    inner = iteration.optical_depth > _DERIVATIVE_FROM
    return (
        _largest(iteration.flux_error),
        _largest(iteration.flux_derivative[inner]),
        _largest(iteration.correction / iteration.temperature),
    )


def _largest(values: Float[np.ndarray, "layer"]) -> float:
    return float(np.max(np.abs(values))) if np.all(np.isfinite(values)) and np.size(values) else np.inf
