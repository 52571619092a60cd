"""Errors of the networks on the test split, by depth and in all."""

from stage import stage
from tables import labels_of, load_emulators, test_models, write_table

with stage(snakemake):
    from kurucz_a1.evaluation.accuracy import accuracy_tables

    test = test_models(snakemake.input.dataset)
    emulators = load_emulators(snakemake.input.emulators)
    predictions = {kind: emulator(**labels_of(test), log_tau=test.log_tau) for kind, emulator in emulators.items()}
    by_depth, summary = accuracy_tables(test, predictions)
    write_table(snakemake.output.by_depth, by_depth)
    write_table(snakemake.output.summary, summary)
