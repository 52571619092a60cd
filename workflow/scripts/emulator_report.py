"""The page docs/emulator.md, with its figures beside it."""

from pathlib import Path

from stage import stage

with stage(snakemake):
    import json
    import shutil

    import pandas

    from kurucz_a1.dataset import open_dataset
    from kurucz_a1.evaluation.claims import claims
    from kurucz_a1.evaluation.emulator_page import page
    from kurucz_a1.files import atomic_path, write_text

    source, params = snakemake.input, snakemake.params
    figures = []
    for path, copied in zip(map(Path, source.png), snakemake.output.images, strict=True):
        with atomic_path(copied) as temporary:
            shutil.copyfile(path, temporary)
        figures.append((f"images/{Path(snakemake.output.document).stem}/{path.name}", params.captions[path.stem]))
    descriptions = [json.loads(Path(path).read_text(encoding="utf-8")) for path in source.emulators]
    with open_dataset(source.dataset, load=False) as dataset:
        text = page(
            checks=pandas.read_csv(source.checks).fillna({"met": ""}),
            growth=pandas.read_csv(source.growth) if source.growth else None,
            alpha=pandas.read_csv(source.alpha) if source.alpha else None,
            claims=claims({Path(path).stem: pandas.read_csv(path) for path in source.tables}),
            emulators={description["kind"]: description for description in descriptions},
            dataset=dataset,
            figures=figures,
        )
    write_text(Path(snakemake.output.document), text)
