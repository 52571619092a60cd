"""What the scripts of the inference share: the emulator, the lines, and spectra as functions of labels."""


def star_spectrum(snakemake, pixels=None):
    """The StarSpectrum of the settings and the LineList it was prepared with.

    pixels: wavelengths in A, air; None: as the settings have them.
    """
    import numpy

    from kurucz_a1.emulator import load_emulator
    from kurucz_a1.inference import StarSpectrum, lines_that_matter
    from kurucz_a1.lines.readers import read_line_lists
    from kurucz_a1.spectrum.package_lines import read_package_lines

    settings = snakemake.params.settings
    emulator = load_emulator(snakemake.input.emulator)
    if pixels is None:
        pixels = numpy.arange(*settings["window"], settings["pixel"])
    margin = 5.0  # A: lines outside that reach in
    lines = read_line_lists(snakemake.input.lines) if snakemake.input.lines else read_package_lines()
    lines = lines.between(pixels[0] - margin, pixels[-1] + 3.0 + margin)  # a vacuum wavelength is up to 3 A longer
    lines = lines_that_matter(lines, extreme_stars(emulator.support, emulator), least=settings["least"])
    print(f"{len(lines)} lines from {pixels[0]:.1f} to {pixels[-1]:.1f} A", flush=True)
    return StarSpectrum.prepare(emulator, pixels, lines, settings["resolution"]), lines


def extreme_stars(support, emulator):
    """Metal-rich models of an emulator from the coolest giant to the hottest star: what shows in none shows nowhere."""
    cool, hot = support.teff
    middle = 0.5 * (cool + hot)
    return [
        emulator(teff=teff, logg=logg, feh=support.feh[1], afe=afe)
        for teff, logg in (
            (cool, support.logg_min(cool)),
            (cool, support.logg_max),
            (middle, support.logg_max - 0.5),
            (hot, support.logg_max - 0.5),
        )
        for afe in support.afe
    ]
