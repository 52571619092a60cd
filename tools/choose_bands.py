"""Choose the frequencies of energy distributions; write src/kurucz_a1/lines/data/bands.nc.

python tools/choose_bands.py WORK_FOLDER LINE_LIST...

From 300 to 1000 nm each band of 5 nm gets 16 points, chosen (``lines/band_choice.py``) by the Sun's spectrum, which is
synthesised line by line from the lists; beyond, the points are those of an even sample. Two other stars, of which a
fifth of the bands is synthesised, tell how far the means of bands are off. What is in the work folder is not made anew.
About half an hour on 2 cores. Afterwards the opacity table has to be built again.
"""

import sys
from pathlib import Path

import numpy as np
import xarray as xr

import kurucz_a1
from kurucz_a1.atmosphere import solve
from kurucz_a1.lines.band_choice import choose_band_points
from kurucz_a1.lines.readers import read_line_lists
from kurucz_a1.lines.sampling import even_sample
from kurucz_a1.netcdf import write_netcdf
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.spectrum import synthesize
from kurucz_a1.spectrum.absorbers import supported

SHORTEST, LONGEST, BAND = 3000.0, 10000.0, 50.0  # A, vacuum
POINTS = 16  # a band
STEP = 0.04  # A, a third of a Doppler width of iron
WINDOW = 100.0  # A, synthesised at once
EVEN_COUNT = 2400  # of the even sample that goes on where the bands end
SUN = {"teff": 5772.0, "logg": 4.438}
OTHERS = ({"teff": 4700.0, "logg": 2.0, "feh": -0.5, "afe": 0.2}, {"teff": 7200.0, "logg": 4.1, "feh": -1.0})
OUTPUT = Path(__file__).resolve().parents[1] / "src" / "kurucz_a1" / "lines" / "data" / "bands.nc"


def main():
    work, lists = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    work.mkdir(parents=True, exist_ok=True)
    lines = read_line_lists(lists)
    lines = lines[supported(lines) & (lines.species != "H")]
    windows = np.arange(SHORTEST, LONGEST, WINDOW)
    wavelength, flux = spectrum(work / "sun", SUN, windows, lines)
    points = choose_band_points(wavelength, flux, np.arange(SHORTEST, LONGEST + 1.0, BAND), POINTS)
    errors = []
    for number, star in enumerate((SUN, *OTHERS)):
        own_windows = windows if star is SUN else windows[::5]
        own = spectrum(work / ("sun" if star is SUN else f"star{number}"), star, own_windows, lines)
        errors.append(f"{band_error(*own, points):.1e}")
    text = f"rms of band means: {errors[0]} (the Sun, chosen for), {', '.join(errors[1:])} (giant, metal-poor dwarf)"
    print(text)
    frequency, weight = with_even_sample(points)
    dataset = xr.Dataset(
        {"frequency": ("place", frequency, {"units": "Hz"}), "weight": ("place", weight, {"units": "Hz"})},
        attrs={
            "title": "Frequencies for energy distributions in bands of 5 nm and their quadrature weights",
            "errors": text,
            "history": f"kurucz_a1 {kurucz_a1.__version__}, tools/choose_bands.py "
            + " ".join(path.name for path in lists),
        },
    )
    write_netcdf(OUTPUT, dataset)


def spectrum(folder, star, windows, lines):
    """Wavelengths (A, vacuum) and flux of a star in windows, kept in ``folder``."""
    folder.mkdir(exist_ok=True)
    model, wavelengths, fluxes = None, [], []
    for first in windows:
        path = folder / f"{first:.0f}.npy"
        wavelength = first + STEP * np.arange(round(WINDOW / STEP))
        if not path.exists():
            model = model or solve(**star)
            np.save(path, np.asarray(synthesize(model, wavelength, lines, medium="vacuum").flux))
            print(path, flush=True)
        wavelengths.append(wavelength)
        fluxes.append(np.load(path))
    return np.concatenate(wavelengths), np.concatenate(fluxes)


def band_error(wavelength, flux, points):
    """rms of the relative error of band means from ``points`` alone."""
    ratios = []
    for first in np.arange(SHORTEST, LONGEST, BAND):
        inside = (wavelength >= first) & (wavelength < first + BAND)
        if inside.any():
            of_points = points[(points >= first) & (points < first + BAND)]
            ratios.append(np.interp(of_points, wavelength, flux).mean() / flux[inside].mean())
    return np.sqrt(np.mean((np.array(ratios) - 1.0) ** 2))


def with_even_sample(points):
    """Frequencies and weights (Hz), increasing, of the points of bands and of an even sample beyond them."""
    frequency, weight = even_sample(EVEN_COUNT)
    wavelength = SPEED_OF_LIGHT / frequency / ANGSTROM
    beyond = (wavelength < SHORTEST) | (wavelength > LONGEST)
    own = SPEED_OF_LIGHT / (points * ANGSTROM)
    own_weight = own / points * BAND / POINTS
    order = np.argsort(np.concatenate([frequency[beyond], own]))
    return (np.concatenate(pair)[order] for pair in ((frequency[beyond], own), (weight[beyond], own_weight)))


if __name__ == "__main__":
    main()
