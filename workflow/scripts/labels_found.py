"""The labels of models that are there already: one row a model."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.files import write_text
    from kurucz_a1.grid.corpus_source import CorpusSource
    from kurucz_a1.grid.deck_source import DeckSource
    from kurucz_a1.grid.reference_source import ReferenceSource

    grid = snakemake.params.grid
    if grid["source"] == "decks":
        source = DeckSource(grid["decks"])
    elif grid["source"] == "corpus":
        source = CorpusSource(snakemake.input.corpus)
    else:
        source = ReferenceSource()
    labels = source.labels(grid["box"], grid["count"], snakemake.params.seed)
    write_text(snakemake.output.labels, labels.to_csv(lineterminator="\n"))
