"""Computed equivalent widths of the Sun's lines compared with the measured ones."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.numerics.bootstrap import error_of_rms_difference
from kurucz_a1.spectrum.equivalent_widths import prepare_equivalent_widths
from kurucz_a1.spectrum.package_lines import read_solar_lines
from kurucz_a1.types import Real

#: Relative difference of two measured widths of one line, one standard deviation.
WIDTH_ERROR = 0.03
VMIC_STEP = 0.1  # km s-1: solar microturbulence is known no better
#: Usual error of a laboratory log gf, dex.
LOG_GF_ERROR = 0.05


def compare_widths(structures: Mapping[str, Atmosphere], *, vmic: float) -> pd.DataFrame:
    """Widths of the package's solar lines from several models of the Sun, and the measured ones.

    - ``structures``: models by name.
    - ``vmic``: km s-1.

    Returns one row per model and line: model, wavelength_air_angstrom, species, ion_stage, lower_energy_ev,
    measured_mA, computed_mA, difference_dex, the change of log gf, or of the element's abundance, that gives the
    measured width (to first order), and other_vmic_dex, the same with a microturbulence higher by 0.1 km s-1.
    """
    lines, table = read_solar_lines()
    widths = prepare_equivalent_widths(lines)
    measured = table["equivalent_width_mA"].to_numpy()
    rows = []
    for name, atmosphere in structures.items():
        computed = np.asarray(widths(atmosphere, vmic=vmic))
        by_log_gf = np.asarray(widths.by_log_gf(atmosphere, vmic=vmic))
        rows.append(
            pd.DataFrame(
                {
                    "model": name,
                    **{
                        column: table[column].to_numpy()
                        for column in ("wavelength_air_angstrom", "species", "ion_stage", "lower_energy_ev")
                    },
                    "measured_mA": measured,
                    "computed_mA": computed,
                    "difference_dex": (measured - computed) / by_log_gf,
                    "other_vmic_dex": (measured - np.asarray(widths(atmosphere, vmic=vmic + VMIC_STEP))) / by_log_gf,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def summarize_widths(widths: pd.DataFrame, reference: str = "ATLAS-12") -> pd.DataFrame:
    """Summary of the table of ``compare_widths``, one row per model.

    Columns, in dex unless stated: rms, of all lines; fe1_mean, fe1_scatter, fe2_minus_fe1: of neutral and ionised iron;
    fe1_by_energy (dex per eV) and fe1_by_width (dex per 100 mA): slopes, caused by a wrong temperature gradient and a
    wrong microturbulence; against_reference: rms of the difference from the reference model; error_of_rms: standard
    error of rms - rms of the reference, from a bootstrap over the lines, which both models share, and from what
    another microturbulence makes of it (column other_vmic_dex), in quadrature.
    """
    table, other_vmic = (
        widths.pivot(index="wavelength_air_angstrom", columns="model", values=column)
        for column in ("difference_dex", "other_vmic_dex")
    )
    rows = []
    for name, group in widths.groupby("model", sort=False):
        iron, ionised = (group[(group["species"] == "Fe") & (group["ion_stage"] == stage)] for stage in (0, 1))
        own, other = table[name], table[reference]
        difference = _rms(own) - _rms(other)
        by_vmic = _rms(other_vmic[name]) - _rms(other_vmic[reference]) - difference
        by_lines = error_of_rms_difference(own.to_numpy(), other.to_numpy())
        rows.append(
            {
                "model": name,
                "lines": len(group),
                "rms": _rms(own),
                "fe1_mean": iron["difference_dex"].mean(),
                "fe1_scatter": iron["difference_dex"].std(),
                "fe2_minus_fe1": ionised["difference_dex"].mean() - iron["difference_dex"].mean(),
                "fe1_by_energy": np.polyfit(iron["lower_energy_ev"], iron["difference_dex"], 1)[0],
                "fe1_by_width": 100.0 * np.polyfit(iron["measured_mA"], iron["difference_dex"], 1)[0],
                "against_reference": _rms(own - other),
                "error_of_rms": float(np.hypot(by_lines, by_vmic)),
            }
        )
    return pd.DataFrame(rows)


def width_effects(atmosphere: Atmosphere, *, vmic: float) -> pd.DataFrame:
    """The effects of choices that all models share on ``difference_dex``, one row per effect: effect, rms (dex)."""
    lines, table = read_solar_lines()
    widths = prepare_equivalent_widths(lines)
    measured = table["equivalent_width_mA"].to_numpy()
    by_log_gf = np.asarray(widths.by_log_gf(atmosphere, vmic=vmic))
    base = np.asarray(widths(atmosphere, vmic=vmic))
    hotter = replace(atmosphere, temperature=atmosphere.temperature * (1.0 + 20.0 / 5777.0))
    changes = {
        "microturbulence + 0.1 km/s": np.asarray(widths(atmosphere, vmic=vmic + VMIC_STEP)) - base,
        "temperature + 20 K in 5777": np.asarray(widths(hotter, vmic=vmic)) - base,
        f"measured widths, {100 * WIDTH_ERROR:.0f} %": WIDTH_ERROR * measured,
    }
    rows = [{"effect": effect, "rms": _rms(change / by_log_gf)} for effect, change in changes.items()]
    return pd.DataFrame([*rows, {"effect": f"log gf, {LOG_GF_ERROR:g} dex", "rms": LOG_GF_ERROR}])


def _rms(values: Real | pd.Series) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
