"""One batch of the grid by the embedded solver."""

from stage import stage

with stage(snakemake):
    from batch import make_batch

    from kurucz_a1.grid.solver_source import SolverSource

    source = SolverSource(opacity_table=snakemake.input.opacities or None, **snakemake.params.solver)
    make_batch(snakemake, source)
