"""docs/reliability.md, from the records of the campaign."""

import re

HEAD = """# What the workflow survives

Written by `python tests/faults/campaign.py` from what it saw; each case works on a copy of a finished run of
`config/test.yaml`. Survived means: the same command afterwards ends with the same bits in every table, netCDF
variable and weight as a run that nothing disturbed; or, for bad input, one clear line, nothing made from it and
nothing lost. `make test` tries one kill of each stage and some of the others.

What a cluster does to a run is tried by `tests/workflow/test_slurm.py`, on a SLURM of one node: a job killed, one that
runs out of time, a node that is drained, both daemons restarted in mid-run. The results are the same bits as well.

"""
TAIL = """
## What makes it so

- **Files appear whole or not at all**: written beside, put on the disk, renamed. What a killed job leaves half-
  written is removed by the next one.
- **Points and epochs are kept as they are made**: a batch of the grid goes on after its last model, a training after
  its last checkpoint, with the same result.
- **Locks end with the process.** A run that is alone in its folder removes the locks that a killed one left; where
  another is alive, the second run says so and ends. A job whose Snakemake was killed may still be at work: the same
  job of the next run waits for its end. On a file system without locks, Snakemake's own message says what to do.
- **netCDF files, weights and network descriptions carry a checksum** of what they hold, checkpoints too. A file that
  was altered is named and not used; a damaged checkpoint is passed over. Decks are text without a checksum: a digit
  that was changed to another is found only where the model is then none.
- **Downloads** are kept only with the right checksum; of an archive one named file is taken and nothing else is
  unpacked. Nothing that is read is executed, and no pickle is loaded.

## To the bit

One configuration on one machine gives the same bits each time, on any number of cores: a job has as many threads as
`solver.threads` or `emulator.threads` say, also where there are fewer processors. Another number of threads rounds
sums in another order: the models of `config/test.yaml`, made with one thread and with two, differ by parts in 1e8
(temperature, pressure) to 1e6 (radiative acceleration); the training of networks amplifies that.
Excepted are measured times (`tables/timing.csv`, the benchmarks) and what quotes them. Other processors, and other
versions of jaxlib, may round differently.
"""


def reliability(records, faults):
    """The page as text: a table with a row a fault, of the records of all cases that were tried."""
    rows = ["| fault | runs | survived | lost | for example |", "| --- | ---: | ---: | ---: | --- |"]
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
