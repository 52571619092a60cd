"""The solver's models against ATLAS-12's at the same labels."""

from stage import stage
from tables import write_table

with stage(snakemake):
    import pandas

    from kurucz_a1.validation.decks import real_decks
    from kurucz_a1.validation.models import solved_models
    from kurucz_a1.validation.structure import structure_errors, structure_profiles

    labels = pandas.read_csv(snakemake.input.labels, index_col="index")
    models = solved_models(snakemake.input.models, labels)
    by_name = {deck.name: deck for deck in real_decks(snakemake.params.decks)[0]}
    decks = [by_name[name] for name in labels["deck"]]
    write_table(snakemake.output.errors, structure_errors(decks, models))
    write_table(snakemake.output.profiles, structure_profiles(decks, models))
