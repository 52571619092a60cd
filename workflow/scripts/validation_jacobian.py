"""Exact label derivatives against differences of models."""

from stage import stage
from tables import write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.atmosphere import SolverOptions
    from kurucz_a1.validation.jacobian import jacobian_errors

    labels = pandas.read_csv(snakemake.input.labels, index_col="index").head(snakemake.params.at_most)

    def report(done):
        print(f"label derivatives: {done} of {len(labels)} models", flush=True)

    write_table(snakemake.output.errors, jacobian_errors(labels, SolverOptions(**snakemake.params.solver), report))
