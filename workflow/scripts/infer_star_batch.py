"""Some synthetic stars of known labels, observed with noise and fitted as if nothing were known."""

from inference_setup import star_spectrum
from stage import stage
from tables import write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.inference.recovery import draw_stars, recover

    settings, seed = snakemake.params.settings, snakemake.params.seed
    spectrum, _ = star_spectrum(snakemake)
    free, (first, last) = tuple(settings["free"]), snakemake.params.stars
    stars = draw_stars(spectrum.emulator.support, last, free, seed)
    tables = []
    for number in range(first, last):
        star = {name: float(values[number]) for name, values in stars.items()}
        tables.append(recover(spectrum, star, number, free, settings["signal_to_noise"], seed))
        complaints = tables[-1]["complaints"].iloc[0]
        print(f"star {number} of {first} to {last - 1}: {complaints or 'fitted'}", flush=True)
    write_table(snakemake.output.stars, pandas.concat(tables))
