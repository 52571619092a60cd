"""The paper's network with one weight of the physics loss."""

from pathlib import Path

from stage import stage

with stage(snakemake):
    from kurucz_a1.dataset import open_dataset
    from kurucz_a1.emulator.training import train

    options = {**snakemake.params.options, "seed": snakemake.params.seed}
    folder = Path(snakemake.output.description).parent
    with open_dataset(snakemake.input.dataset, load=False) as dataset:
        train(dataset, options, folder, "pinn", memory=snakemake.config["emulator"]["memory"])
