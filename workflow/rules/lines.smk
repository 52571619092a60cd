# Line lists, and the opacity tables made from them where the configuration names lists (docs/line_lists.md).

GFALL = {
    "path": "resources/gfall08oct17.dat",
    "address": "http://kurucz.harvard.edu/linelists/gfnew/gfall08oct17.dat",
    "algorithm": "md5",
    "digest": "32e655430d5a7ce36f556bd545167971",
}
LINE_LISTS = [
    GFALL["path"] if name == "gfall" else name for name in settings.solver.line_lists
]


# Where jobs run on other machines, these may have no network.
localrules:
    fetch_gfall,


rule fetch_gfall:
    output:
        gfall=GFALL["path"],
    log:
        f"{LOGS}/fetch_gfall.log",
    benchmark:
        f"{BENCHMARKS}/fetch_gfall.tsv"
    conda:
        "../../envs/lines.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(60),
    params:
        source=GFALL,
        code=code_digest("fetch_checked"),
    script:
        "../scripts/fetch_checked.py"


rule opacity_tables:
    input:
        lists=LINE_LISTS,
    output:
        table=f"{RESULTS}/opacity_tables/line_opacity.nc",
    log:
        f"{LOGS}/opacity_tables.log",
    benchmark:
        f"{BENCHMARKS}/opacity_tables.tsv"
    conda:
        "../../envs/lines.yaml"
    threads: config["solver"]["threads"]
    resources:
        pool=config["solver"]["threads"],
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        vturb=config["grid"]["box"]["vturb"],
        code=code_digest("opacity_tables"),
    script:
        "../scripts/opacity_tables.py"


# What the solver's rules take as input; nothing stands for the table that is embedded in the package.
OPACITY_TABLE = rules.opacity_tables.output.table if LINE_LISTS else []
