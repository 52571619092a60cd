"""One star in several windows of wavelength, each with a continuum of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.emulator import Emulator
from kurucz_a1.inference.forward import StarSpectrum
from kurucz_a1.types import AnyArray, Scalar


@dataclass(frozen=True, eq=False)
class StarWindows:
    """Spectra of one star in several windows, for ``fit_star`` and ``calibrate`` in place of a single one.

    Labels, broadening and velocity are those of all windows; the continuum of each is that of its StarSpectrum.
    Pixels are those of the first window, then those of the second, and so on.
    """

    windows: tuple[StarSpectrum, ...]

    def __post_init__(self) -> None:
        """Raises ValueError without a window, or for windows of different emulators."""
        if not self.windows or any(window.emulator is not self.emulator for window in self.windows):
            raise ValueError("windows must be one StarSpectrum or more, all of the same emulator")

    @property
    def emulator(self) -> Emulator:
        """Of the atmospheres."""
        return self.windows[0].emulator

    @property
    def size(self) -> int:
        """Number of pixels in all windows."""
        return sum(window.size for window in self.windows)

    @property
    def ends(self) -> tuple[int, ...]:
        """Numbers of the first pixel of each window, and of all pixels."""
        return (0, *np.cumsum([window.size for window in self.windows]).tolist())

    @property
    def fitted_along(self) -> int:
        """Number of coefficients of continua that a fit finds beside the parameters."""
        return sum(window.fitted_along for window in self.windows)

    def __call__(self, *, log_gf: Float[AnyArray, "line"] | None = None, **given: Scalar) -> Float[Array, "pixel"]:
        """As of a StarSpectrum; ``log_gf``: of the line list, the same of all windows."""
        return jnp.concatenate([window(log_gf=log_gf, **given) for window in self.windows])

    def with_jacobian(
        self,
        free: Sequence[str],
        values: Float[Array, "parameter"],
        *,
        fixed: Mapping[str, Scalar],
        log_gf: Float[AnyArray, "line"] | None = None,
        lines: Sequence[int] | Int[np.ndarray, "chosen"] | None = None,
    ) -> tuple[Float[Array, "pixel"], Float[Array, "pixel parameter"], Float[Array, "pixel chosen"] | None]:
        """As of a StarSpectrum; ``log_gf``, ``lines``: of the line list, the same of all windows."""
        spectra, by_free, by_lines = zip(
            *(window.with_jacobian(free, values, fixed=fixed, log_gf=log_gf, lines=lines) for window in self.windows),
            strict=True,
        )
        return jnp.concatenate(spectra), jnp.concatenate(by_free), None if lines is None else jnp.concatenate(by_lines)

    def to_continuum(
        self, model: Float[Array, "pixel"], target: Float[AnyArray, "pixel"], weight: Float[AnyArray, "pixel"]
    ) -> Float[Array, "pixel"]:
        """``StarSpectrum.to_continuum`` of each window."""
        parts = zip(*(jnp.split(values, self.ends[1:-1]) for values in (model, target, weight)), strict=True)
        return jnp.concatenate([window.to_continuum(*part) for window, part in zip(self.windows, parts, strict=True)])


def scatter_between(
    jacobian: Float[np.ndarray, "pixel parameter"], residuals: Float[np.ndarray, "pixel"], ends: Sequence[int]
) -> Float[np.ndarray, "parameter"]:
    """Standard errors of a least-squares solution from what it would be without each of the windows: the jackknife.

    - ``jacobian``, ``residuals``: at the solution.
    - ``ends``: ``StarWindows.ends``, of two windows or more.

    Unlike the errors of noise these grow where windows contradict each other, because of lines or continua that are
    wrong (Tukey 1958, Ann. Math. Statist. 29, 614; each solution by one Gauss-Newton step).

    >>> scatter_between(np.ones((4, 1)), np.array([-0.1, -0.3, 0.2, 0.2]), (0, 1, 2, 3, 4)).round(4).tolist()
    [0.1225]
    """
    blocks = [slice(*pair) for pair in pairwise(ends)]
    whole = jacobian.T @ jacobian
    without = np.stack(
        [
            np.linalg.pinv(whole - jacobian[block].T @ jacobian[block], hermitian=True)
            @ (jacobian[block].T @ residuals[block])
            for block in blocks
        ]
    )
    return np.sqrt((len(blocks) - 1) * without.var(axis=0))
