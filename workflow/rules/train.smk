# The paper's network, with its physics term (pinn) and without (mlp), and one that is hydrostatic by construction.


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
            options=lambda wildcards: numbers_of(
                "hydrostatic" if wildcards.kind == "hydrostatic" else "emulator"
            ),
            seed=config["seed"],
        ),


rule train:
    input:
        curves=expand(f"{RESULTS}/models/{{kind}}/learning_curve.csv", kind=KINDS),
        descriptions=expand(rules.train_emulator.output.description, kind=KINDS),
