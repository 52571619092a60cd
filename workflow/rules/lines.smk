# Line lists, and the opacity tables made from them where the configuration names lists (docs/line_lists.md).

GFALL = {
    "file": "resources/gfall08oct17.dat",
    "address": "http://kurucz.harvard.edu/linelists/gfnew/gfall08oct17.dat",
    "algorithm": "md5",
    "digest": "32e655430d5a7ce36f556bd545167971",
}
LINE_LISTS = [
    GFALL["file"] if name == "gfall" else name for name in settings.solver.line_lists
]


# Where jobs run on other machines, these may have no network.
localrules:
    fetch_gfall,


use rule stage as fetch_gfall with:
    output:
        file=GFALL["file"],
    pathvars:
        job="fetch_gfall",
    resources:
        mem_mb=growing(500),
        runtime=growing(60),
    params:
        **fetches(GFALL),


use rule solver_stage as opacity_tables with:
    input:
        lists=LINE_LISTS,
    output:
        table=f"{RESULTS}/opacity_tables/line_opacity.nc",
    pathvars:
        job="opacity_tables",
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        **calls("lines:opacity_table", vturb=config["grid"]["box"]["vturb"]),


# An input of every rule that solves or uses the solver's opacities; none stands for the table of the package.
OPACITY_TABLE = rules.opacity_tables.output.table if LINE_LISTS else []
