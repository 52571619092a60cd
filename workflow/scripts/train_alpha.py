"""The paper's network with one weight of the physics loss."""

from pathlib import Path

from stage import stage

with stage(snakemake):
    from kurucz_a1.dataset import open_dataset
    from kurucz_a1.emulator.training import train

    folder = Path(snakemake.output.description).parent
    with open_dataset(snakemake.input.dataset, load=False) as dataset:
        options, memory = snakemake.params.options, snakemake.config["emulator"]["memory"]
        train(dataset, options, folder, "pinn", seed=snakemake.params.seed, memory=memory)
