# What the physics core and the solver can show, against real ATLAS-12 models and against themselves: docs/validation.md.
# Not a part of the default target: it solves for some hundred models of its own.

VALIDATION = f"{RESULTS}/validation"
VALIDATION_LISTS = config["validation"]["line_lists"] or []
# Sets of models, and the keys of the configuration that their labels go by.
VALIDATION_SETS = {
    "box": ["box", "seed"],
    "box_deep": ["box", "seed", "deep"],
    "sweeps": ["sweep"],
    "sweeps_deep": ["sweep"],
    "atlas12": ["structures", "decks"],
} | ({"by_line": ["box", "seed", "by_line"]} if VALIDATION_LISTS else {})
VALIDATION_FIGURES = {
    "validation_gas": f"{VALIDATION}/gas.csv",
    "validation_structure": f"{VALIDATION}/structure_profiles.csv",
    "validation_flux": f"{VALIDATION}/flux.csv",
    "validation_smoothness": f"{VALIDATION}/smoothness.csv",
}
if config["validation"]["solar_spectrum"]:
    VALIDATION_FIGURES["validation_energy"] = f"{VALIDATION}/solar_energy.csv"


wildcard_constraints:
    labels="|".join(VALIDATION_SETS),
    deep="|_deep",


rule validation_labels:
    output:
        labels=f"{VALIDATION}/models/{{labels}}.csv",
    log:
        f"{LOGS}/validation_labels/{{labels}}.log",
    benchmark:
        f"{BENCHMARKS}/validation_labels/{{labels}}.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        box=config["grid"]["box"],
        # what each set goes by, so that a change of one leaves the others as they are
        settings=lambda wildcards: {
            key: config["validation"][key] for key in VALIDATION_SETS[wildcards.labels]
        },
        code=code_digest("validation_labels"),
    script:
        "../scripts/validation_labels.py"


rule validation_models:
    input:
        labels=rules.validation_labels.output.labels,
        line_lists=lambda wildcards: (
            VALIDATION_LISTS if wildcards.labels == "by_line" else []
        ),
    output:
        models=f"{VALIDATION}/models/{{labels}}.nc",
        failures=f"{VALIDATION}/models/{{labels}}.failures.csv",
    log:
        f"{LOGS}/validation_models/{{labels}}.log",
    benchmark:
        f"{BENCHMARKS}/validation_models/{{labels}}.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(2500),
        runtime=growing(240),
    params:
        solver=numbers_of("solver"),
        line_lists=lambda wildcards: (
            VALIDATION_LISTS if wildcards.labels == "by_line" else []
        ),
        code=code_digest("validation_models"),
    script:
        "../scripts/validation_models.py"


rule validation_gas:
    output:
        errors=f"{VALIDATION}/gas.csv",
    log:
        f"{LOGS}/validation_gas.log",
    benchmark:
        f"{BENCHMARKS}/validation_gas.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(2500),
        runtime=growing(20),
    params:
        decks=config["validation"]["decks"],
        solver=numbers_of("solver"),
        code=code_digest("validation_gas"),
    script:
        "../scripts/validation_gas.py"


rule validation_structure:
    input:
        labels=f"{VALIDATION}/models/atlas12.csv",
        models=f"{VALIDATION}/models/atlas12.nc",
    output:
        errors=f"{VALIDATION}/structure.csv",
        profiles=f"{VALIDATION}/structure_profiles.csv",
    log:
        f"{LOGS}/validation_structure.log",
    benchmark:
        f"{BENCHMARKS}/validation_structure.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        decks=config["validation"]["decks"],
        code=code_digest("validation_structure"),
    script:
        "../scripts/validation_structure.py"


rule validation_flux:
    input:
        labels=f"{VALIDATION}/models/box.csv",
        models=f"{VALIDATION}/models/box.nc",
    output:
        errors=f"{VALIDATION}/flux.csv",
    log:
        f"{LOGS}/validation_flux.log",
    benchmark:
        f"{BENCHMARKS}/validation_flux.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(2500),
        runtime=growing(30),
    params:
        solver=numbers_of("solver"),
        code=code_digest("validation_flux"),
    script:
        "../scripts/validation_flux.py"


rule validation_equilibrium:
    input:
        labels=f"{VALIDATION}/models/box{{deep}}.csv",
        models=f"{VALIDATION}/models/box{{deep}}.nc",
    output:
        residuals=f"{VALIDATION}/equilibrium{{deep}}.csv",
        summary=f"{VALIDATION}/equilibrium{{deep}}_summary.csv",
    log:
        f"{LOGS}/validation_equilibrium{{deep}}.log",
    benchmark:
        f"{BENCHMARKS}/validation_equilibrium{{deep}}.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        code=code_digest("validation_equilibrium"),
    script:
        "../scripts/validation_equilibrium.py"


rule validation_smoothness:
    input:
        labels=f"{VALIDATION}/models/sweeps{{deep}}.csv",
        models=f"{VALIDATION}/models/sweeps{{deep}}.nc",
    output:
        excess=f"{VALIDATION}/smoothness{{deep}}.csv",
    log:
        f"{LOGS}/validation_smoothness{{deep}}.log",
    benchmark:
        f"{BENCHMARKS}/validation_smoothness{{deep}}.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        code=code_digest("validation_smoothness"),
    script:
        "../scripts/validation_smoothness.py"


rule validation_table:
    input:
        labels=f"{VALIDATION}/models/by_line.csv",
        exact=f"{VALIDATION}/models/by_line.nc",
        models=f"{VALIDATION}/models/box.nc",
    output:
        errors=f"{VALIDATION}/table.csv",
    log:
        f"{LOGS}/validation_table.log",
    benchmark:
        f"{BENCHMARKS}/validation_table.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        code=code_digest("validation_table"),
    script:
        "../scripts/validation_table.py"


rule validation_jacobian:
    input:
        labels=f"{VALIDATION}/models/box.csv",
    output:
        errors=f"{VALIDATION}/jacobian.csv",
    log:
        f"{LOGS}/validation_jacobian.log",
    benchmark:
        f"{BENCHMARKS}/validation_jacobian.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        solver=numbers_of("solver"),
        at_most=config["validation"]["jacobians"],
        code=code_digest("validation_jacobian"),
    script:
        "../scripts/validation_jacobian.py"


rule validation_energy:
    input:
        observed=config["validation"]["solar_spectrum"] or [],
    output:
        energy=f"{VALIDATION}/solar_energy.csv",
    log:
        f"{LOGS}/validation_energy.log",
    benchmark:
        f"{BENCHMARKS}/validation_energy.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(2500),
        runtime=growing(20),
    params:
        solver=numbers_of("solver"),
        code=code_digest("validation_energy"),
    script:
        "../scripts/validation_energy.py"


rule validation_figure:
    input:
        lambda wildcards: VALIDATION_FIGURES[wildcards.figure],
    output:
        pdf=f"{VALIDATION}/{{figure}}.pdf",
        png=f"{VALIDATION}/{{figure}}.png",
    log:
        f"{LOGS}/validation_figure/{{figure}}.log",
    benchmark:
        f"{BENCHMARKS}/validation_figure/{{figure}}.tsv"
    wildcard_constraints:
        figure="|".join(VALIDATION_FIGURES),
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


rule validation:
    input:
        gas=rules.validation_gas.output.errors,
        structure=rules.validation_structure.output.errors,
        flux=rules.validation_flux.output.errors,
        table=rules.validation_table.output.errors if VALIDATION_LISTS else [],
        jacobian=rules.validation_jacobian.output.errors,
        equilibrium=expand(
            rules.validation_equilibrium.output.residuals, deep=["", "_deep"]
        ),
        equilibrium_summary=expand(
            rules.validation_equilibrium.output.summary, deep=["", "_deep"]
        ),
        smoothness=expand(rules.validation_smoothness.output.excess, deep=["", "_deep"]),
        energy=(
            rules.validation_energy.output.energy
            if config["validation"]["solar_spectrum"]
            else []
        ),
        failures=expand(rules.validation_models.output.failures, labels=VALIDATION_SETS),
        png=expand(rules.validation_figure.output.png, figure=VALIDATION_FIGURES),
        pdf=expand(rules.validation_figure.output.pdf, figure=VALIDATION_FIGURES),
    output:
        summary=f"{VALIDATION}/summary.csv",
        failures=f"{VALIDATION}/failures.csv",
        document=config["validation"]["document"],
        images=expand(
            str(
                Path(config["validation"]["document"]).parent / "images" / "{name}.png"
            ),
            name=VALIDATION_FIGURES,
        ),
    log:
        f"{LOGS}/validation.log",
    benchmark:
        f"{BENCHMARKS}/validation.tsv"
    conda:
        "../../envs/validation.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        sets=list(VALIDATION_SETS),
        box=config["grid"]["box"],
        decks=config["validation"]["decks"],
        seed=config["validation"]["seed"],
        solver=numbers_of("solver"),
        captions={name: caption(name) for name in VALIDATION_FIGURES},
        code=code_digest("validation"),
    script:
        "../scripts/validation.py"
