# Many trainings on equal terms: docs/trials.md. Not a part of the default target.

TRIALS = planned(settings)


wildcard_constraints:
    trial="|".join(map(re.escape, TRIALS)),


# Models that no network, and no choice of a setting, has seen.
use rule grid_labels as trial_labels with:
    output:
        labels=f"{RESULTS}/trials/test/labels.csv",
    pathvars:
        job="trial_labels",
    params:
        **calls(
            "grid:draw",
            grid={**config["grid"], "count": config["trials"]["test"]},
            seed=config["trials"]["test_seed"],
        ),


use rule grid_batch as trial_models with:
    input:
        opacities=OPACITY_TABLE,
        labels=rules.trial_labels.output.labels,
    output:
        models=f"{RESULTS}/trials/test/{{batch}}.nc",
        failures=f"{RESULTS}/trials/test/{{batch}}.failures.csv",
        tries=f"{RESULTS}/trials/test/{{batch}}.tries.csv",
        decks=f"{RESULTS}/trials/test/{{batch}}.decks",
    pathvars:
        job="trial_models/{batch}",
    params:
        **calls("grid:solver_batch", solver=numbers_of("solver")),
        batch_size=config["trials"]["test"],


use rule training_stage as train_trial with:
    input:
        dataset=rules.dataset.output.dataset,
    output:
        networks=f"{RESULTS}/trials/{{trial}}/networks.csv",
    pathvars:
        job="train_trial/{trial}",
    threads: config["trials"]["threads"]
    params:
        **calls(
            "trials:train", plan=lambda wildcards: TRIALS[wildcards.trial]._asdict()
        ),
        threads_of="trials",


use rule network_stage as score_trial with:
    input:
        dataset=rules.dataset.output.dataset,
        test=f"{RESULTS}/trials/test/0000.nc",
        networks=rules.train_trial.output.networks,
    output:
        table=f"{RESULTS}/trials/{{trial}}/scores.csv",
    pathvars:
        job="score_trial/{trial}",
    threads: config["trials"]["threads"]
    params:
        **calls(
            "trials:score",
            plan=lambda wildcards: TRIALS[wildcards.trial]._asdict(),
            drawn=config["trials"]["drawn"],
            seed=config["trials"]["test_seed"],
        ),
        threads_of="trials",


use rule network_stage as score_baselines with:
    input:
        dataset=rules.dataset.output.dataset,
        test=f"{RESULTS}/trials/test/0000.nc",
    output:
        table=f"{RESULTS}/trials/baselines.csv",
    pathvars:
        job="score_baselines",
    params:
        **calls(
            "trials:score_baselines",
            drawn=config["trials"]["drawn"],
            seed=config["trials"]["test_seed"],
        ),


use rule stage as trial_tables with:
    input:
        tables=expand(rules.score_trial.output.table, trial=TRIALS)
        + [rules.score_baselines.output.table],
    output:
        scores=f"{TABLES}/trial_scores.csv",
        summary=f"{TABLES}/trials.csv",
    pathvars:
        job="trial_tables",
    params:
        **calls("trials:collect"),


use rule stage as trial_figure with:
    input:
        summary=rules.trial_tables.output.summary,
    output:
        pdf=f"{RESULTS}/figures/alpha_scan.pdf",
        png=f"{RESULTS}/figures/alpha_scan.png",
    pathvars:
        job="trial_figure",
    params:
        **calls("figures:draw", code=drawing("alpha_scan"), figure="alpha_scan"),


TRIALS_PAGE = Path(config["trials"]["document"])
TRIALS_IMAGE = TRIALS_PAGE.parent / "images" / TRIALS_PAGE.stem / "alpha_scan.png"
WITH_WEIGHTS = "alpha" in config["trials"]["groups"]


use rule stage as trials with:
    input:
        summary=rules.trial_tables.output.summary,
        dataset=rules.dataset.output.dataset,
        png=rules.trial_figure.output.png if WITH_WEIGHTS else [],
    output:
        **({"image": str(TRIALS_IMAGE)} if WITH_WEIGHTS else {}),
        document=str(TRIALS_PAGE),
    pathvars:
        job="trials",
    params:
        **calls(
            "trials:write_page",
            figure_caption=caption("alpha_scan"),
            trials=config["trials"],
        ),
