"""How constant the flux is through the solver's models, computed anew from their temperature and pressure."""

from stage import stage
from tables import write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.atmosphere import SolverOptions
    from kurucz_a1.atmosphere.solver.solve import load_opacities
    from kurucz_a1.evaluation.flux import flux_errors
    from kurucz_a1.validation.models import solved_models

    options = SolverOptions(**snakemake.params.solver)
    labels = pandas.read_csv(snakemake.input.labels, index_col="index")
    models = solved_models(snakemake.input.models, labels)

    def report(done):
        if done % 20 == 0 or done == len(labels):
            print(f"flux: {done} of {len(labels)} models", flush=True)

    tables = load_opacities(options)
    write_table(snakemake.output.errors, flux_errors(labels, models, tables, report))
