"""All synthetic stars in one table, and the mean and scatter of their pulls."""

from stage import stage
from tables import write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.inference.recovery import summarize_pulls

    stars = pandas.concat([pandas.read_csv(path) for path in snakemake.input.stars]).fillna({"complaints": ""})
    pulls = summarize_pulls(stars)
    print(pulls.to_string(index=False))
    write_table(snakemake.output.stars, stars)
    write_table(snakemake.output.pulls, pulls)
