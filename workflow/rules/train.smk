# The networks of KINDS, each trained on the same models.


use rule training_stage as train_emulator with:
    input:
        dataset=rules.dataset.output.dataset,
    output:
        f"{RESULTS}/models/{{kind}}/weights.npz",
        f"{RESULTS}/models/{{kind}}/learning_curve.csv",
        description=f"{RESULTS}/models/{{kind}}/emulator.json",
    pathvars:
        job="train_emulator/{kind}",
    params:
        **calls(
            "training:train",
            options=lambda wildcards: training_options(wildcards.kind),
            seed=config["seed"],
        ),


rule train:
    input:
        curves=expand(f"{RESULTS}/models/{{kind}}/learning_curve.csv", kind=KINDS),
        descriptions=expand(rules.train_emulator.output.description, kind=KINDS),
