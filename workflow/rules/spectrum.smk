# The Sun from the structures of ATLAS-12, the solver and both networks at the same labels, beside the observed Sun.

STRUCTURES = ["atlas12", "solver", *KINDS]


rule spectrum:
    input:
        emulators=rules.train.input.descriptions,
    output:
        spectra=expand(f"{RESULTS}/spectrum/{{source}}.nc", source=STRUCTURES),
        comparison=f"{TABLES}/solar_spectrum.csv",
    log:
        f"{LOGS}/spectrum.log",
    benchmark:
        f"{BENCHMARKS}/spectrum.tsv"
    conda:
        "../../envs/spectrum.yaml"
    threads: config["solver"]["threads"]
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        spectrum=config["spectrum"],
        solver=numbers_of("solver"),
        vturb=config["grid"]["box"]["vturb"],
        code=code_digest("spectrum"),
    script:
        "../scripts/spectrum.py"
