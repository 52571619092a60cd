"""Hydrostatic residuals of the solver's models, and of exact integrals of the same opacities."""

from stage import stage
from tables import write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.validation.equilibrium import equilibrium_tables
    from kurucz_a1.validation.models import solved_models

    labels = pandas.read_csv(snakemake.input.labels, index_col="index")
    models = solved_models(snakemake.input.models, labels)
    residuals, summary = equilibrium_tables([model for model in models if model is not None])
    write_table(snakemake.output.residuals, residuals)
    write_table(snakemake.output.summary, summary)
