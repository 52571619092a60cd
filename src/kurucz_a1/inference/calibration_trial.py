"""Line strengths that are known to be wrong, calibrated by synthetic stars: how well they come back."""

import numpy as np
import pandas as pd

from kurucz_a1.inference.forward import PARAMETERS
from kurucz_a1.inference.population import calibrate, total_log_gf
from kurucz_a1.inference.recovery import draw_stars, observe
from kurucz_a1.inference.sun import NOMINAL

WRONG = (0.1, 0.3)  # dex, of either sign
# How wrong the labels are that a star begins with, as those of a catalogue: K, dex, km s-1
CATALOGUE_ERRORS = {"teff": 120.0, "logg": 0.25, "feh": 0.12, "afe": 0.06, "vmic": 0.3, "vsini": 2.0}
CATALOGUE_ERRORS |= {"vmac": 1.0, "rv": 1.0, "continuum": 0.005, "continuum_slope": 0.005}
# What is known of a standard star, one whose diameter and distance were measured
STANDARD_ERRORS = {"teff": 20.0, "logg": 0.02, "feh": 0.02, "afe": 0.02}
# The first of them is the Sun, whose labels are known, and whose spectra are so many times as good
SUN_ERRORS = {"teff": 1.0, "logg": 1e-3, "feh": 1e-3, "afe": 1e-3}
SUN_QUALITY = 5.0
APART = 0.2  # A: components of one line, of the same species and lower level, lie closer to the next
SAME_LEVEL = 2e-3  # eV: what levels of several isotopes, or roundings of a list, differ by
SIGNAL = 0.02  # dex: a line that the spectra give to this has the signal


def lines_to_calibrate(lines, window):
    """The lines of a LineList in a window (first, last; A, air): of each the indices of its components, a tuple.

    Components are of the same species and lower level, each less than APART from the next: by hyperfine structure or of
    several isotopes. A line counts where its strongest component does.
    """
    found = []
    for index in np.argsort(lines.wavelength_air, kind="stable").tolist():
        line = next((line for line in found if _of_one_line(lines, line[-1], index)), None)
        if line is None:
            found.append([index])
        else:
            line.append(index)
    found = (tuple(sorted(line)) for line in found)
    return tuple(sorted(line for line in found if window[0] <= _strongest(lines, line)[0] <= window[1]))


def _of_one_line(lines, one, other):
    return (
        lines.species[one] == lines.species[other]
        and lines.ion_stage[one] == lines.ion_stage[other]
        and abs(lines.lower_energy[one] - lines.lower_energy[other]) < SAME_LEVEL
        and abs(lines.wavelength_air[one] - lines.wavelength_air[other]) < APART
    )


def _strongest(lines, line):
    """Wavelength in air (A) and index of the component of a line with the largest gf."""
    index = max(line, key=lambda component: lines.log_gf[component])
    return float(lines.wavelength_air[index]), index


def calibrate_synthetic(spectrum, lines, chosen, count, standards, free, signal_to_noise, seed, report):
    """Lines of a list made wrong, and calibrated by ``count`` synthetic stars together with their labels.

    spectrum: a StarSpectrum of ``lines``, a LineList; chosen: as of ``lines_to_calibrate``; standards: how many of the
    stars are the Sun (the first) or have labels that are known to STANDARD_ERRORS; free: names of each star's
    parameters; report: of ``calibrate``. All other parameters are known to CATALOGUE_ERRORS, and the fit begins with
    what is known. Returns two DataFrames and the Calibration: a row a line (wavelength_air_angstrom of the strongest of
    its components, species, ion_stage, lower_energy_ev, components, and log gf of all of them together: truth, listed,
    found, error; constrained, has_signal), a row a star and parameter (star, standard, outside: of the labels that the
    emulator was trained for, parameter, truth, start, found).
    """
    generator = np.random.default_rng([seed, 0, 2])
    stars = draw_stars(spectrum.emulator.space, count, free, seed)
    standard = np.arange(count) < standards
    quality = np.full(count, float(signal_to_noise))
    if standards:
        for name, value in NOMINAL.items():
            stars[name][0] = value
        quality[0] *= SUN_QUALITY
    observed = [observe(spectrum, _one(stars, k), quality[k], [seed, k, 1]) for k in range(count)]
    wrong = generator.choice([-1.0, 1.0], len(chosen)) * generator.uniform(*WRONG, len(chosen))
    listed = lines.log_gf.copy()
    for line, error in zip(chosen, wrong, strict=True):
        listed[list(line)] += error
    start, known = {name: values.copy() for name, values in stars.items()}, {}
    for name in free:
        if name in CATALOGUE_ERRORS:
            error = np.where(standard & (name in STANDARD_ERRORS), STANDARD_ERRORS.get(name), CATALOGUE_ERRORS[name])
            error = error.astype(float)
            if standards and name in SUN_ERRORS:
                error[0] = SUN_ERRORS[name]
            start[name] += error * generator.normal(size=count)
            known[name] = (start[name], error)
    fluxes, errors = (np.stack(each) for each in zip(*observed, strict=True))
    found = calibrate(spectrum, fluxes, errors, tuple(free), start, chosen, listed, known=known, report=report)
    strongest = [_strongest(lines, line)[1] for line in chosen]
    of_lines = pd.DataFrame(
        {
            "wavelength_air_angstrom": np.asarray(lines.wavelength_air)[strongest],
            "species": lines.species[strongest],
            "ion_stage": lines.ion_stage[strongest],
            "lower_energy_ev": lines.lower_energy[strongest],
            "components": [len(line) for line in chosen],
            "truth": total_log_gf(lines.log_gf, chosen),
            "listed": total_log_gf(listed, chosen),
            "found": found.log_gf,
            "error": found.errors,
            "constrained": found.constrained,
            "has_signal": found.errors < SIGNAL,
        }
    )
    of_stars = pd.concat(
        pd.DataFrame(
            {
                "star": np.arange(count),
                "standard": standard,
                "outside": found.outside,
                "parameter": name,
                "truth": stars[name],
                "start": start[name],
                "found": found.labels[name],
            }
        )
        for name in free
    )
    return of_lines, of_stars, found


def _one(stars, k):
    return {name: float(stars[name][k]) for name in PARAMETERS}


def summarize_calibration(of_lines, of_stars, found):
    """What a calibration gave, a one-row DataFrame.

    Arguments: as ``calibrate_synthetic`` returns them. rms in dex of log gf before and after, over the lines with and
    without the signal; pull_scatter: of all constrained lines.
    """
    signal, constrained = of_lines["has_signal"], of_lines["constrained"]
    before, after = of_lines["listed"] - of_lines["truth"], of_lines["found"] - of_lines["truth"]
    labels = of_stars[~of_stars["standard"]]
    row = {
        "stars": of_stars["star"].nunique(),
        "standards": int(of_stars.groupby("star")["standard"].first().sum()),
        "outside": int(of_stars.groupby("star")["outside"].first().sum()),
        "lines": len(of_lines),
        "lines_with_signal": int(signal.sum()),
        "lines_unconstrained": int((~constrained).sum()),
        "rms_before_with_signal": _rms(before[signal]),
        "rms_after_with_signal": _rms(after[signal]),
        "rms_after_others_constrained": _rms(after[constrained & ~signal]),
        "rms_after_unconstrained": _rms(after[~constrained]),
        "pull_scatter": (after / of_lines["error"])[constrained].std(ddof=1),
        "reduced_chi2": found.reduced_chi2,
        "converged": found.converged,
        "steps": found.steps,
    }
    for name, group in labels.groupby("parameter", sort=False):
        row[f"rms_{name}_before"] = _rms(group["start"] - group["truth"])
        row[f"rms_{name}_after"] = _rms(group["found"] - group["truth"])
    return pd.DataFrame([row])


def _rms(values):
    return float(np.sqrt(np.mean(np.square(values)))) if len(values) else np.nan
