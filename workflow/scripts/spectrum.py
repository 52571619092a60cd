"""The Sun's spectrum from four structures at the same labels, compared with each other and with the observed Sun."""

from pathlib import Path

from stage import stage
from tables import lines_of_window, models_of_the_sun, observed_sun, write_table

with stage(snakemake):
    import numpy
    import xarray

    from kurucz_a1.dataset import provenance
    from kurucz_a1.evaluation.atlas12_comparison import SOLAR_LABELS
    from kurucz_a1.lines.opacity_table import load_opacity_table
    from kurucz_a1.lines.sampling import BANDS
    from kurucz_a1.netcdf import write_netcdf
    from kurucz_a1.spectrum import synthesize
    from kurucz_a1.spectrum.comparison import compare_irradiance, compare_window, systematic_effects
    from kurucz_a1.spectrum.progress import synthesis_progress
    from kurucz_a1.spectrum.sed import spectral_energy_distribution

    settings, opacities = snakemake.params.spectrum, snakemake.input.opacities or None
    window, vmic = settings["window"], settings["vmic"]
    lines = lines_of_window(settings)
    observed = snakemake.params.observed and observed_sun(snakemake.params.observed, settings)
    # Broadening reaches half an Angstrom beyond the window.
    wavelength = numpy.arange(window[0] - 1.0, window[1] + 1.0 + 0.5 * settings["step"], settings["step"])

    structures = models_of_the_sun(
        snakemake.input.emulators, opacities, snakemake.params.solver, snakemake.params.vturb
    )
    table = load_opacity_table(opacities, frequencies=BANDS)
    spectra, distributions = {}, {}

    def as_dataset(system):
        """Both spectra of a system, with units."""
        spectrum, distribution = spectra[system], distributions[system]
        flux = {"units": "erg s-1 cm-2 angstrom-1"}
        return xarray.Dataset(
            {
                "flux": ("wavelength", spectrum.flux, {**flux, "long_name": "flux through the surface"}),
                "continuum": ("wavelength", spectrum.continuum, {**flux, "long_name": "flux without lines"}),
                "normalized": ("wavelength", spectrum.normalized, {"units": "1", "long_name": "flux over continuum"}),
                "energy_flux": ("sample", distribution.flux, {**flux, "long_name": "flux at sampled frequencies"}),
                "energy_continuum": ("sample", distribution.continuum, {**flux, "long_name": "the same without lines"}),
                "frequency": ("sample", distribution.frequency, {"units": "Hz"}),
                "weight": (
                    "sample",
                    distribution.weights,
                    {"units": "Hz", "long_name": "weight in a sum over frequency"},
                ),
            },
            coords={"wavelength": ("wavelength", spectrum.wavelength, {"units": "angstrom", "long_name": "in air"})},
            attrs={
                "Conventions": "CF-1.11",
                "source": system,
                "microturbulence_km_s": vmic,
                **SOLAR_LABELS,
                **provenance({"spectrum": settings, "solver": snakemake.params.solver}, system),
            },
        )

    for (system, atmosphere), path in zip(structures.items(), snakemake.output.spectra, strict=True):
        with synthesis_progress(system) as report:
            spectra[system] = synthesize(atmosphere, wavelength, lines, vmic=vmic, report=report)
        distributions[system] = spectral_energy_distribution(atmosphere, table=table)
        write_netcdf(Path(path), as_dataset(system))

    summary, of_lines, curves = compare_window(
        spectra, window=window, reference="ATLAS-12", observed=observed, resolution=snakemake.params.resolution
    )
    write_table(snakemake.output.window, curves)
    write_table(snakemake.output.lines, of_lines)
    write_table(snakemake.output.summary, summary)
    write_table(snakemake.output.energy, compare_irradiance(distributions))
    write_table(snakemake.output.effects, systematic_effects(structures["ATLAS-12"], wavelength, lines, vmic=vmic))
