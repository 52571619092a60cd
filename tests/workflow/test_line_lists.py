"""Line lists of the configuration: which jobs they add, how gfall is fetched, and what is said where it cannot be."""

import hashlib
import os
import shutil

import pytest

SMALL = "src/kurucz_a1/spectrum/data/lines_6430_6450.csv"
GFALL = "resources/gfall08oct17.dat"
# A row of Kurucz's form: Fe I 6430.845 A of the package's own table.
ROW = "   643.0845 -1.950 26.00   17550.180  2.0 lower        33095.940  3.0 upper       8.29 -6.16 -7.54ONE  0 0"


def jobs(run):
    """{rule: number of jobs} of a dry run."""
    assert run.status == 0, run.text
    rows = [line.split() for line in run.text.splitlines()]
    return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}


@pytest.mark.parametrize(
    ("lines", "fetches", "builds"),
    [("default", 0, 0), ("gfall", 1, 1), (SMALL, 0, 1), (["gfall", SMALL], 1, 1)],
)
def test_the_lists_that_are_named_are_fetched_and_used(checkout, lines, fetches, builds):
    run = checkout.snakemake("-n", "--cores", "2", "--configfile", checkout.config(solver={"lines": lines}))
    planned = jobs(run)
    assert (planned.get("fetch_gfall", 0), planned.get("opacity_tables", 0)) == (fetches, builds)
    table = "results/opacity_tables/line_opacity.nc"
    users = {"grid_batch", "evaluate_atlas12", "evaluate_timing", "spectrum", "solar_widths"} if builds else set()
    assert takers(run, table) == users


def takers(run, path):
    """The rules that take a file, of a dry run."""
    described = run.text.split("\nrule ")
    return {text.partition(":")[0] for text in described if path in text.partition("output:")[0]}


def test_every_job_of_the_validation_that_uses_opacities_takes_the_table(checkout):
    validation = {"line_lists": [SMALL], "solar_spectrum": SMALL}
    config = checkout.config(solver={"lines": SMALL}, validation=validation)
    run = checkout.snakemake("-n", "--cores", "2", "--configfile", config, "--", "validation")
    assert run.status == 0, run.text
    kinds = ("labels", "models", "gas", "flux", "jacobian", "energy")
    assert takers(run, "results/opacity_tables/line_opacity.nc") == {f"validation_{kind}" for kind in kinds}


def test_there_is_nothing_to_build_from_by_default(checkout):
    run = checkout.snakemake("--cores", "1", "opacity_tables")
    assert run.status == 1
    assert run.lines("opacity_tables: solver.lines is default") and "name line lists in solver.lines" in run.text
    assert "Traceback" not in run.text


@pytest.fixture
def source(make_checkout, tmp_path):
    """A function that makes a Checkout whose gfall is a small file of this machine with the given checksum."""

    def make(md5=None):
        checkout = make_checkout("gfall")
        (tmp_path / "gfall.dat").write_text(ROW.ljust(160) + "\n")
        known = hashlib.md5((tmp_path / "gfall.dat").read_bytes()).hexdigest()
        rules = checkout.folder / "workflow" / "rules" / "lines.smk"
        text = rules.read_text()
        address = text.partition('"address": "')[2].partition('"')[0]
        right = text.partition('"digest": "')[2].partition('"')[0]
        rules.write_text(
            text.replace(address, (tmp_path / "gfall.dat").as_uri()).replace(right, known if md5 is None else md5)
        )
        return checkout

    return make


def test_gfall_is_fetched(source):
    checkout = source()
    run = checkout.snakemake("--cores", "1", "fetch_gfall")
    assert run.status == 0, run.text
    assert (checkout.folder / GFALL).read_text().startswith("   643.0845")
    again = checkout.snakemake("-n", "--cores", "1", "fetch_gfall")
    assert "Nothing to be done" in again.text


def test_another_checksum_is_refused_and_a_file_put_there_by_hand_is_taken(source, tmp_path):
    checkout = source(md5="0" * 32)
    run = checkout.snakemake("--cores", "1", "fetch_gfall")
    assert run.status == 1
    complaint, *_ = run.lines("fetch_gfall: ")
    assert "MD5" in complaint and complaint.endswith(f"put the right file at {GFALL}")
    assert "Traceback" not in run.text
    assert not (checkout.folder / GFALL).exists()
    (checkout.folder / GFALL).parent.mkdir(exist_ok=True)
    shutil.copy(tmp_path / "gfall.dat", checkout.folder / GFALL)
    planned = jobs(
        checkout.snakemake("-n", "--cores", "1", "--config", "solver={lines: gfall}", "--", "opacity_tables")
    )
    assert "fetch_gfall" not in planned and planned["opacity_tables"] == 1


@pytest.mark.workflow
@pytest.mark.skipif("KURUCZ_A1_LONG_TESTS" not in os.environ, reason="minutes: opt-in by KURUCZ_A1_LONG_TESTS=1")
def test_a_table_is_built_and_used(checkout):
    """From the package's own small list at 1.5 km/s; the grid's models are made with it."""
    box = {
        "vturb": 1.5,
        "teff": [5700, 5800],
        "logg_min_at_cool_edge": 4.4,
        "logg_min_at_hot_edge": 4.4,
        "logg_max": 4.5,
    }
    config = checkout.config(
        solver={"lines": SMALL, "frequencies": 300}, grid={"count": 5, "batch": 5, "box": box}, results="results/lines"
    )
    run = checkout.snakemake("--cores", "2", "--configfile", config, "--", "grid")
    assert run.status == 0, run.text
    from kurucz_a1.netcdf import read_netcdf

    table = read_netcdf(checkout.folder / "results/lines/opacity_tables/line_opacity.nc")
    assert table.attrs["microturbulence_km_s"] == 1.5
    assert table.attrs["line_lists"].startswith("lines_6430_6450.csv sha256 ")
    batch = read_netcdf(checkout.folder / "results/lines/grid/batches/0000.nc")
    # the few lines of the list do not settle the temperature of the top, so that not every model converges
    assert batch.sizes["model"] >= 1 and "lines_6430_6450.csv" in batch.attrs["grid_source"]
