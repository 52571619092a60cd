"""One batch of the ATLAS-12 models that come with the package."""

from stage import stage

with stage(snakemake):
    from batch import make_batch

    from kurucz_a1.grid.reference_source import ReferenceSource

    make_batch(snakemake, ReferenceSource())
