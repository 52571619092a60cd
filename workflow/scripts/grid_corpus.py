"""One batch of the models of a published corpus."""

from stage import stage

with stage(snakemake):
    from batch import make_batch

    from kurucz_a1.grid.corpus_source import CorpusSource

    make_batch(snakemake, CorpusSource(snakemake.input.corpus))
