# One rule a figure of the paper: tables and spectra in, one PDF and one PNG out.

FIGURES = {
    "architecture": {"emulator": f"{RESULTS}/models/pinn/emulator.json"},
    "learning_curves": dict(zip(KINDS, rules.train.input.curves)),
    "profile_errors": {"accuracy_by_depth": rules.evaluate_accuracy.output.by_depth},
    "atlas12_comparison": {"atlas12_sun": rules.evaluate_atlas12.output.sun},
    "hydrostatic_histogram": {
        "hydrostatic_residuals": rules.evaluate_hydrostatic.output.residuals
    },
    "hydrostatic_kiel": {
        "hydrostatic_residuals": rules.evaluate_hydrostatic.output.residuals
    },
    "solar_spectrum": {
        "solar_window": rules.spectrum.output.window,
        "solar_energy": rules.spectrum.output.energy,
    },
    "solar_widths": {"solar_widths": rules.solar_widths.output.widths},
    "label_sweeps": {"label_sweeps": rules.evaluate_sweeps.output.sweeps},
    "timing": {"timing": rules.evaluate_timing.output.timing},
}
CATEGORIES = {
    "architecture": "Network",
    "learning_curves": "Network",
    "profile_errors": "Accuracy",
    "atlas12_comparison": "Accuracy",
    "hydrostatic_histogram": "Hydrostatic equilibrium",
    "hydrostatic_kiel": "Hydrostatic equilibrium",
    "solar_spectrum": "The Sun",
    "solar_widths": "The Sun",
    "label_sweeps": "Accuracy",
    "timing": "Speed",
}


wildcard_constraints:
    figure="|".join(FIGURES),


rule figure:
    input:
        unpack(lambda wildcards: FIGURES[wildcards.figure]),
    output:
        pdf=f"{RESULTS}/figures/{{figure}}.pdf",
        png=report(
            f"{RESULTS}/figures/{{figure}}.png",
            caption="../report/figure.rst",
            category=lambda wildcards: CATEGORIES[wildcards.figure],
        ),
    log:
        f"{LOGS}/figure/{{figure}}.log",
    benchmark:
        f"{BENCHMARKS}/figure/{{figure}}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        caption=lambda wildcards: caption(wildcards.figure),
        code=lambda wildcards: code_digest(
            "figure", f"kurucz_a1.figures.{wildcards.figure}"
        ),
    script:
        "../scripts/figure.py"


rule figures:
    input:
        pdf=expand(rules.figure.output.pdf, figure=FIGURES),
        png=expand(rules.figure.output.png, figure=FIGURES),
