"""What a grid of any size costs: planning, files and bytes, and a training on more models than fit into the memory.

    python benchmarks/scale.py                      everything, half an hour on two cores; writes benchmarks/scale.md
    python benchmarks/scale.py --models 20000       the training on fewer models

Planning is `snakemake -n` of the default configuration with 10 to 10,000 points. Files and bytes are those of real
grids of 10, 100 and 1,000 points. The dataset of the training is synthetic: labels drawn in the default box, and fields
and label derivatives that the package's emulator gives for them.
"""

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import linear_regression

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "benchmarks" / "scale.md"
POINTS = (10, 100, 1000, 10_000)
MADE = (10, 100, 1000)
BATCH = 40  # models per job, as in config.yaml
PART = 2000  # synthetic models made at a time
LIMIT_MB = 1500
LIMITS = {"files": 0, "memory": 1e9}  # where the models are held -> megabytes that they may take there
EPOCHS = 1
SEED = 5


def snakemake(folder, *arguments):
    """Run Snakemake on the checkout in an empty folder; returns (seconds, peak MB, what it printed)."""
    command = [sys.executable, "-m", "snakemake", "-s", PROJECT / "Snakefile", "--directory", folder]
    command += ["--configfile", PROJECT / "config" / "config.yaml", *arguments]
    # Snakemake's SLURM plugin would wait for a slurmctld where its commands are installed and none is at work.
    environment = {**os.environ, "KURUCZ_A1_CONDA": "off", "SLURM_CONF": os.devnull}
    log = Path(folder, "said.txt")
    start = time.perf_counter()
    with open(log, "w") as file:
        process = subprocess.Popen(list(map(str, command)), env=environment, stdout=file, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    text = log.read_text()
    if status:
        sys.exit(text)
    return time.perf_counter() - start, usage.ru_maxrss / 1e3, text


def planning(points):
    """A row of the table of planning, a dict."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, peak, text = snakemake(folder, "-n", "--cores", "1", "--config", f"grid={{count: {points}}}")
    jobs = int(re.search(r"^total\s+(\d+)$", text, flags=re.MULTILINE)[1])
    return {"points": points, "jobs": jobs, "seconds": seconds, "peak_mb": peak}


def grid(points):
    """A row of the table of files and bytes of a grid that is really made, a dict."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, _, _ = snakemake(
            folder, "--cores", "2", "--config", f"grid={{count: {points}}}", "--", "results/dataset.nc"
        )
        files = [path for path in Path(folder).rglob("*") if path.is_file() and ".cache" not in path.parts]
        batches = [path for path in files if path.match("batches/*.nc")]
        return {
            "points": points,
            "seconds": seconds,
            "files": len(files),
            "bytes": sum(path.stat().st_size for path in files),
            "batch_bytes": sum(path.stat().st_size for path in batches),
            "dataset_bytes": Path(folder, "results/dataset.nc").stat().st_size,
        }


def synthetic(path, models):
    """Write a dataset of ``models`` synthetic models with label Jacobians, some at a time."""
    from dataclasses import replace

    import numpy as np

    from kurucz_a1 import load_emulator
    from kurucz_a1.dataset.schema import check
    from kurucz_a1.dataset.split import split_labels, split_variable
    from kurucz_a1.labels import Labels
    from kurucz_a1.netcdf import write_netcdf_parts

    emulator = load_emulator()
    labels = emulator.space.draw(models, np.random.default_rng(SEED))
    names = emulator.space.free
    split = split_labels(labels.as_dict(), 0.1, 0.1, SEED)

    def parts():
        for start in range(0, models, PART):
            some = Labels(**{name: value[start : start + PART] for name, value in labels.as_dict().items()})
            derivatives = emulator.jacobian(some).stacked()
            atmosphere = replace(emulator(some), label_jacobian=derivatives, jacobian_labels=names)
            part = atmosphere.to_dataset().assign(split=split_variable(split[start : start + PART], SEED))
            check(part, path)
            yield part

    write_netcdf_parts(path, parts(), "model", models)


def train_on_file(path, folder, memory):
    """Train on the dataset at ``path`` in this process; returns seconds of each part and the peak memory, a dict."""
    start = time.perf_counter()
    from kurucz_a1.dataset import open_dataset
    from kurucz_a1.emulator.training import train

    with open_dataset(path, load=False) as dataset:
        opened = time.perf_counter()
        settings = {"epochs": EPOCHS, "batch_size": 32}
        train(dataset, settings, folder, "hydrostatic", seed=SEED, memory=memory)
    peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1e3
    return {"read_s": opened - start, "train_s": time.perf_counter() - opened, "peak_mb": peak}


def measured_training(models):
    """The two rows of the training, in processes of their own: from files and, for comparison, in memory."""
    with tempfile.TemporaryDirectory(dir=PROJECT / "results" if (PROJECT / "results").is_dir() else None) as folder:
        path = Path(folder, "synthetic.nc")
        _child("synthetic", path, models)
        size = path.stat().st_size
        rows = {name: _child("train", path, Path(folder, name), limit) for name, limit in LIMITS.items()}
    return {"models": models, "bytes": size, "float64_bytes": models * 80 * 6 * 5 * 8, **rows}


def _child(*arguments):
    command = [sys.executable, __file__, "--child", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed: {done.stdout[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _page(planned, made, trained):
    names = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), flags=re.MULTILINE)
    machine = f"{os.cpu_count()} threads: {names[1] if names else platform.processor()}"
    lines = [
        "# What a grid of any size costs",
        "",
        f"Written by `python benchmarks/scale.py` on {machine}; do not edit.",
        "",
        "## Planning",
        "",
        f"`snakemake -n` of the default configuration, {BATCH} models per batch.",
        "",
        "| points | jobs | seconds | peak MB |",
        "| ---: | ---: | ---: | ---: |",
        *(f"| {row['points']:,} | {row['jobs']:,} | {row['seconds']:.1f} | {row['peak_mb']:.0f} |" for row in planned),
        "",
        "## Files and bytes",
        "",
        "Grid and dataset as made, with compilation, label Jacobians, records and logs.",
        "",
        "| points | seconds | files | MB | batches, kB per model | dataset, kB per model |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {row['points']:,} | {row['seconds']:.0f} | {row['files']} | {row['bytes'] / 1e6:.1f} "
            f"| {row['batch_bytes'] / row['points'] / 1e3:.1f} | {row['dataset_bytes'] / row['points'] / 1e3:.1f} |"
            for row in made
        ),
        "",
        "## Training on a dataset larger than memory",
        "",
        f"{trained['models']:,} synthetic models with label Jacobians, {trained['float64_bytes'] / 1e9:.1f} GB in "
        f"float64, {trained['bytes'] / 1e9:.1f} GB as netCDF; the hydrostatic network, "
        f"{EPOCHS} epoch, in batches of 32. "
        f"Limit: {LIMIT_MB} MB of resident memory.",
        "",
        "| models kept | opened and checked, s | prepared and trained, s | peak resident MB |",
        "| --- | ---: | ---: | ---: |",
        *("| in {} | {read_s:.0f} | {train_s:.0f} | {peak_mb:.0f} |".format(name, **trained[name]) for name in LIMITS),
        "",
        _plan(planned, made),
    ]
    return "\n".join(lines) + "\n"


def _plan(planned, made):
    """The section on grids that were not made, by proportion to the largest that was."""
    large = made[-1]
    slope, start = linear_regression([row["jobs"] for row in planned], [row["seconds"] for row in planned])
    beside = planned[0]["jobs"] - 1  # jobs that are not batches: ten points are one
    a_model = large["seconds"] / large["points"]
    files = (large["files"] - made[0]["files"]) / (-(-large["points"] // BATCH) - -(-made[0]["points"] // BATCH))
    rows = []
    jobs = 100
    for points in (10_000, 100_000, 1_000_000):
        batch = points // jobs
        size = points * (large["batch_bytes"] + large["dataset_bytes"]) / large["points"] / 1e9
        rows.append(
            f"| {points:,} | {batch:,} | {jobs} | {a_model * batch / 3600:.2g} | {a_model * points / 3600:,.0f} "
            f"| {files * jobs:,.0f} | {size:.1f} | {start + slope * (beside + jobs):.1f} |"
        )
    return "\n".join(
        [
            "## Extrapolation",
            "",
            "Jobs on two cores each; cost per model as in the largest grid above, planning time on a straight line "
            "through the times above.",
            "",
            "| points | `grid.batch` | grid jobs | hours each | hours of two cores | files | GB in all | planning, s |",
            "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *rows,
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=200_000, help="models of the synthetic dataset")
    parser.add_argument("--child", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    match options.child:
        case ["synthetic", path, models]:
            synthetic(Path(path), int(models))
            print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
            return
        case ["train", path, folder, memory]:
            print(json.dumps(train_on_file(Path(path), Path(folder), float(memory))))
            return
    trained = measured_training(options.models)
    print(trained, flush=True)
    planned = [planning(points) for points in POINTS]
    print(planned, flush=True)
    made = [grid(points) for points in MADE]
    PAGE.write_text(_page(planned, made, trained), encoding="utf-8")
    if trained["files"]["peak_mb"] > LIMIT_MB:
        sys.exit(f"the training took {trained['files']['peak_mb']:.0f} MB, more than {LIMIT_MB}")


if __name__ == "__main__":
    main()
