"""What the tests of the grid share."""

import pytest

from kurucz_a1.dataset import atlas12_reference_atmospheres


@pytest.fixture(scope="session")
def sun():
    """The ATLAS-12 Sun with 80 layers."""
    return next(m for m in atlas12_reference_atmospheres() if m.teff == 5777.0)
