"""Fixtures that every part of the tests shares."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def project():
    """The root of the checkout."""
    return PROJECT


@pytest.fixture(scope="session")
def reference_data():
    """Folder of reference data (real model atmospheres, atomic tables, solar spectra); skips where it is missing."""
    folder = Path(os.environ.get("KURUCZ_A1_REFERENCE_DATA", PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}; name its folder in KURUCZ_A1_REFERENCE_DATA")
    return folder
