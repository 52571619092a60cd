"""Trials: what is planned is trained and scored, and the weight follows by the rule of docs/claims.md."""

import json
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.emulator.baselines import fit_baselines
from kurucz_a1.evaluation.hydrostatic import is_unphysical, pressure_falls
from kurucz_a1.evaluation.hydrostatic_tables import FLAWS, MEASURES
from kurucz_a1.settings import MISTAKES, EmulatorSettings, Settings
from kurucz_a1.settings.trials import Group
from kurucz_a1.trials.page import page
from kurucz_a1.trials.plan import Trial, planned, settings_of
from kurucz_a1.trials.scores import FIELDS, STATISTICS, scores
from kurucz_a1.trials.summary import chosen_weight, estimate, summarize
from kurucz_a1.trials.train import train_trial

SETTINGS = Settings()


def test_every_trial_has_the_same_steps_but_for_own_settings():
    trials = planned(SETTINGS)
    for trial in trials.values():
        if trial.group != "own":
            assert (trial.options["epochs"], trial.options["batch_size"]) == (SETTINGS.trials.epochs, 8), trial.name
    assert {trial.kind for trial in trials.values() if trial.group == "equal"} == {
        "mlp",
        "pinn",
        "direct",
        "hydrostatic",
    }
    searches = {(len(trial.rates), len(trial.weights)) for trial in trials.values() if trial.group == "equal"}
    assert searches == {(3, 2)}  # no network is searched harder than another


def test_the_papers_size_differs_from_the_scan_in_its_widths_alone():
    chosen = Settings(trials={"groups": ["alpha", "wide"], "batch_size": 16, "seeds": [7, 8]})
    trials = planned(chosen)
    wide, scanned = trials["wide-pinn"], trials[f"alpha-{chosen.emulator.alpha:g}"]
    changed = {name: value for name, value in wide.options.items() if value != scanned.options[name]}
    assert changed == {"label_width": 512, "depth_width": 512}  # Li et al. 2025: 6.7 million weights
    assert (wide.kind, wide.seeds) == (scanned.kind, scanned.seeds[:1])


def test_mistakes_are_switched_off_one_by_one():
    options = {trial.name: trial.options for trial in planned(SETTINGS).values() if trial.group == "mistakes"}
    assert set(options["all-mistakes"]["mistakes"]) == set(MISTAKES)
    assert options["all-mistakes-kept-by-validation"]["keep"] == "best"
    for name in set(MISTAKES) - {"validation_without_gradient"}:
        assert set(MISTAKES) - set(options[f"without-{name}"]["mistakes"]) == {name}
    assert settings_of(SETTINGS, "published")["alpha"] == SETTINGS.published.alpha


@pytest.fixture(scope="module")
def searched(grey, tmp_path_factory):
    """A search of two rates and two weights, and a second seed."""
    folder = tmp_path_factory.mktemp("trial")
    options = EmulatorSettings(label_width=8, depth_width=4, batch_size=16, epochs=3).plain("threads", "memory", "gpu")
    trial = Trial("equal-mlp", "equal", "mlp", options, (1, 2), rates=(1e-6, 3e-3), weights=(1e-5, 1e3))
    return train_trial(grey, trial, folder, memory=4000), folder, trial


def test_a_search_goes_by_validation(searched):
    table, folder, _ = searched
    runs = ["plain-0", "plain-1", "plain-seed-2", "derivatives-0", "derivatives-1", "derivatives-seed-2"]
    assert table["network"].tolist() == runs
    assert table["derivatives"].tolist() == 3 * [False] + 3 * [True]
    best = table.set_index("network")
    # a rate of 1e-6 learns nothing in three epochs; a weight of 1000 leaves nothing for the data
    assert best["chosen"].tolist() == [False, True, True, True, False, True]
    assert best.loc["plain-1", "validation"] < best.loc["plain-0", "validation"]
    assert (best["learning_rate"].iloc[1:] == 3e-3).all()
    for name in runs:
        kept = json.loads((folder / name / "emulator.json").read_text())["provenance"]
        curve = pd.read_csv(folder / name / "learning_curve.csv")
        assert best.loc[name, "validation"] == pytest.approx(curve["validation_data_loss"][kept["best_epoch"] - 1])


@pytest.fixture(scope="module")
def models(grey):
    """Atmospheres of the grey dataset by split."""
    whole = from_dataset(
        grey.drop_vars("label_jacobian").assign(log_tau=grey["log_tau"].broadcast_like(grey["temperature"]))
    )
    return {name: whole[grey["split"].values == number] for number, name in enumerate(("train", "validation", "test"))}


def test_scores_are_those_of_the_models(grey, models):
    """The polynomial knows the models it was fitted to better than others; what it gives is scored as it is."""
    baseline = fit_baselines(grey)["polynomial"]
    drawn = baseline.space.draw(20, np.random.default_rng(1))
    row = scores(baseline, baseline.space.fix, validation=models["train"], test=models["test"], drawn=drawn)
    error = np.abs(np.log(baseline(models["test"]).gas_pressure / models["test"].gas_pressure))
    assert row["test_gas_pressure_median"] == pytest.approx(np.percentile(error, 50, method="higher"))
    assert row["test_gas_pressure_median_low"] < row["test_gas_pressure_median"] < row["test_gas_pressure_median_high"]
    assert row["validation_gas_pressure_median"] < row["test_gas_pressure_median"]
    assert row["unphysical"] == pytest.approx(is_unphysical(baseline(drawn)).mean())
    assert row["pressure_falls"] == pytest.approx(pressure_falls(baseline(drawn)).mean())


def table(**columns):
    """Scores of seeds; what is not given is 0.01 everywhere."""
    names = [f"{split}_{field}_{part}" for split in ("validation", "test") for field in FIELDS for part in STATISTICS]
    names += [f"{measure.columns}_{part}" for measure in MEASURES for part in STATISTICS]
    rows = pd.DataFrame(columns)
    rest = {name: 0.01 for name in (*names, *FLAWS) if name not in rows}
    fixed = {"group": "alpha", "kind": "pinn", "derivatives": False, "trial": rows["alpha"].map("alpha-{:g}".format)}
    return rows.assign(**rest, **fixed)


def test_an_error_holds_seeds_and_models():
    rows = table(alpha=[0.1, 0.1], form_c_median=[0.01, 0.03]).assign(form_c_median_low=0.0, form_c_median_high=0.04)
    value, error = estimate(rows, "form_c_median")
    assert value == pytest.approx(0.02)
    assert error == pytest.approx(np.hypot(0.02 / np.sqrt(2), 0.01))  # a 95 % interval is four errors wide
    assert estimate(rows.iloc[:1], "form_c_p95") == (0.01, 0.0)


def scan(**columns):
    return summarize(table(alpha=[0.0, 0.001, 0.1, 0.9], **columns))


def test_the_weight_may_not_cost_accuracy():
    found = scan(pressure_falls=[0.1, 0.1, 0.02, 0.0], validation_temperature_median=[0.01, 0.01, 0.0105, 0.02])
    assert chosen_weight(found) == 0.1
    found = scan(pressure_falls=[0.1, 0.1, 0.02, 0.0], validation_gas_pressure_median=[0.01, 0.01, 0.0105, 0.0109])
    assert chosen_weight(found) == 0.9


def test_among_equally_physical_weights_the_one_nearest_to_equilibrium_is_chosen():
    rows = [
        table(alpha=[0.0, 0.001, 0.1], pressure_falls=share, form_c_median=[0.02, 0.01, 0.03])
        for share in ([0.2, 0.10, 0.10], [0.2, 0.12, 0.08])
    ]
    assert chosen_weight(summarize(pd.concat(rows))) == 0.001  # 0.11 and 0.09 +- 0.014


def test_the_page_holds_every_trial(grey):
    trials = planned(Settings(trials={"groups": get_args(Group)}))
    rows = []
    for trial in trials.values():
        row = table(alpha=[float(trial.options.get("alpha", 0.0))])
        rows += [
            row.assign(trial=trial.name, group=trial.group, kind=trial.kind, derivatives=derivatives)
            for derivatives in ((False, True) if trial.rates else (False,))
        ]
    rows += [
        table(alpha=[0.0]).assign(trial=kind, group="baselines", kind=kind) for kind in ("interpolation", "polynomial")
    ]
    joined = pd.concat(rows)
    text = page(
        summary=summarize(joined),
        dataset=grey,
        figure=("images/a.png", "What is seen."),
        trials=SETTINGS.trials.plain(),
    )
    assert "nan" not in text and "By the rule of [claims.md](claims.md) the weight is **0**." in text
    for words in ("without `wrong_signs`", "all mistakes, weights kept by their validation", "no physics loss (`mlp`)"):
        assert words in text
    for kind in ("`pinn` | learnt", "`direct` | no", "`published`", "`interpolation`"):
        assert f"| {kind} |" in text
    assert "| E = D = 512 |" in text
    # two trials of the scan stand in the second table too, one in that of the paper's size; heads
    assert text.count("\n| ") == len(joined) + 2 + 1 + 5 * 2
