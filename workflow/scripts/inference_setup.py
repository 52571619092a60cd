"""What the scripts of the inference share: the emulator, the lines, and spectra as functions of labels."""


def star_spectrum(snakemake, pixels=None):
    """The StarSpectrum of the settings and the LineList it was prepared with.

    pixels: wavelengths in A, air; None: as the settings have them.
    """
    import numpy

    from kurucz_a1.emulator import load_emulator
    from kurucz_a1.errors import BadConfig
    from kurucz_a1.inference import StarSpectrum, lines_that_matter
    from kurucz_a1.lines.readers import read_line_lists
    from kurucz_a1.spectrum.package_lines import COMPLETE, read_package_lines

    settings = snakemake.params.settings
    if pixels is not None and not snakemake.input.lines and not COMPLETE[0] <= pixels[0] < pixels[-1] <= COMPLETE[1]:
        raise BadConfig(
            f"inference.lines is null, and the lines of the package are complete from {COMPLETE[0]:g} to "
            f"{COMPLETE[1]:g} A only: name a list for inference.observed, or set inference.window within these"
        )
    emulator = load_emulator(snakemake.input.emulator)
    if pixels is None:
        pixels = numpy.arange(*settings["window"], settings["pixel"])
    if len(pixels) <= len(settings["free"]):
        raise BadConfig(f"inference.window and inference.pixel leave {len(pixels)} pixels, too few; name other ones")
    margin = 5.0  # A: lines outside that reach in
    lines = read_line_lists(snakemake.input.lines) if snakemake.input.lines else read_package_lines()
    lines = lines.between(pixels[0] - margin, pixels[-1] + 3.0 + margin)  # a vacuum wavelength is up to 3 A longer
    if len(lines):
        lines = lines_that_matter(lines, extreme_stars(emulator), least=settings["least"])
    where = f"from {pixels[0]:.1f} to {pixels[-1]:.1f} A"
    if not len(lines):
        raise BadConfig(f"there is no line {where}; name inference.lines, or another inference.window")
    print(f"{len(lines)} lines {where}", flush=True)
    return StarSpectrum.prepare(emulator, pixels, lines, settings["resolution"]), lines


def extreme_stars(emulator):
    """Metal-rich models at the corners of an emulator's labels, and between: lines that show in none of them show in no
    other star that is as poor or poorer in metals."""
    support = emulator.support
    cool, hot = support.teff
    return [
        emulator(teff=teff, logg=logg, feh=support.feh[1], afe=afe)
        for teff in (cool, 0.5 * (cool + hot), hot)
        for logg in (float(support.logg_min(teff)), support.logg_max)
        for afe in support.afe
    ]
