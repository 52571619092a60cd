# What the networks can show, number by number, against their targets: docs/emulator.md.
# Not a part of the default target: it trains a network for each number of models, the solver's and ATLAS-12's.

CHECKS = f"{RESULTS}/emulator"
EMULATOR_PAGE = Path(config["evaluation"]["document"])
# Where a list of the configuration is empty, the page does without.
EMULATOR_FIGURES = {}
if config["evaluation"]["reference_counts"]:
    EMULATOR_FIGURES["emulator_growth"] = f"{CHECKS}/growth.csv"
if config["evaluation"]["counts"]:
    EMULATOR_FIGURES["emulator_counts"] = f"{CHECKS}/counts.csv"
HYDROSTATIC_ALONE = config["evaluation"]["networks"] == "hydrostatic"
PAGE_NETWORKS = (
    [f"{RESULTS}/models/hydrostatic/emulator.json"]
    if HYDROSTATIC_ALONE
    else rules.train.input.descriptions
)
# Figures of the default run that the page shows too.
SHOWN_TOO = (
    []
    if HYDROSTATIC_ALONE
    else ["profile_errors", "hydrostatic_histogram", "learning_curves"]
)


wildcard_constraints:
    learnt=r"\d+",
    derivatives="with|without",


use rule training_stage as train_reference with:
    output:
        f"{CHECKS}/reference/{{learnt}}/weights.npz",
        description=f"{CHECKS}/reference/{{learnt}}/emulator.json",
    pathvars:
        job="train_reference/{learnt}",
    params:
        **calls(
            "training:train_on_atlas12",
            hydrostatic=numbers_of("hydrostatic"),
            seed=config["seed"],
        ),


use rule network_stage as emulator_growth with:
    input:
        emulators=expand(
            rules.train_reference.output.description,
            learnt=config["evaluation"]["reference_counts"],
        ),
    output:
        table=f"{CHECKS}/growth.csv",
    pathvars:
        job="emulator_growth",
    params:
        **calls("emulator_checks:by_count_of_atlas12", seed=config["seed"]),


use rule training_stage as train_on_few with:
    input:
        dataset=rules.dataset.output.dataset,
    output:
        f"{CHECKS}/learnt/{{derivatives}}_{{learnt}}/weights.npz",
        description=f"{CHECKS}/learnt/{{derivatives}}_{{learnt}}/emulator.json",
    pathvars:
        job="train_on_few/{derivatives}_{learnt}",
    params:
        **calls(
            "training:train_on_few",
            steps=config["evaluation"]["steps"],
            hydrostatic=numbers_of("hydrostatic"),
            seed=config["seed"],
        ),


use rule network_stage as emulator_counts with:
    input:
        emulators=expand(
            rules.train_on_few.output.description,
            learnt=config["evaluation"]["counts"],
            derivatives=["with", "without"],
        ),
        dataset=rules.dataset.output.dataset,
    output:
        table=f"{CHECKS}/counts.csv",
    pathvars:
        job="emulator_counts",
    params:
        **calls("emulator_checks:by_count"),


use rule network_stage as emulator_checks with:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=PAGE_NETWORKS,
        opacities=OPACITY_TABLE,
    output:
        table=f"{CHECKS}/checks.csv",
    pathvars:
        job="emulator_checks",
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **calls(
            "emulator_checks:check",
            drawn=config["evaluation"]["drawn"],
            solver=numbers_of("solver"),
            seed=config["seed"],
        ),


use rule network_stage as emulator_details with:
    input:
        dataset=rules.dataset.output.dataset,
        description=f"{RESULTS}/models/hydrostatic/emulator.json",
    output:
        regions=f"{CHECKS}/regions.csv",
        derivatives=f"{CHECKS}/derivatives.csv",
    pathvars:
        job="emulator_details",
    resources:
        mem_mb=growing(4000),
        runtime=growing(20),
    params:
        **calls("emulator_checks:details"),


use rule solver_stage as emulator_stars with:
    input:
        description=f"{RESULTS}/models/hydrostatic/emulator.json",
        opacities=OPACITY_TABLE,
    output:
        table=f"{CHECKS}/stars.csv",
    pathvars:
        job="emulator_stars",
    params:
        **calls("emulator_checks:stars", solver=numbers_of("solver")),


use rule solver_stage as emulator_solved with:
    input:
        description=f"{RESULTS}/models/hydrostatic/emulator.json",
        opacities=OPACITY_TABLE,
    output:
        table=f"{CHECKS}/solved.csv",
    pathvars:
        job="emulator_solved",
    params:
        **calls(
            "emulator_checks:solved",
            decks=VALIDATION_DECKS,
            usual=config["evaluation"]["usual"],
            solver=numbers_of("solver"),
            seed=config["validation"]["seed"],
        ),


use rule stage as emulator_figure with:
    input:
        table=lambda wildcards: EMULATOR_FIGURES[wildcards.figure],
    output:
        pdf=f"{CHECKS}/{{figure}}.pdf",
        png=f"{CHECKS}/{{figure}}.png",
    pathvars:
        job="emulator_figure/{figure}",
    wildcard_constraints:
        figure="emulator_growth|emulator_counts",
    params:
        **calls("figures:draw", code=lambda wildcards: drawing(wildcards.figure)),


use rule stage as emulator_report with:
    input:
        checks=[
            rules.emulator_checks.output.table,
            rules.emulator_solved.output.table,
        ],
        regions=rules.emulator_details.output.regions,
        derivatives=rules.emulator_details.output.derivatives,
        stars=rules.emulator_stars.output.table,
        counts=(
            rules.emulator_counts.output.table
            if config["evaluation"]["counts"]
            else []
        ),
        growth=(
            rules.emulator_growth.output.table
            if config["evaluation"]["reference_counts"]
            else []
        ),
        png=expand(rules.emulator_figure.output.png, figure=EMULATOR_FIGURES)
        + expand(f"{RESULTS}/figures/{{figure}}.png", figure=SHOWN_TOO),
        tables=[] if HYDROSTATIC_ALONE else rules.report.input.tables,
        dataset=rules.dataset.output.dataset,
        emulators=PAGE_NETWORKS,
    output:
        document=str(EMULATOR_PAGE),
        images=expand(
            str(EMULATOR_PAGE.parent / "images" / EMULATOR_PAGE.stem / "{name}.png"),
            name=[*EMULATOR_FIGURES, *SHOWN_TOO],
        ),
    pathvars:
        job="emulator_report",
    params:
        **calls(
            "emulator_checks:write_page",
            captions={name: caption(name) for name in [*EMULATOR_FIGURES, *SHOWN_TOO]},
        ),
