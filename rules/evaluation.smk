"""Evaluation: metrics read sample files only, so anybody's samples can be scored.

in:   <dataset>/samples/<source>/seed<seed>.arrow, and the bins; for the likelihood, the
      model and the images; a classifier, or the Inception network; for what happens
      along a training, its snapshots
out:  <dataset>/scores/<source>/seed<seed>/
          ndb.parquet           one row a K: NDB, NDB/K, JS, and what chance would give
          proportions.parquet   one row a bin: proportions, standard error, z, p
          sharpness.parquet     one row: mean, standard error
          likelihood.parquet    one row an image: log-likelihood in nats
          recognition.parquet   one row: what a classifier sees
          accuracy.parquet      of a classifier, on the test images
          snapshots.parquet     one row a snapshot and K: NDB/K, JS, Inception Score
"""


rule evaluate_samples:
    """NDB and JS of one sample file at every K (section 2)."""
    input:
        samples=f"{OUT}/{{dataset}}/samples/{{source}}/seed{{seed}}.arrow",
        bins=lambda wildcards: [
            bins_file(wildcards.dataset, k) for k in config["bins"]["k"]
        ],
    output:
        ndb=f"{OUT}/{{dataset}}/scores/{{source}}/seed{{seed}}/ndb.parquet",
        proportions=f"{OUT}/{{dataset}}/scores/{{source}}/seed{{seed}}/proportions.parquet",
    log:
        log_of("evaluate_samples", "{dataset}-{source}-seed{seed}"),
    benchmark:
        benchmark_of("evaluate_samples", "{dataset}-{source}-seed{seed}")
    conda:
        "../envs/torch.yaml"
    threads: at_most(2)
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        significance=lambda wildcards: bins_settings(config, wildcards.dataset)[
            "significance"
        ],
        statistics=config["statistics"] | {"seed": job_seed("statistics", {})},
    script:
        "../scripts/evaluate_samples.py"


rule measure_sharpness:
    """The sharpness score of one sample file (supp. 1.4)."""
    input:
        samples=f"{OUT}/{{dataset}}/samples/{{source}}/seed{{seed}}.arrow",
    output:
        f"{OUT}/{{dataset}}/scores/{{source}}/seed{{seed}}/sharpness.parquet",
    log:
        log_of("measure_sharpness", "{dataset}-{source}-seed{seed}"),
    benchmark:
        benchmark_of("measure_sharpness", "{dataset}-{source}-seed{seed}")
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        **config["sharpness"],
    script:
        "../scripts/measure_sharpness.py"


rule evaluate_likelihood:
    """The log-likelihood of training and test images under a mixture (equation 2)."""
    input:
        model=f"{OUT}/{{dataset}}/models/{{model}}/seed{{seed}}/model.safetensors",
        train=f"{OUT}/{{dataset}}/images/train.arrow",
        test=f"{OUT}/{{dataset}}/images/test.arrow",
    output:
        f"{OUT}/{{dataset}}/scores/{{model}}/seed{{seed}}/likelihood.parquet",
    log:
        log_of("evaluate_likelihood", "{dataset}-{model}-seed{seed}"),
    benchmark:
        benchmark_of("evaluate_likelihood", "{dataset}-{model}-seed{seed}")
    conda:
        torch_environment()
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=16000,
        runtime=60,
    params:
        device=config["device"],
    script:
        "../scripts/evaluate_likelihood.py"


rule evaluate_classifier:
    """How often a classifier is right on the test images."""
    input:
        classifier=f"{OUT}/{{dataset}}/models/{{model}}/seed{{seed}}/model.safetensors",
        images=f"{OUT}/{{dataset}}/images/test.arrow",
    output:
        f"{OUT}/{{dataset}}/scores/{{model}}/seed{{seed}}/accuracy.parquet",
    log:
        log_of("evaluate_classifier", "{dataset}-{model}-seed{seed}"),
    benchmark:
        benchmark_of("evaluate_classifier", "{dataset}-{model}-seed{seed}")
    conda:
        torch_environment()
    threads: at_most(4)
    resources:
        gpu=GPU,
        mem_mb=4000,
        runtime=30,
    params:
        device=config["device"],
    script:
        "../scripts/evaluate_classifier.py"


rule recognise_samples:
    """Which classes a classifier of the dataset's labels sees in one sample file."""
    input:
        samples=f"{OUT}/{{dataset}}/samples/{{source}}/seed{{seed}}.arrow",
        classifier=lambda wildcards: network_file(
            config["tables"]["recognition"]["classifier"], wildcards.dataset
        ),
    output:
        f"{OUT}/{{dataset}}/scores/{{source}}/seed{{seed}}/recognition.parquet",
    log:
        log_of("recognise_samples", "{dataset}-{source}-seed{seed}"),
    benchmark:
        benchmark_of("recognise_samples", "{dataset}-{source}-seed{seed}")
    conda:
        torch_environment()
    threads: at_most(4)
    resources:
        gpu=GPU,
        mem_mb=4000,
        runtime=30,
    params:
        device=config["device"],
    script:
        "../scripts/recognise_samples.py"


rule evaluate_snapshots:
    """NDB and Inception Score at each snapshot of one training (Fig. 3)."""
    input:
        progress=f"{OUT}/{{dataset}}/models/{{model}}/seed{{seed}}/progress",
        bins=lambda wildcards: [
            bins_file(wildcards.dataset, k) for k in snapshot_bins()
        ],
        network=lambda wildcards: network_file(
            config["snapshots"]["network"], wildcards.dataset
        ),
    output:
        f"{OUT}/{{dataset}}/scores/{{model}}/seed{{seed}}/snapshots.parquet",
    log:
        log_of("evaluate_snapshots", "{dataset}-{model}-seed{seed}"),
    benchmark:
        benchmark_of("evaluate_snapshots", "{dataset}-{model}-seed{seed}")
    conda:
        torch_environment()
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=8000,
        runtime=60,
    params:
        k=snapshot_bins(),
        network=config["snapshots"]["network"],
        samples=config["samples"],
        seed=seed_of("evaluate_snapshots"),
        device=config["device"],
    script:
        "../scripts/evaluate_snapshots.py"
