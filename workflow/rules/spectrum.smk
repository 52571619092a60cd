# The Sun from the structures of ATLAS-12, the solver and the networks at the same labels, beside the observed Sun.

STRUCTURES = ["atlas12", "atlas12_5750", "solver", *SOLAR_KINDS]
SOLAR_EMULATORS = expand(rules.train_emulator.output.description, kind=SOLAR_KINDS)
ATLASES = config["solar_atlases"]
# Path of the observed Sun, from an atlas's name or as the configuration has it; nothing where none is wanted.
OBSERVED_SUN = config["spectrum"]["observed"] or []
OBSERVED_RESOLUTION = config["spectrum"]["resolution"]
if OBSERVED_SUN and OBSERVED_SUN in ATLASES:
    OBSERVED_RESOLUTION = ATLASES[OBSERVED_SUN]["resolution"]
    OBSERVED_SUN = ATLASES[OBSERVED_SUN]["file"]


# Where jobs run on other machines, these may have no network.
localrules:
    fetch_iag_atlas,
    fetch_hsrs_atlas,


use rule stage as fetch_iag_atlas with:
    output:
        file=ATLASES["iag"]["file"],
    pathvars:
        job="fetch_iag_atlas",
    resources:
        mem_mb=growing(500),
        runtime=growing(60),
    params:
        **fetches(ATLASES["iag"]),


use rule fetch_iag_atlas as fetch_hsrs_atlas with:
    output:
        file=ATLASES["hsrs"]["file"],
    pathvars:
        job="fetch_hsrs_atlas",
    params:
        **fetches(ATLASES["hsrs"]),


use rule solver_stage as spectrum with:
    input:
        emulators=SOLAR_EMULATORS,
        opacities=OPACITY_TABLE,
        lines=config["spectrum"]["lines"] or [],
        observed=OBSERVED_SUN,
    output:
        spectra=expand(f"{RESULTS}/spectrum/{{source}}.nc", source=STRUCTURES),
        window=f"{TABLES}/solar_window.csv",
        line_table=f"{TABLES}/solar_lines.csv",
        energy=f"{TABLES}/solar_energy.csv",
        summary=f"{TABLES}/solar_summary.csv",
        effects=f"{TABLES}/solar_effects.csv",
    pathvars:
        job="spectrum",
    params:
        **calls(
            "spectrum:solar_spectrum",
            spectrum=config["spectrum"],
            resolution=OBSERVED_RESOLUTION,
            solver=numbers_of("solver"),
            configuration={
                "spectrum": config["spectrum"],
                "solver": numbers_of("solver"),
            },
        ),


use rule solver_stage as solar_widths with:
    input:
        emulators=SOLAR_EMULATORS,
        opacities=OPACITY_TABLE,
    output:
        widths=f"{TABLES}/solar_widths.csv",
        summary=f"{TABLES}/solar_widths_summary.csv",
        effects=f"{TABLES}/solar_widths_effects.csv",
    pathvars:
        job="solar_widths",
    params:
        **calls(
            "spectrum:solar_widths",
            vmic=config["spectrum"]["vmic"],
            solver=numbers_of("solver"),
        ),


rule solar_comparison:
    input:
        rules.spectrum.output,
        rules.solar_widths.output,
        expand(
            f"{RESULTS}/figures/{{figure}}.png",
            figure=["solar_spectrum", "solar_widths"],
        ),
