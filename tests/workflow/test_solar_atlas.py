"""An observed Sun of high resolution: fetched by name, checked, taken where it lies, refused in one line."""

import hashlib

import numpy as np
import pytest
from astropy.io import fits

from kurucz_a1.lines.air import air_to_vacuum


@pytest.mark.parametrize("name", ["iag", "hsrs"])
def test_an_atlas_that_is_named_is_fetched(checkout, name):
    run = checkout.snakemake("-n", "--cores", "2", "--config", f"spectrum={{observed: {name}}}", "--", "spectrum")
    assert f"fetch_{name}_atlas" in run.rules()


def test_it_is_kept_if_its_checksum_is_right_and_not_fetched_again(checkout, tmp_path):
    wavelength = np.asarray(air_to_vacuum(np.arange(6429.0, 6451.0, 0.01)))[::-1]
    columns = {"v": 1e8 / wavelength, "s": np.ones_like(wavelength)}
    columns = [fits.Column(key, "D", array=values) for key, values in columns.items()]
    fits.BinTableHDU.from_columns(columns).writeto(tmp_path / "iag.fits")
    digest = hashlib.md5((tmp_path / "iag.fits").read_bytes()).hexdigest()
    file, address = tmp_path / "kept" / "iag.fits", (tmp_path / "iag.fits").as_uri()

    def config(digest):
        return checkout.config(
            spectrum={"observed": "iag"},
            solar_atlases={"iag": {"file": str(file), "address": address, "digest": digest}},
        )

    wrong = checkout.snakemake("--cores", "1", "--configfile", config("0" * 32), "--", "fetch_iag_atlas")
    assert wrong.status == 1 and not file.exists()
    complaint, *_ = wrong.lines("fetch_iag_atlas: ")
    assert f"MD5 {digest}, not 0" in complaint and complaint.endswith(f"put the right file at {file}")
    assert "Traceback" not in wrong.text
    right = checkout.snakemake("--cores", "1", "--configfile", config(digest), "--", "fetch_iag_atlas")
    assert right.status == 0, right.text
    again = checkout.snakemake("-n", "--cores", "1", "--configfile", config(digest), "--", "spectrum")
    assert "fetch_iag_atlas" not in again.rules()
