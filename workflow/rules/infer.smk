# What the differentiable chain is for: labels of stars and of the Sun, and line strengths, from spectra.
# Not a part of the default target: each of the three takes its time.

INFERENCE = f"{RESULTS}/inference"
INFERRING = f"{RESULTS}/models/{config['inference']['emulator']}/emulator.json"
INFERENCE_LINES = {
    "gfall": [GFALL["file"]],
    None: [],  # those of the package
}.get(config["inference"]["lines"], [config["inference"]["lines"]])
STAR_BATCHES = [
    f"{number:03d}"
    for number in range(
        -(-config["inference"]["stars"] // config["inference"]["batch"])
    )
]
# A spectrum of your own, fitted beside the synthetic stars.
OWN_STAR = config["inference"]["observed"] or []
INFERENCE_FIGURES = {
    "inferred_stars": {"stars": f"{INFERENCE}/stars.csv"},
    "inferred_sun": {"sun": f"{INFERENCE}/sun.csv"},
    "calibrated_lines": {
        "lines": f"{INFERENCE}/calibrated_lines.csv",
        "stars": f"{INFERENCE}/calibrated_stars.csv",
    },
}


use rule stage as infer_star_batch with:
    input:
        emulator=INFERRING,
        lines=INFERENCE_LINES,
    output:
        stars=f"{INFERENCE}/stars/{{batch}}.csv",
    pathvars:
        job="infer_star_batch/{batch}",
    # One thread: a second one would hardly be used. Batches run side by side.
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        **calls(
            "inference:recover_stars",
            inference=spectra_settings(),
            first=first_star,
            last=last_star,
            seed=config["seed"],
        ),


use rule solver_stage as infer_own_star with:
    input:
        emulator=INFERRING,
        lines=INFERENCE_LINES,
        observed=OWN_STAR,
    output:
        star=f"{INFERENCE}/own_star.csv",
        fit=f"{INFERENCE}/own_star_spectrum.csv",
    pathvars:
        job="infer_own_star",
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **calls(
            "inference:fit_observed_star",
            inference=spectra_settings(
                "medium", "observed_windows", "observed_signal_to_noise"
            ),
            seed=config["seed"],
        ),


rule infer_star:
    input:
        stars=expand(rules.infer_star_batch.output.stars, batch=STAR_BATCHES),
        own=rules.infer_own_star.output if OWN_STAR else [],
        png=f"{INFERENCE}/inferred_stars.png",
        pdf=f"{INFERENCE}/inferred_stars.pdf",
        pulls=f"{INFERENCE}/pulls.csv",


use rule stage as inferred_stars with:
    input:
        batches=expand(rules.infer_star_batch.output.stars, batch=STAR_BATCHES),
    output:
        stars=f"{INFERENCE}/stars.csv",
        pulls=f"{INFERENCE}/pulls.csv",
    pathvars:
        job="inferred_stars",
    params:
        **calls("inference:collect_stars"),


use rule solver_stage as inferred_sun with:
    input:
        emulator=INFERRING,
        lines=config["spectrum"]["lines"] or [],
        observed=OBSERVED_SUN,
    output:
        sun=f"{INFERENCE}/sun.csv",
    pathvars:
        job="inferred_sun",
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **calls(
            "inference:fit_sun",
            spectrum=config["spectrum"],
            resolution=OBSERVED_RESOLUTION,
            seed=config["seed"],
        ),


rule infer_sun:
    input:
        sun=rules.inferred_sun.output.sun,
        png=f"{INFERENCE}/inferred_sun.png",
        pdf=f"{INFERENCE}/inferred_sun.pdf",


use rule solver_stage as calibrated_lines with:
    input:
        emulator=INFERRING,
        lines=INFERENCE_LINES,
    output:
        calibrated=f"{INFERENCE}/calibrated_lines.csv",
        stars=f"{INFERENCE}/calibrated_stars.csv",
        summary=f"{INFERENCE}/calibration.csv",
    pathvars:
        job="calibrated_lines",
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        **calls(
            "inference:calibrate_lines",
            inference=spectra_settings("calibrated_stars", "standards"),
            seed=config["seed"],
        ),


rule calibrate_gf:
    input:
        summary=rules.calibrated_lines.output.summary,
        png=f"{INFERENCE}/calibrated_lines.png",
        pdf=f"{INFERENCE}/calibrated_lines.pdf",


use rule stage as inference_figure with:
    input:
        unpack(lambda wildcards: INFERENCE_FIGURES[wildcards.figure]),
    output:
        pdf=f"{INFERENCE}/{{figure}}.pdf",
        png=f"{INFERENCE}/{{figure}}.png",
    pathvars:
        job="inference_figure/{figure}",
    wildcard_constraints:
        figure="|".join(INFERENCE_FIGURES),
    params:
        **calls("figures:draw", code=lambda wildcards: drawing(wildcards.figure)),
