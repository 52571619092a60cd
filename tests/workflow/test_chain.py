"""The whole chain of config/test.yaml, made for real, and what a second look at it says."""

import csv
import os
import signal
import subprocess

import numpy
import pytest
import xarray
from tests.checkout import TEST_CONFIG, TEST_RESULTS

from kurucz_a1 import load_emulator
from kurucz_a1.inference import StarSpectrum
from kurucz_a1.spectrum import LINES_6430_6450

pytestmark = pytest.mark.workflow

CONFIG = TEST_CONFIG
RESULTS = TEST_RESULTS
TABLES = [
    "hydrostatic_residuals",
    "hydrostatic_summary",
    "accuracy_by_depth",
    "accuracy_summary",
    "atlas12_comparison",
    "atlas12_summary",
    "atlas12_sun",
    "label_sweeps",
    "timing",
    "solar_window",
    "solar_lines",
    "solar_energy",
    "solar_summary",
    "solar_effects",
    "solar_widths",
    "solar_widths_summary",
    "solar_widths_effects",
]
FIGURES = [
    "architecture",
    "learning_curves",
    "profile_errors",
    "atlas12_comparison",
    "hydrostatic_histogram",
    "hydrostatic_kiel",
    "solar_spectrum",
    "solar_widths",
    "label_sweeps",
    "timing",
]


@pytest.fixture
def chain(undisturbed):
    """A checkout in which the chain has run."""
    return undisturbed


@pytest.fixture
def copy(chain, tmp_path):
    """A copy of the finished chain, to be damaged."""
    return chain.copy(tmp_path / "copy")


def test_tables_hold_numbers(chain):
    for name in TABLES:
        with open(chain.folder / RESULTS / "tables" / f"{name}.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows, name
        assert all(None not in row and None not in row.values() for row in rows), name


def test_figures_are_pictures(chain):
    folder = chain.folder / RESULTS / "figures"
    for name in FIGURES:
        assert (folder / f"{name}.pdf").read_bytes().startswith(b"%PDF"), name
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG"), name
    assert {path.stem for path in folder.iterdir()} == set(FIGURES)


def test_the_page_needs_nothing_else(chain):
    page = (chain.folder / RESULTS / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") >= len(FIGURES)
    for tag in ('src="http', 'src="/', "@import", '<link rel="stylesheet"'):
        assert tag not in page


def test_models_and_dataset(chain):
    with xarray.open_dataset(chain.folder / RESULTS / "dataset.nc") as dataset:
        assert dataset.sizes["depth"] == 80
        with open(chain.folder / RESULTS / "grid" / "failures.csv", encoding="utf-8") as file:
            failed = sum(1 for _ in file) - 1
        assert dataset.sizes["model"] == 12 - failed
        assert set(dataset["split"].values.tolist()) == {0, 1, 2}
    for kind in ("pinn", "mlp"):
        assert (chain.folder / RESULTS / "models" / kind / "emulator.json").is_file()
    for system in ("atlas12", "solver", "pinn", "mlp"):
        with xarray.open_dataset(chain.folder / RESULTS / "spectrum" / f"{system}.nc") as spectrum:
            assert spectrum["flux"].attrs["units"] == "erg s-1 cm-2 angstrom-1"


def test_every_job_has_a_log_and_a_benchmark(chain):
    logs = {
        path.relative_to(chain.folder / RESULTS / "logs") for path in (chain.folder / RESULTS / "logs").rglob("*.log")
    }
    benchmarks = {
        path.relative_to(chain.folder / RESULTS / "benchmarks").with_suffix(".log")
        for path in (chain.folder / RESULTS / "benchmarks").rglob("*.tsv")
    }
    assert logs == benchmarks
    assert len(logs) >= 20


def test_a_second_run_has_nothing_to_do(copy):
    run = copy.snakemake("--cores", "all", *CONFIG)
    assert run.status == 0, run.text
    assert "Nothing to be done" in run.text


def test_snakemakes_own_report(copy, tmp_path):
    run = copy.snakemake("--report", tmp_path / "report.html", *CONFIG)
    assert run.status == 0, run.text
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "independent reproduction" in page


@pytest.mark.skipif("KURUCZ_A1_LONG_TESTS" not in os.environ, reason="minutes: opt-in by KURUCZ_A1_LONG_TESTS=1")
def test_labels_and_lines_from_spectra(copy):
    """The stages that are not a part of the default run, on two and three stars, and the claim that rests on them."""
    pixels = numpy.arange(6430.0, 6450.0, 0.1)
    star = StarSpectrum.prepare(load_emulator(), pixels, LINES_6430_6450, 20000.0)(teff=5700.0, rv=3.0)
    numpy.savetxt(copy.folder / "star.csv", numpy.stack([pixels, star], axis=1), delimiter=",")
    asked = ("--config", "inference={in_report: true, observed: star.csv}")
    targets = ("infer_star", "infer_sun", "calibrate_gf", "report")
    run = copy.snakemake("--cores", "all", *CONFIG, *asked, "--", *targets)
    assert run.status == 0, run.text
    folder = copy.folder / RESULTS / "inference"

    def rows(name):
        with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    assert {(row["star"], row["parameter"]) for row in rows("stars")} == {
        (star, name) for star in "01" for name in ("teff", "feh")
    }
    assert all(row["converged"] == "True" for row in rows("stars"))
    (teff, feh) = rows("own_star")
    assert (teff["parameter"], feh["parameter"]) == ("teff", "feh")
    assert abs(float(teff["value"]) - 5700.0) < 300.0  # through a network of a dozen models, without the velocity
    assert len(rows("own_star_spectrum")) >= 199
    assert {row["data"] for row in rows("sun")} == {"equivalent widths"}
    assert float(rows("calibration")[0]["lines_with_signal"]) > 0
    for name in ("inferred_stars", "inferred_sun", "calibrated_lines"):
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG"), name
    page = (copy.folder / RESULTS / "report.html").read_text(encoding="utf-8")
    assert "Labels of 2 synthetic stars" in page and "Line strengths from 3 synthetic stars" in page


def test_an_edit_of_a_figure_redraws_it_only(copy):
    path = copy.folder / "src" / "kurucz_a1" / "figures" / "timing.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    assert "Nothing to be done" in copy.snakemake("-n", "--cores", "1", *CONFIG).text
    path.write_text(path.read_text(encoding="utf-8") + "\nprint('edited')\n", encoding="utf-8")
    run = copy.snakemake("-n", "--cores", "1", *CONFIG)
    assert run.rules() == {"figure", "report"}
    assert len(run.lines("rule figure:")) == 1


def test_a_change_of_the_training_keeps_the_grid(copy):
    run = copy.snakemake("-n", "--cores", "1", *CONFIG, "--config", "emulator={alpha: 0.002}")
    assert "train_emulator" in run.rules()
    assert not run.rules() & {"grid_labels", "grid_batch", "grid", "dataset"}


def test_more_processors_change_nothing(copy):
    run = copy.snakemake("-n", "--cores", "8", *CONFIG, "--config", "solver={threads: 4}", "emulator={threads: 1}")
    assert run.rules() <= {"report"}


def test_a_truncated_dataset_is_one_line_and_nothing_half_written(copy):
    dataset = copy.folder / RESULTS / "dataset.nc"
    content = dataset.read_bytes()
    dataset.write_bytes(content[: len(content) // 2])
    run = copy.snakemake("--cores", "2", f"{RESULTS}/models/mlp/emulator.json", "--forcerun", "train_emulator", *CONFIG)
    assert run.status == 1
    (line,) = run.lines("train_emulator: ")
    assert "dataset.nc" in line
    assert "Traceback" not in run.text
    assert (copy.folder / RESULTS / "logs" / "train_emulator" / "mlp.log").read_text(encoding="utf-8") == line + "\n"
    assert not (copy.folder / RESULTS / "models" / "mlp" / "emulator.json").exists()


def test_a_batch_that_is_interrupted_goes_on_where_it_stopped(copy):
    models = copy.folder / RESULTS / "grid" / "batches" / "0000.nc"
    before = xarray.load_dataset(models)
    target = models.relative_to(copy.folder)
    command = copy.command("--cores", "2", target, "--forcerun", "grid_batch", *CONFIG)
    said = []
    with subprocess.Popen(
        command,
        cwd=copy.folder,
        env=copy.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        for line in process.stdout:
            said.append(line)
            if "1 done" in line:
                os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C in a terminal does
    assert process.returncode != 0
    assert "grid_batch: interrupted; files that were complete are kept, run again to go on\n" in said
    assert not any("Traceback" in line for line in said)
    assert not models.exists()
    assert len(list((models.parent / "0000.nc.partial").glob("*.nc"))) >= 1

    run = copy.snakemake("--cores", "2", target, *CONFIG)
    assert run.status == 0, run.text
    assert xarray.load_dataset(models).identical(before)
