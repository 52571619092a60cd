# What the networks can show, number by number, against their targets: docs/emulator.md.
# Not a part of the default target: it trains a network for each weight of the physics loss and for each number of real
# ATLAS-12 models.

CHECKS = f"{RESULTS}/emulator"
EMULATOR_PAGE = Path(config["evaluation"]["document"])
# Where a list of the configuration is empty, the page does without.
EMULATOR_FIGURES = {}
if config["evaluation"]["alphas"]:
    EMULATOR_FIGURES["emulator_alpha"] = f"{CHECKS}/alpha.csv"
if config["evaluation"]["reference_counts"]:
    EMULATOR_FIGURES["emulator_growth"] = f"{CHECKS}/growth.csv"
# Figures of the default run that the page shows too.
SHOWN_TOO = ["profile_errors", "hydrostatic_histogram", "learning_curves"]


wildcard_constraints:
    alpha=r"[\d.e-]+",
    learnt=r"\d+",


rule train_alpha:
    input:
        dataset=rules.dataset.output.dataset,
    output:
        description=f"{CHECKS}/alpha/{{alpha}}/emulator.json",
        weights=f"{CHECKS}/alpha/{{alpha}}/weights.npz",
    log:
        f"{LOGS}/train_alpha/{{alpha}}.log",
    benchmark:
        f"{BENCHMARKS}/train_alpha/{{alpha}}.tsv"
    conda:
        f"../../envs/{'train_gpu' if config['emulator']['gpu'] else 'train'}.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(training_megabytes()),
        runtime=growing(240),
        gpu=config["emulator"]["gpu"],
    params:
        options=lambda wildcards: {
            **numbers_of("emulator"),
            "alpha": float(wildcards.alpha),
        },
        seed=config["seed"],
        code=code_digest("train_alpha"),
    script:
        "../scripts/train_alpha.py"


rule train_reference:
    output:
        description=f"{CHECKS}/reference/{{learnt}}/emulator.json",
        weights=f"{CHECKS}/reference/{{learnt}}/weights.npz",
    log:
        f"{LOGS}/train_reference/{{learnt}}.log",
    benchmark:
        f"{BENCHMARKS}/train_reference/{{learnt}}.tsv"
    conda:
        f"../../envs/{'train_gpu' if config['emulator']['gpu'] else 'train'}.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(2500),
        runtime=growing(240),
        gpu=config["emulator"]["gpu"],
    params:
        options=numbers_of("hydrostatic"),
        seed=config["seed"],
        code=code_digest("train_reference"),
    script:
        "../scripts/train_reference.py"


rule emulator_alpha:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=expand(
            rules.train_alpha.output.description, alpha=config["evaluation"]["alphas"]
        ),
    output:
        table=f"{CHECKS}/alpha.csv",
    log:
        f"{LOGS}/emulator_alpha.log",
    benchmark:
        f"{BENCHMARKS}/emulator_alpha.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(3000),
        runtime=growing(20),
    params:
        alphas=config["evaluation"]["alphas"],
        seed=config["seed"],
        code=code_digest("emulator_alpha"),
    script:
        "../scripts/emulator_alpha.py"


rule emulator_growth:
    input:
        emulators=expand(
            rules.train_reference.output.description,
            learnt=config["evaluation"]["reference_counts"],
        ),
    output:
        table=f"{CHECKS}/growth.csv",
    log:
        f"{LOGS}/emulator_growth.log",
    benchmark:
        f"{BENCHMARKS}/emulator_growth.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(3000),
        runtime=growing(20),
    params:
        seed=config["seed"],
        code=code_digest("emulator_growth"),
    script:
        "../scripts/emulator_growth.py"


rule emulator_checks:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=rules.train.input.descriptions,
        opacities=OPACITY_TABLE,
    output:
        table=f"{CHECKS}/checks.csv",
    log:
        f"{LOGS}/emulator_checks.log",
    benchmark:
        f"{BENCHMARKS}/emulator_checks.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        drawn=config["evaluation"]["drawn"],
        solver=numbers_of("solver"),
        seed=config["seed"],
        code=code_digest("emulator_checks"),
    script:
        "../scripts/emulator_checks.py"


rule emulator_figure:
    input:
        lambda wildcards: EMULATOR_FIGURES[wildcards.figure],
    output:
        pdf=f"{CHECKS}/{{figure}}.pdf",
        png=f"{CHECKS}/{{figure}}.png",
    log:
        f"{LOGS}/emulator_figure/{{figure}}.log",
    benchmark:
        f"{BENCHMARKS}/emulator_figure/{{figure}}.tsv"
    wildcard_constraints:
        figure="emulator_alpha|emulator_growth",
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        code=lambda wildcards: code_digest(
            "table_figure", f"kurucz_a1.figures.{wildcards.figure}"
        ),
    script:
        "../scripts/table_figure.py"


rule emulator_report:
    input:
        checks=rules.emulator_checks.output.table,
        growth=(
            rules.emulator_growth.output.table
            if config["evaluation"]["reference_counts"]
            else []
        ),
        alpha=(
            rules.emulator_alpha.output.table if config["evaluation"]["alphas"] else []
        ),
        png=expand(rules.emulator_figure.output.png, figure=EMULATOR_FIGURES)
        + expand(f"{RESULTS}/figures/{{figure}}.png", figure=SHOWN_TOO),
        tables=rules.report.input.tables,
        dataset=rules.dataset.output.dataset,
        emulators=rules.train.input.descriptions,
    output:
        document=str(EMULATOR_PAGE),
        images=expand(
            str(EMULATOR_PAGE.parent / "images" / EMULATOR_PAGE.stem / "{name}.png"),
            name=[*EMULATOR_FIGURES, *SHOWN_TOO],
        ),
    log:
        f"{LOGS}/emulator_report.log",
    benchmark:
        f"{BENCHMARKS}/emulator_report.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        captions={name: caption(name) for name in [*EMULATOR_FIGURES, *SHOWN_TOO]},
        code=code_digest("emulator_report"),
    script:
        "../scripts/emulator_report.py"
