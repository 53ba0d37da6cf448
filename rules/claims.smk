"""Claims: what the papers' text says, each with a computed verdict.

in:   scores of every row of the tables, and the experiments that only a claim needs
out:  <dataset>/claims/
          halves.parquet          NDB of one half of the training images against the other
          clusterings.parquet     NDB of every row of a table in bins made another way
          neighbours.parquet      nearest training images of samples and of test images
          invariance.parquet      sharpness of real images, scaled and shifted
          reconstruction.parquet  error of reconstructed test images, by components
      claims/scaling.parquet      time and memory of the likelihood, by pixels
      <dataset>/scores/kmeans/case.parquet  Algorithm 1 of the draft beside K-means
      tables/claims.{csv,md,tex,parquet}: the ledger

Models and bins that a claim needs come from the ordinary rules: variants such as
mfa+initialisation=random, other seeds, bins such as agglomerative200.
"""

from functools import partial

from gansgmms.workflow.evidence import (
    about,
    clusterings,
    entry_of,
    evidence_files,
    halves_settings,
    swept,
)


rule compare_halves:
    """NDB of one random half of the training images against the other (section 2)."""
    input:
        images="<results>/{dataset}/images/train.arrow",
    output:
        "<results>/{dataset}/claims/halves.parquet",
    log:
        "<logs>/compare_halves/{dataset}.log",
    benchmark:
        "<benchmarks>/compare_halves/{dataset}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=12000,
        runtime=120,
    params:
        settings=of(partial(halves_settings, EXPERIMENT), "dataset"),
        significance=config["bins"]["significance"],
        k=config["bins"]["k"],
        repetitions=entry_of(EXPERIMENT, "halves").get("repetitions"),
        samples=config["samples"],
        seed=job_seed("compare_halves"),
        device=config["device"],
    script:
        "../scripts/compare_halves.py"


rule compare_clusterings:
    """NDB of every row of a table in bins made another way, or made again (section 4)."""
    input:
        samples=of(
            lambda dataset: [
                EXPERIMENT.samples(dataset, row) for row in EXPERIMENT.rows_on(dataset)
            ],
            "dataset",
        ),
        bins=of(
            lambda dataset: [file for *_, file in clusterings(EXPERIMENT, dataset)],
            "dataset",
        ),
    output:
        "<results>/{dataset}/claims/clusterings.parquet",
    log:
        "<logs>/compare_clusterings/{dataset}.log",
    benchmark:
        "<benchmarks>/compare_clusterings/{dataset}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: at_most(2)
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        sources=of(EXPERIMENT.rows_on, "dataset"),
        clusterings=of(
            lambda dataset: [name for name, *_ in clusterings(EXPERIMENT, dataset)],
            "dataset",
        ),
        significance=of(EXPERIMENT.significance_of, "dataset"),
        seed=SEED,
    script:
        "../scripts/compare_clusterings.py"


rule find_neighbours:
    """The nearest training images of samples and of test images (supp. Fig. 19)."""
    input:
        train="<results>/{dataset}/images/train.arrow",
        test="<results>/{dataset}/images/test.arrow",
        samples=of(
            lambda dataset: EXPERIMENT.samples(
                dataset, entry_of(EXPERIMENT, "neighbours")["model"]
            ),
            "dataset",
        ),
    output:
        "<results>/{dataset}/claims/neighbours.parquet",
    log:
        "<logs>/find_neighbours/{dataset}.log",
    benchmark:
        "<benchmarks>/find_neighbours/{dataset}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=12000,
        runtime=60,
    params:
        model=entry_of(EXPERIMENT, "neighbours").get("model"),
        images=entry_of(EXPERIMENT, "neighbours").get("images"),
        mirror=of(
            lambda dataset: EXPERIMENT.settings_of(
                entry_of(EXPERIMENT, "neighbours")["model"], dataset
            ).get("mirror", False),
            "dataset",
        ),
        seed=job_seed("find_neighbours"),
        device=config["device"],
    script:
        "../scripts/find_neighbours.py"


rule measure_invariance:
    """What scaling and shifting the pixels does to the sharpness score (supp. 1.4)."""
    input:
        samples=f"<results>/{{dataset}}/samples/train/seed{SEED}.arrow",
    output:
        "<results>/{dataset}/claims/invariance.parquet",
    log:
        "<logs>/measure_invariance/{dataset}.log",
    benchmark:
        "<benchmarks>/measure_invariance/{dataset}.tsv"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        images=entry_of(EXPERIMENT, "invariance").get("images"),
        scales=entry_of(EXPERIMENT, "invariance").get("scales"),
        shifts=entry_of(EXPERIMENT, "invariance").get("shifts"),
        sigma=config["sharpness"]["sigma"],
    script:
        "../scripts/measure_invariance.py"


rule measure_reconstruction:
    """The error of test images reconstructed by the mixtures of s11 (supp. Fig. 11)."""
    input:
        models=of(lambda dataset: swept(EXPERIMENT).inputs()["models"], "dataset"),
        images="<results>/{dataset}/images/test.arrow",
    output:
        "<results>/{dataset}/claims/reconstruction.parquet",
    log:
        "<logs>/measure_reconstruction/{dataset}.log",
    benchmark:
        "<benchmarks>/measure_reconstruction/{dataset}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=8000,
        runtime=60,
    params:
        sources=of(
            lambda dataset: EXPERIMENT.sweep_models(swept(EXPERIMENT).name, dataset),
            "dataset",
        ),
        components=of(lambda: swept(EXPERIMENT).entry["components"]),
        images=entry_of(EXPERIMENT, "reconstruction").get("images"),
        device=config["device"],
    script:
        "../scripts/measure_reconstruction.py"


rule measure_scaling:
    """Time and memory of the likelihood at growing numbers of pixels (section 3.1)."""
    output:
        "<results>/claims/scaling.parquet",
    log:
        "<logs>/measure_scaling.log",
    benchmark:
        "<benchmarks>/measure_scaling.tsv"
    conda:
        "../envs/torch.yaml"
    # All threads of a small machine: what it measures is time, on one of them.
    threads: at_most(8)
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        **entry_of(EXPERIMENT, "scaling"),
    script:
        "../scripts/measure_scaling.py"


rule compare_kmeans:
    """Algorithm 1 with constant encoders and no covariance beside K-means (claim k02)."""
    input:
        train="<results>/{dataset}/images/train.arrow",
    output:
        "<results>/{dataset}/scores/kmeans/case.parquet",
    log:
        "<logs>/compare_kmeans/{dataset}.log",
    benchmark:
        "<benchmarks>/compare_kmeans/{dataset}.tsv"
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        components=of(lambda dataset: len(EXPERIMENT.centres_of(dataset)), "dataset"),
        seed=job_seed("compare_kmeans"),
    script:
        "../scripts/compare_kmeans.py"


rule claims:
    """The ledger: a verdict on every claim of the papers' text."""
    input:
        evidence=of(partial(evidence_files, EXPERIMENT)),
        published=PUBLISHED,
    output:
        **table_files("claims", "claims", category="4 Claims"),
    log:
        "<logs>/claims.log",
    benchmark:
        "<benchmarks>/claims.tsv"
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        about=about(EXPERIMENT),
    script:
        "../scripts/write_claims.py"
