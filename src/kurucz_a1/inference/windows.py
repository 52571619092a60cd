"""One star in several windows of wavelength, each with a continuum of its own."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, Shaped

from kurucz_a1.emulator import Emulator
from kurucz_a1.inference.forward import StarSpectrum
from kurucz_a1.spectrum.stack import stacked
from kurucz_a1.spectrum.synthesis import Synthesizer
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

    @cached_property
    def _groups(self) -> "tuple[_Group, ...]":
        """The windows, those of similar length together."""
        order = sorted(range(len(self.windows)), key=lambda k: len(self.windows[k].synthesizer.vacuum))
        groups: list[list[int]] = []
        for k in order:
            if groups and _alike(self.windows[groups[-1][0]], self.windows[k]):
                groups[-1].append(k)
            else:
                groups.append([k])
        with jax.ensure_compile_time_eval():  # plain arrays also where the first call is traced
            return tuple(_Group.of(self.windows, members, self.ends) for members in groups)

    def __call__(self, *, log_gf: Float[AnyArray, "line"] | None = None, **given: Scalar) -> Float[Array, "pixel"]:
        """As of a StarSpectrum; ``log_gf``: of the line list, the same of all windows."""
        return self._joined([group.map(lambda window: window(log_gf=log_gf, **given)) for group in self._groups])

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
        parts = []
        for group in self._groups:
            places = (
                ()
                if lines is None
                else (np.stack([self.windows[k].synthesizer.places_of(lines) for k in group.members]),)
            )
            parts.append(
                group.map(
                    lambda window, places=None: window.with_jacobian_at(free, values, fixed, log_gf, places), *places
                )
            )
        spectra, by_free, by_lines = zip(*parts, strict=True)
        return self._joined(spectra), self._joined(by_free), None if lines is None else self._joined(by_lines)

    def to_continuum(
        self, model: Float[Array, "pixel"], target: Float[AnyArray, "pixel"], weight: Float[AnyArray, "pixel"]
    ) -> Float[Array, "pixel"]:
        """``StarSpectrum.to_continuum`` of each window."""
        return self._joined(
            [
                group.map(
                    lambda window, *part: window.to_continuum(*part),
                    group.parts(model),
                    group.parts(target),
                    jnp.where(group.counts, group.parts(weight), 0.0),
                )
                for group in self._groups
            ]
        )

    def _joined(self, parts: Sequence[Shaped[Array, "_ _ *rest"]]) -> Shaped[Array, "pixel *rest"]:
        """The pixels of all windows in their order, from those of each group."""
        flat = jnp.concatenate(
            [
                part.reshape(-1, *part.shape[2:])[group.counts.ravel()]
                for group, part in zip(self._groups, parts, strict=True)
            ]
        )
        order = np.concatenate([group.pixels[group.counts] for group in self._groups])
        return flat[np.argsort(order)]


def _alike(shorter: StarSpectrum, longer: StarSpectrum) -> bool:
    """Whether two windows may be computed as if both were as long as the longer."""
    same = ("step", "resolution", "continuum")
    lengths = (len(each.synthesizer.vacuum) for each in (longer, shorter))
    return all(getattr(shorter, name) == getattr(longer, name) for name in same) and operator.truediv(*lengths) < 1.5


@dataclass(frozen=True, eq=False)
class _Group:
    """Windows that one program computes, one after another: it is compiled once for all.

    - ``members``: their numbers.
    - ``first``: the first of them, for what is common to all.
    - ``synthesizer``, ``wavelength``: of all, ``stacked``; wavelengths of the pixels in A.
    - ``pixels``: numbers of the pixels among those of all windows, the last of each window repeated.
    - ``counts``: False where it is.
    """

    members: tuple[int, ...]
    first: StarSpectrum
    synthesizer: Synthesizer
    wavelength: Float[np.ndarray, "window pixel"]
    pixels: Int[np.ndarray, "window pixel"]
    counts: Bool[np.ndarray, "window pixel"]

    @classmethod
    def of(cls, windows: Sequence[StarSpectrum], members: Sequence[int], ends: Sequence[int]) -> "_Group":
        """The group of some ``members`` of the windows, whose first pixels have the numbers ``ends``."""
        own = [windows[k] for k in members]
        place = np.minimum(np.arange(max(each.size for each in own)), np.array([[each.size - 1] for each in own]))
        return cls(
            members=tuple(members),
            first=own[0],
            synthesizer=stacked([each.synthesizer for each in own]),
            wavelength=np.stack([each.pixels[rows] for each, rows in zip(own, place, strict=True)]),
            pixels=place + np.array([[ends[k]] for k in members]),
            counts=np.arange(place.shape[1]) < np.array([[each.size] for each in own]),
        )

    def map(self, function: Callable[..., Any], *given: Shaped[AnyArray, "window *_"]) -> Any:
        """``function`` of each window, a StarSpectrum, and of its part of what is ``given``."""

        def of_one(each: tuple[Any, ...]) -> Any:
            synthesizer, wavelength, *own = each
            return function(replace(self.first, synthesizer=synthesizer, pixels=wavelength), *own)

        return jax.lax.map(of_one, (self.synthesizer, self.wavelength, *given))

    def parts(self, values: Float[AnyArray, "all"]) -> Float[Array, "window pixel"]:
        """The pixels of each window from those of all windows."""
        return jnp.asarray(values)[self.pixels]


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
