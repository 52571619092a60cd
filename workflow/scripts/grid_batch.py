"""One batch of the grid: labels in, model atmospheres and a list of failures out."""

from stage import stage

with stage(snakemake):
    pass
