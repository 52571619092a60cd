"""netCDF files: what is read is what was written, or the file is refused."""

import numpy as np
import pytest
import xarray as xr

from kurucz_a1.errors import BadFile
from kurucz_a1.netcdf import CHECKSUM, open_netcdf, read_netcdf, write_netcdf


@pytest.fixture
def dataset():
    random = np.random.default_rng(1)
    return xr.Dataset(
        {
            "temperature": (("model", "depth"), random.uniform(4e3, 9e3, (4, 20)), {"units": "K"}),
            "split": (("model",), np.arange(4, dtype=np.int8), {"flag_values": np.arange(3, dtype=np.int8)}),
            "label": (("model",), ["a", "bc", "d", "e"]),
            "empty": (("none",), np.empty(0)),
            "one": ((), np.float32(1.5)),
        },
        attrs={"title": "Å", "seed": 7, "box": [1.0, 2.0]},
    )


def test_what_is_read_is_what_was_written(tmp_path, dataset):
    write_netcdf(tmp_path / "a.nc", dataset)
    again = read_netcdf(tmp_path / "a.nc")
    assert again.equals(dataset) and CHECKSUM not in again.attrs
    assert again.attrs["title"] == "Å" and again["temperature"].attrs == {"units": "K"}
    write_netcdf(tmp_path / "b.nc", again)
    assert read_netcdf(tmp_path / "b.nc").identical(again)
    with open_netcdf(tmp_path / "b.nc") as lazy:
        assert lazy.load().identical(again)


def test_a_file_without_a_checksum_is_read(tmp_path, dataset):
    dataset.to_netcdf(tmp_path / "a.nc")
    assert read_netcdf(tmp_path / "a.nc").equals(dataset)


def test_a_flipped_bit_changes_nothing_or_is_refused(tmp_path, dataset):
    write_netcdf(tmp_path / "a.nc", dataset)
    before = read_netcdf(tmp_path / "a.nc")
    content = (tmp_path / "a.nc").read_bytes()
    random = np.random.default_rng(2)
    refused = 0
    for place in random.choice(len(content), 400, replace=False):
        damaged = bytearray(content)
        damaged[place] ^= 1 << random.integers(8)
        (tmp_path / "damaged.nc").write_bytes(damaged)
        try:
            assert read_netcdf(tmp_path / "damaged.nc").identical(before), place
        except BadFile as error:
            assert "damaged.nc" in str(error) and "\n" not in str(error)
            refused += 1
    assert refused > 10  # of 400: much of so small a file is unused space


def test_a_changed_value_is_refused(tmp_path, dataset):
    """By another program, for which the file is whole."""
    import netCDF4

    write_netcdf(tmp_path / "a.nc", dataset)
    with netCDF4.Dataset(tmp_path / "a.nc", "a") as file:
        file["temperature"][1, 3] += 1e-9
    with pytest.raises(BadFile, match="checksum"):
        read_netcdf(tmp_path / "a.nc")
    write_netcdf(tmp_path / "a.nc", dataset)
    with netCDF4.Dataset(tmp_path / "a.nc", "a") as file:
        file["temperature"].units = "kK"
    with pytest.raises(BadFile, match="checksum"):
        read_netcdf(tmp_path / "a.nc")
