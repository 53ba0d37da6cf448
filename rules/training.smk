"""Training: one rule for every model (section 3, supp. 1.2).

in:   <dataset>/images/train.arrow, and the model's block in the configuration
out:  <dataset>/models/<model>/seed<seed>/model.safetensors, and history.parquet, the
      learning curve

State that a killed training goes on from lies beside them in `state/`. It is no
output: Snakemake deletes the outputs of a job that fails.
"""


rule train_model:
    """A model of a dataset; a killed training goes on where it was."""
    input:
        images=f"{OUT}/{{dataset}}/images/train.arrow",
    output:
        model=f"{OUT}/{{dataset}}/models/{{model}}/seed{{seed}}/model.safetensors",
        history=f"{OUT}/{{dataset}}/models/{{model}}/seed{{seed}}/history.parquet",
    log:
        log_of("train_model", "{dataset}-{model}-seed{seed}"),
    benchmark:
        benchmark_of("train_model", "{dataset}-{model}-seed{seed}")
    conda:
        "../envs/torch.yaml"
    threads: 8
    resources:
        gpu=1,
        mem_mb=16000,
        runtime=1440,
    params:
        architecture=lambda wildcards: config["models"][
            parse_variant(wildcards.model)[0]
        ]["architecture"],
        settings=lambda wildcards: model_settings(
            config, wildcards.model, wildcards.dataset
        ),
        seed=seed_of("train_model"),
        device=config["device"],
        state=f"{OUT}/{{dataset}}/models/{{model}}/seed{{seed}}/state",
    script:
        "../scripts/train_model.py"
