"""docs/reliability.md, from the records of the campaign."""

import re

HEAD = """# What the workflow survives

Written by `python tests/faults/campaign.py` from its records; each case works on a copy of a finished run of
`config/test.yaml`. Survived means: the same command afterwards ends with the same bits in every table, netCDF
variable and weight as an undisturbed run; or, for bad input, one clear line, nothing made from it and
nothing lost. `make test` tries one kill per stage and some of the others.

`tests/workflow/test_slurm.py` tries the faults of a cluster on a one-node SLURM: a job killed, a job
out of time, a node drained, both daemons restarted during the run. The results are the same bits as well.

"""
TAIL = """
## How it works

- **Files appear whole or not at all**: written beside their place, flushed to disk, renamed. The next job removes
  what a killed one leaves half-written.
- **Points and epochs are kept as they are made**: a batch of the grid resumes after its last model, a training after
  its last checkpoint, with the same result.
- **Locks end with the process.** A run that is alone in its folder removes the locks of a killed one; if
  another is alive, the second run says so and ends. A job whose Snakemake was killed may still be at work: the same
  job of the next run waits for it. On a file system without locks, Snakemake's own message says what to do.
- **netCDF files, weights, network descriptions and checkpoints carry a checksum** of their content. An altered file
  is named and not used; a damaged checkpoint is skipped. Decks are text without a checksum: a changed digit
  is found only if the deck is then no valid model.
- **Downloads** are kept only with the right checksum; only one named file of an archive is
  unpacked. Nothing that is read is executed, and no pickle is loaded.

## To the bit

One configuration on one machine gives the same bits each time, on any number of cores: `solver.threads` and
`emulator.threads` fix the number of threads of a job, even with fewer processors. Another number of threads rounds
sums in another order: the models of `config/test.yaml`, made with one thread and with two, differ by parts in 1e8
(temperature, pressure) to 1e6 (radiative acceleration); the training of networks amplifies that.
Measured times (`tables/timing.csv`, the benchmarks) and pages that quote them are excepted. Other processors, and other
versions of jaxlib, may round differently.
"""


def reliability(records, faults):
    """The page as text: a table with one row per fault, from the records of all cases tried."""
    rows = ["| fault | runs | survived | lost | example |", "| --- | ---: | ---: | ---: | --- |"]
    for fault in dict.fromkeys(faults):
        tried = [record for record in records if record["fault"] == fault]
        if tried:
            survived = sum(record["survived"] for record in tried)
            rows.append(
                f"| {fault} | {len(tried)} | {survived} | {len(tried) - survived} | {_short(tried[0]['seen'])} |"
            )
    survived = sum(record["survived"] for record in records)
    rows.append(f"| **all** | {len(records)} | {survived} | {len(records) - survived} | |")
    return HEAD + "\n".join(rows) + "\n" + TAIL


def _short(text, most=110):
    text = re.sub(r"/\S*/copy/", "", " ".join(text.split()).replace("|", "/"))
    return text if len(text) <= most else text[: most - 1] + "…"
