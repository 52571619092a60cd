"""All that was measured in one table and one page, with its figures beside it."""

from pathlib import Path

from stage import stage
from tables import write_table

with stage(snakemake):
    import shutil

    import pandas

    from kurucz_a1.dataset import provenance
    from kurucz_a1.evaluation.targets import as_table
    from kurucz_a1.files import atomic_path, write_text
    from kurucz_a1.validation import summary
    from kurucz_a1.validation.decks import real_decks
    from kurucz_a1.validation.document import document
    from kurucz_a1.validation.models import DEEP_DEPTHS
    from kurucz_a1.validation.structure import in_box

    source, params = snakemake.input, snakemake.params
    gas, structure, flux, jacobian = (
        pandas.read_csv(source[name]) for name in ("gas", "structure", "flux", "jacobian")
    )
    # on the depths of the configuration, and on more where temperature rises steeply
    equilibrium, equilibrium_summary, smoothness = (
        [pandas.read_csv(path) for path in source[name]]
        for name in ("equilibrium", "equilibrium_summary", "smoothness")
    )
    deep = f"the same on {DEEP_DEPTHS} depths"
    inside = in_box(params.box, structure)
    rows = [
        *summary.gas_rows(gas),
        *summary.structure_rows(structure[inside], "ATLAS-12 models in the box of the grid"),
        *summary.structure_rows(structure, "all ATLAS-12 models of the solver's physics"),
        *summary.table_rows(pandas.read_csv(source.table) if source.table else None),
        summary.flux_row(flux),
        *summary.equilibrium_rows(equilibrium[0], equilibrium_summary[0]),
        *summary.equilibrium_rows(equilibrium[1], equilibrium_summary[1], deep),
        *summary.jacobian_rows(jacobian),
        *summary.smoothness_rows(smoothness[0]),
        *summary.smoothness_rows(smoothness[1], deep),
        *summary.solar_rows(pandas.read_csv(source.energy) if source.energy else None),
    ]
    table = as_table(rows)
    failures = pandas.concat(
        [
            pandas.read_csv(path).assign(set=name).astype({"reason": str})
            for name, path in zip(params.sets, source.failures, strict=True)
        ]
    )
    left_out = [entry for entry in real_decks(params.decks)[1] if not entry[1].startswith("the same model")]

    page = Path(snakemake.output.document)
    figures = []
    for path, copied in zip(map(Path, source.png), snakemake.output.images, strict=True):
        with atomic_path(copied) as temporary:
            shutil.copyfile(path, temporary)
        figures.append((f"images/{path.name}", params.captions[path.stem]))
    commit = provenance({}, "solver")["git_commit"]
    made = (
        f"Revision `{commit[:10]}`, {params.solver['frequencies']} frequencies, {params.solver['depths']} depths, "
        f"{gas['deck'].nunique()} decks of ATLAS-12, {len(structure)} of them solved for, {len(flux)} labels drawn in "
        f"the box of the grid with seed {params.seed}."
    )
    write_table(snakemake.output.summary, table)
    write_table(snakemake.output.failures, failures)
    write_text(page, document(table, made=made, figures=figures, failures=failures, left_out=left_out))
