"""The labels of the grid, drawn in its box: one row a model."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.files import write_text
    from kurucz_a1.grid import draw_labels

    grid = snakemake.params.grid
    labels = draw_labels(grid["box"], grid["count"], snakemake.params.seed)
    write_text(snakemake.output.labels, labels.to_csv(lineterminator="\n"))
