"""Models at one set of labels; stopped at any moment, it goes on where it was."""

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.grid import run_batch
    from kurucz_a1.grid.solver_source import SolverSource
    from kurucz_a1.validation.models import DEEP_DEPTHS
    from kurucz_a1.validation.table import LineByLineSource

    params, name = snakemake.params, snakemake.wildcards.labels
    solver = dict(params.solver)
    if name.endswith("_deep"):
        solver["depths"] = DEEP_DEPTHS
    if name == "atlas12":
        solver["leave_out"] = ["CO"]  # these were made without its lines
    by_line = name == "by_line"
    run_batch(
        pandas.read_csv(snakemake.input.labels, index_col="index"),
        LineByLineSource(params.line_lists, **solver) if by_line else SolverSource(**solver, derivatives=False),
        snakemake.output.models,
        snakemake.output.failures,
        code=params.code,
        title=f"validation, {name}",
        own_depths=True,
    )
