"""Equivalent widths of the Sun's unblended lines from every structure, beside the measured ones."""

from stage import stage
from tables import models_of_the_sun, write_table

with stage(snakemake):
    from kurucz_a1.spectrum.solar_widths import compare_widths, summarize_widths, width_effects

    params, vmic = snakemake.params, snakemake.params.vmic
    structures = models_of_the_sun(snakemake.input.emulators, snakemake.input.opacities, params.solver, params.vturb)
    widths = compare_widths(structures, vmic=vmic)
    write_table(snakemake.output.widths, widths)
    write_table(snakemake.output.summary, summarize_widths(widths))
    write_table(snakemake.output.effects, width_effects(structures["ATLAS-12"], vmic=vmic))
