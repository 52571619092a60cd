"""Labels of stars and of the Sun, and line strengths, from spectra."""

from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.emulator import Emulator, load_emulator
from kurucz_a1.errors import BadConfig
from kurucz_a1.files import write_table
from kurucz_a1.inference import StarSpectrum
from kurucz_a1.inference.calibration_trial import calibrate_synthetic, lines_to_calibrate, summarize_calibration
from kurucz_a1.inference.fit import weighted
from kurucz_a1.inference.lines import extreme_stars
from kurucz_a1.inference.observed_star import FirstSpectrum, FittedSpectrum, StarSetting, near
from kurucz_a1.inference.recovery import draw_stars, recover, summarize_pulls
from kurucz_a1.inference.search import Pixels
from kurucz_a1.inference.sun import from_spectrum, from_widths
from kurucz_a1.inference.velocity import find_velocity, templates, together, widened
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers import read_line_lists
from kurucz_a1.settings import InferenceSettings, SpectrumSettings
from kurucz_a1.spectrum import lines_that_matter, supported
from kurucz_a1.spectrum.absorbers import warn_of_unsupported
from kurucz_a1.spectrum.broadening import doppler
from kurucz_a1.spectrum.observed import ObservedSpectrum, noise_of, read_observed
from kurucz_a1.spectrum.package_lines import COMPLETE, read_package_lines
from kurucz_a1.stages.spectrum import lines_of_window, observed_sun

BEST_ESTIMATED = 1000.0  # signal-to-noise ratio: continua and flat fields are hardly better


def recover_stars(
    *, emulator: Path, lines: list[Path], stars: Path, first: int, last: int, inference: InferenceSettings, seed: int
) -> None:
    """Fit noisy spectra of synthetic stars, whose labels are known.

    lines: line lists, an empty list for those of the package; stars: output table of the stars ``first`` to ``last``
    (exclusive) of this seed.
    """
    spectrum, _ = _star_spectrum(load_emulator(emulator), _read_lines(lines, ()), inference)
    free = tuple(inference.free)
    drawn = draw_stars(spectrum.emulator.space, last, free, seed)
    tables = []
    for number in range(first, last):
        star = {name: float(values[number]) for name, values in drawn.items()}
        tables.append(recover(spectrum, star, number, free, inference.signal_to_noise, seed))
        complaints = tables[-1]["complaints"].iloc[0]
        print(f"star {number} of {first} to {last - 1}: {complaints or 'fitted'}", flush=True)
    write_table(stars, pd.concat(tables))


def collect_stars(*, batches: list[Path], stars: Path, pulls: Path) -> None:
    """Join the tables of all synthetic stars, and tabulate the mean and scatter of their pulls."""
    table = pd.concat([pd.read_csv(path) for path in batches]).fillna({"complaints": ""})
    summary = summarize_pulls(table)
    print(summary.to_string(index=False))
    write_table(stars, table)
    write_table(pulls, summary)


def fit_observed_star(
    *,
    emulator: Path,
    lines: list[Path],
    star: Path,
    fit: Path,
    inference: InferenceSettings,
    seed: int,
    observed: Path | None = None,
) -> None:
    """Fit the labels of a star to its observed spectrum, in one window or several.

    star, fit: output tables of the labels and of the fitted spectrum; lines: as in ``recover_stars``. The windows are
    those of the star at rest: where its velocity is free, it is found first, by correlation with stars of other labels,
    and the pixels that bring the windows are fitted. Errors are those of the file; where it has none, by the
    signal-to-noise ratio of the settings, or else by the scatter of neighbouring pixels. Raises BadConfig without a
    spectrum.
    """
    if observed is None:
        raise BadConfig("inference.observed is null; name the file of a star's spectrum")

    def read(window: tuple[float, float]) -> ObservedSpectrum:
        # at rest the star's wavelengths are no longer those of the Earth's atmosphere
        return read_observed(observed, window, medium=inference.medium, mask_telluric=False)

    moves, velocity = "rv" in inference.free, 0.0
    doubts: tuple[str, ...] = ()
    windows = inference.windows_to_fit
    data = [read(widened(window) if moves else window) for window in windows]
    windows = tuple(_covered(*pair, moves) for pair in zip(windows, data, strict=True))
    line_list = _read_lines(lines, windows)
    setting = StarSetting(
        emulator=load_emulator(emulator),
        lines=_near(line_list, windows),
        windows=windows,
        resolution=inference.resolution,
        free=inference.free,
        least=inference.least,
    )
    first = FirstSpectrum.prepare(setting)
    if moves:
        velocity, doubts = _velocity(first.spectrum, data)
        data = [read((shortest * doppler(velocity), longest * doppler(velocity))) for shortest, longest in windows]
    wavelength, flux = (np.concatenate([getattr(each, name) for each in data]) for name in ("wavelength", "normalized"))
    if wavelength.size <= len(inference.free):
        raise BadConfig(
            f"inference.window holds {wavelength.size} pixels of inference.observed, too few for "
            f"{len(inference.free)} parameters; change it"
        )
    errors, estimated = _errors(data, inference.observed_signal_to_noise)
    pixels = [
        Pixels(each.wavelength / doppler(velocity), each.normalized, error)
        for each, error in zip(data, errors, strict=True)
    ]
    fitted, spectrum = first.fit(pixels, seed=seed, say=lambda line: print(line, flush=True))
    complaints = (*doubts, *estimated, *fitted.complaints)
    for complaint in complaints:
        print(f"infer_own_star: {complaint}")
    values = fitted.values | ({"rv": together(velocity, fitted.values["rv"])} if moves else {})
    table = pd.DataFrame(
        {
            "parameter": list(values),
            "value": list(values.values()),
            "error": list(fitted.errors.values()),
            "between_windows": [fitted.between_windows.get(name, np.nan) for name in values],
            "reduced_chi2": fitted.reduced_chi2,
            "converged": fitted.converged,
            "complaints": "; ".join(complaints),
        }
    )
    print(table.to_string(index=False))
    write_table(star, table)
    model = spectrum.to_continuum(spectrum(log_gf=None, **fitted.values), *weighted(flux, np.concatenate(errors)))
    write_table(
        fit, pd.DataFrame({"wavelength_air_angstrom": wavelength, "observed": flux, "fitted": np.asarray(model)})
    )


def _covered(window: tuple[float, float], data: ObservedSpectrum, moves: bool) -> tuple[float, float]:
    """The part of a window of the star at rest that its spectrum holds, at any velocity if it ``moves``."""
    ends = data.wavelength[0], data.wavelength[-1]
    first, last = widened(ends) if moves else ends
    return max(window[0], first), min(window[1], last)


def _errors(
    data: list[ObservedSpectrum], signal_to_noise: float | None
) -> tuple[list[Float[np.ndarray, "_"]], tuple[str, ...]]:
    """Standard errors of the normalised flux of each window, those of the file, given or estimated, and what to say."""
    errors, estimated = [], []
    for each in data:
        if each.error is not None:
            errors.append(each.error)
            continue
        ratio = signal_to_noise
        if ratio is None:
            ratio = min(1.0 / max(noise_of(each.normalized), 1e-300), BEST_ESTIMATED)
            estimated.append(ratio)
        errors.append(np.full(each.wavelength.size, 1.0 / ratio))
    ratios = ", ".join(f"{ratio:.0f}" for ratio in estimated)
    said = f"errors are by the scatter of neighbouring pixels, a signal-to-noise ratio of {ratios}"
    return errors, (said,) if estimated else ()


def _velocity(spectrum: FittedSpectrum, data: list[ObservedSpectrum]) -> tuple[float, tuple[str, ...]]:
    """The velocity of an observed star, km s-1, and doubts about it. Raises BadConfig for too few pixels."""
    observed = [each.wavelength for each in data], [each.normalized for each in data]
    try:
        found = find_velocity(*observed, *templates(spectrum))
    except ValueError as few:
        raise BadConfig(f"inference.free names rv, but in inference.window {few}; change one of them") from few
    print(f"velocity {found.velocity:.1f} km/s, correlation {found.correlation:.2f}", flush=True)
    return found.velocity, found.complaints()


def fit_sun(
    *,
    emulator: Path,
    sun: Path,
    spectrum: SpectrumSettings,
    resolution: float,
    seed: int,
    lines: Path | None = None,
    observed: Path | None = None,
) -> None:
    """Fit the Sun's labels to its measured equivalent widths, and to an observed spectrum if there is one.

    sun: output table; resolution: of the spectrograph; lines: a line list, None for that of the package.
    """
    network = load_emulator(emulator)
    tables = [from_widths(network, seed)]
    if observed is not None:
        data, line_list = observed_sun(observed, spectrum), lines_of_window(lines)
        tables += [
            from_spectrum(network, data, line_list, resolution, seed, known)
            for known in ((), ("logg",), ("teff", "logg"))
        ]
    table = pd.concat(tables)
    print(table.to_string(index=False))
    write_table(sun, table)


def calibrate_lines(
    *,
    emulator: Path,
    lines: list[Path],
    calibrated: Path,
    stars: Path,
    summary: Path,
    inference: InferenceSettings,
    seed: int,
) -> None:
    """Calibrate perturbed line strengths with synthetic stars, together with the labels of each star.

    calibrated, stars, summary: output tables; lines: as in ``recover_stars``. Raises BadConfig where the window holds
    no line to calibrate.
    """
    spectrum, line_list = _star_spectrum(load_emulator(emulator), _read_lines(lines, ()), inference)
    chosen = lines_to_calibrate(line_list, inference.window)
    if not len(chosen):
        raise BadConfig("inference.window holds no line that can be calibrated; name another, or inference.lines")
    print(f"{len(chosen)} of {len(line_list)} lines perturbed", flush=True)
    of_lines, of_stars, calibration = calibrate_synthetic(
        spectrum,
        line_list,
        chosen,
        inference.calibrated_stars,
        inference.standards,
        tuple(inference.free),
        inference.signal_to_noise,
        seed,
        lambda step, chi2: print(f"step {step}: chi2 {chi2:.2f}", flush=True),
    )
    table = summarize_calibration(of_lines, of_stars, calibration)
    print(table.T.to_string(header=False))
    write_table(calibrated, of_lines)
    write_table(stars, of_stars)
    write_table(summary, table)


def _read_lines(lines: list[Path], windows: tuple[tuple[float, float], ...]) -> LineList:
    """The lists, or the lines of the package. Raises BadConfig where windows (A, air) reach beyond these."""
    if lines:
        return read_line_lists(lines)
    for first, last in windows:
        if not COMPLETE[0] <= first < last <= COMPLETE[1]:
            raise BadConfig(
                f"inference.lines is null, and the lines of the package are complete from {COMPLETE[0]:g} to "
                f"{COMPLETE[1]:g} A only: name a list for inference.observed, or set inference.window within these"
            )
    return read_package_lines()


def _near(line_list: LineList, windows: tuple[tuple[float, float], ...]) -> LineList:
    """The lines of a list that may reach one of the windows (A, air). Raises BadConfig where one has none."""
    matters = np.zeros(len(line_list), dtype=bool)
    for window in windows:
        own = near(line_list, window)
        where = "from {:.1f} to {:.1f} A".format(*window)
        if own.any():
            warn_of_unsupported(line_list[own], "the line list near these wavelengths")
            own &= supported(line_list)
        if not own.any():
            raise BadConfig(f"there is no line {where}; name inference.lines, or another inference.window")
        print(f"{own.sum()} lines {where}", flush=True)
        matters |= own
    return line_list[matters]


def _star_spectrum(
    network: Emulator, line_list: LineList, inference: InferenceSettings
) -> tuple[StarSpectrum, LineList]:
    """Spectra of synthetic stars as a function of labels, and their lines."""
    pixels = np.arange(*inference.window, inference.pixel)
    if len(pixels) <= len(inference.free):
        raise BadConfig(f"inference.window and inference.pixel leave {len(pixels)} pixels, too few; change them")
    lines = _near(line_list, ((float(pixels[0]), float(pixels[-1])),))
    lines = lines_that_matter(lines, extreme_stars(network), least=inference.least)
    return StarSpectrum.prepare(network, pixels, lines, inference.resolution), lines
