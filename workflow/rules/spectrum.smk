# The Sun from the structures of ATLAS-12, the solver and the networks at the same labels, beside the observed Sun.

STRUCTURES = ["atlas12", "solver", *KINDS]


rule spectrum:
    input:
        emulators=rules.train.input.descriptions,
        opacities=OPACITY_TABLE,
        files=[
            path
            for path in (config["spectrum"]["lines"], config["spectrum"]["observed"])
            if path
        ],
    output:
        spectra=expand(f"{RESULTS}/spectrum/{{source}}.nc", source=STRUCTURES),
        window=f"{TABLES}/solar_window.csv",
        lines=f"{TABLES}/solar_lines.csv",
        energy=f"{TABLES}/solar_energy.csv",
        summary=f"{TABLES}/solar_summary.csv",
        effects=f"{TABLES}/solar_effects.csv",
    log:
        f"{LOGS}/spectrum.log",
    benchmark:
        f"{BENCHMARKS}/spectrum.tsv"
    conda:
        "../../envs/spectrum.yaml"
    threads: config["solver"]["threads"]
    resources:
        mem_mb=2500,
        runtime=30,
    params:
        spectrum=config["spectrum"],
        solver=numbers_of("solver"),
        vturb=config["grid"]["box"]["vturb"],
        code=code_digest("spectrum"),
    script:
        "../scripts/spectrum.py"
