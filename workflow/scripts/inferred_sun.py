"""The Sun's labels from its measured equivalent widths, and from an observed spectrum where there is one."""

from stage import stage
from tables import write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.emulator import load_emulator
    from kurucz_a1.inference.sun import from_spectrum, from_widths
    from kurucz_a1.lines.readers import read_line_list
    from kurucz_a1.spectrum import LINES_6430_6450, supported
    from kurucz_a1.spectrum.observed import read_observed

    settings, seed = snakemake.params.spectrum, snakemake.params.seed
    emulator = load_emulator(snakemake.input.emulator)
    tables = [from_widths(emulator, seed)]
    if snakemake.params.observed:
        observed = read_observed(
            snakemake.params.observed,
            settings["window"],
            medium=settings["medium"],
            telluric_velocity=settings["telluric_velocity"],
        )
        lines = read_line_list(settings["lines"] or LINES_6430_6450)
        lines = lines[supported(lines)]
        tables += [
            from_spectrum(emulator, observed, lines, snakemake.params.resolution, seed, known)
            for known in ((), ("logg",), ("teff", "logg"))
        ]
    sun = pandas.concat(tables)
    print(sun.to_string(index=False))
    write_table(snakemake.output.sun, sun)
