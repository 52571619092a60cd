# Numbers on the trained networks, the solver and ATLAS-12 itself: every table that figures and report quote.


use rule network_stage as evaluate_hydrostatic with:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=rules.train.input.descriptions,
    output:
        residuals=f"{TABLES}/hydrostatic_residuals.csv",
        summary=f"{TABLES}/hydrostatic_summary.csv",
    pathvars:
        job="evaluate_hydrostatic",
    params:
        **calls("evaluation:hydrostatic", seed=config["seed"]),


use rule network_stage as evaluate_accuracy with:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=rules.train.input.descriptions,
    output:
        by_depth=f"{TABLES}/accuracy_by_depth.csv",
        summary=f"{TABLES}/accuracy_summary.csv",
    pathvars:
        job="evaluate_accuracy",
    params:
        **calls("evaluation:accuracy", shares=config["dataset"]),


use rule solver_stage as evaluate_atlas12 with:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=rules.train.input.descriptions,
        opacities=OPACITY_TABLE,
    output:
        comparison=f"{TABLES}/atlas12_comparison.csv",
        summary=f"{TABLES}/atlas12_summary.csv",
        sun=f"{TABLES}/atlas12_sun.csv",
    pathvars:
        job="evaluate_atlas12",
    params:
        **calls(
            "evaluation:atlas12",
            solver=numbers_of("solver"),
            most=config["evaluation"]["atlas12"],
        ),


use rule network_stage as evaluate_sweeps with:
    input:
        emulators=rules.train.input.descriptions,
    output:
        sweeps=f"{TABLES}/label_sweeps.csv",
    pathvars:
        job="evaluate_sweeps",
    params:
        **calls("evaluation:sweeps"),


use rule training_stage as evaluate_timing with:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=rules.train.input.descriptions,
        opacities=OPACITY_TABLE,
    output:
        timing=f"{TABLES}/timing.csv",
    pathvars:
        job="evaluate_timing",
    resources:
        mem_mb=growing(2500),
        runtime=growing(30),
        gpu=config["emulator"]["gpu"],
    params:
        **calls(
            "evaluation:timing",
            counts=config["evaluation"]["timing"],
            solver=numbers_of("solver"),
        ),


rule evaluate:
    input:
        rules.evaluate_hydrostatic.output,
        rules.evaluate_accuracy.output,
        rules.evaluate_atlas12.output,
        rules.evaluate_sweeps.output,
        rules.evaluate_timing.output,


# Not a part of the default run: what the ATLAS-12 models of the package cost, and how good they are.
use rule stage as reference_table with:
    output:
        section=f"{TABLES}/atlas12_reference.md",
    pathvars:
        job="reference_table",
    params:
        **calls("evaluation:reference_table", page="docs/atlas12.md"),
