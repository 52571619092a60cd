"""The table of the package's ATLAS-12 models, put into its page."""

from stage import stage

with stage(snakemake):
    from pathlib import Path

    from kurucz_a1.evaluation.reference_set import reference_section
    from kurucz_a1.files import write_text
    from kurucz_a1.grid.reference import atlas12_reference_atmospheres, atlas12_runs
    from kurucz_a1.report.pages import fill

    page = Path(snakemake.params.page)
    section = reference_section(atlas12_reference_atmospheres(), atlas12_runs())
    write_text(page, fill(page.read_text(encoding="utf-8"), {"reference_set": section}))
    write_text(snakemake.output.section, section + "\n")
