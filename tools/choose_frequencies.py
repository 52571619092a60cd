"""Choose the frequencies of model atmospheres out of a dense sample; write src/kurucz_a1/lines/data/frequencies.nc.

python tools/choose_frequencies.py WORK_FOLDER --lines FILE... [--fill FILE...]

Models all over the default box and all over the whole range (config/full.yaml), with microturbulences from 0.5 to 5
km/s, are solved with the embedded opacity table, and at their temperatures and pressures the opacity and the radiation
field are computed at 24,000 frequencies. Frequencies chosen at one microturbulence, one width of the lines, serve no
other. Half of the models have their temperature changed by a smooth per cent or so, and half of each have the molecules
that ATLAS-12's models lack. The choice depends on the table that is embedded now: run it, rebuild the table and run it
again. What is in the work folder is not made anew. It takes an hour and a half on 2 cores and 16 GB.
"""

import argparse
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
import yaml

import kurucz_a1
from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve
from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.atmosphere.solver.matter import Opacities, matter
from kurucz_a1.atmosphere.solver.radiation import radiation_field
from kurucz_a1.grid.labels import draw_labels
from kurucz_a1.labels import LabelSpace
from kurucz_a1.lines.build_opacity_table import make_dataset, read_lines
from kurucz_a1.lines.computed import ABSENT_FROM_ATLAS12
from kurucz_a1.lines.frequency_choice import KINDS, choose, combinations, integrands, scaled
from kurucz_a1.lines.opacity_table import make_table
from kurucz_a1.lines.sampling import COUNTS, DENSE_COUNT, even_sample
from kurucz_a1.netcdf import read_netcdf, write_netcdf
from kurucz_a1.physics.abundances import eos_fractions, number_fractions
from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND
from kurucz_a1.physics.continuum import continuum_tables
from kurucz_a1.physics.planck import planck, planck_temperature_derivative

PARTS = 12  # of the dense sample, each with every twelfth point
# Of each configuration's box: models to choose from, and to measure the choice with.
MODELS, CHECKS = {"config.yaml": 72, "full.yaml": 192}, 12
EVERY = 8  # of the depths of a model is used
VTURB = (0.5, 5.0)  # km/s, the range of the models
TABULATED = (0.0, 5.0)  # km/s, that of the tables of the dense sample
SEED = 11
PROJECT = Path(__file__).resolve().parents[1]
OUTPUT = PROJECT / "src" / "kurucz_a1" / "lines" / "data" / "frequencies.nc"

_matter = jax.jit(matter)
_field = jax.jit(radiation_field, static_argnames="passes")
_integrands = jax.jit(integrands)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--lines", nargs="+", type=Path, required=True)
    parser.add_argument("--fill", nargs="+", type=Path, default=[])
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    dense_tables(options.work, options.lines, options.fill)
    frequency, weights = (np.concatenate(list(_parts(values))) for values in even_sample(DENSE_COUNT))
    rows = rows_of_models(options.work)
    checks = len(MODELS) * CHECKS
    train, check = rows[:-checks].reshape(-1, DENSE_COUNT), rows[-checks:]
    leading = combinations(train, max(COUNTS))
    variables = {}
    for count in sorted(COUNTS):
        places, factors = choose(leading[:count])
        order = np.argsort(frequency[places])
        places, factors = places[order], factors[order]
        errors = check[..., places] @ factors - check.sum(-1)  # (model, kind, depth)
        text = "; ".join(
            f"{name}: " + ", ".join(f"{k} {np.sqrt((of_box[:, i] ** 2).mean()):.1e}" for i, k in enumerate(KINDS))
            for name, of_box in zip(MODELS, np.split(errors, len(MODELS)), strict=True)
        )
        print(f"{count}: {len(places)} chosen; rms of {CHECKS} models each that were not used, {text}", flush=True)
        dims = (f"place_{count}",)
        variables[f"frequency_{count}"] = (dims, frequency[places], {"units": "Hz"})
        variables[f"weight_{count}"] = (dims, weights[places] * factors, {"units": "Hz", "rms_of_other_models": text})
    lists = [path.name for path in options.lines] + ["--fill"] * bool(options.fill) + [p.name for p in options.fill]
    attributes = {
        "title": "Frequencies chosen for model atmospheres and their quadrature weights",
        "history": f"kurucz_a1 {kurucz_a1.__version__}, tools/choose_frequencies.py --lines " + " ".join(lists),
    }
    write_netcdf(OUTPUT, xr.Dataset(variables, attrs=attributes))


def _parts(values):
    return (values[part::PARTS] for part in range(PARTS))


def dense_tables(work, lists, fill):
    """Opacity tables of the parts of the dense sample, as files in ``work``."""
    paths = [work / f"table{part:02d}.nc" for part in range(PARTS)]
    if all(path.exists() for path in paths):
        return
    lines = read_lines(lists, fill)
    for path, frequency in zip(paths, _parts(even_sample(DENSE_COUNT)[0]), strict=True):
        if not path.exists():
            vturb = np.multiply(TABULATED, KILOMETRE_PER_SECOND)
            write_netcdf(path, make_dataset(lines, frequency, vturb, report=lambda _: None))
            print(f"{path.name} of {PARTS}", flush=True)


def opacities_of(path, weights, leave_out):
    dataset = read_netcdf(path)
    table = make_table(dataset, np.arange(weights.size), dataset["frequency"].values, weights, leave_out)
    return Opacities(continuum_tables(table.frequency), table)


def solved_models():
    """Models of each box that converge: all to choose from, then all to measure the choice with."""
    boxes = {name: models_of_box(name, count + CHECKS) for name, count in MODELS.items()}
    first = [model for name, models in boxes.items() for model in models[: MODELS[name]]]
    return first + [model for name, models in boxes.items() for model in models[MODELS[name] :]]


def models_of_box(name, count):
    box = yaml.safe_load((PROJECT / "config" / name).read_text())["grid"]["box"]
    space = LabelSpace.from_box(box | {"vturb": VTURB})
    models = []
    # evenly in 1/Teff: cool stars, with their many molecular lines, are the hardest to sample
    for labels in draw_labels(space, count + 20, SEED, "wide").to_dict("records"):
        try:
            models.append(solve(**labels, options=SolverOptions()))
        except NotConverged as error:
            print(error, flush=True)
        if len(models) == count:
            return models
    raise SystemExit("too many models failed")


def rows_of_models(work):
    """Scaled integrands at some depths, (model, kind, depth, nu), kept in ``work``."""
    path = work / "rows.npy"
    if path.exists():
        return np.load(path, mmap_mode="r")
    models = solved_models()
    parts = list(_parts(even_sample(DENSE_COUNT)[1]))
    absorbers = [() if index % 4 < 2 else ABSENT_FROM_ATLAS12 for index in range(len(models))]
    temperatures = [_bent(model.temperature, index) for index, model in enumerate(models)]
    gas = [[] for _ in models]
    for part, weights in enumerate(parts):
        for leave_out in ((), ABSENT_FROM_ATLAS12):
            tables = opacities_of(work / f"table{part:02d}.nc", weights, leave_out)
            for index, model in enumerate(models):
                if absorbers[index] == leave_out:
                    fractions, own = eos_fractions(number_fractions(model)), tables.at(model)
                    gas[index].append(_matter(temperatures[index], model.gas_pressure, fractions, own))
        print(f"opacity, part {part + 1} of {PARTS}", flush=True)
    frequencies = list(_parts(even_sample(DENSE_COUNT)[0]))
    result = np.lib.format.open_memmap(
        work / "rows.partial.npy", "w+", np.float32, (len(models), len(KINDS), DEPTHS // EVERY, DENSE_COUNT)
    )
    for index, model in enumerate(models):
        rosseland = _rosseland(temperatures[index], gas[index], frequencies, parts)
        terms = []
        for one, frequency, weights in zip(gas[index], frequencies, parts, strict=True):
            one = one._replace(log_rosseland=rosseland)
            start = planck(frequency, temperatures[index][:, None])
            field = _field(temperatures[index], one, start, frequency, passes=5)
            terms.append(
                np.asarray(
                    _integrands(
                        temperatures[index], one, field, frequency, weights, float(model.teff), 10 ** float(model.logg)
                    )
                )
            )
        result[index] = scaled(np.concatenate(terms, axis=-1), jnp.exp(rosseland))[:, index % EVERY :: EVERY]
        print(f"radiation, model {index + 1} of {len(models)}", flush=True)
    result.flush()
    (work / "rows.partial.npy").rename(path)
    return np.load(path, mmap_mode="r")


def _bent(temperature, index):
    """``temperature`` (80,), of every other model changed smoothly, by some 6 % at the top and 2 % at the bottom."""
    if index % 2 == 0:
        return temperature
    shape = np.random.default_rng(index).normal(size=4) / 2
    change = np.linspace(0.06, 0.015, 80) * np.polynomial.chebyshev.chebval(np.linspace(-1, 1, 80), shape)
    return temperature * jnp.exp(jnp.asarray(change))


def _rosseland(temperature, gas, frequencies, weights):
    """ln of the Rosseland opacity of the whole sample, (depth,)."""
    above = below = 0.0
    for one, frequency, weight in zip(gas, frequencies, weights, strict=True):
        slope = weight * planck_temperature_derivative(frequency, temperature[:, None])
        above = above + jnp.sum(slope, axis=1)
        below = below + jnp.sum(slope / (jnp.exp(one.log_absorption) + jnp.exp(one.log_scattering)), axis=1)
    return jnp.log(above / below)


if __name__ == "__main__":
    main()
