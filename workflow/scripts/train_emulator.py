"""One network: dataset in, weights, description and learning curve out."""

from pathlib import Path

from stage import stage

with stage(snakemake):
    from kurucz_a1.dataset import open_dataset
    from kurucz_a1.emulator.training import train

    folder = Path(snakemake.output.description).parent
    options = {**snakemake.params.options, "seed": snakemake.params.seed}
    with open_dataset(snakemake.input.dataset, load=False) as dataset:
        train(dataset, options, folder, snakemake.wildcards.kind, memory=snakemake.config["emulator"]["memory"])
