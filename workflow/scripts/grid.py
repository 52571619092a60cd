"""The failures of all batches in one table."""

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.dataset.files import atomic_path

    labels = pandas.read_csv(snakemake.input.labels)
    failures = pandas.concat([pandas.read_csv(path) for path in snakemake.input.failures], ignore_index=True)
    with atomic_path(snakemake.output.failures) as temporary:
        failures.to_csv(temporary, index=False)
    print(f"grid: {len(labels) - len(failures)} of {len(labels)} models made, {len(failures)} failed")
