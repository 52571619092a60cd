"""."""

from stage import stage

with stage(snakemake):
    pass
