"""The labels of the grid, one row a model."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.dataset import atlas12_reference_atmospheres
    from kurucz_a1.files import write_text
    from kurucz_a1.grid import make_source

    grid = snakemake.params.grid
    source = make_source(
        grid["source"],
        decks=grid["decks"],
        atlas12=snakemake.params.atlas12,
        reference=atlas12_reference_atmospheres(),
    )
    labels = source.labels(grid["box"], grid["count"], snakemake.params.seed)
    write_text(snakemake.output.labels, labels.to_csv(lineterminator="\n"))
