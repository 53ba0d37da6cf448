"""Claims: what the papers' text says, each with a computed verdict.

in:   scores of every row of the tables, and the experiments that only a claim needs
out:  <dataset>/claims/
          halves.parquet          NDB of one half of the training images against the other
          clusterings.parquet     NDB of every row of a table in bins made another way
          neighbours.parquet      nearest training images of samples and reconstructions
          groups.parquet          class, style, component, bins and VAE of training images
          outliers.parquet        likelihood of test images and of altered ones
          inpainting.parquet      errors of what is filled in for hidden pixels
          separation.parquet      modes that the samples of each VAE are nearest to
          invariance.parquet      sharpness of real images, scaled and shifted
          reconstruction.parquet  error of reconstructed test images, by components
      claims/scaling.parquet      time and memory of the likelihood, by pixels
      claims/theorems.parquet     the draft's statements, tried on random distributions
      <dataset>/scores/kmeans/case.parquet  Algorithm 1 of the draft beside K-means
      tables/claims.{csv,md,tex,parquet}: the ledger

Models and bins that a claim needs come from the ordinary rules: variants such as
mfa+initialisation=random, other seeds, bins such as agglomerative200.
"""

from functools import partial

from gansgmms.workflow.evidence import (
    about,
    clusterings,
    compared_mixtures,
    competitors,
    entry_of,
    evidence_files,
    halves_settings,
    separated,
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
        mem_mb=of(NEEDS.halves_memory, "dataset"),
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
        seeds=of(lambda dataset: [SEED] * len(EXPERIMENT.rows_on(dataset)), "dataset"),
    script:
        "../scripts/compare_clusterings.py"


rule find_neighbours:
    """The nearest training images of samples and of reconstructions (supp. Fig. 19)."""
    input:
        train="<results>/{dataset}/images/train.arrow",
        test="<results>/{dataset}/images/test.arrow",
        samples=of(
            lambda dataset: [
                EXPERIMENT.samples(dataset, m)
                for m in compared_mixtures(EXPERIMENT, dataset)
            ],
            "dataset",
        ),
        models=of(
            lambda dataset: [
                EXPERIMENT.model(dataset, m)
                for m in compared_mixtures(EXPERIMENT, dataset)
            ],
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
        mem_mb=of(NEEDS.neighbours_memory, "dataset"),
        runtime=60,
    params:
        models=of(partial(compared_mixtures, EXPERIMENT), "dataset"),
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


rule group_images:
    """Component, bins and VAE of each training image, its class and style (section 4)."""
    input:
        train="<results>/{dataset}/images/train.arrow",
        mixture=of(
            lambda dataset: EXPERIMENT.model(
                dataset, entry_of(EXPERIMENT, "groups")["model"]
            ),
            "dataset",
        ),
        bins=of(EXPERIMENT.all_bins, "dataset"),
        vaes=of(
            lambda dataset: [
                EXPERIMENT.model(dataset, m) for m in competitors(EXPERIMENT, dataset)
            ],
            "dataset",
        ),
    output:
        "<results>/{dataset}/claims/groups.parquet",
    log:
        "<logs>/group_images/{dataset}.log",
    benchmark:
        "<benchmarks>/group_images/{dataset}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=8000,
        runtime=60,
    params:
        bins=of(
            lambda dataset: [Path(f).stem for f in EXPERIMENT.all_bins(dataset)],
            "dataset",
        ),
        device=config["device"],
    script:
        "../scripts/group_images.py"


rule measure_outliers:
    """The likelihood of test images, and of the same ones altered (Fig. 7a)."""
    input:
        model=of(
            lambda dataset: EXPERIMENT.model(
                dataset, entry_of(EXPERIMENT, "outliers")["model"]
            ),
            "dataset",
        ),
        test="<results>/{dataset}/images/test.arrow",
    output:
        "<results>/{dataset}/claims/outliers.parquet",
    log:
        "<logs>/measure_outliers/{dataset}.log",
    benchmark:
        "<benchmarks>/measure_outliers/{dataset}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=of(
            lambda dataset: NEEDS.likelihood_memory(
                entry_of(EXPERIMENT, "outliers")["model"], dataset
            ),
            "dataset",
        ),
        runtime=60,
    params:
        images=entry_of(EXPERIMENT, "outliers").get("images"),
        device=config["device"],
    script:
        "../scripts/measure_outliers.py"


rule measure_inpainting:
    """The error of what a mixture, the mean image and a Gaussian fill in (Fig. 7b)."""
    input:
        model=of(
            lambda dataset: EXPERIMENT.model(
                dataset, entry_of(EXPERIMENT, "inpainting")["model"]
            ),
            "dataset",
        ),
        train="<results>/{dataset}/images/train.arrow",
        test="<results>/{dataset}/images/test.arrow",
    output:
        "<results>/{dataset}/claims/inpainting.parquet",
    log:
        "<logs>/measure_inpainting/{dataset}.log",
    benchmark:
        "<benchmarks>/measure_inpainting/{dataset}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=16000,
        runtime=120,
    params:
        images=entry_of(EXPERIMENT, "inpainting").get("images"),
        device=config["device"],
    script:
        "../scripts/measure_inpainting.py"


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


rule check_theorems:
    """The statements of the draft's sections 3 and 4, tried on random distributions."""
    output:
        "<results>/claims/theorems.parquet",
    log:
        "<logs>/check_theorems.log",
    benchmark:
        "<benchmarks>/check_theorems.tsv"
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        trials=entry_of(EXPERIMENT, "theorems").get("trials"),
        seed=job_seed("check_theorems"),
    script:
        "../scripts/check_theorems.py"


rule measure_separation:
    """Which modes each VAE's samples are nearest to, at its snapshots (draft, Fig. 5)."""
    input:
        model=of(lambda: separated(EXPERIMENT)[0].of_model(EXPERIMENT.model)),
    output:
        "<results>/{dataset}/claims/separation.parquet",
    log:
        "<logs>/measure_separation/{dataset}.log",
    benchmark:
        "<benchmarks>/measure_separation/{dataset}.tsv"
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        centres=of(EXPERIMENT.centres_of, "dataset"),
        seed=job_seed("measure_separation"),
    script:
        "../scripts/measure_separation.py"


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
        # config.yaml is not read at each start.
        about=of(lambda: about(EXPERIMENT, Experiment.full(ROOT).config)),
    script:
        "../scripts/write_claims.py"
