"""Hydrostatic residuals of ATLAS-12, the solver and the networks, each judged by its own fields."""

from stage import stage
from tables import labels_of, load_emulators, predict, test_models, write_table

with stage(snakemake):
    import numpy

    from kurucz_a1.atmosphere import from_dataset
    from kurucz_a1.dataset import atlas12_reference_atmospheres, open_dataset
    from kurucz_a1.evaluation.hydrostatic_tables import hydrostatic_tables

    DRAWN = 2000  # models of each network, as in the paper's histogram

    emulators = load_emulators(snakemake.input.emulators)
    test, reference = test_models(snakemake.input.dataset), atlas12_reference_atmospheres()
    at_test = {kind: emulator(**labels_of(test)) for kind, emulator in emulators.items()}
    at_reference = {
        kind: [model for model in predict(emulator, reference) if model is not None]
        for kind, emulator in emulators.items()
    }
    drawn = emulators["pinn"].support.draw(DRAWN, numpy.random.default_rng(snakemake.config["seed"]))
    in_box = {kind: emulator(**drawn) for kind, emulator in emulators.items()}
    with open_dataset(snakemake.input.dataset, load=False) as dataset:
        grid = from_dataset(dataset.drop_vars("label_jacobian", errors="ignore").load())
    label_sets = {
        "test": {test.source: test, **at_test},
        "box": {grid.source: grid, **in_box},
        "ATLAS-12": {"ATLAS-12": reference, **{kind: models for kind, models in at_reference.items() if models}},
    }
    residuals, summary = hydrostatic_tables(label_sets)
    write_table(snakemake.output.residuals, residuals)
    write_table(snakemake.output.summary, summary)
