"""The Sun's labels from its measured equivalent widths, and from an observed spectrum where there is one."""

from stage import stage
from tables import lines_of_window, observed_sun, write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.emulator import load_emulator
    from kurucz_a1.inference.sun import from_spectrum, from_widths

    settings, seed = snakemake.params.spectrum, snakemake.params.seed
    emulator = load_emulator(snakemake.input.emulator)
    tables = [from_widths(emulator, seed)]
    if snakemake.params.observed:
        observed, lines = observed_sun(snakemake.params.observed, settings), lines_of_window(settings)
        tables += [
            from_spectrum(emulator, observed, lines, snakemake.params.resolution, seed, known)
            for known in ((), ("logg",), ("teff", "logg"))
        ]
    sun = pandas.concat(tables)
    print(sun.to_string(index=False))
    write_table(snakemake.output.sun, sun)
