"""The failures and the runs of all batches in one table each, and how many models there are."""

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.files import write_text
    from kurucz_a1.grid import read_failures, read_tries

    asked = len(pandas.read_csv(snakemake.input.labels))
    failures = read_failures(snakemake.input.failures)
    write_text(snakemake.output.failures, failures.to_csv(index=False, lineterminator="\n"))
    tries = read_tries(snakemake.input.tries)
    write_text(snakemake.output.tries, tries.to_csv(index=False, lineterminator="\n"))
    share = len(failures) / asked
    print(f"grid: {asked - len(failures)} of {asked} models made, {len(failures)} failed ({100 * share:.1f} %)")
    if len(tries):
        print(f"grid: {len(tries)} runs, {tries['seconds'].sum() / 3600:.2f} hours of one processor")
