# What the differentiable chain is for: labels of stars and of the Sun, and line strengths, from spectra.
# Not a part of the default target: each of the three takes its time.

INFERENCE = f"{RESULTS}/inference"
INFERRING = f"{RESULTS}/models/{config['inference']['emulator']}/emulator.json"
INFERENCE_LINES = {
    "gfall": [GFALL["path"]],
    None: [],  # those of the package
}.get(config["inference"]["lines"], [config["inference"]["lines"]])
INFERRED_STARS = config["inference"]["stars"]
STAR_BATCHES = [
    f"{number:03d}"
    for number in range(-(-INFERRED_STARS // config["inference"]["batch"]))
]
# What all spectra of a section's stars go by.
SPECTRA = {
    key: config["inference"][key]
    for key in ("window", "pixel", "resolution", "signal_to_noise", "free", "least")
}
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


wildcard_constraints:
    stars=r"\d+",


rule infer_star_batch:
    input:
        emulator=INFERRING,
        lines=INFERENCE_LINES,
    output:
        stars=f"{INFERENCE}/stars/{{stars}}.csv",
    log:
        f"{LOGS}/infer_star_batch/{{stars}}.log",
    benchmark:
        f"{BENCHMARKS}/infer_star_batch/{{stars}}.tsv"
    conda:
        "../../envs/inference.yaml"
    threads: 1  # a second one would hardly be used: batches run side by side
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        settings=SPECTRA,
        stars=stars_of_batch,
        seed=config["seed"],
        code=code_digest("infer_star_batch"),
    script:
        "../scripts/infer_star_batch.py"


rule infer_own_star:
    input:
        emulator=INFERRING,
        lines=INFERENCE_LINES,
        observed=OWN_STAR,
    output:
        star=f"{INFERENCE}/own_star.csv",
        fit=f"{INFERENCE}/own_star_spectrum.csv",
    log:
        f"{LOGS}/infer_own_star.log",
    benchmark:
        f"{BENCHMARKS}/infer_own_star.tsv"
    conda:
        "../../envs/inference.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        settings={**SPECTRA, "medium": config["inference"]["medium"]},
        seed=config["seed"],
        code=code_digest("infer_own_star"),
    script:
        "../scripts/infer_own_star.py"


rule infer_star:
    input:
        stars=expand(rules.infer_star_batch.output.stars, stars=STAR_BATCHES),
        own=rules.infer_own_star.output if OWN_STAR else [],
        png=f"{INFERENCE}/inferred_stars.png",
        pdf=f"{INFERENCE}/inferred_stars.pdf",
        pulls=f"{INFERENCE}/pulls.csv",


rule inferred_stars:
    input:
        stars=expand(rules.infer_star_batch.output.stars, stars=STAR_BATCHES),
    output:
        stars=f"{INFERENCE}/stars.csv",
        pulls=f"{INFERENCE}/pulls.csv",
    log:
        f"{LOGS}/inferred_stars.log",
    benchmark:
        f"{BENCHMARKS}/inferred_stars.tsv"
    conda:
        "../../envs/inference.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        code=code_digest("inferred_stars"),
    script:
        "../scripts/inferred_stars.py"


rule inferred_sun:
    input:
        emulator=INFERRING,
        files=[path for path in (config["spectrum"]["lines"], OBSERVED_SUN) if path],
    output:
        sun=f"{INFERENCE}/sun.csv",
    log:
        f"{LOGS}/inferred_sun.log",
    benchmark:
        f"{BENCHMARKS}/inferred_sun.tsv"
    conda:
        "../../envs/inference.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spectrum=config["spectrum"],
        observed=OBSERVED_SUN,
        resolution=OBSERVED_RESOLUTION,
        seed=config["seed"],
        code=code_digest("inferred_sun"),
    script:
        "../scripts/inferred_sun.py"


rule infer_sun:
    input:
        sun=rules.inferred_sun.output.sun,
        png=f"{INFERENCE}/inferred_sun.png",
        pdf=f"{INFERENCE}/inferred_sun.pdf",


rule calibrated_lines:
    input:
        emulator=INFERRING,
        lines=INFERENCE_LINES,
    output:
        lines=f"{INFERENCE}/calibrated_lines.csv",
        stars=f"{INFERENCE}/calibrated_stars.csv",
        summary=f"{INFERENCE}/calibration.csv",
    log:
        f"{LOGS}/calibrated_lines.log",
    benchmark:
        f"{BENCHMARKS}/calibrated_lines.tsv"
    conda:
        "../../envs/inference.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        settings={
            **SPECTRA,
            "calibrated_stars": config["inference"]["calibrated_stars"],
            "standards": config["inference"]["standards"],
        },
        seed=config["seed"],
        code=code_digest("calibrated_lines"),
    script:
        "../scripts/calibrated_lines.py"


rule calibrate_gf:
    input:
        summary=rules.calibrated_lines.output.summary,
        png=f"{INFERENCE}/calibrated_lines.png",
        pdf=f"{INFERENCE}/calibrated_lines.pdf",


rule inference_figure:
    input:
        unpack(lambda wildcards: INFERENCE_FIGURES[wildcards.figure]),
    output:
        pdf=f"{INFERENCE}/{{figure}}.pdf",
        png=f"{INFERENCE}/{{figure}}.png",
    log:
        f"{LOGS}/inference_figure/{{figure}}.log",
    benchmark:
        f"{BENCHMARKS}/inference_figure/{{figure}}.tsv"
    wildcard_constraints:
        figure="|".join(INFERENCE_FIGURES),
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        code=lambda wildcards: code_digest(
            "figure", f"kurucz_a1.figures.{wildcards.figure}"
        ),
    script:
        "../scripts/figure.py"
