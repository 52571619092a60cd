"""The Sun's spectrum from every structure at the same labels, beside the observed Sun."""

from pathlib import Path
from typing import Any

import numpy as np

from kurucz_a1.dataset import provenance
from kurucz_a1.files import write_table
from kurucz_a1.labels import SUN
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.opacity_table import load_opacity_table
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.lines.sampling import BANDS
from kurucz_a1.netcdf import write_netcdf
from kurucz_a1.settings import SolverSettings, SpectrumSettings
from kurucz_a1.spectrum import LINES_6430_6450, supported, synthesize
from kurucz_a1.spectrum.absorbers import warn_of_unsupported
from kurucz_a1.spectrum.comparison import compare_irradiance, compare_window, systematic_effects
from kurucz_a1.spectrum.observed import ObservedSpectrum, read_observed
from kurucz_a1.spectrum.progress import synthesis_progress
from kurucz_a1.spectrum.sed import spectral_energy_distribution
from kurucz_a1.spectrum.solar_widths import compare_widths, summarize_widths, width_effects
from kurucz_a1.spectrum.stored import spectrum_dataset
from kurucz_a1.stages.shared import load_emulators, models_of_the_sun

REFERENCE = "ATLAS-12"
MARGIN = 1.0  # A: broadening reaches half an Angstrom beyond the window


def solar_spectrum(
    *,
    emulators: list[Path],
    spectra: list[Path],
    window: Path,
    line_table: Path,
    energy: Path,
    summary: Path,
    effects: Path,
    spectrum: SpectrumSettings,
    resolution: float,
    solver: SolverSettings,
    configuration: dict[str, Any],
    opacities: Path | None = None,
    lines: Path | None = None,
    observed: Path | None = None,
) -> None:
    """Compute and compare the Sun's spectrum from ATLAS-12, the solver and the networks.

    spectra: output files, one for each structure in this order; window, line_table, energy, summary, effects: output
    tables; resolution: of the spectrograph of ``observed``; configuration: the part to keep as provenance; opacities:
    line opacity table, None for the embedded one; lines: a line list, None for that of the package;
    observed: the observed Sun, None to compare models only.
    """
    line_list = lines_of_window(lines)
    sun = None if observed is None else observed_sun(observed, spectrum)
    first, last = spectrum.window
    wavelength = np.arange(first - MARGIN, last + MARGIN + 0.5 * spectrum.step, spectrum.step)
    structures = models_of_the_sun(load_emulators(emulators), solver.options(opacities))
    table = load_opacity_table(opacities, frequencies=BANDS)
    computed, distributions = {}, {}
    for (system, atmosphere), path in zip(structures.items(), spectra, strict=True):
        with synthesis_progress(system) as report:
            computed[system] = synthesize(atmosphere, wavelength, line_list, vmic=spectrum.vmic, report=report)
        distributions[system] = spectral_energy_distribution(atmosphere, table=table)
        attributes = {"source": system, "microturbulence_km_s": spectrum.vmic, **SUN.told()}
        attributes |= provenance(configuration, system)
        write_netcdf(path, spectrum_dataset(computed[system], distributions[system], attributes))
    of_models, of_lines, curves = compare_window(
        computed, window=spectrum.window, reference=REFERENCE, observed=sun, resolution=resolution
    )
    write_table(window, curves)
    write_table(line_table, of_lines)
    write_table(summary, of_models)
    write_table(energy, compare_irradiance(distributions))
    write_table(effects, systematic_effects(structures[REFERENCE], wavelength, line_list, vmic=spectrum.vmic))


def solar_widths(
    *,
    emulators: list[Path],
    widths: Path,
    summary: Path,
    effects: Path,
    vmic: float,
    solver: SolverSettings,
    opacities: Path | None = None,
) -> None:
    """Compare the equivalent widths of the Sun's unblended lines from every structure with the measured ones.

    vmic: microturbulence of the spectra, km s-1; opacities: as in ``solar_spectrum``.
    """
    structures = models_of_the_sun(load_emulators(emulators), solver.options(opacities))
    compared = compare_widths(structures, vmic=vmic)
    write_table(widths, compared)
    write_table(summary, summarize_widths(compared))
    write_table(effects, width_effects(structures[REFERENCE], vmic=vmic))


def observed_sun(path: Path, spectrum: SpectrumSettings) -> ObservedSpectrum:
    """The observed Sun in the window of the settings."""
    return read_observed(path, spectrum.window, medium=spectrum.medium, telluric_velocity=spectrum.telluric_velocity)


def lines_of_window(path: Path | None) -> LineList:
    """The lines of a list, None for that of the package, whose absorbers the gas has."""
    lines = read_line_list(path or LINES_6430_6450)
    warn_of_unsupported(lines, str(path))
    return lines[supported(lines)]
