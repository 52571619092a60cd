"""The spectrum of a model atmosphere, line by line, in LTE.

The gas follows from the model's temperature, gas pressure and abundances by the package's own equation of state; its
electron density is the one of that gas, not the number that the model lists, so that a spectrum is consistent in
itself and differentiable whoever made the model. Opacities are integrated over column mass.

Lines are pure absorption, S = B. Continuous scattering (electrons, Rayleigh) is kept: the mean intensity of the
continuum is solved at the points of a coarse grid and enters the source function as S = (kappa B + sigma J) / (kappa +
sigma), there and inside the lines, where J is taken as that of the continuum.
"""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.numerics.voigt import voigt, voigt_wing
from kurucz_a1.physics.abundances import number_fractions
from kurucz_a1.physics.constants import ANGSTROM, KILOMETRE_PER_SECOND, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import ContinuumTables, continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.physics.hydrogen_lines import ALL_LINES, hydrogen_line_opacity, lines_near, some_lines
from kurucz_a1.physics.planck import planck
from kurucz_a1.physics.transfer import TransferProblem, eddington_factors, mean_intensity
from kurucz_a1.spectrum.absorbers import LineData, LinesInGas, lines_in_gas, prepare_lines
from kurucz_a1.spectrum.broadening import SPEED_OF_LIGHT_KM
from kurucz_a1.spectrum.formal import emergent_intensity, flux_through, optical_depth
from kurucz_a1.spectrum.windows import ChunkPlan, cut_plan, line_reach, plan_chunks, smooth_grid

REPORT_CHUNKS = 100  # computed between two reports: a second or two
SHORTEST = 900.0  # A: the Lyman limit
SMOOTH_BLOCK = 128  # points of the coarse grid computed at once


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spectrum:
    """A spectrum on ``wavelength`` (wavelength,) in A, in air or vacuum as it was asked for.

    flux, continuum: with and without lines, erg s-1 cm-2 A-1 through the star's surface; normalized: their ratio.
    """

    wavelength: jax.Array
    flux: jax.Array
    continuum: jax.Array
    normalized: jax.Array


def model_fractions(atmosphere):
    """N/N_total (99,) of a model: as it states them, else from its labels and solar pattern."""
    if atmosphere.number_fractions is not None:
        return atmosphere.number_fractions
    return number_fractions(atmosphere.feh, atmosphere.afe, atmosphere.solar_pattern)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Intensities:
    """Specific intensity at angles whose cosines are ``mu`` (angle,), at ``wavelength`` (wavelength,) in A.

    intensity, continuum: with and without lines, (angle, wavelength), erg s-1 cm-2 A-1 sr-1; normalized: their ratio.
    """

    wavelength: jax.Array
    mu: jax.Array
    intensity: jax.Array
    continuum: jax.Array
    normalized: jax.Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Synthesizer:
    """Spectra of any atmospheres at the same wavelengths and of the same lines; made by ``prepare_synthesis``.

    Call it with one Atmosphere for the flux. All of it goes through jit, vmap and derivatives, forward and in reverse.
    wavelength: A, as asked for; vacuum: the same in vacuum; data, absorbers: the lines that reach in; chosen: their
    places among ``lines`` of the list; coarse: A, where what varies slowly is computed, by ``tables``; hydrogen:
    indices in ALL_LINES; plan: which lines are computed where; place: of each wavelength in the plan's order.
    """

    wavelength: jax.Array
    vacuum: jax.Array
    data: LineData
    chosen: jax.Array
    coarse: jax.Array
    tables: ContinuumTables
    plan: ChunkPlan
    place: jax.Array
    absorbers: tuple = field(metadata={"static": True})
    hydrogen: tuple = field(metadata={"static": True})

    def __call__(self, atmosphere, *, vmic=None, log_gf=None, fractions=None, report=None):
        """The Spectrum of one model atmosphere; arguments as of ``synthesize``."""
        flux, continuum = self._emergent(self._gas(atmosphere, vmic, log_gf, fractions), None, report)
        return Spectrum(wavelength=self.wavelength, flux=flux, continuum=continuum, normalized=flux / continuum)

    def intensities(self, atmosphere, mu, *, vmic=None, log_gf=None, fractions=None, report=None):
        """The Intensities at the angles of cosines ``mu``, a number or (angle,), within 0..1."""
        mu = jnp.atleast_1d(jnp.asarray(mu, dtype=jnp.float64))
        lines, continuum = self._emergent(self._gas(atmosphere, vmic, log_gf, fractions), mu, report)
        return Intensities(
            wavelength=self.wavelength, mu=mu, intensity=lines, continuum=continuum, normalized=lines / continuum
        )

    def by_log_gf(self, atmosphere, lines, *, vmic=None, log_gf=None, fractions=None):
        """Derivatives of the normalised flux by log gf of some lines, (wavelength, lines), a dex.

        lines: their indices in the list, concrete (lines,); the others as of ``synthesize``. As exact as automatic
        differentiation, and any number of lines takes the time of a few spectra: a line's opacity times what the flux
        loses to opacity at each depth.
        """
        # a line that does not reach the wavelengths is the one that stands for no line
        number = {line: k for k, line in enumerate(np.asarray(self.chosen).tolist())}
        wanted = np.array([number.get(int(line), len(number)) for line in lines], dtype=int)
        found = _emergent_by_log_gf(*self._gas(atmosphere, vmic, log_gf, fractions), self.vacuum, self.plan, wanted)
        return found[self.place]

    def _gas(self, atmosphere, vmic, log_gf, fractions):
        """What the formal solution needs of an atmosphere: the first arguments of ``_emergent``."""
        if np.ndim(atmosphere.temperature) != 1:
            raise ValueError(
                f"a spectrum is of one model, this atmosphere has shape {np.shape(atmosphere.temperature)}; "
                "index it, or map over it with jax.vmap"
            )
        fractions = jnp.asarray(model_fractions(atmosphere) if fractions is None else fractions)
        vmic = jnp.asarray(atmosphere.vturb if vmic is None else vmic)
        data = self.data if log_gf is None else self.data._replace(log_gf=jnp.asarray(log_gf)[self.chosen])
        # Compiled apart, so that another window or line list compiles only what depends on it.
        states = gas_states(atmosphere.temperature, atmosphere.gas_pressure, fractions)
        smooth = smooth_opacity(self.tables, states, atmosphere.column_mass, vmic, hydrogen=self.hydrogen)
        gas = lines_in_gas(data, states, fractions, vmic, absorbers=self.absorbers)
        return atmosphere.column_mass, states.temperature, smooth, self.coarse, gas, data.centre

    def _emergent(self, gas, mu, report):
        """What leaves with and without lines at all wavelengths."""
        if report is None:
            found = _emergent(*gas, self.vacuum, self.plan, mu)
        else:
            parts = []
            for done, part in enumerate(cut_plan(self.plan, REPORT_CHUNKS)):
                parts.append(_emergent(*gas, self.vacuum, part, mu))
                jax.block_until_ready(parts[-1])
                report(min((done + 1) * part.order.size, len(self.vacuum)), len(self.vacuum))
            found = jnp.concatenate(parts, axis=-1)
        return found[0][..., self.place], found[1][..., self.place]


def prepare_synthesis(wavelength, lines, *, medium="air"):
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
    with jax.ensure_compile_time_eval():  # also where this is called under tracing: nothing here depends on it
        return _prepare(wavelength, vacuum, line_list)


def _prepare(wavelength, vacuum, line_list):
    reach = line_reach(line_list, 10**0.5 * np.asarray(number_fractions()))
    near = (line_list.wavelength >= vacuum[0] - reach) & (line_list.wavelength <= vacuum[-1] + reach)
    chosen = np.flatnonzero(near & (line_list.species != "H"))
    data, absorbers = prepare_lines(line_list[chosen])
    plan = plan_chunks(vacuum, data.centre, reach[chosen])
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


def synthesize(atmosphere, wavelength, lines, *, medium="air", vmic=None, log_gf=None, fractions=None, report=None):
    """The flux spectrum of one model atmosphere.

    atmosphere: one Atmosphere (no leading axis); wavelength: (wavelength,) in A, increasing, concrete; lines: a
    LineList, or the path of a line list that ``lines.read_line_list`` knows; medium: "air" or "vacuum", of
    ``wavelength`` (below 2000 A both are vacuum); vmic: microturbulence in km s-1, scalar or (depth,), default that of
    the model; log_gf: (lines,), in place of the list's own in its order; fractions: N/N_total of Z = 1..99 (99,), in
    place of the model's; report: called with the number of wavelengths that are done and that of all, now and then.
    Returns a Spectrum.

    Differentiable in every array of the atmosphere, vmic, log_gf and fractions, forward and in reverse; which lines
    reach which wavelengths is decided from the list's own log gf and the Sun's abundances, half a dex up. Hydrogen's
    lines are always there, by Stark theory, and those of a list are left out. Memory goes with the number of depths
    times that of lines and, for the continuum, of Angstrom; not of wavelengths. Where many models are wanted at the
    same wavelengths, ``prepare_synthesis`` does what they share once. Raises ValueError for wavelengths that are not
    increasing or below SHORTEST, OutsideSupport for lines of an absorber that the equation of state lacks, BadFile for
    a bad line list.
    """
    return prepare_synthesis(wavelength, lines, medium=medium)(
        atmosphere, vmic=vmic, log_gf=log_gf, fractions=fractions, report=report
    )


@jax.jit
def _emergent(column_mass, temperature, smooth, coarse, gas, centre, vacuum, plan, mu):
    """What leaves with and without lines, at vacuum wavelengths in A and in the order of the plan: flux (wavelength,),
    erg s-1 cm-2 A-1, where mu is None, else specific intensity at these cosines, (angle, wavelength)."""
    gas, centre = _padded(gas, centre)

    @jax.checkpoint
    def chunk(rows):
        order, core, wing = rows
        here = vacuum[order]
        lines = _opacity(here, centre, gas, core, voigt).sum(axis=1)
        lines += _opacity(here, centre, gas, wing, voigt_wing).sum(axis=1)
        return _leaving(here, column_mass, temperature, smooth, coarse, lines, mu)

    found = jnp.moveaxis(lax.map(chunk, plan), 0, -2)  # with or without lines, perhaps angle, chunk, wavelength
    return found.reshape(*found.shape[:-2], -1)


@jax.jit
def _emergent_by_log_gf(column_mass, temperature, smooth, coarse, gas, centre, vacuum, plan, wanted):
    """Derivatives of the normalised flux by log gf of the lines ``wanted``, (wavelength in the plan's order, lines)."""
    gas, centre = _padded(gas, centre)

    def chunk(rows):
        order, core, wing = rows
        here = vacuum[order]
        each = ((core, _opacity(here, centre, gas, core, voigt)), (wing, _opacity(here, centre, gas, wing, voigt_wing)))

        def light(lines):
            flux, continuum = _leaving(here, column_mass, temperature, smooth, coarse, lines, None)
            return jnp.sum(flux), continuum

        # a wavelength's flux depends on the opacities at that wavelength alone
        response, continuum = jax.grad(light, has_aux=True)(sum(lines.sum(axis=1) for _, lines in each))
        found = jnp.zeros((len(here), len(centre)))
        for chosen, lines in each:
            found = found.at[:, chosen].add(jnp.einsum("wld,wd->wl", lines, response))
        return np.log(10.0) * found[:, wanted] / continuum[:, None]

    return lax.map(chunk, plan).reshape(-1, len(wanted))


def _padded(gas, centre):
    """LinesInGas, (lines, depth), and centres with one more line, of no strength, for the padding of the plan."""
    with_another = (
        jnp.concatenate([each.T, jnp.full((1, each.shape[0]), fill)])
        for each, fill in zip(gas, (0.0, 1.0, 1.0), strict=True)
    )
    return LinesInGas(*with_another), jnp.append(centre, 1.0)


def _leaving(here, column_mass, temperature, smooth, coarse, lines, mu):
    """What leaves with and without the opacity ``lines`` (wavelength, depth), as of ``_emergent``, each (2, ...)."""
    place = jnp.clip(jnp.searchsorted(coarse, here, side="right") - 1, 0, len(coarse) - 2)
    share = ((here - coarse[place]) / (coarse[place + 1] - coarse[place]))[:, None]
    absorption, scattering, mean, balmer = ((1.0 - share) * each[place] + share * each[place + 1] for each in smooth)
    frequency = SPEED_OF_LIGHT / (here * ANGSTROM)
    thermal = planck(frequency[:, None], temperature)
    per_angstrom = frequency / here
    true = jnp.stack([absorption + balmer + lines, absorption])
    extinction = true + scattering
    source = (true * thermal + scattering * mean) / extinction
    if mu is None:
        return per_angstrom * flux_through(extinction, source, column_mass)
    tau = optical_depth(extinction, column_mass)
    return per_angstrom * jnp.moveaxis(jax.vmap(lambda one: emergent_intensity(source, tau, one))(mu), 0, 1)


def _opacity(here, centre, gas, chosen, profile):
    """Opacity (wavelength, lines, depth) in cm2 g-1 of the ``chosen`` lines at vacuum wavelengths ``here`` in A."""
    strength, doppler, damping = (each[chosen] for each in gas)
    offset = (centre[chosen] - here[:, None]) / here[:, None] * SPEED_OF_LIGHT_KM
    return strength * profile(damping, offset[:, :, None] / doppler)


@partial(jax.jit, static_argnames="hydrogen")
def smooth_opacity(tables, states, column_mass, vmic, *, hydrogen):
    """Opacity that varies little over an Angstrom, and the continuum's mean intensity.

    hydrogen: indices in ALL_LINES of the hydrogen lines (a tuple). Returns absorption and scattering of the continuum
    in cm2 g-1, J in erg s-1 cm-2 Hz-1 sr-1 and the absorption of the hydrogen lines in cm2 g-1, each
    (frequency, depth) at the frequencies of ``tables``. In blocks of SMOOTH_BLOCK frequencies.
    """
    count = len(tables.frequency)
    size = min(SMOOTH_BLOCK, count)
    blocks = np.minimum(np.arange(-(-count // size) * size), count - 1).reshape(-1, size)

    def block(rows):
        return _smooth_opacity(tables.at_rows(rows), states, column_mass, vmic, hydrogen)

    return tuple(each.reshape(-1, each.shape[-1])[:count] for each in lax.map(block, blocks))


def _smooth_opacity(tables, states, column_mass, vmic, hydrogen):
    absorption, scattering = jax.vmap(lambda state: continuum_opacity(tables, state), out_axes=1)(states)
    mean = continuum_mean_intensity(tables.frequency, absorption, scattering, states.temperature, column_mass)
    if not hydrogen:
        return absorption, scattering, mean, jnp.zeros_like(absorption)
    chosen = some_lines(hydrogen)

    def balmer(state, turbulence):
        per_length = hydrogen_line_opacity(
            tables.frequency,
            state.temperature,
            state.electron_density,
            state.atoms[0, 0],
            state.atomic_partition[0, 0],
            turbulence * KILOMETRE_PER_SECOND,
            chosen,
        )
        return per_length / state.density

    turbulence = jnp.broadcast_to(vmic, states.temperature.shape)
    return absorption, scattering, mean, jax.vmap(balmer, out_axes=1)(states, turbulence)


def continuum_mean_intensity(frequency, absorption, scattering, temperature, column_mass):
    """Mean intensity J (frequency, depth) with isotropic coherent scattering, from the moment equation."""
    extinction = absorption + scattering
    tau = optical_depth(extinction, column_mass)
    thermal = planck(frequency[:, None], temperature)
    problem = TransferProblem(
        intervals=jnp.diff(tau).T,
        surface_depth=tau[:, 0],
        thermal=(absorption / extinction).T,
        planck=thermal.T,
    )
    # Eddington factors of the thermal source, then once more of the result: J is then good to 1e-3 of itself
    intensity = mean_intensity(problem, eddington_factors(problem, problem.planck))
    return mean_intensity(problem, eddington_factors(problem, intensity)).T
