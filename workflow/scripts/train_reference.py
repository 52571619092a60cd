"""The hydrostatic network trained on a number of the package's real ATLAS-12 models."""

from pathlib import Path

from stage import stage

with stage(snakemake):
    from kurucz_a1.dataset import atlas12_reference_dataset, fewer_to_train
    from kurucz_a1.emulator.training import train

    seed = snakemake.params.seed
    dataset = fewer_to_train(atlas12_reference_dataset(seed=seed), int(snakemake.wildcards.learnt), seed)
    folder = Path(snakemake.output.description).parent
    train(dataset, snakemake.params.options, folder, "hydrostatic", seed=seed)
