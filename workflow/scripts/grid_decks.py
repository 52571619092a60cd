"""One batch of the decks in a folder."""

from stage import stage

with stage(snakemake):
    from batch import make_batch

    from kurucz_a1.grid.deck_source import DeckSource

    make_batch(snakemake, DeckSource(snakemake.params.decks))
