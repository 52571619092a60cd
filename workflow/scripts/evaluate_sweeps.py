"""Profiles of the PINN while one label varies."""

from stage import stage
from tables import load_emulators, write_table

with stage(snakemake):
    from kurucz_a1.evaluation.sweeps import label_sweeps

    write_table(snakemake.output.sweeps, label_sweeps(load_emulators(snakemake.input.emulators)["pinn"]))
