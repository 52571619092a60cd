# Numbers on the trained networks, the solver and ATLAS-12 itself: every table that figures and report quote.


rule evaluate_hydrostatic:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=rules.train.input.descriptions,
    output:
        residuals=f"{TABLES}/hydrostatic_residuals.csv",
        summary=f"{TABLES}/hydrostatic_summary.csv",
    log:
        f"{LOGS}/evaluate_hydrostatic.log",
    benchmark:
        f"{BENCHMARKS}/evaluate_hydrostatic.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(3000),
        runtime=growing(20),
    params:
        code=code_digest("evaluate_hydrostatic"),
    script:
        "../scripts/evaluate_hydrostatic.py"


rule evaluate_accuracy:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=rules.train.input.descriptions,
    output:
        by_depth=f"{TABLES}/accuracy_by_depth.csv",
        summary=f"{TABLES}/accuracy_summary.csv",
    log:
        f"{LOGS}/evaluate_accuracy.log",
    benchmark:
        f"{BENCHMARKS}/evaluate_accuracy.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(3000),
        runtime=growing(20),
    params:
        code=code_digest("evaluate_accuracy"),
    script:
        "../scripts/evaluate_accuracy.py"


rule evaluate_atlas12:
    input:
        dataset=rules.dataset.output.dataset,
        emulators=rules.train.input.descriptions,
        opacities=OPACITY_TABLE,
    output:
        comparison=f"{TABLES}/atlas12_comparison.csv",
        summary=f"{TABLES}/atlas12_summary.csv",
        sun=f"{TABLES}/atlas12_sun.csv",
    log:
        f"{LOGS}/evaluate_atlas12.log",
    benchmark:
        f"{BENCHMARKS}/evaluate_atlas12.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(2500),
        runtime=growing(30),
    params:
        solver=numbers_of("solver"),
        vturb=config["grid"]["box"]["vturb"],
        most=config["evaluation"]["atlas12"],
        code=code_digest("evaluate_atlas12"),
    script:
        "../scripts/evaluate_atlas12.py"


rule evaluate_sweeps:
    input:
        emulators=rules.train.input.descriptions,
    output:
        sweeps=f"{TABLES}/label_sweeps.csv",
    log:
        f"{LOGS}/evaluate_sweeps.log",
    benchmark:
        f"{BENCHMARKS}/evaluate_sweeps.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        code=code_digest("evaluate_sweeps"),
    script:
        "../scripts/evaluate_sweeps.py"


rule evaluate_timing:
    input:
        emulators=rules.train.input.descriptions,
        dataset=rules.dataset.output.dataset,
        opacities=OPACITY_TABLE,
    output:
        timing=f"{TABLES}/timing.csv",
    log:
        f"{LOGS}/evaluate_timing.log",
    benchmark:
        f"{BENCHMARKS}/evaluate_timing.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(2500),
        runtime=growing(30),
        gpu=config["emulator"]["gpu"],
    params:
        counts=config["evaluation"]["timing"],
        solved=5,
        solver=numbers_of("solver"),
        vturb=config["grid"]["box"]["vturb"],
        code=code_digest("evaluate_timing"),
    script:
        "../scripts/evaluate_timing.py"


rule evaluate:
    input:
        rules.evaluate_hydrostatic.output,
        rules.evaluate_accuracy.output,
        rules.evaluate_atlas12.output,
        rules.evaluate_sweeps.output,
        rules.evaluate_timing.output,


# Not a part of the default run: what the ATLAS-12 models of the package cost, and how good they are.
rule reference_table:
    output:
        section=f"{TABLES}/atlas12_reference.md",
    log:
        f"{LOGS}/reference_table.log",
    benchmark:
        f"{BENCHMARKS}/reference_table.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        page="docs/atlas12.md",
        code=code_digest("reference_table"),
    script:
        "../scripts/reference_table.py"
