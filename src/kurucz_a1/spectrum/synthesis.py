"""The spectrum of a model atmosphere, line by line, in LTE.

The gas follows from the model's temperature, gas pressure and abundances by the package's own equation of state; the
electron density is that of this gas, not the one that the model lists, so that a spectrum is consistent in itself and
differentiable whoever made the model. Opacities are integrated over column mass.

Lines are pure absorption, S = B. Continuous scattering (electrons, Rayleigh) is included: the mean intensity of the
continuum is solved on a coarse grid and enters the source function as S = (kappa B + sigma J) / (kappa + sigma), also
inside the lines, where J is that of the continuum.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.errors import Approximation
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.physics.abundances import number_fractions
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import ContinuumTables, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.physics.hydrogen_lines import ALL_LINES, lines_near
from kurucz_a1.spectrum.absorbers import (
    Absorbers,
    LineData,
    LinesInGas,
    lines_in_gas,
    prepare_lines,
    supported,
    warn_of_unsupported,
)
from kurucz_a1.spectrum.emergent import emergent_light, normalized_by_log_gf
from kurucz_a1.spectrum.smooth import SmoothOpacity, smooth_opacity
from kurucz_a1.spectrum.windows import ChunkPlan, Reach, cut_plan, line_reach, plan_chunks, smooth_grid
from kurucz_a1.types import AnyArray, Scalar

REPORT_CHUNKS = 100  # between two reports: a second or two
SHORTEST = 900.0  # A: the Lyman limit
#: Called with the number of finished wavelengths and that of all.
Report = Callable[[int, int], object]
#: The arguments of ``emergent_light`` that depend on the atmosphere.
_Gas = tuple[
    Float[AnyArray, "depth"],
    Float[AnyArray, "depth"],
    SmoothOpacity,
    Float[AnyArray, "nu"],
    LinesInGas,
    Float[AnyArray, "chosen"],
]


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spectrum:
    """A flux spectrum.

    - ``wavelength``: A, in air or vacuum as requested.
    - ``flux``, ``continuum``: with and without lines, erg s-1 cm-2 A-1 through the star's surface.
    - ``normalized``: their ratio.
    """

    wavelength: Float[AnyArray, "wavelength"]
    flux: Float[Array, "wavelength"]
    continuum: Float[Array, "wavelength"]
    normalized: Float[Array, "wavelength"]


def model_fractions(atmosphere: Atmosphere) -> Float[AnyArray, "99"]:
    """N/N_total of a model: its own, or from its labels and solar pattern."""
    if atmosphere.number_fractions is not None:
        return atmosphere.number_fractions
    return number_fractions(atmosphere, atmosphere.solar_pattern)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Intensities:
    """Specific intensity at several angles.

    - ``wavelength``: A, in air or vacuum as requested; ``mu``: cosines of the angles.
    - ``intensity``, ``continuum``: with and without lines, erg s-1 cm-2 A-1 sr-1.
    - ``normalized``: their ratio.
    """

    wavelength: Float[AnyArray, "wavelength"]
    mu: Float[Array, "mu"]
    intensity: Float[Array, "mu wavelength"]
    continuum: Float[Array, "mu wavelength"]
    normalized: Float[Array, "mu wavelength"]


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Synthesizer:
    """Spectra of any atmospheres at the same wavelengths and of the same lines; made by ``prepare_synthesis``.

    Call it with one Atmosphere for the flux. Works under jit, vmap and derivatives, forward and in reverse.

    - ``wavelength``: A, as requested; ``vacuum``: the same in vacuum.
    - ``data``, ``absorbers``: the lines that reach the wavelengths; ``chosen``: their indices in the list.
    - ``coarse``: A, where slowly varying quantities are computed, with ``tables``.
    - ``hydrogen``: indices in ALL_LINES.
    - ``plan``: the lines computed at each wavelength; ``place``: of each wavelength in the order of the plan.
    """

    wavelength: Float[AnyArray, "wavelength"]
    vacuum: Float[AnyArray, "wavelength"]
    data: LineData
    chosen: Int[AnyArray, "line"]
    coarse: Float[AnyArray, "nu"]
    tables: ContinuumTables
    plan: ChunkPlan
    place: Int[AnyArray, "wavelength"]
    absorbers: Absorbers = field(metadata={"static": True})
    hydrogen: tuple[int, ...] = field(metadata={"static": True})

    def __call__(
        self,
        atmosphere: Atmosphere,
        *,
        vmic: Scalar | Float[AnyArray, "depth"] | None = None,
        log_gf: Float[AnyArray, "line"] | None = None,
        fractions: Float[AnyArray, "99"] | None = None,
        report: Report | None = None,
    ) -> Spectrum:
        """The Spectrum of one model atmosphere; arguments as of ``synthesize``."""
        flux, continuum = self._emergent(self._gas(atmosphere, vmic, log_gf, fractions), None, report)
        return Spectrum(wavelength=self.wavelength, flux=flux, continuum=continuum, normalized=flux / continuum)

    def intensities(
        self,
        atmosphere: Atmosphere,
        mu: Scalar | Sequence[float] | Float[AnyArray, "mu"],
        *,
        vmic: Scalar | Float[AnyArray, "depth"] | None = None,
        log_gf: Float[AnyArray, "line"] | None = None,
        fractions: Float[AnyArray, "99"] | None = None,
        report: Report | None = None,
    ) -> Intensities:
        """The Intensities at angles of cosines ``mu`` within 0..1."""
        mu = jnp.atleast_1d(jnp.asarray(mu, dtype=jnp.float64))
        lines, continuum = self._emergent(self._gas(atmosphere, vmic, log_gf, fractions), mu, report)
        return Intensities(
            wavelength=self.wavelength, mu=mu, intensity=lines, continuum=continuum, normalized=lines / continuum
        )

    def by_log_gf(
        self,
        atmosphere: Atmosphere,
        lines: Sequence[int] | Int[np.ndarray, "chosen"],
        *,
        vmic: Scalar | Float[AnyArray, "depth"] | None = None,
        log_gf: Float[AnyArray, "line"] | None = None,
        fractions: Float[AnyArray, "99"] | None = None,
    ) -> Float[Array, "wavelength chosen"]:
        """Derivatives of the normalised flux by log gf of some lines, per dex.

        - ``lines``: their indices in the list, concrete; other arguments as of ``synthesize``.

        As exact as automatic differentiation, and any number of lines takes the time of a few spectra: a derivative is
        the line's opacity times the response of the flux to opacity at each depth.
        """
        return self.by_log_gf_at(atmosphere, self.places_of(lines), vmic=vmic, log_gf=log_gf, fractions=fractions)

    def places_of(self, lines: Sequence[int] | Int[np.ndarray, "chosen"]) -> Int[np.ndarray, "chosen"]:
        """Places of some lines of the list among those that reach the wavelengths; -1 for one that does not."""
        number = {line: k for k, line in enumerate(np.asarray(self.chosen).tolist())}
        return np.array([number.get(int(line), -1) for line in lines], dtype=int)

    def by_log_gf_at(
        self,
        atmosphere: Atmosphere,
        places: Int[AnyArray, "chosen"],
        *,
        vmic: Scalar | Float[AnyArray, "depth"] | None = None,
        log_gf: Float[AnyArray, "line"] | None = None,
        fractions: Float[AnyArray, "99"] | None = None,
    ) -> Float[Array, "wavelength chosen"]:
        """``by_log_gf`` of the lines at ``places_of`` some lines, which may be traced."""
        gas = self._gas(atmosphere, vmic, log_gf, fractions)
        # the last line, at -1, is that of no strength
        return normalized_by_log_gf(*gas, self.vacuum, self.plan, jnp.asarray(places))[self.place]

    def _gas(
        self,
        atmosphere: Atmosphere,
        vmic: Scalar | Float[AnyArray, "depth"] | None,
        log_gf: Float[AnyArray, "line"] | None,
        fractions: Float[AnyArray, "99"] | None,
    ) -> _Gas:
        """The first arguments of ``emergent_light``: all that the formal solution needs of an atmosphere."""
        if np.ndim(atmosphere.temperature) != 1:
            raise ValueError(
                f"a spectrum is of one model, this atmosphere has shape {np.shape(atmosphere.temperature)}; "
                "index it, or map over it with jax.vmap"
            )
        if "radius" in atmosphere.extra:
            warnings.warn(
                "a spherical model, taken as plane-parallel layers for its spectrum", Approximation, stacklevel=4
            )
        fractions = jnp.asarray(model_fractions(atmosphere) if fractions is None else fractions)
        vmic = jnp.asarray(atmosphere.vturb if vmic is None else vmic)
        data = self.data if log_gf is None else self.data._replace(log_gf=jnp.asarray(log_gf)[self.chosen])
        # Compiled separately, so that another window or line list compiles only what depends on it.
        states = gas_states(atmosphere.temperature, atmosphere.gas_pressure, fractions)
        smooth = smooth_opacity(self.tables, states, atmosphere.column_mass, vmic, hydrogen=self.hydrogen)
        gas = lines_in_gas(data, states, fractions, vmic, absorbers=self.absorbers)
        return atmosphere.column_mass, states.temperature, smooth, self.coarse, gas, data.centre

    def _emergent(
        self, gas: _Gas, mu: Float[Array, "mu"] | None, report: Report | None
    ) -> tuple[Float[Array, "*mu wavelength"], Float[Array, "*mu wavelength"]]:
        """Flux or intensity with and without lines at all wavelengths."""
        if report is None:
            emergent = emergent_light(*gas, self.vacuum, self.plan, mu)
        else:
            parts = []
            for done, part in enumerate(cut_plan(self.plan, REPORT_CHUNKS)):
                parts.append(emergent_light(*gas, self.vacuum, part, mu))
                jax.block_until_ready(parts[-1])
                report(min((done + 1) * part.order.size, len(self.vacuum)), len(self.vacuum))
            emergent = jnp.concatenate(parts, axis=-1)
        return emergent[0][..., self.place], emergent[1][..., self.place]


def prepare_synthesis(
    wavelength: Sequence[float] | AnyArray, lines: LineList | str | Path, *, medium: str = "air"
) -> Synthesizer:
    """A Synthesizer for wavelengths and lines, all concrete; arguments and errors as of ``synthesize``."""
    if medium not in ("air", "vacuum"):
        raise ValueError(f"medium is {medium!r}; choose 'air' or 'vacuum'")
    wavelength = np.asarray(wavelength, dtype=float)
    if wavelength.ndim != 1 or wavelength.size < 2 or not np.all(np.diff(wavelength) > 0):
        raise ValueError("wavelength must be one-dimensional, finite and increasing, with at least two points")
    if not SHORTEST <= wavelength[0] < np.inf:
        raise ValueError(f"wavelength begins at {wavelength[0]:g} A, below {SHORTEST:g} A; is it in nm?")
    line_list = read_line_list(lines) if isinstance(lines, str | Path) else lines
    vacuum = air_to_vacuum(wavelength) if medium == "air" else wavelength
    with jax.ensure_compile_time_eval():  # nothing depends on a traced number, also under tracing
        return _prepare(wavelength, vacuum, line_list)


def _prepare(
    wavelength: Float[np.ndarray, "wavelength"], vacuum: Float[np.ndarray, "wavelength"], line_list: LineList
) -> Synthesizer:
    reach = line_reach(line_list, 10**0.5 * np.asarray(number_fractions()))
    near = (line_list.wavelength >= vacuum[0] - reach.wing) & (line_list.wavelength <= vacuum[-1] + reach.wing)
    warn_of_unsupported(line_list[near], "the line list near these wavelengths")
    chosen = np.flatnonzero(near & (line_list.species != "H") & supported(line_list))
    data, absorbers = prepare_lines(line_list[chosen])
    plan = plan_chunks(vacuum, np.asarray(data.centre), Reach(*(half[chosen] for half in reach)))
    centres = SPEED_OF_LIGHT / ALL_LINES.frequency / ANGSTROM
    hydrogen = lines_near(vacuum[0], vacuum[-1])
    coarse = smooth_grid(vacuum, centres[hydrogen])
    return Synthesizer(
        wavelength=wavelength,
        vacuum=vacuum,
        data=data,
        chosen=chosen,
        coarse=coarse,
        tables=continuum_tables(SPEED_OF_LIGHT / (coarse * ANGSTROM)),
        plan=plan,
        place=np.unique(plan.order, return_index=True)[1],
        absorbers=absorbers,
        hydrogen=tuple(hydrogen.tolist()),
    )


def synthesize(
    atmosphere: Atmosphere,
    wavelength: Sequence[float] | AnyArray,
    lines: LineList | str | Path,
    *,
    medium: str = "air",
    vmic: Scalar | Float[AnyArray, "depth"] | None = None,
    log_gf: Float[AnyArray, "line"] | None = None,
    fractions: Float[AnyArray, "99"] | None = None,
    report: Report | None = None,
) -> Spectrum:
    """The flux spectrum of one model atmosphere.

    - ``atmosphere``: one model, (depth,).
    - ``wavelength``: A, increasing, concrete.
    - ``lines``: a LineList, or the path of a line list that ``lines.read_line_list`` knows. The lines of hydrogen
      always come from Stark theory; those of the list are ignored. Lines of an absorber that the equation of state
      lacks are left out, with a warning (LeftOut).
    - ``medium``: "air" or "vacuum", of ``wavelength`` (below 2000 A both are vacuum).
    - ``vmic``: microturbulence in km s-1, one or per depth; by default that of the model.
    - ``log_gf``: dex, in place of the list's, in its order.
    - ``fractions``: N/N_total of Z = 1..99, in place of the model's.
    - ``report``: called now and then with the number of finished wavelengths and that of all.

    Differentiable in every array of the atmosphere, vmic, log_gf and fractions, forward and in reverse; the choice of
    the lines that reach a wavelength rests on the list's own log gf and the Sun's abundances, half a dex up. Memory
    scales with the number of depths times that of lines and, for the continuum, of Angstrom; not of wavelengths. For
    many models at the same wavelengths, ``prepare_synthesis`` does the shared work once.

    A spherical model is taken as plane-parallel, with a warning (``errors.Approximation``).

    Raises ValueError for wavelengths that are not increasing or below SHORTEST and for several models, BadFile for a
    bad line list.

    >>> import numpy as np
    >>> from kurucz_a1 import load_emulator, synthesize
    >>> from kurucz_a1.spectrum import LINES_6430_6450
    >>> sun = load_emulator()(teff=5777.0, logg=4.44)
    >>> spectrum = synthesize(sun, np.linspace(6438.5, 6439.5, 21), LINES_6430_6450)
    >>> print(f"{spectrum.normalized.min():.1f} at {spectrum.wavelength[spectrum.normalized.argmin()]:.2f} A")
    0.3 at 6439.05 A
    """
    return prepare_synthesis(wavelength, lines, medium=medium)(
        atmosphere, vmic=vmic, log_gf=log_gf, fractions=fractions, report=report
    )
