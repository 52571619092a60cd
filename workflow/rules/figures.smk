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


use rule stage as figure with:
    input:
        unpack(lambda wildcards: FIGURES[wildcards.figure]),
    output:
        pdf=f"{RESULTS}/figures/{{figure}}.pdf",
        png=report(
            f"{RESULTS}/figures/{{figure}}.png",
            caption="../report/figure.rst",
            category=lambda wildcards: CATEGORIES[wildcards.figure],
        ),
    pathvars:
        job="figure/{figure}",
    params:
        **calls(
            "figures:draw",
            code=lambda wildcards: drawing(wildcards.figure),
            caption=lambda wildcards: caption(wildcards.figure),
        ),


rule figures:
    input:
        pdf=expand(rules.figure.output.pdf, figure=FIGURES),
        png=expand(rules.figure.output.png, figure=FIGURES),
