"""Training: one rule for every model (section 3, supp. 1.2).

in:   <dataset>/images/train.arrow, and the model's block in the configuration; a mixture
      or a network of features, where the model is trained with one
out:  <dataset>/models/<model>/seed<seed>/
          model.safetensors     the weights
          history.parquet       the learning curve
          progress/             grids of samples along the way, and the model as it was
                                at each of `snapshots`

State that a killed training goes on from lies beside them in `state/`. It is no
output: Snakemake deletes the outputs of a job that fails.
"""


rule train_model:
    """A model of a dataset; a killed training goes on where it was."""
    input:
        unpack(of(EXPERIMENT.training_inputs, "model", "dataset", "seed")),
        images="<results>/{dataset}/images/train.arrow",
    output:
        model="<results>/{dataset}/models/{model}/seed{seed}/model.safetensors",
        history="<results>/{dataset}/models/{model}/seed{seed}/history.parquet",
        progress=directory("<results>/{dataset}/models/{model}/seed{seed}/progress"),
    log:
        "<logs>/train_model/{dataset}-{model}-seed{seed}.log",
    benchmark:
        "<benchmarks>/train_model/{dataset}-{model}-seed{seed}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=more_each_time(of(NEEDS.training_memory, "model", "dataset")),
        runtime=more_each_time(1440),
        disk_mb=of(NEEDS.training_disk, "model", "dataset"),
    params:
        architecture=of(EXPERIMENT.architecture_of, "model"),
        settings=of(EXPERIMENT.training_settings, "model", "dataset"),
        seed=job_seed("train_model"),
        device=config["device"],
        precision=config["precision"],
        state=f"{OUT}/{{dataset}}/models/{{model}}/seed{{seed}}/state",
    script:
        "../scripts/train_model.py"
