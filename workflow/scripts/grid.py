"""The failures of all batches in one table, and how many models there are."""

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.files import write_text
    from kurucz_a1.grid import read_failures

    asked = len(pandas.read_csv(snakemake.input.labels))
    failures = read_failures(snakemake.input.failures)
    write_text(snakemake.output.failures, failures.to_csv(index=False, lineterminator="\n"))
    share = len(failures) / asked
    print(f"grid: {asked - len(failures)} of {asked} models made, {len(failures)} failed ({100 * share:.1f} %)")
