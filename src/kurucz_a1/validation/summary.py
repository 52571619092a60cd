"""The rows of docs/validation.md, each with its target, from the tables of the other modules."""

from typing import Any

import numpy as np
import pandas as pd

from kurucz_a1.evaluation.targets import case_names, met, row, statistics_of, unmeasured
from kurucz_a1.validation.structure import UNITS

FIELD_NAMES = {
    "temperature": "T",
    "gas_pressure": "P",
    "electron_density": "n_e",
    "rosseland_opacity": "kappa_Ross",
}
STRUCTURE_TARGETS = {
    "temperature": {"median": 0.35, "worst": 1.0},
    "gas_pressure": {"median": 0.010, "worst": 0.04},
    "electron_density": {"median": 0.012, "worst": 0.04},
    "rosseland_opacity": {"median": 0.015, "worst": 0.04},
}
ATLAS_OF_PACKAGE = "ATLAS-12 models of the package"
BAND = "-4 <= log tau <= 1.5"

#: One row of the page, with the keys ``evaluation.targets.COLUMNS``.
Row = dict[str, Any]


def gas_rows(errors: pd.DataFrame) -> list[Row]:
    """Rows of ``gas.gas_errors``: n_e and kappa_Ross at the decks' own T and P, every layer counted; the opacity of
    the models of the package, whose line lists are known."""
    opacity = errors[errors["rosseland_opacity"].notna() & errors["packaged"]]
    return [
        row(
            "n_e at the deck's own T, P",
            "ATLAS-12 decks, 2500..45,000 K",
            "dex",
            errors["electron_density"].abs(),
            errors["deck"],
            {"median": 0.005, "worst": 0.03},
        ),
        row(
            "kappa_Ross at the deck's own T, P",
            ATLAS_OF_PACKAGE,
            "dex",
            opacity["rosseland_opacity"].abs(),
            opacity["deck"],
            {"median": 0.02, "p95": 0.06},
        ),
    ]


def structure_rows(errors: pd.DataFrame, group: str) -> list[Row]:
    """Rows of ``structure.structure_errors``: the four fields; ``group``: the models, in words."""
    return [
        row(
            f"structure: rms of {name} over {BAND}",
            group,
            UNITS[field][0],
            errors[field],
            errors["deck"],
            STRUCTURE_TARGETS[field],
        )
        for field, name in FIELD_NAMES.items()
    ]


def flux_row(errors: pd.DataFrame) -> Row:
    """The row of ``flux.flux_errors``: 99 % of all models within 1e-4."""
    sizes, cases = errors["flux_error"], case_names(errors)
    return row(
        "max abs(F/sigma Teff^4 - 1) over depth", "itself, random labels in the box", "1", sizes, cases, {"p99": 1e-4}
    )


def table_rows(errors: pd.DataFrame | None) -> list[Row]:
    """The row of ``table.table_errors``: temperature with the opacity table against that with the lines themselves.

    - ``errors``: None if no line list is named.
    """
    quantity, against = f"structure with the opacity table: rms of T over {BAND}", "the same with its lines, summed"
    targets = {"median": 0.1, "worst": 0.3}
    if errors is None:
        return [unmeasured(quantity, against, "%", targets, "no file named in validation.line_lists")]
    return [row(quantity, against, "%", errors["temperature"], case_names(errors), targets)]


def jacobian_rows(errors: pd.DataFrame) -> list[Row]:
    """Rows of ``jacobian.jacobian_errors``: the relative L2 of every model, label and quantity."""
    rows = []
    for field, group in errors.groupby("field", sort=False):
        names, sizes = case_names(group), group["relative_l2"].to_numpy()
        of_what = f"ln {FIELD_NAMES.get(field, 'm')}: relative L2 over depth, {group['by'].nunique()} labels"
        entry = row(
            f"label Jacobian of {of_what}",
            "central differences of models solved again",
            "1",
            sizes,
            names,
            {"worst": 1e-3},
        )
        farthest = int(np.argmax(sizes))
        rows.append(entry | {"worst_case": f"{names[farthest]}, by {group['by'].iloc[farthest]}"})
    return rows


def equilibrium_rows(
    by_model: pd.DataFrame, pooled: pd.DataFrame, against: str = "itself, random labels in the box"
) -> list[Row]:
    """Rows of ``equilibrium.equilibrium_tables``: the identity, and form C against 1.5 times the result of the same
    differentiation for exact integrals; ``against``: the models, in words."""
    quantities = {
        "identity": "hydrostatic identity (P + P_rad)/(g m), independent quadrature",
        "C": "hydrostatic equilibrium, form C; target: 1.5 times an exact integral's",
    }
    if not len(by_model):
        return [unmeasured(quantity, against, "dex", {}, "no model was made") for quantity in quantities.values()]
    own = by_model[by_model["system"] == "solver"].reset_index(drop=True)
    exact = statistics_of(_only(pooled, system="exact", form="C"))
    targets = {"identity": {"worst": 5e-5}, "C": {k: 1.5 * exact[k] for k in ("median", "p95", "worst")}}
    rows = []
    for form, column in (("identity", "identity_max"), ("C", "form_c_max")):
        # the worst case is a model, the statistics are over depths
        start = row(quantities[form], against, "dex", own[column], case_names(own), targets[form])
        statistics = statistics_of(_only(pooled, system="solver", form=form))
        rows.append(start | statistics | {"met": met(statistics, targets[form])})
    return rows


def smoothness_rows(table: pd.DataFrame, against: str = "itself, other labels the Sun's") -> list[Row]:
    """Rows of ``smoothness.smoothness_table``, one per label: excess second differences of ln T; ``against``: the
    models, in words."""
    return [
        row(
            f"smoothness: second difference of ln T minus its running median, along {label}",
            against,
            "1",
            group["excess"],
            [f"{label} = {value:g}" for value in group["value"]],
            {"worst": 1e-4},
        )
        for label, group in table.groupby("swept", sort=False)
    ]


def solar_rows(energy: pd.DataFrame | None, bands: int = 10) -> list[Row]:
    """Rows of ``solar_energy.compare_energy``: rms of the ratio to the observed Sun, in its bands and in broad bands.

    - ``energy``: None if no observation is named.
    - ``bands``: number of bands in a broad band.
    """
    quantity, targets = "solar spectral energy distribution, 0.41..0.95 um, rms", {"worst": 2.0}
    if energy is None or energy.empty:
        why = "no file named in validation.solar_spectrum"
        return [unmeasured(f"{quantity} in 5 nm bands", "CALSPEC", "%", targets, why)]
    filled = energy[energy["frequencies"] > 0]
    broad = energy.groupby(np.arange(len(energy)) // bands)[["observed", "solver"]].mean()
    rows = []
    for width, ratio, names, wanted in (
        ("5 nm", filled["ratio"].to_numpy(), filled["first_nm"], targets),
        ("50 nm", (broad["solver"] / broad["observed"]).to_numpy(), energy["first_nm"][::bands], {}),
    ):
        rms = 100.0 * float(np.sqrt(np.mean((ratio - 1.0) ** 2)))
        farthest = int(np.argmax(np.abs(ratio - 1.0)))
        sample = f"mean of {energy['frequencies'].mean():.1f} sampled frequencies a band of 5 nm; "
        place = f"{sample if width == '5 nm' else ''}{names.iloc[farthest]:.0f} nm: {ratio[farthest]:.3f}"
        rows.append(row(f"{quantity} in {width} bands", "CALSPEC", "%", [rms], [place], wanted))
    return rows


def _only(table: pd.DataFrame, **values: str) -> pd.Series:
    for name, value in values.items():
        table = table[table[name] == value]
    return table.iloc[0]
