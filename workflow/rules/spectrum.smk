# The Sun from the structures of ATLAS-12, the solver and the networks at the same labels, beside the observed Sun.

STRUCTURES = ["atlas12", "solver", *KINDS]
ATLASES = config["solar_atlases"]
# Path of the observed Sun, from an atlas's name or as the configuration has it; nothing where none is wanted.
OBSERVED_SUN = config["spectrum"]["observed"]
OBSERVED_RESOLUTION = config["spectrum"]["resolution"]
if OBSERVED_SUN in ATLASES:
    OBSERVED_RESOLUTION = ATLASES[OBSERVED_SUN]["resolution"]
    OBSERVED_SUN = ATLASES[OBSERVED_SUN]["file"]


# Where jobs run on other machines, these may have no network.
localrules:
    fetch_iag_atlas,
    fetch_hsrs_atlas,


rule fetch_iag_atlas:
    output:
        atlas=ATLASES["iag"]["file"],
    log:
        f"{LOGS}/fetch_iag_atlas.log",
    benchmark:
        f"{BENCHMARKS}/fetch_iag_atlas.tsv"
    conda:
        "../../envs/spectrum.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(60),
    params:
        source=ATLASES["iag"],
        code=code_digest("fetch_checked"),
    script:
        "../scripts/fetch_checked.py"


use rule fetch_iag_atlas as fetch_hsrs_atlas with:
    output:
        atlas=ATLASES["hsrs"]["file"],
    log:
        f"{LOGS}/fetch_hsrs_atlas.log",
    benchmark:
        f"{BENCHMARKS}/fetch_hsrs_atlas.tsv"
    params:
        source=ATLASES["hsrs"],
        code=code_digest("fetch_checked"),


rule spectrum:
    input:
        emulators=rules.train.input.descriptions,
        opacities=OPACITY_TABLE,
        files=[path for path in (config["spectrum"]["lines"], OBSERVED_SUN) if path],
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
        pool=config["solver"]["threads"],
        mem_mb=growing(2500),
        runtime=growing(30),
    params:
        spectrum=config["spectrum"],
        observed=OBSERVED_SUN,
        resolution=OBSERVED_RESOLUTION,
        solver=numbers_of("solver"),
        vturb=config["grid"]["box"]["vturb"],
        code=code_digest("spectrum"),
    script:
        "../scripts/spectrum.py"


rule solar_widths:
    input:
        emulators=rules.train.input.descriptions,
        opacities=OPACITY_TABLE,
    output:
        widths=f"{TABLES}/solar_widths.csv",
        summary=f"{TABLES}/solar_widths_summary.csv",
        effects=f"{TABLES}/solar_widths_effects.csv",
    log:
        f"{LOGS}/solar_widths.log",
    benchmark:
        f"{BENCHMARKS}/solar_widths.tsv"
    conda:
        "../../envs/spectrum.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(2500),
        runtime=growing(30),
    params:
        vmic=config["spectrum"]["vmic"],
        solver=numbers_of("solver"),
        vturb=config["grid"]["box"]["vturb"],
        code=code_digest("solar_widths"),
    script:
        "../scripts/solar_widths.py"


rule solar_comparison:
    input:
        rules.spectrum.output,
        rules.solar_widths.output,
        expand(
            f"{RESULTS}/figures/{{figure}}.png",
            figure=["solar_spectrum", "solar_widths"],
        ),
