"""What the opacity table costs: models made with it against models made with its lines."""

from stage import stage
from tables import write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.validation.models import solved_models
    from kurucz_a1.validation.table import table_errors

    source = snakemake.input
    labels = pandas.read_csv(source.labels, index_col="index")
    exact, models = (solved_models(path, labels) for path in (source.exact, source.models))
    write_table(snakemake.output.errors, table_errors(labels, exact, models))
