"""Seconds for growing numbers of models: the networks, and the solver."""

import time

from stage import stage
from tables import labels_of, load_emulators, test_models, write_table

with stage(snakemake):
    from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve
    from kurucz_a1.evaluation.timing import timing_table

    options = SolverOptions(**snakemake.params.solver, opacity_table=snakemake.input.opacities or None)
    test = test_models(snakemake.input.dataset)
    seconds = []
    # The first model compiles the solver and is not counted.
    for number in [0, *range(min(snakemake.params.solved, test.teff.size))]:
        start = time.perf_counter()
        try:
            solve(**labels_of(test[number]), vturb=snakemake.params.vturb, options=options)
        except NotConverged:
            continue
        seconds.append(time.perf_counter() - start)
    emulators = load_emulators(snakemake.input.emulators)
    write_table(snakemake.output.timing, timing_table(emulators, snakemake.params.counts, seconds[1:]))
