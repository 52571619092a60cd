"""What each network shows on the test split and at labels drawn in its support, beside solver and ATLAS-12."""

from stage import stage
from tables import labels_of, load_emulators, test_models, write_table

with stage(snakemake):
    import jax
    import numpy

    from kurucz_a1.atmosphere import SolverOptions
    from kurucz_a1.atmosphere.solver.solve import load_opacities
    from kurucz_a1.dataset import atlas12_reference_atmospheres
    from kurucz_a1.evaluation import emulator_rows as rows_of
    from kurucz_a1.evaluation.emulator_checks import label_jacobian
    from kurucz_a1.evaluation.exact_integral import exact_integral
    from kurucz_a1.evaluation.flux import flux_errors
    from kurucz_a1.evaluation.targets import as_table

    FEW, OF_FLUX, OF_JACOBIAN = 200, 20, 100

    emulators, test = load_emulators(snakemake.input.emulators), test_models(snakemake.input.dataset)
    support = emulators["hydrostatic"].support
    generator = numpy.random.default_rng(snakemake.params.seed)
    many, few = (support.draw(count, generator) for count in (snakemake.params.drawn, FEW))
    rows = rows_of.construction_rows(emulators["hydrostatic"], many, few)
    print("emulator checks: drawn labels done", flush=True)

    for kind, emulator in emulators.items():
        rows += rows_of.accuracy_rows(kind, test, emulator(**labels_of(test)))
    if test.label_jacobian is not None:
        some = test[: min(OF_JACOBIAN, len(test.teff))]
        ranges = numpy.array([numpy.ptp(many[name]) for name in ("teff", "logg", "feh", "afe")])
        for kind, emulator in emulators.items():
            rows += rows_of.jacobian_rows(kind, some, label_jacobian(emulator, labels_of(some)), ranges)
    print("emulator checks: test split done", flush=True)

    drawn, targets = "labels drawn in its support", {"hydrostatic": {"median": 1e-4}, "pinn": {"median": 0.005}}
    for kind, emulator in emulators.items():
        rows.append(rows_of.form_c_row(kind, emulator(**few), targets.get(kind, {}), drawn))
    real = [model for model in atlas12_reference_atmospheres() if model.temperature.size == 80]
    real = jax.tree.map(lambda *leaves: numpy.stack(leaves), *real)
    rows.append(rows_of.form_c_row("ATLAS-12", real, {}, "the models of the package"))
    rows.append(rows_of.form_c_row(test.source, test, {}, "test split"))
    exact = [exact_integral(test[k]) for k in range(len(test.teff))]
    exact = jax.tree.map(lambda *leaves: numpy.stack(leaves), *exact)
    rows.append(rows_of.form_c_row(f"exact integral of the opacity of {test.source}", exact, {}, "test split"))

    count = min(OF_FLUX, len(test.teff))
    chosen = test[:count]
    labels = rows_of.label_table(chosen)
    tables = load_opacities(SolverOptions(**snakemake.params.solver, opacity_table=snakemake.input.opacities or None))
    systems = {test.source: chosen} | {kind: emulator(**labels_of(chosen)) for kind, emulator in emulators.items()}
    for system, models in systems.items():
        errors = flux_errors(labels, [models[k] for k in range(count)], tables)
        rows.append(rows_of.flux_row(system, errors, "test split"))
        print(f"emulator checks: flux of {system} done", flush=True)
    without = SolverOptions(
        **snakemake.params.solver, opacity_table=snakemake.input.opacities or None, leave_out=("CO",)
    )
    of_atlas = real[numpy.linspace(0, len(real.teff) - 1, count).astype(int)]
    errors = flux_errors(rows_of.label_table(of_atlas), [of_atlas[k] for k in range(count)], load_opacities(without))
    rows.append(rows_of.flux_row("ATLAS-12", errors, "models of the package, opacities of the solver"))
    write_table(snakemake.output.table, as_table(rows))
