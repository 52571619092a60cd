"""One batch of the grid by the ATLAS-12 that the user has."""

from stage import stage

with stage(snakemake):
    from batch import make_batch

    from kurucz_a1.grid.atlas12_source import Atlas12Source
    from kurucz_a1.grid.guesses import emulator_guess, solver_guess
    from kurucz_a1.grid.reference import atlas12_reference_atmospheres

    options = dict(snakemake.params.atlas12)
    start = options.pop("start")
    if start == "neighbour":
        guess = None
    elif start == "solver":
        guess = solver_guess(opacity_table=snakemake.input.opacities or None, **snakemake.params.solver)
    else:
        from kurucz_a1 import load_emulator

        guess = emulator_guess(load_emulator(start))
    source = Atlas12Source(
        **options,
        starts=atlas12_reference_atmospheres(),
        guess=guess,
        guesser=start,
        scratch=f"{snakemake.params.scratch}/{snakemake.wildcards.batch}",
    )
    make_batch(snakemake, source)
