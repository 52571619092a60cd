"""Every figure is drawn from its tables, has units on its axes, and comes out the same twice."""

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.figures import NAMES, caption, draw, save_figure
from kurucz_a1.figures.architecture import parameter_counts
from kurucz_a1.figures.hydrostatic_histogram import own_labels
from kurucz_a1.figures.style import COLORS, axis_label

KINDS_OF_LOSS = ("", "data_", "physics_", "derivative_")
LOG_TAU = np.linspace(-6.0, 2.0, 9)
RANDOM = np.random.default_rng(1)


def profiles(factor=1.0):
    return {"log_tau": LOG_TAU, **{name: factor * 10.0 ** (3 + 0.2 * LOG_TAU) for name in FIELD_NAMES}}


def accuracy_by_depth():
    rows = [
        pd.DataFrame(
            {
                "system": system,
                "field": field,
                "log_tau": LOG_TAU,
                "abs_median": 0.01,
                "abs_p95": 0.05 + 0.01 * LOG_TAU**2,
            }
        )
        for system in ("pinn", "mlp", "hydrostatic")
        for field in FIELD_NAMES
    ]
    return pd.concat(rows)


def hydrostatic_residuals():
    tables = []
    sets = {
        "ATLAS-12": ("ATLAS-12", "ATLAS-12, as published", "pinn"),
        "test": ("solver", "pinn", "mlp"),
        "box": ("pinn", "mlp", "hydrostatic"),
    }
    for label_set, systems in sets.items():
        for system in systems:
            columns = {"label_set": label_set, "system": system}
            columns["teff"] = RANDOM.uniform(4500, 8000, 30)
            columns["logg"] = RANDOM.uniform(3, 5, 30)
            columns["form_c_median"] = 10.0 ** RANDOM.normal(-3, 0.3, 30)
            columns["published_median"] = 10.0 ** RANDOM.normal(-2, 0.3, 30)
            columns["form_i_median"] = 10.0 ** RANDOM.normal(-4, 0.3, 30)
            tables.append(pd.DataFrame(columns))
    return pd.concat(tables)


def label_sweeps():
    rows = [
        pd.DataFrame({"system": "pinn", "label": label, "value": value, **profiles(factor=1.0 + value)})
        for label in ("teff", "logg", "feh", "afe")
        for value in (0.0, 0.5, 1.0)
    ]
    return pd.concat(rows)


def learning_curve():
    epoch = np.arange(1, 20)
    loss = 1.0 / epoch
    names = [f"{part}_{kind}loss" for part in ("training", "validation") for kind in KINDS_OF_LOSS]
    return pd.DataFrame({"epoch": epoch, **dict.fromkeys(names, loss)})


def solar_window():
    wavelength = np.linspace(6430.0, 6450.0, 50)
    models = dict.fromkeys(("ATLAS-12", "solver", "pinn", "mlp"), 1.0 - 0.5 * np.exp(-((wavelength - 6439.0) ** 2)))
    return pd.DataFrame({"wavelength_air_angstrom": wavelength, **models})


def solar_widths():
    rows = {"species": ["Fe", "Fe", "Fe", "Si"], "ion_stage": [0, 0, 1, 0], "lower_energy_ev": [1.0, 4.0, 3.2, 5.6]}
    rows |= {"measured_mA": [80.0, 30.0, 50.0, 40.0], "difference_dex": [0.03, -0.05, 0.02, 0.1]}
    return pd.concat([pd.DataFrame({"model": model, **rows}) for model in ("ATLAS-12", "solver", "pinn")])


def inferred_stars():
    names = ("teff", "logg", "feh", "afe", "rv")
    truth = RANDOM.uniform(1.0, 2.0, 5 * 12)
    rows = {"parameter": np.repeat(names, 12), "truth": truth, "value": truth + 0.1, "error": 0.1, "pull": 1.0}
    return pd.DataFrame(rows).assign(complaints=["", None, "at the limit"] * 20)


def inferred_sun():
    names = ("teff", "logg", "feh", "vmic")
    rows = {"parameter": names, "value": [5750.0, 4.4, 0.02, 1.0], "error": [30.0, 0.1, 0.05, 0.1]}
    rows["nominal"] = [5772.0, 4.438, 0.0, np.nan]
    known = pd.DataFrame(rows).assign(data="spectrum, log g known")
    return pd.concat([pd.DataFrame(rows).assign(data="equivalent widths"), known[known["parameter"] != "logg"]])


def calibrated_lines():
    truth, error = RANDOM.uniform(-3.0, 0.0, 9), np.repeat([0.01, 0.05, 0.25], 3)
    lines = {"wavelength_air_angstrom": 6430.0 + 2.0 * np.arange(9), "truth": truth, "listed": truth + 0.2}
    lines |= {"found": truth + error, "error": error, "constrained": error < 0.15, "has_signal": error < 0.02}
    stars = {"standard": np.arange(8) < 2, "parameter": "feh", "truth": 0.0, "start": 0.1, "found": 0.01}
    return {"lines": pd.DataFrame(lines), "stars": pd.DataFrame(stars)}


def solar_energy():
    first = np.arange(400.0, 1000.0, 10.0)
    models = dict.fromkeys(("ATLAS-12", "solver", "pinn", "mlp"), 1.01)
    return pd.DataFrame({"first_nm": first, "last_nm": first + 10.0, "astm_g173": 1.0, **models})


def timing():
    return pd.DataFrame(
        {
            "system": ["pinn", "pinn", "mlp", "mlp", "solver"],
            "device": "CPU",
            "models": [1, 100, 1, 100, 1],
            "seconds": [1e-3, 1e-2, 1e-3, 1e-2, 3.0],
            "seconds_per_model": [1e-3, 1e-4, 1e-3, 1e-4, 3.0],
        }
    )


def validation_gas():
    """Differences of two models by depth, as of the gas and of structures."""
    fields = dict.fromkeys(("temperature", "gas_pressure", "electron_density", "rosseland_opacity"), 0.01 * LOG_TAU)
    names = (("warm", 7000.0), ("cool", 5000.0))
    return pd.concat([pd.DataFrame({"deck": deck, "teff": teff, "log_tau": LOG_TAU, **fields}) for deck, teff in names])


def validation_range():
    columns = {"teff": [3200.0, 5777.0, 20000.0], "feh": [-1.0, 0.0, 0.5], "packaged": [False, True, False]}
    return pd.DataFrame(columns).assign(temperature=[0.5, 0.2, np.inf], gas_pressure=[0.02, 0.01, np.inf])


def element_effects():
    tables = [
        pd.DataFrame({"star": star, "element": element, "log_tau": LOG_TAU, "temperature": k * 1e-3 * LOG_TAU})
        for star in ("Sun", "giant")
        for k, element in enumerate(("He", "C", "O", "Mg", "Si", "Ca", "Fe"))
    ]
    effects = pd.concat(tables, ignore_index=True)
    return effects.assign(gas_pressure=-10.0 * effects["temperature"], electron_density=effects["temperature"])


def validation_flux():
    errors = np.where(np.arange(20) == 3, np.inf, 10.0 ** np.linspace(-8, -3, 20))
    return pd.DataFrame({"teff": np.linspace(4500, 8000, 20), "logg": np.linspace(2, 5, 20), "flux_error": errors})


def validation_smoothness():
    rows = [(label, value) for label in ("teff", "logg", "feh", "afe") for value in np.linspace(0.0, 1.0, 9)]
    excess = np.where(np.arange(len(rows)) == 5, np.inf, 1e-5)
    return pd.DataFrame(rows, columns=["swept", "value"]).assign(excess=excess)


def validation_energy():
    first = np.arange(410.0, 950.0, 5.0)
    return pd.DataFrame({"first_nm": first, "last_nm": first + 5.0, "observed": 190.0, "solver": 191.0, "ratio": 1.005})


def emulator_table(**columns):
    """Errors of a row of trainings, with derivatives and without."""
    errors = {f"{name}_median": [0.01, 0.004, 0.002] for name in FIELD_NAMES}
    return pd.concat([pd.DataFrame(columns | errors | {"derivatives": learnt}) for learnt in (False, True)])


def alpha_scan():
    """Scores of a scan of the weight of the physics loss, and of another group."""
    names = [f"test_{field}_{part}" for field in ("temperature", "gas_pressure") for part in ("median", "p95")]
    names += [f"{start}_{part}" for start in ("form_c", "form_c_trained") for part in ("median", "p95")]
    columns = {name: [0.02, 0.004, 0.001, 9.0] for name in (*names, "unphysical", "pressure_falls")}
    errors = {f"{name}_error": 0.001 for name in columns}
    groups = {"group": ["alpha", "alpha", "alpha", "own"], "alpha": [0.0, 1e-3, 1e-1, 1e-1]}
    return pd.DataFrame(groups | columns | errors)


INPUTS = {
    "architecture": lambda: {
        "emulator": {
            "inputs": ["teff", "logg", "feh", "afe", "log_tau"],
            "network": {"label_width": 128, "depth_width": 64, "dropout": 0.01, "parameters": 244102},
        }
    },
    "alpha_scan": lambda: {"summary": alpha_scan()},
    "emulator_growth": lambda: {"table": emulator_table(models=[25, 50, 100]).query("not derivatives")},
    "emulator_counts": lambda: {"table": emulator_table(models=[300, 1000, 3000])},
    "learning_curves": lambda: {
        kind: learning_curve() for kind in ("pinn", "published", "mlp", "direct", "hydrostatic")
    },
    "profile_errors": lambda: {"accuracy_by_depth": accuracy_by_depth()},
    "atlas12_comparison": lambda: {
        "atlas12_sun": pd.concat(
            [
                pd.DataFrame({"system": s, **profiles(f)})
                for s, f in (("ATLAS-12", 1.0), ("solver", 1.02), ("pinn", 0.97))
            ]
        )
    },
    "hydrostatic_histogram": lambda: {"hydrostatic_residuals": hydrostatic_residuals()},
    "hydrostatic_kiel": lambda: {"hydrostatic_residuals": hydrostatic_residuals()},
    "solar_spectrum": lambda: {"solar_window": solar_window(), "solar_energy": solar_energy()},
    "solar_widths": lambda: {"solar_widths": solar_widths()},
    "inferred_stars": lambda: {"stars": inferred_stars()},
    "inferred_sun": lambda: {"sun": inferred_sun()},
    "calibrated_lines": calibrated_lines,
    "label_sweeps": lambda: {"label_sweeps": label_sweeps()},
    "timing": lambda: {"timing": timing()},
    "validation_gas": lambda: {"table": validation_gas()},
    "validation_structure": lambda: {"table": validation_gas()},
    "validation_range": lambda: {"table": validation_range()},
    "validation_flux": lambda: {"table": validation_flux()},
    "validation_smoothness": lambda: {"table": validation_smoothness()},
    "validation_energy": lambda: {"table": validation_energy()},
    "elements": lambda: {"table": element_effects()},
}
# What some axis of each figure must say.
UNITS = {
    "learning_curves": ("epoch", "dex$^2$"),
    "alpha_scan": ("dex", "%"),
    "emulator_growth": ("models", "%"),
    "emulator_counts": ("models", "%"),
    "profile_errors": (r"\tau_\mathrm{R}", "[%]"),
    "atlas12_comparison": (r"\tau_\mathrm{R}", "[K]", "dyn cm$^{-2}$", "cm$^{-3}$", "cm$^2$ g$^{-1}$", "[%]"),
    "hydrostatic_histogram": ("[dex]", "fraction"),
    "hydrostatic_kiel": ("[K]", "cm s$^{-2}$", "[dex]"),
    "solar_spectrum": (r"\AA", "[nm]", "W m$^{-2}$ nm$^{-1}$", "[%]"),
    "solar_widths": ("[eV]", "m$\\mathrm{\\AA}$", "[dex]"),
    "inferred_stars": ("[K]", "cm s$^{-2}$", "[dex]"),
    "inferred_sun": ("[K]", "cm s$^{-2}$", "[dex]", "km s$^{-1}$"),
    "calibrated_lines": (r"\AA", "[dex]"),
    "label_sweeps": (r"\tau_\mathrm{R}", "[K]", "dyn cm$^{-2}$", "g cm$^{-2}$", "cm$^{-3}$", "[dex]"),
    "timing": ("number of models", "[s]"),
    "validation_gas": (r"\tau_\mathrm{R}", "[dex]", "[K]"),
    "validation_structure": (r"\tau_\mathrm{R}", "[%]", "[dex]"),
    "validation_range": ("[K]", "[%]", "[dex]"),
    "validation_flux": ("[K]", "[%]"),
    "validation_smoothness": ("[K]", "[dex]"),
    "validation_energy": ("[nm]", "erg s$^{-1}$"),
    "elements": (r"\tau_\mathrm{R}", "[dex$^{-1}$]"),
}


def axis_texts(figure):
    return " ".join(
        text for axes in figure.axes for text in (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) if text
    )


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


def test_a_figure_says_what_its_axes_are_and_draws_something(name):
    figure = draw(name, **INPUTS[name]())
    labels = axis_texts(figure)
    for unit in UNITS.get(name, ()):
        assert unit in labels, (name, unit, labels)
    for axes in figure.axes:
        assert axes.has_data() or axes.patches, f"{name}: an empty panel"


def test_a_figure_can_be_written(name, tmp_path):
    """Text is set only now: a symbol that cannot be set would fail here."""
    save_figure(draw(name, **INPUTS[name]()), tmp_path / f"{name}.png")
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_equal_tables_give_equal_bytes(suffix, tmp_path):
    """So that nothing downstream runs again without need. One figure stands for all, for the sake of time."""
    paths = [tmp_path / folder / f"timing.{suffix}" for folder in ("one", "two")]
    for path in paths:
        save_figure(draw("timing", **INPUTS["timing"]()), path)
    one, two = (path.read_bytes() for path in paths)
    assert one == two
    assert b"CreationDate" not in one


def test_every_figure_has_a_caption_in_sentences(name):
    assert caption(name).endswith(".")
    assert "\n" not in caption(name)


def test_an_unknown_figure_is_named():
    with pytest.raises(ValueError, match="no figure 'portrait'"):
        draw("portrait")


def test_an_observed_spectrum_becomes_the_reference():
    window = solar_window()
    window["observed"] = window["ATLAS-12"] + 0.02
    figure = draw("solar_spectrum", solar_window=window, solar_energy=solar_energy())
    assert "observed Sun" in figure.axes[1].get_ylabel()
    difference = figure.axes[1].lines[0].get_ydata()
    assert np.allclose(difference, -2.0)  # per cent of the continuum


def test_a_source_that_the_paper_does_not_know_is_drawn():
    table = hydrostatic_residuals().replace({"system": {"solver": "decks"}})
    draw("hydrostatic_histogram", hydrostatic_residuals=table)
    draw("hydrostatic_kiel", hydrostatic_residuals=table)


def test_the_widest_label_set_of_each_system_is_shown():
    chosen = own_labels(hydrostatic_residuals()).groupby("system")["label_set"].unique()
    assert {system: list(sets) for system, sets in chosen.items()} == {
        "ATLAS-12": ["ATLAS-12"],
        "ATLAS-12, as published": ["ATLAS-12"],
        "solver": ["test"],
        "pinn": ["box"],
        "mlp": ["box"],
        "hydrostatic": ["box"],
    }


def test_undefined_residuals_are_drawn_at_the_edge():
    table = hydrostatic_residuals()
    table.iloc[[40, 70], table.columns.get_loc("form_c_median")] = np.inf
    draw("hydrostatic_histogram", hydrostatic_residuals=table)
    draw("hydrostatic_kiel", hydrostatic_residuals=table)


@pytest.mark.parametrize(("widths", "total"), [((128, 64), 244102), ((512, 512), 6707206)])
def test_parameter_counts_are_the_published_ones(widths, total):
    assert sum(parameter_counts(4, *widths).values()) == total


def test_every_field_has_a_label_with_its_unit():
    for field in BY_NAME.values():
        label = axis_label(field.name)
        assert field.symbol in label
        assert ("[" in label.replace("[Fe/H]", "").replace(r"[$\alpha$/Fe]", "")) == (field.units != "1")


def test_systems_differ_for_readers_without_colour_vision():
    """Lightness (CIE L*) of any two lines of one figure differs, or their line style does."""
    from kurucz_a1.figures.style import LINES, OTHER_LABELS

    # one colour for two bars of ATLAS-12 that no figure shows together
    shown = {system: color for system, color in COLORS.items() if system not in OTHER_LABELS}
    looks = {(color, str(LINES[system])) for system, color in shown.items()}
    assert len(looks) == len(shown)
