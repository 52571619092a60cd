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
            "trials:train", trial=lambda wildcards: TRIALS[wildcards.trial]._asdict()
        ),
        threads_of="trials",
