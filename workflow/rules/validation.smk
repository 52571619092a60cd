# What the physics core and the solver can show, against real ATLAS-12 models and against themselves: docs/validation.md.
# Not a part of the default target: it solves for some hundred models of its own.

VALIDATION = f"{RESULTS}/validation"
VALIDATION_LISTS = config["validation"]["line_lists"] or []
VALIDATION_DECKS = config["validation"]["decks"]
# Samples of models, and the keys of the configuration that their labels go by.
SAMPLES = {
    "box": ["box", "seed"],
    "box_deep": ["box", "seed", "deep"],
    "sweeps": ["sweep"],
    "sweeps_deep": ["sweep"],
    "atlas12": ["structures", "decks"],
}
if VALIDATION_DECKS:
    SAMPLES["given"] = ["structures", "decks"]
if VALIDATION_LISTS:
    SAMPLES["by_line"] = ["box", "seed", "by_line"]
# Samples of the labels of ATLAS-12 models.
REPEATED = [sample for sample in ("atlas12", "given") if sample in SAMPLES]
VALIDATION_FIGURES = {
    "validation_gas": f"{VALIDATION}/gas.csv",
    "validation_structure": f"{VALIDATION}/structure_profiles.csv",
    "validation_range": f"{VALIDATION}/structure.csv",
    "validation_flux": f"{VALIDATION}/flux.csv",
    "validation_smoothness": f"{VALIDATION}/smoothness.csv",
}
if config["validation"]["solar_spectrum"]:
    VALIDATION_FIGURES["validation_energy"] = f"{VALIDATION}/solar_energy.csv"


wildcard_constraints:
    sample="|".join(SAMPLES),
    deep="|_deep",


use rule stage as validation_labels with:
    input:
        opacities=OPACITY_TABLE,
    output:
        labels=f"{VALIDATION}/models/{{sample}}.csv",
    pathvars:
        job="validation_labels/{sample}",
    params:
        **calls(
            "validation:draw_labels",
            box=config["grid"]["box"],
            # what each sample goes by, so that a change of one leaves the others as they are
            validation=lambda wildcards: {
                key: config["validation"][key] for key in SAMPLES[wildcards.sample]
            },
            solver=numbers_of("solver"),
        ),


use rule solver_stage as validation_models with:
    input:
        labels=rules.validation_labels.output.labels,
        opacities=OPACITY_TABLE,
        line_lists=lambda wildcards: (
            VALIDATION_LISTS if wildcards.sample == "by_line" else []
        ),
    output:
        models=f"{VALIDATION}/models/{{sample}}.nc",
        failures=f"{VALIDATION}/models/{{sample}}.failures.csv",
    pathvars:
        job="validation_models/{sample}",
    resources:
        mem_mb=growing(2500),
        runtime=growing(240),
    params:
        **calls("validation:solve_sample", solver=numbers_of("solver")),


use rule solver_stage as validation_gas with:
    input:
        opacities=OPACITY_TABLE,
    output:
        errors=f"{VALIDATION}/gas.csv",
    pathvars:
        job="validation_gas",
    params:
        **calls("validation:gas", decks=VALIDATION_DECKS, solver=numbers_of("solver")),


use rule stage as validation_structure with:
    input:
        labels=expand(f"{VALIDATION}/models/{{sample}}.csv", sample=REPEATED),
        models=expand(f"{VALIDATION}/models/{{sample}}.nc", sample=REPEATED),
    output:
        errors=f"{VALIDATION}/structure.csv",
        profiles=f"{VALIDATION}/structure_profiles.csv",
    pathvars:
        job="validation_structure",
    params:
        **calls("validation:structure", decks=VALIDATION_DECKS),


use rule solver_stage as validation_flux with:
    input:
        labels=f"{VALIDATION}/models/box.csv",
        models=f"{VALIDATION}/models/box.nc",
        opacities=OPACITY_TABLE,
    output:
        errors=f"{VALIDATION}/flux.csv",
    pathvars:
        job="validation_flux",
    params:
        **calls("validation:flux", solver=numbers_of("solver")),


use rule stage as validation_equilibrium with:
    input:
        labels=f"{VALIDATION}/models/box{{deep}}.csv",
        models=f"{VALIDATION}/models/box{{deep}}.nc",
    output:
        residuals=f"{VALIDATION}/equilibrium{{deep}}.csv",
        summary=f"{VALIDATION}/equilibrium{{deep}}_summary.csv",
    pathvars:
        job="validation_equilibrium{deep}",
    params:
        **calls("validation:equilibrium"),


use rule stage as validation_smoothness with:
    input:
        labels=f"{VALIDATION}/models/sweeps{{deep}}.csv",
        models=f"{VALIDATION}/models/sweeps{{deep}}.nc",
    output:
        excess=f"{VALIDATION}/smoothness{{deep}}.csv",
    pathvars:
        job="validation_smoothness{deep}",
    params:
        **calls("validation:smoothness"),


use rule stage as validation_table with:
    input:
        labels=f"{VALIDATION}/models/by_line.csv",
        exact=f"{VALIDATION}/models/by_line.nc",
        models=f"{VALIDATION}/models/box.nc",
    output:
        errors=f"{VALIDATION}/table.csv",
    pathvars:
        job="validation_table",
    params:
        **calls("validation:line_table"),


use rule solver_stage as validation_jacobian with:
    input:
        labels=f"{VALIDATION}/models/box.csv",
        opacities=OPACITY_TABLE,
    output:
        errors=f"{VALIDATION}/jacobian.csv",
    pathvars:
        job="validation_jacobian",
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **calls(
            "validation:jacobian",
            solver=numbers_of("solver"),
            at_most=config["validation"]["jacobians"],
        ),


use rule solver_stage as validation_energy with:
    input:
        observed=config["validation"]["solar_spectrum"] or [],
        opacities=OPACITY_TABLE,
    output:
        energy=f"{VALIDATION}/solar_energy.csv",
    pathvars:
        job="validation_energy",
    params:
        **calls("validation:solar_energy", solver=numbers_of("solver")),


use rule stage as validation_figure with:
    input:
        table=lambda wildcards: VALIDATION_FIGURES[wildcards.figure],
    output:
        pdf=f"{VALIDATION}/{{figure}}.pdf",
        png=f"{VALIDATION}/{{figure}}.png",
    pathvars:
        job="validation_figure/{figure}",
    wildcard_constraints:
        figure="|".join(VALIDATION_FIGURES),
    params:
        **calls("figures:draw", code=lambda wildcards: drawing(wildcards.figure)),


use rule stage as validation with:
    input:
        expand(rules.validation_figure.output.pdf, figure=VALIDATION_FIGURES),
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
        sample_failures=expand(rules.validation_models.output.failures, sample=SAMPLES),
        png=expand(rules.validation_figure.output.png, figure=VALIDATION_FIGURES),
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
    pathvars:
        job="validation",
    params:
        **calls(
            "validation:write_page",
            samples=list(SAMPLES),
            box=config["grid"]["box"],
            decks=VALIDATION_DECKS,
            seed=config["validation"]["seed"],
            solver=numbers_of("solver"),
            captions={name: caption(name) for name in VALIDATION_FIGURES},
        ),
