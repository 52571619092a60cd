"""Second differences of ln T along each label."""

from stage import stage
from tables import write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.validation.models import solved_models
    from kurucz_a1.validation.smoothness import smoothness_table

    labels = pandas.read_csv(snakemake.input.labels, index_col="index")
    write_table(snakemake.output.excess, smoothness_table(labels, solved_models(snakemake.input.models, labels)))
