"""The paper's network with one weight of the physics loss."""

from pathlib import Path

from stage import stage

with stage(snakemake):
    from kurucz_a1.dataset import open_dataset
    from kurucz_a1.emulator.training import train

    options = {**snakemake.params.options, "seed": snakemake.params.seed}
    train(open_dataset(snakemake.input.dataset), options, Path(snakemake.output.description).parent, "pinn")
