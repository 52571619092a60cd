"""Add models to the package's reference set of real ATLAS-12 models, and to the record of the runs that made it.

    python tools/make_atlas12_reference.py --grid results/grid [--decks FOLDER] [--output FOLDER]

--grid: a folder of batches of the source atlas12, as the workflow leaves them; --decks: a folder of single decks
(*.atm) with tries.csv, their record; each may be given more than once. Writes atlas12_reference.nc and
atlas12_runs.csv, one row for each point that was asked for, points without a model too. Of a point that was asked for
more than once, the last run that gave a model counts, in both; without one, the last run.
"""

import argparse
import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from kurucz_a1.atlas12.convergence import hydrostatic_departure
from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.decks import from_deck
from kurucz_a1.decks.deck import Deck
from kurucz_a1.decks.deck import read_deck as read_plain_deck
from kurucz_a1.decks.deck import read_decks as read_plain_decks
from kurucz_a1.files import write_text
from kurucz_a1.labels import LABELS
from kurucz_a1.netcdf import read_netcdf, write_netcdf

FOLDER = Path(__file__).resolve().parents[1] / "src" / "kurucz_a1" / "grid" / "reference" / "data"
DEPTHS = 80
LAYER_FIELDS = {
    "convective_flux": ("erg cm-2 s-1", "convective flux, as the deck gives it"),
    "convective_velocity": ("cm s-1", "convective velocity, as the deck gives it"),
}
CONVERGENCE = {
    "max_flux_error": ("percent", "largest error of the flux over the layers"),
    "max_flux_derivative": ("percent", "largest error of the flux derivative at tau > 1e-6"),
    "max_identity_residual": ("1", "largest |(P + P_rad) / (g m) - 1| over the layers"),
}
LABEL_NAMES = tuple(label.name for label in LABELS if not label.optional)
RUN_COLUMNS = ("name", *LABEL_NAMES, "layers", "start", "tries", "seconds", "outcome")
ATTRIBUTES = {
    "Conventions": "CF-1.11",
    "title": "Model atmospheres computed with ATLAS-12",
    "source": "ATLAS-12",
    "program": "ATLAS-12, classic version (Kurucz; Castelli)",
    "lines": "602,103: Kurucz gf values of atoms and singly charged ions, CH, NH, OH, MgH, CN, FeH; no TiO, H2O or CO",
    "convection": "mixing length l/H = 1.25, no overshooting",
    "abundances": "asplund2009 as ATLAS-12 tabulates it, scaled by [M/H] and [alpha/M] (O Ne Mg Si S Ar Ca Ti)",
    "solar_pattern": "asplund2009",
    "convergence": "flux error < 1 %, flux derivative < 10 % at tau > 1e-6, |dT/T| < 1e-3 in the last iteration",
    "comment": "Numbers as the program printed them. log_tau is the integral of opacity over column mass.",
    "license": "BSD-3-Clause",
}


class Entry(NamedTuple):
    """A model: its name, the Atmosphere and Deck, errors of flux and flux derivative as the program printed them."""

    name: str
    model: Atmosphere
    deck: Deck
    flux_errors: tuple


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--decks", type=Path, action="append", default=[], help="folder of decks and tries.csv")
    parser.add_argument("--grid", type=Path, action="append", default=[], help="folder of batches of the workflow")
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder to write to")
    arguments = parser.parse_args()
    found = [from_folder(folder) for folder in arguments.decks] + [from_grid(folder) for folder in arguments.grid]
    models = arguments.output / "atlas12_reference.nc"
    runs = arguments.output / "atlas12_runs.csv"
    old = [pd.read_csv(runs)] if runs.is_file() else []
    table = last_of_each_point(pd.concat([*old, *(part for _, part in found)], ignore_index=True))
    new = {entry.name: entry for part, _ in found for entry in part}
    datasets = [dataset_of(list(new.values()))] if new else []
    if models.is_file():
        old = read_netcdf(models)
        datasets.insert(0, old.isel(model=~np.isin(old["name"].values, list(new))))
    dataset = xr.concat(datasets, dim="model", combine_attrs="override", data_vars="minimal")
    dataset = dataset.isel(model=np.argsort(dataset["name"].values.astype(str)))
    write_netcdf(models, dataset.assign_attrs(ATTRIBUTES))
    write_text(runs, table.to_csv(index=False, lineterminator="\n"))
    print(f"{dataset.sizes['model']} models, {int((dataset['layers'] == DEPTHS).sum())} with {DEPTHS} layers")


def last_of_each_point(runs):
    """The rows (table of RUN_COLUMNS) that count, one a name, in the order of teff and name."""
    by_weight = runs.assign(good=runs["outcome"] == "converged").sort_values("good", kind="stable")
    return by_weight.drop_duplicates("name", keep="last").drop(columns="good").sort_values(["teff", "name"])


def from_folder(folder):
    """(entries, table of runs) of a folder of decks."""
    with (folder / "tries.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    entries, runs = [], []
    for row in rows:
        point = {name: float(row[column]) for name, column in zip(LABEL_NAMES, _COLUMNS, strict=True)}
        name = Path(row["file"]).stem if row["file"] else name_of(point)
        runs.append(
            [
                name,
                *point.values(),
                int(row["layers"]),
                "neighbour",
                int(row["tries"]),
                float(row["wall_s"]),
                row["status"],
            ]
        )
        if row["status"] != "ok":
            continue
        runs[-1][-1] = "converged"
        deck = read_plain_deck(folder / row["file"])
        entries.append(
            Entry(name, checked(folder / row["file"], deck, point), deck, tuple(map(float, list(row.values())[-3:-1])))
        )
    return entries, pd.DataFrame(runs, columns=RUN_COLUMNS)


_COLUMNS = ("teff", "logg", "m_h", "alpha_m", "vturb_km_s")


def from_grid(folder):
    """(entries, table of runs) of the batches in a folder."""
    entries, runs = [], []
    for path in sorted((folder / "batches").glob("*.nc")):
        models, tries = read_netcdf(path), pd.read_csv(path.with_suffix(".tries.csv"))
        failures = pd.read_csv(path.with_suffix(".failures.csv")).set_index("index")
        decks = list(read_plain_decks(path.with_suffix(".decks"))) if models.sizes["model"] else []
        points = {
            int(index): {name: float(models[name].values[k]) for name in LABEL_NAMES}
            for k, index in enumerate(models["grid_index"].values)
        }
        for (index, point), deck in zip(points.items(), decks, strict=True):
            last = tries[tries["index"] == index].iloc[-1]
            numbers = tuple(float(last[key]) for key in ("flux_error", "flux_derivative"))
            entries.append(Entry(name_of(point), checked(path, deck, point), deck, numbers))
        points |= {index: {name: float(row[name]) for name in LABEL_NAMES} for index, row in failures.iterrows()}
        for index, point in points.items():
            own = tries[tries["index"] == index]
            outcome = failures["reason"].get(index, "converged").partition(" (")[0]
            runs.append(
                [name_of(point), *point.values(), DEPTHS, own["start"].iloc[0], len(own), own["seconds"].sum(), outcome]
            )
    return entries, pd.DataFrame(runs, columns=RUN_COLUMNS)


def name_of(point):
    return "t{teff:07.1f}g{logg:.3f}m{feh:+.3f}a{afe:+.3f}v{vturb:.1f}".format(**point)


def checked(path, deck, point):
    """The Atmosphere of a deck with the labels that it was asked for, which must be those that it states."""
    stated = from_deck(deck)
    for name, value in point.items():
        # a deck rounds Teff to 1 K and the rest to 0.001 at best
        if abs(float(getattr(stated, name)) - value) > (0.51 if name == "teff" else 2e-3):
            raise SystemExit(f"{path}: {name} is {float(getattr(stated, name))}, the record says {value}")
    return from_deck(deck, **point)


def dataset_of(entries):
    """The Dataset of all entries."""
    models, decks = [entry.model for entry in entries], [entry.deck for entry in entries]
    layers = np.array([len(deck.column_mass) for deck in decks])
    variables = {
        "name": ("model", [entry.name for entry in entries], {"long_name": "name of the deck"}),
        "layers": ("model", layers, {"units": "1", "long_name": "layers"}),
    }
    for name in ("log_tau", *FIELD_NAMES):
        variables[name] = (("model", "depth"), padded([getattr(m, name) for m in models]), attributes_of(name))
    for name, (units, text) in LAYER_FIELDS.items():
        values = padded([getattr(deck, name) for deck in decks])
        variables[name] = (("model", "depth"), values, {"units": units, "long_name": text})
    for name in LABEL_NAMES:
        variables[name] = ("model", np.array([float(getattr(m, name)) for m in models]), attributes_of(name))
    text = {"units": "1", "long_name": "number fraction of each element, N / N_total, Z = 1..99"}
    variables["number_fractions"] = (("model", "element"), np.stack([m.number_fractions for m in models]), text)
    text = {"units": "dyn cm-2", "long_name": "radiation pressure at the surface, the PRADK card"}
    surface = np.array([deck.surface_radiation_pressure for deck in decks])
    variables["surface_radiation_pressure"] = ("model", surface, text)
    identity = [np.max(np.abs(hydrostatic_departure(deck))) for deck in decks]
    for name, values in zip(CONVERGENCE, [*zip(*(e.flux_errors for e in entries), strict=True), identity], strict=True):
        units, text = CONVERGENCE[name]
        variables[name] = ("model", np.array(values), {"units": units, "long_name": text})
    return xr.Dataset(variables, attrs=ATTRIBUTES)


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
