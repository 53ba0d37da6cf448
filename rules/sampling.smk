"""Samples: what the metrics read, from a model or from the data themselves.

in:   <dataset>/models/<model>/seed<seed>/model.safetensors, or <dataset>/images/*.arrow
out:  <dataset>/samples/<model, train or test>/seed<seed>.arrow: uint8 images
"""


rule sample_model:
    """The images that a trained model is scored by (20,000 in the paper)."""
    input:
        model="<results>/{dataset}/models/{model}/seed{seed}/model.safetensors",
    output:
        "<results>/{dataset}/samples/{model}/seed{seed}.arrow",
    log:
        "<logs>/sample_model/{dataset}-{model}-seed{seed}.log",
    benchmark:
        "<benchmarks>/sample_model/{dataset}-{model}-seed{seed}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=more_each_time(of(NEEDS.sampling_memory, "model", "dataset")),
        runtime=more_each_time(60),
        disk_mb=of(lambda d: megabytes(EXPERIMENT.samples_bytes(d)), "dataset"),
    params:
        samples=config["samples"],
        seed=job_seed("sample_model"),
        device=config["device"],
    script:
        "../scripts/sample_model.py"


rule sample_split:
    """As many training or test images, at random: the reference rows of the tables.

    Training images that made no bins, where there are some.
    """
    input:
        images="<results>/{dataset}/images/{split}.arrow",
    output:
        "<results>/{dataset}/samples/{split}/seed{seed}.arrow",
    log:
        "<logs>/sample_split/{dataset}-{split}-seed{seed}.log",
    benchmark:
        "<benchmarks>/sample_split/{dataset}-{split}-seed{seed}.tsv"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=4000,
        runtime=30,
        disk_mb=of(lambda d: megabytes(EXPERIMENT.samples_bytes(d)), "dataset"),
    params:
        samples=config["samples"],
        reference=of(lambda d: EXPERIMENT.bins_settings(d)["reference"], "dataset"),
        reference_seed=of(EXPERIMENT.reference_seed, "dataset"),
        seed=job_seed("sample_split"),
    script:
        "../scripts/sample_split.py"
