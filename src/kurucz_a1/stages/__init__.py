"""The stages of the workflow, one function a rule: paths and settings in, files out.

The rules of ``workflow/rules`` only connect these functions. Each can be called without Snakemake, from a script, a
notebook or a debugger:

    from pathlib import Path
    from kurucz_a1.settings import GridSettings
    from kurucz_a1.stages import grid

    grid.draw(labels=Path("labels.csv"), grid=GridSettings(count=10), seed=1)

All arguments are keywords: input files, output files, settings (the models of ``kurucz_a1.settings``) and seeds. A
function writes every output file whole or not at all, reports what it does on standard output, and raises a
``UserError`` of one line for what the user can mend.
"""
