"""Electron density and Rosseland opacity at the decks' own temperature and pressure."""

from stage import stage
from tables import write_table

with stage(snakemake):
    from kurucz_a1.atmosphere import SolverOptions
    from kurucz_a1.atmosphere.solver.solve import load_opacities
    from kurucz_a1.validation.decks import real_decks
    from kurucz_a1.validation.gas import gas_errors

    options = SolverOptions(**snakemake.params.solver, leave_out=("CO",))  # as ATLAS-12 had it
    decks, left_out = real_decks(snakemake.params.decks)
    for file, reason in left_out:
        print(f"left out: {file}: {reason}")
    write_table(snakemake.output.errors, gas_errors(decks, load_opacities(options)))
