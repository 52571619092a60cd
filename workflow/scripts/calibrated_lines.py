"""Line strengths that were made wrong, calibrated by synthetic stars together with the labels of each."""

from inference_setup import star_spectrum
from stage import stage
from tables import write_table

with stage(snakemake):
    from kurucz_a1.errors import BadConfig
    from kurucz_a1.inference.calibration_trial import calibrate_synthetic, lines_to_calibrate, summarize_calibration

    settings = snakemake.params.settings
    spectrum, lines = star_spectrum(snakemake)
    chosen = lines_to_calibrate(lines, settings["window"])
    if not len(chosen):
        raise BadConfig("inference.window holds no line that can be calibrated; name another, or inference.lines")
    print(f"{len(chosen)} of {len(lines)} lines made wrong", flush=True)
    of_lines, of_stars, found = calibrate_synthetic(
        spectrum,
        lines,
        chosen,
        settings["calibrated_stars"],
        settings["standards"],
        tuple(settings["free"]),
        settings["signal_to_noise"],
        snakemake.params.seed,
        lambda step, chi2: print(f"step {step}: chi2 {chi2:.2f}", flush=True),
    )
    summary = summarize_calibration(of_lines, of_stars, found)
    print(summary.T.to_string(header=False))
    write_table(snakemake.output.lines, of_lines)
    write_table(snakemake.output.stars, of_stars)
    write_table(snakemake.output.summary, summary)
