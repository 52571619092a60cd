"""The solver and the networks beside real ATLAS-12 models of the same labels, the Sun among them."""

from stage import stage
from tables import labels_of, load_emulators, predict, write_table

with stage(snakemake):
    from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve
    from kurucz_a1.dataset import atlas12_reference_atmospheres, open_dataset
    from kurucz_a1.evaluation.atlas12_comparison import (
        SOLAR_LABELS,
        atlas12_tables,
        find_model,
        inside,
        profile_table,
        sample,
        unseen,
    )

    emulators = load_emulators(snakemake.input.emulators)
    # the reference models were made without lines of CO
    options = SolverOptions(
        **snakemake.params.solver, opacity_table=snakemake.input.opacities or None, leave_out=("CO",)
    )
    support = emulators["pinn"].support
    real = atlas12_reference_atmospheres()
    sun = find_model(real, SOLAR_LABELS)
    with open_dataset(snakemake.input.dataset, load=False) as dataset:
        unseen_models = unseen(real, dataset)
    reference = [model for model in unseen_models if model is not sun and inside(support, model)] + [sun]
    # The models with all 80 layers lie at random labels, a sample of the box; the others on a regular grid.
    to_solve = sample([model for model in reference if model.temperature.size == 80], snakemake.params.most)

    def solved(model):
        """The solver's model at the labels of another, None where it does not converge."""
        try:
            # with the microturbulence of the grid, as the networks learnt it
            return solve(**labels_of(model), vturb=snakemake.params.vturb, options=options)
        except NotConverged as error:
            print(f"left out: {error}")

    predictions = {"solver": [None] * len(reference)}
    for number, model in enumerate(to_solve, start=1):
        place = next(place for place, other in enumerate(reference) if other is model)
        predictions["solver"][place] = solved(model)
        print(f"ATLAS-12 comparison: {number} of {len(to_solve)} models solved", flush=True)
    predictions |= {kind: predict(emulator, reference) for kind, emulator in emulators.items()}
    comparison, summary = atlas12_tables(reference, predictions)
    write_table(snakemake.output.comparison, comparison)
    write_table(snakemake.output.summary, summary)

    place = next(number for number, model in enumerate(reference) if model is sun)
    suns = {"ATLAS-12": sun} | {
        system: models[place] for system, models in predictions.items() if models[place] is not None
    }
    write_table(snakemake.output.sun, profile_table(suns))
