# One page that a person can read: figures, numbers, and what was run.


use rule stage as report with:
    input:
        figures=rules.figures.input.png
        + (
            [f"{RESULTS}/figures/alpha_scan.png"]
            if config["trials"]["in_report"]
            else []
        ),
        tables=[
            rules.evaluate_hydrostatic.output.summary,
            rules.evaluate_accuracy.output.summary,
            rules.evaluate_atlas12.output.summary,
            rules.evaluate_timing.output.timing,
            rules.spectrum.output.summary,
            rules.spectrum.output.energy,
            rules.spectrum.output.line_table,
            rules.spectrum.output.effects,
            rules.solar_widths.output.summary,
            rules.solar_widths.output.effects,
            rules.grid.output.failures,
        ]
        + (
            [f"{RESULTS}/inference/{name}.csv" for name in ("pulls", "calibration")]
            if config["inference"]["in_report"]
            else []
        )
        + ([f"{TABLES}/trials.csv"] if config["trials"]["in_report"] else []),
        labels=rules.grid_labels.output.labels,
        dataset=rules.dataset.output.dataset,
    output:
        page=f"{RESULTS}/report.html",
    pathvars:
        job="report",
    params:
        **calls("report:write", configuration=config),
