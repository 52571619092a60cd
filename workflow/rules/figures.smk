# One rule a figure of the paper: tables and spectra in, one PDF and one PNG out.

# Category in the report, and inputs by the names that the module's draw() gives them.
FIGURES = {
    "architecture": ("Network", {"emulator": f"{RESULTS}/models/pinn/emulator.json"}),
    "learning_curves": ("Network", dict(zip(KINDS, rules.train.input.curves))),
    "profile_errors": (
        "Accuracy",
        {"accuracy_by_depth": rules.evaluate_accuracy.output.by_depth},
    ),
    "atlas12_comparison": (
        "Accuracy",
        {"atlas12_sun": rules.evaluate_atlas12.output.sun},
    ),
    "hydrostatic_histogram": (
        "Hydrostatic equilibrium",
        {"hydrostatic_residuals": rules.evaluate_hydrostatic.output.residuals},
    ),
    "hydrostatic_kiel": (
        "Hydrostatic equilibrium",
        {"hydrostatic_residuals": rules.evaluate_hydrostatic.output.residuals},
    ),
    "solar_spectrum": (
        "The Sun",
        {
            "solar_window": rules.spectrum.output.window,
            "solar_energy": rules.spectrum.output.energy,
        },
    ),
    "solar_widths": ("The Sun", {"solar_widths": rules.solar_widths.output.widths}),
    "label_sweeps": (
        "Accuracy",
        {"label_sweeps": rules.evaluate_sweeps.output.sweeps},
    ),
    "timing": ("Speed", {"timing": rules.evaluate_timing.output.timing}),
}


wildcard_constraints:
    figure="|".join(FIGURES),


use rule stage as figure with:
    input:
        unpack(lambda wildcards: FIGURES[wildcards.figure][1]),
    output:
        pdf=f"{RESULTS}/figures/{{figure}}.pdf",
        png=report(
            f"{RESULTS}/figures/{{figure}}.png",
            caption="../report/figure.rst",
            category=lambda wildcards: FIGURES[wildcards.figure][0],
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
