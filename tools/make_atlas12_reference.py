"""Make the package's reference set of real ATLAS-12 models from a folder of decks.

    python tools/make_atlas12_reference.py DECKS src/kurucz_a1/dataset/data/atlas12_reference.nc

DECKS holds the decks (*.atm) and tries.csv, the record of the runs that made them.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import xarray as xr

from kurucz_a1.atlas12.deck import read_deck as read_plain_deck
from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES, LABEL_NAMES
from kurucz_a1.decks import read_deck
from kurucz_a1.netcdf import write_netcdf

DEPTHS = 80
LAYER_FIELDS = {
    "convective_flux": ("erg cm-2 s-1", "convective flux, as the deck gives it"),
    "convective_velocity": ("cm s-1", "convective velocity, as the deck gives it"),
}
CONVERGENCE = {
    "max_flux_error_percent": ("percent", "largest error of the flux over the layers"),
    "max_flux_derivative_percent_tau_gt_1e-6": (
        "percent",
        "largest error of the flux derivative at tau > 1e-6",
    ),
    "max_identity_residual": ("1", "largest |(P + P_rad) / (g m) - 1| over the layers"),
}
ATTRIBUTES = {
    "Conventions": "CF-1.11",
    "title": "Model atmospheres computed with ATLAS-12",
    "source": "ATLAS-12",
    "program": "ATLAS-12, classic version (Kurucz; Castelli), one run per model from the nearest converged one",
    "lines": "602,103: Kurucz gf values of atoms and singly charged ions, CH, NH, OH, MgH, CN, FeH; no TiO, H2O or CO",
    "convection": "mixing length l/H = 1.25, no overshooting",
    "abundances": "asplund2009 as ATLAS-12 tabulates it, scaled by [M/H] and [alpha/M] (O Ne Mg Si S Ar Ca Ti)",
    "solar_pattern": "asplund2009",
    "convergence": "flux error < 1 %, flux derivative < 10 % at tau > 1e-6, |dT/T| < 1e-3 in the last iteration",
    "comment": "Numbers as the program printed them. log_tau is the integral of opacity over column mass.",
    "license": "BSD-3-Clause",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("decks", type=Path, help="folder of decks and tries.csv")
    parser.add_argument("output", type=Path, help="netCDF file to write")
    arguments = parser.parse_args()
    write_netcdf(arguments.output, reference(arguments.decks))


def reference(folder):
    """The Dataset of all decks in ``folder``, sorted by name."""
    with (folder / "tries.csv").open(newline="", encoding="utf-8") as file:
        runs = {row["file"]: row for row in csv.DictReader(file)}
    paths = sorted(folder.glob("*.atm"))
    models = [read_deck(path) for path in paths]
    decks = [read_plain_deck(path) for path in paths]
    for path, model in zip(paths, models, strict=True):
        check_labels(path, model, runs[path.name])

    variables = {"name": ("model", [path.stem for path in paths], {"long_name": "name of the deck"})}
    variables["layers"] = (
        "model",
        np.array([len(d.column_mass) for d in decks]),
        {"units": "1", "long_name": "layers"},
    )
    for name in ("log_tau", *FIELD_NAMES):
        variables[name] = (
            ("model", "depth"),
            padded([getattr(m, name) for m in models]),
            attributes_of(name),
        )
    for name, (units, text) in LAYER_FIELDS.items():
        values = padded([getattr(d, name) for d in decks])
        variables[name] = (("model", "depth"), values, {"units": units, "long_name": text})
    for name in LABEL_NAMES:
        variables[name] = ("model", np.array([float(getattr(m, name)) for m in models]), attributes_of(name))
    fractions = {"units": "1", "long_name": "number fraction of each element, N / N_total, Z = 1..99"}
    variables["number_fractions"] = (
        ("model", "element"),
        np.stack([m.number_fractions for m in models]),
        fractions,
    )
    pressure = {"units": "dyn cm-2", "long_name": "radiation pressure at the surface, the PRADK card"}
    variables["surface_radiation_pressure"] = (
        "model",
        np.array([d.surface_radiation_pressure for d in decks]),
        pressure,
    )
    for name, (units, text) in CONVERGENCE.items():
        values = np.array([float(runs[path.name][name]) for path in paths])
        key = name.replace("_tau_gt_1e-6", "").replace("_percent", "")
        variables[key] = ("model", values, {"units": units, "long_name": text})
    return xr.Dataset(variables, attrs=ATTRIBUTES)


def check_labels(path, model, run):
    """Stop where the labels in a deck are not those of the run that made it."""
    names = {"teff": "teff", "logg": "logg", "feh": "m_h", "afe": "alpha_m", "vturb": "vturb_km_s"}
    for label, column in names.items():
        if abs(float(getattr(model, label)) - float(run[column])) > 1e-3 * (500 if label == "teff" else 1):
            raise SystemExit(f"{path}: {label} is {float(getattr(model, label))}, the record says {run[column]}")
    if run["status"] != "ok":
        raise SystemExit(f"{path}: the record says {run['status']}")


def padded(profiles):
    """Profiles of at most 80 layers as (model, 80), nan below the last layer."""
    result = np.full((len(profiles), DEPTHS), np.nan)
    for row, profile in zip(result, profiles, strict=True):
        row[: len(profile)] = profile
    return result


def attributes_of(name):
    return {"units": BY_NAME[name].units, "long_name": BY_NAME[name].long_name}


if __name__ == "__main__":
    main()
