"""Line lists in, the table of line opacities out, at the microturbulence of the grid."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.errors import BadConfig
    from kurucz_a1.lines.build_opacity_table import build
    from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND

    if not snakemake.input.lists:
        raise BadConfig(
            "solver.lines is default, the table embedded in the package, whose line lists are not part of it; "
            "to build a table name line lists in solver.lines, or gfall (docs/line_lists.md)"
        )
    build(
        snakemake.input.lists,
        snakemake.output.table,
        snakemake.params.vturb * KILOMETRE_PER_SECOND,
        report=lambda text: print(text, flush=True),
    )
