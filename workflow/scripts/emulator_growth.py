"""How the errors of the hydrostatic network fall with the number of real ATLAS-12 models that it learns from."""

from stage import stage
from tables import labels_of, write_table

with stage(snakemake):
    import json

    import numpy
    import pandas

    from kurucz_a1.atmosphere import from_dataset
    from kurucz_a1.dataset import atlas12_reference_dataset
    from kurucz_a1.emulator import load_emulator
    from kurucz_a1.evaluation.emulator_checks import accuracy

    dataset = atlas12_reference_dataset(seed=snakemake.params.seed)
    test = from_dataset(dataset.isel(model=dataset["split"].values == 2))
    rows = []
    for path in snakemake.input.emulators:
        emulator = load_emulator(path)
        errors = accuracy(test, emulator(**labels_of(test)))
        learnt = json.loads(emulator.provenance)["models"]["training"]
        rows.append(
            {"models": learnt, "tested_on": len(test.teff)}
            | {f"{name}_median": numpy.median(size) for name, size in errors.items()}
            | {f"{name}_p95": numpy.percentile(size, 95, method="higher") for name, size in errors.items()}
        )
    write_table(snakemake.output.table, pandas.DataFrame(rows).drop_duplicates("models").sort_values("models"))
