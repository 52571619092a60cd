"""Labels of a star from a spectrum that the configuration names."""

from inference_setup import star_spectrum
from stage import stage
from tables import write_table

with stage(snakemake):
    import numpy
    import pandas

    from kurucz_a1.errors import BadConfig
    from kurucz_a1.inference import fit_star
    from kurucz_a1.spectrum.observed import read_observed

    if not snakemake.input.observed:
        raise BadConfig("inference.observed is null; name the file of a star's spectrum")
    settings = snakemake.params.settings
    # at rest the star's wavelengths are no longer those of the Earth's atmosphere
    observed = read_observed(
        snakemake.input.observed, settings["window"], medium=settings["medium"], mask_telluric=False
    )
    spectrum, _ = star_spectrum(snakemake, pixels=observed.wavelength)
    error = numpy.full(observed.wavelength.size, 1.0 / settings["signal_to_noise"])
    fit = fit_star(spectrum, observed.normalized, error, tuple(settings["free"]), seed=snakemake.params.seed)
    for complaint in fit.complaints:
        print(f"infer_own_star: {complaint}")
    table = pandas.DataFrame(
        {
            "parameter": list(fit.values),
            "value": list(fit.values.values()),
            "error": list(fit.errors.values()),
            "reduced_chi2": fit.reduced_chi2,
            "converged": fit.converged,
            "complaints": "; ".join(fit.complaints),
        }
    )
    print(table.to_string(index=False))
    write_table(snakemake.output.star, table)
    spectra = {"wavelength_air_angstrom": observed.wavelength, "observed": observed.normalized}
    write_table(snakemake.output.fit, pandas.DataFrame(spectra | {"fitted": numpy.asarray(spectrum(**fit.values))}))
