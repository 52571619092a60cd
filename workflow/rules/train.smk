# The paper's network, with its physics term (pinn) and without (mlp), and one that is hydrostatic by construction.


rule train_emulator:
    input:
        dataset=rules.dataset.output.dataset,
    output:
        description=f"{RESULTS}/models/{{kind}}/emulator.json",
        weights=f"{RESULTS}/models/{{kind}}/weights.npz",
        learning_curve=f"{RESULTS}/models/{{kind}}/learning_curve.csv",
    log:
        f"{LOGS}/train_emulator/{{kind}}.log",
    benchmark:
        f"{BENCHMARKS}/train_emulator/{{kind}}.tsv"
    conda:
        f"../../envs/{'train_gpu' if config['emulator']['gpu'] else 'train'}.yaml"
    threads: config["emulator"]["threads"]
    resources:
        pool=config["emulator"]["threads"],
        mem_mb=growing(training_megabytes()),
        runtime=growing(240),
        gpu=config["emulator"]["gpu"],
    params:
        options=lambda wildcards: numbers_of(
            "hydrostatic" if wildcards.kind == "hydrostatic" else "emulator"
        ),
        seed=config["seed"],
        code=code_digest("train_emulator"),
    script:
        "../scripts/train_emulator.py"


rule train:
    input:
        curves=expand(rules.train_emulator.output.learning_curve, kind=KINDS),
        descriptions=expand(rules.train_emulator.output.description, kind=KINDS),
