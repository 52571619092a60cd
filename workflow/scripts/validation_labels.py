"""Labels of one set of models that the validation needs."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.atmosphere import SolverOptions
    from kurucz_a1.atmosphere.solver.solve import load_opacities
    from kurucz_a1.files import write_text
    from kurucz_a1.validation.decks import is_like_the_solvers, real_decks
    from kurucz_a1.validation.models import label_set

    COUNTED = {"box": "box", "box_deep": "deep", "by_line": "by_line"}  # sets drawn in the box, and their keys
    settings, name = snakemake.params.settings, snakemake.wildcards.labels
    decks = []
    if name == "atlas12":
        vturb = load_opacities(SolverOptions()).lines.vturb
        decks = [deck for deck in real_decks(settings["decks"])[0] if is_like_the_solvers(deck, vturb)]
        decks = decks[: settings["structures"]]
    labels = label_set(
        name,
        box=snakemake.params.box,
        count={set_name: settings.get(key) for set_name, key in COUNTED.items()},
        seed=settings.get("seed"),
        points=settings.get("sweep"),
        decks=decks,
    )
    write_text(snakemake.output.labels, labels.to_csv(lineterminator="\n"))
