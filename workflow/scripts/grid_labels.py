"""The labels of the grid, one row a model."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.grid.labels import draw_labels

    from kurucz_a1.dataset.files import atomic_path

    grid = snakemake.params.grid
    labels = draw_labels(grid["box"], grid["count"], snakemake.params.seed)
    with atomic_path(snakemake.output.labels) as temporary:
        labels.to_csv(temporary)
