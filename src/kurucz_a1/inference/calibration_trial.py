"""Recovery of perturbed line strengths by synthetic stars."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.inference.forward import PARAMETERS, StarSpectrum
from kurucz_a1.inference.population import Calibration, Lines, calibrate, total_log_gf
from kurucz_a1.inference.recovery import draw_stars, observe
from kurucz_a1.inference.sun import NOMINAL
from kurucz_a1.lines.line_list import LineList

WRONG = (0.1, 0.3)  # dex, of either sign
# Errors of the first labels of a star, as of a catalogue: K, dex, km s-1
CATALOGUE_ERRORS = {"teff": 120.0, "logg": 0.25, "feh": 0.12, "afe": 0.06, "vmic": 0.3, "vsini": 2.0}
CATALOGUE_ERRORS |= {"vmac": 1.0, "rv": 1.0, "continuum": 0.005, "continuum_slope": 0.005}
# Errors of the labels of a standard star, one whose diameter and distance were measured
STANDARD_ERRORS = {"teff": 20.0, "logg": 0.02, "feh": 0.02, "afe": 0.02}
# The first standard is the Sun, with known labels and a signal-to-noise ratio SUN_QUALITY times as high
SUN_ERRORS = {"teff": 1.0, "logg": 1e-3, "feh": 1e-3, "afe": 1e-3}
SUN_QUALITY = 5.0
APART = 0.2  # A: largest distance of neighbouring components of one line
SAME_LEVEL = 2e-3  # eV: largest difference of one level between isotopes, or by rounding in a list
SIGNAL = 0.02  # dex: a line has the signal if the spectra give its log gf to this


def lines_to_calibrate(lines: LineList, window: Sequence[float]) -> Lines:
    """The lines in a window, each as the indices of its components.

    Components, of hyperfine structure or isotopes, have the same species and lower level and are less than APART from
    the next one.

    - ``lines``: a line list.
    - ``window``: first and last wavelength in air, A, of the strongest component.
    """
    groups: list[list[int]] = []
    for index in np.argsort(lines.wavelength_air, kind="stable").tolist():
        group = next((group for group in groups if _of_one_line(lines, group[-1], index)), None)
        if group is None:
            groups.append([index])
        else:
            group.append(index)
    sorted_groups = (tuple(sorted(group)) for group in groups)
    return tuple(sorted(group for group in sorted_groups if window[0] <= _strongest(lines, group)[0] <= window[1]))


def _of_one_line(lines: LineList, first: int, second: int) -> bool:
    return bool(
        lines.species[first] == lines.species[second]
        and lines.ion_stage[first] == lines.ion_stage[second]
        and abs(lines.lower_energy[first] - lines.lower_energy[second]) < SAME_LEVEL
        and abs(lines.wavelength_air[first] - lines.wavelength_air[second]) < APART
    )


def _strongest(lines: LineList, line: Sequence[int]) -> tuple[float, int]:
    """Wavelength in air (A) and index of the component of a line with the largest gf."""
    index = max(line, key=lambda component: lines.log_gf[component])
    return float(lines.wavelength_air[index]), index


def calibrate_synthetic(
    spectrum: StarSpectrum,
    lines: LineList,
    chosen: Lines,
    count: int,
    standards: int,
    free: Sequence[str],
    signal_to_noise: float,
    seed: int,
    report: Callable[[int, float], object],
) -> tuple[pd.DataFrame, pd.DataFrame, Calibration]:
    """Lines of a list perturbed, and calibrated by synthetic stars together with the labels of these.

    - ``spectrum``: made with ``lines``.
    - ``chosen``: the lines to perturb, as of ``lines_to_calibrate``.
    - ``count``: number of stars.
    - ``standards``: number of stars whose labels are known to STANDARD_ERRORS; the first is the Sun.
    - ``free``: names of each star's parameters; those that are not known better have CATALOGUE_ERRORS.
    - ``signal_to_noise``: per pixel, in the continuum.
    - ``report``: of ``calibrate``.

    The fit starts at the known values. Returns a row per line, a row per star and parameter, and the Calibration.
    Columns of the lines: wavelength_air_angstrom (of the strongest component), species, ion_stage, lower_energy_ev,
    components, log gf of all components together (truth, listed, found, error), constrained, has_signal. Columns of the
    stars: star, standard, outside (the emulator's training range), parameter, truth, start, found.
    """
    generator = np.random.default_rng([seed, 0, 2])
    stars = draw_stars(spectrum.emulator.space, count, free, seed)
    standard = np.arange(count) < standards
    quality = np.full(count, float(signal_to_noise))
    if standards:
        for name, value in NOMINAL.items():
            stars[name][0] = value
        quality[0] *= SUN_QUALITY
    observed = [observe(spectrum, _star(stars, k), quality[k], [seed, k, 1]) for k in range(count)]
    wrong = generator.choice([-1.0, 1.0], len(chosen)) * generator.uniform(*WRONG, len(chosen))
    listed = lines.log_gf.copy()
    for line, error in zip(chosen, wrong, strict=True):
        listed[list(line)] += error
    start, known = {name: values.copy() for name, values in stars.items()}, {}
    for name in free:
        if name in CATALOGUE_ERRORS:
            better = standard & (name in STANDARD_ERRORS)
            error = np.where(better, STANDARD_ERRORS.get(name, np.nan), CATALOGUE_ERRORS[name])
            if standards and name in SUN_ERRORS:
                error[0] = SUN_ERRORS[name]
            start[name] += error * generator.normal(size=count)
            known[name] = (start[name], error)
    fluxes, errors = (np.stack(each) for each in zip(*observed, strict=True))
    calibration = calibrate(spectrum, fluxes, errors, tuple(free), start, chosen, listed, known=known, report=report)
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
            "found": calibration.log_gf,
            "error": calibration.errors,
            "constrained": calibration.constrained,
            "has_signal": calibration.errors < SIGNAL,
        }
    )
    of_stars = pd.concat(
        pd.DataFrame(
            {
                "star": np.arange(count),
                "standard": standard,
                "outside": calibration.outside,
                "parameter": name,
                "truth": stars[name],
                "start": start[name],
                "found": calibration.labels[name],
            }
        )
        for name in free
    )
    return of_lines, of_stars, calibration


def _star(stars: Mapping[str, Float[np.ndarray, "star"]], k: int) -> dict[str, float]:
    return {name: float(stars[name][k]) for name in PARAMETERS}


def summarize_calibration(of_lines: pd.DataFrame, of_stars: pd.DataFrame, calibration: Calibration) -> pd.DataFrame:
    """Summary of the results of ``calibrate_synthetic`` in one row.

    It has the rms errors of log gf (dex) before and after, of lines with and without the signal, and the scatter of the
    pulls of all constrained lines.
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
        "reduced_chi2": calibration.reduced_chi2,
        "converged": calibration.converged,
        "steps": calibration.steps,
    }
    for name, group in labels.groupby("parameter", sort=False):
        row[f"rms_{name}_before"] = _rms(group["start"] - group["truth"])
        row[f"rms_{name}_after"] = _rms(group["found"] - group["truth"])
    return pd.DataFrame([row])


def _rms(values: pd.Series) -> float:
    return float(np.sqrt(np.mean(np.square(values)))) if len(values) else np.nan
