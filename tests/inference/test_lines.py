"""Which lines of a list a fit takes."""

import numpy as np

from kurucz_a1 import load_emulator
from kurucz_a1.inference.lines import extreme_stars
from kurucz_a1.labels import Labels


def test_the_stars_that_show_lines_are_few_and_extreme():
    """Of 25 labels, whose box has 2^25 corners: every temperature is near one of them, every element abundant in one,
    and carbon exceeds oxygen in one."""
    emulator = load_emulator()
    stars = extreme_stars(emulator)
    assert len(stars) < 300
    labels = [Labels.of(star) for star in stars]
    assert all(emulator.space.contains(star) for star in labels)
    teff = np.unique([float(star.teff) for star in labels])
    assert np.diff(teff).max() <= 2500.0 and tuple(teff[[0, -1]]) == emulator.space["teff"]
    for name in emulator.space.free:
        if name not in ("logg", "mixing_length"):
            assert max(float(getattr(star, name)) for star in labels) == emulator.space[name][1], name
    assert max(float(star.c_m - star.o_m - star.afe) for star in labels) > 1.29  # 0.5 + 0.5 + 0.3
