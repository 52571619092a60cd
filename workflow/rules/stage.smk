# What rules have in common. Every other rule is one of these with its own files, function and settings
# (`use rule ... as ... with`), and <job> is its name and wildcards.


rule stage:
    log:
        f"{RESULTS}/logs/<job>.log",
    benchmark:
        f"{RESULTS}/benchmarks/<job>.tsv"
    pathvars:
        job="stage",
    conda:
        "../../envs/cpu.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        # The section of the configuration that says how many threads a job has. Snakemake cuts `threads` down to the
        # cores that it has, but another number of threads rounds sums in another order: scripts/job.py keeps to it.
        threads_of=None,
    script:
        "../scripts/run.py"


use rule stage as solver_stage with:
    threads: config["solver"]["threads"]
    resources:
        mem_mb=growing(2500),
        runtime=growing(30),
    params:
        threads_of="solver",


use rule stage as network_stage with:
    threads: config["emulator"]["threads"]
    resources:
        mem_mb=growing(3000),
        runtime=growing(20),
    params:
        threads_of="emulator",


use rule network_stage as training_stage with:
    conda:
        f"../../envs/{'gpu' if config['emulator']['gpu'] else 'cpu'}.yaml"
    resources:
        mem_mb=growing(training_megabytes()),
        runtime=growing(240),
        gpu=config["emulator"]["gpu"],
        # of models that are held in memory, an argument of the function
        models_mb=config["emulator"]["memory"],
