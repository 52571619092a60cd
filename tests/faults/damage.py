"""Truncated, bit-flipped and swapped files: the file is named, and nothing that follows uses it."""

import hashlib
import os
import random
import shutil

from tests.checkout import TEST_CONFIG, TEST_RESULTS
from tests.faults.results import assert_same

GRID, MODELS, DATASET = TEST_RESULTS / "grid" / "batches", TEST_RESULTS / "models", TEST_RESULTS / "dataset.nc"
TABLE = TEST_RESULTS / "tables" / "accuracy_summary.csv"

# What is damaged, what it is swapped with, and what is then made from it.
FILES = {
    "batch": (GRID / "0000.nc", GRID / "0001.nc", DATASET),
    "dataset": (DATASET, GRID / "0001.nc", MODELS / "mlp" / "emulator.json"),
    "weights": (MODELS / "mlp" / "weights.npz", MODELS / "pinn" / "weights.npz", TABLE),
    "description": (MODELS / "mlp" / "emulator.json", MODELS / "pinn" / "emulator.json", TABLE),
}
WAYS = ("truncated", "flipped", "swapped")


def damaged_file(base, folder, what, way, seed):
    """A result is damaged behind Snakemake's back, its time unchanged, and what follows from it is asked for."""
    victim, other, product = FILES[what]
    copy = base.copy(folder)
    path, target = copy.folder / victim, copy.folder / product
    target.unlink()
    harm(path, way, random.Random(seed), copy.folder / other)
    run = copy.snakemake("--cores", "1", *TEST_CONFIG, "--", product)
    if run.status == 0:  # a bit that means nothing may be changed without harm
        assert way == "flipped", f"{way} and used: {run.text}"
        assert_same(base, copy.folder / TEST_RESULTS)
        return f"{victim.name}: a bit without meaning"
    assert run.status == 1 and "Traceback" not in run.text, run.text
    assert not target.exists(), f"{product} was made"
    # a swapped pair is named by the file that does not fit the other
    names = (victim.name, "emulator.json") if what == "weights" else (victim.name,)
    return _complaint(run, names)


def damaged_checkpoint(base, folder, way, seed):
    """A checkpoint of a training that was cut short: it is named and passed over, and the end is the same."""
    copy = base.copy(folder)
    model = copy.folder / MODELS / "pinn"
    (model / "emulator.json").unlink()
    epochs = sorted((model / "checkpoints" / "epochs").iterdir(), key=lambda path: path.name.zfill(9))
    newest, source = epochs[-1], random.Random(seed)
    if way == "swapped":
        other = copy.folder / MODELS / "mlp" / "checkpoints"
        shutil.rmtree(model / "checkpoints")
        shutil.copytree(other, model / "checkpoints")
        expected = "checkpoints of a training with other data or options, removed"
    else:
        for file in sorted(path for path in newest.rglob("*") if path.is_file()):
            harm(file, way, source)
        expected = f"the checkpoint of epoch {newest.name} is damaged and not used"
    run = copy.snakemake("--cores", "all", *TEST_CONFIG, "--", MODELS / "pinn" / "emulator.json")
    assert run.status == 0, run.text
    assert_same(base, copy.folder / TEST_RESULTS)
    said = [line for line in run.text.splitlines() if expected in line]
    assert said or way == "flipped", run.text
    return said[0].rpartition("/")[2] if said else "a bit without meaning"


def damaged_deck(base, folder, way, seed):
    """A folder of decks that an ATLAS-12 left, one of them damaged: it fails as a point of the grid, told by name."""
    from kurucz_a1 import write_deck
    from kurucz_a1.dataset import atlas12_reference_atmospheres

    copy = base.copy(folder)
    decks = copy.folder / "decks"
    decks.mkdir()
    models = [model for model in atlas12_reference_atmospheres() if model.temperature.shape == (80,)][:12]
    for number, model in enumerate(models):
        write_deck(decks / f"{number:02d}.atm", model, program="atlas12")
    victim = decks / "03.atm"
    harm(victim, way, random.Random(seed), decks / "04.atm")
    settings = copy.config(grid={"source": "decks", "decks": "decks"}, results="results/decks")
    run = copy.snakemake("--cores", "1", "--configfile", "config/test.yaml", settings, "--", "results/decks/dataset.nc")
    assert "Traceback" not in run.text, run.text
    told = [line for line in run.text.splitlines() if victim.name in line]
    failures = copy.folder / "results/decks/grid/failures.csv"
    if failures.is_file():
        told += [line for line in failures.read_text().splitlines() if victim.name in line]
    assert told, run.text
    return told[0].strip()


def damaged_download(base, folder, way, seed):
    """A fetched file that is not what its checksum says is refused, and the rule that wants it does not run."""
    copy = base.copy(folder)
    source = copy.folder / "atlas.dat"
    source.write_bytes(random.Random(seed).randbytes(50_000))
    digest = hashlib.md5(source.read_bytes()).hexdigest()
    (copy.folder / "other.dat").write_bytes(random.Random(seed + 1).randbytes(50_000))
    harm(source, way, random.Random(seed), copy.folder / "other.dat")
    atlas = {"file": "resources/atlas.dat", "address": source.as_uri(), "digest": digest}
    settings = copy.config(spectrum={"observed": "iag"}, solar_atlases={"iag": atlas})
    run = copy.snakemake("--cores", "1", "--configfile", "config/test.yaml", settings, "--", "fetch_iag_atlas")
    assert run.status == 1 and "Traceback" not in run.text, run.text
    assert not (copy.folder / "resources/atlas.dat").exists()
    return _complaint(run, (source.name,))


def harm(path, way, source, other=None):
    """Damage a file and keep its time: cut it short, flip one to three of its bits, or put another in its place."""
    content = bytearray(path.read_bytes())
    times = path.stat()
    if way == "truncated":
        content = content[: source.randrange(len(content) * 9 // 10)] if content else content
    elif way == "flipped" and content:
        for _ in range(source.randint(1, 3)):
            content[source.randrange(len(content))] ^= 1 << source.randrange(8)
    elif way == "swapped":
        content = other.read_bytes()
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _complaint(run, names):
    lines = [line for line in run.text.splitlines() if ": " in line and any(name in line for name in names)]
    told = [line for line in lines if not line.startswith((" ", "rule", "localrule"))]
    assert told, run.text
    return told[0]
