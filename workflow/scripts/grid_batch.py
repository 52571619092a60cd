"""One batch of the grid: its rows of the labels in; model atmospheres, failures, runs and decks out."""

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.dataset import atlas12_reference_atmospheres
    from kurucz_a1.grid import make_source, run_batch

    params = snakemake.params
    emulator = None
    if params.source == "atlas12" and params.atlas12["start"] not in ("neighbour", "solver"):
        from kurucz_a1 import load_emulator

        emulator = load_emulator(params.atlas12["start"])
    labels = pandas.read_csv(snakemake.input.labels, index_col="index")
    first = int(snakemake.wildcards.batch) * params.batch_size
    run_batch(
        labels.iloc[first : first + params.batch_size],
        make_source(
            params.source,
            decks=params.decks,
            atlas12=params.atlas12,
            scratch=f"{params.scratch}/{snakemake.wildcards.batch}",
            reference=atlas12_reference_atmospheres(),
            emulator=emulator,
            opacity_table=snakemake.input.opacities or None,
            **params.solver,
        ),
        snakemake.output.models,
        snakemake.output.failures,
        tries=snakemake.output.tries,
        decks=snakemake.output.decks,
        code=params.code,
        title=f"batch {snakemake.wildcards.batch}",
    )
