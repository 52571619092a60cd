"""Data against physics: errors on the test split and hydrostatic residuals, for each weight of the physics loss."""

from stage import stage
from tables import labels_of, test_models, write_table

with stage(snakemake):
    import numpy
    import pandas

    from kurucz_a1.emulator import load_emulator
    from kurucz_a1.evaluation.emulator_checks import accuracy, residuals

    DRAWN = 500

    test = test_models(snakemake.input.dataset)
    rows = []
    for alpha, path in zip(snakemake.params.alphas, snakemake.input.emulators, strict=True):
        emulator = load_emulator(path)
        errors = accuracy(test, emulator(**labels_of(test)))
        generator = numpy.random.default_rng(snakemake.params.seed)
        values = residuals(emulator(**emulator.support.draw(DRAWN, generator)))
        rows.append(
            {"alpha": alpha}
            | {f"{name}_median": numpy.median(size) for name, size in errors.items()}
            | {"form_c_median": numpy.median(values), "form_c_p95": numpy.percentile(values, 95, method="higher")}
        )
    write_table(snakemake.output.table, pandas.DataFrame(rows))
