"""Claims: what the papers' text says, each with a computed verdict.

in:   scores of every row of the tables, and the experiments that only a claim needs
out:  <dataset>/claims/
          halves.parquet          NDB of one half of the training images against the other
          clusterings.parquet     NDB of every row of a table in bins made another way
          neighbours.parquet      nearest training images of samples and of test images
          invariance.parquet      sharpness of real images, scaled and shifted
          reconstruction.parquet  error of reconstructed test images, by components
      claims/scaling.parquet      time and memory of the likelihood, by pixels
      tables/claims.{csv,md,tex,parquet}: the ledger

Models and bins that a claim needs come from the ordinary rules: variants such as
mfa+initialisation=random, other seeds, bins such as agglomerative200.
"""


rule compare_halves:
    """NDB of one random half of the training images against the other (section 2)."""
    input:
        images=f"{OUT}/{{dataset}}/images/train.arrow",
    output:
        f"{OUT}/{{dataset}}/claims/halves.parquet",
    log:
        log_of("compare_halves", "{dataset}"),
    benchmark:
        benchmark_of("compare_halves", "{dataset}")
    conda:
        torch_environment()
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=12000,
        runtime=120,
    params:
        settings=lambda wildcards: halves_settings(wildcards.dataset),
        significance=config["bins"]["significance"],
        k=config["bins"]["k"],
        repetitions=experiment("halves").get("repetitions"),
        samples=config["samples"],
        seed=seed_of("compare_halves"),
        device=config["device"],
    script:
        "../scripts/compare_halves.py"


rule compare_clusterings:
    """NDB of every row of a table in bins made another way, or made again (section 4)."""
    input:
        samples=lambda wildcards: [
            samples_file(wildcards.dataset, source)
            for source in table_rows().get(wildcards.dataset, [])
        ],
        bins=lambda wildcards: [file for _, _, file in clusterings(wildcards.dataset)],
    output:
        f"{OUT}/{{dataset}}/claims/clusterings.parquet",
    log:
        log_of("compare_clusterings", "{dataset}"),
    benchmark:
        benchmark_of("compare_clusterings", "{dataset}")
    conda:
        "../envs/torch.yaml"
    threads: at_most(2)
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        sources=lambda wildcards: table_rows().get(wildcards.dataset, []),
        clusterings=lambda wildcards: [
            name for name, _, _ in clusterings(wildcards.dataset)
        ],
        significance=lambda wildcards: bins_settings(config, wildcards.dataset)[
            "significance"
        ],
        seed=SEEDS[0],
    script:
        "../scripts/compare_clusterings.py"


rule find_neighbours:
    """The nearest training images of samples and of test images (supp. Fig. 19)."""
    input:
        train=f"{OUT}/{{dataset}}/images/train.arrow",
        test=f"{OUT}/{{dataset}}/images/test.arrow",
        samples=lambda wildcards: samples_file(
            wildcards.dataset, experiment("neighbours")["model"]
        ),
    output:
        f"{OUT}/{{dataset}}/claims/neighbours.parquet",
    log:
        log_of("find_neighbours", "{dataset}"),
    benchmark:
        benchmark_of("find_neighbours", "{dataset}")
    conda:
        torch_environment()
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=12000,
        runtime=60,
    params:
        model=experiment("neighbours").get("model"),
        images=experiment("neighbours").get("images"),
        mirror=lambda wildcards: model_settings(
            config, experiment("neighbours")["model"], wildcards.dataset
        ).get("mirror", False),
        seed=seed_of("find_neighbours"),
        device=config["device"],
    script:
        "../scripts/find_neighbours.py"


rule measure_invariance:
    """What scaling and shifting the pixels does to the sharpness score (supp. 1.4)."""
    input:
        samples=f"{OUT}/{{dataset}}/samples/train/seed{SEEDS[0]}.arrow",
    output:
        f"{OUT}/{{dataset}}/claims/invariance.parquet",
    log:
        log_of("measure_invariance", "{dataset}"),
    benchmark:
        benchmark_of("measure_invariance", "{dataset}")
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        images=experiment("invariance").get("images"),
        scales=experiment("invariance").get("scales"),
        shifts=experiment("invariance").get("shifts"),
        sigma=config["sharpness"]["sigma"],
    script:
        "../scripts/measure_invariance.py"


rule measure_reconstruction:
    """The error of test images reconstructed by the mixtures of s11 (supp. Fig. 11)."""
    input:
        models=sweep_files(model_file),
        images=f"{OUT}/{{dataset}}/images/test.arrow",
    output:
        f"{OUT}/{{dataset}}/claims/reconstruction.parquet",
    log:
        log_of("measure_reconstruction", "{dataset}"),
    benchmark:
        benchmark_of("measure_reconstruction", "{dataset}")
    conda:
        torch_environment()
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=8000,
        runtime=60,
    params:
        sources=lambda wildcards: sweep_models(wildcards.dataset),
        components=lambda wildcards: figure("s11")["components"],
        images=experiment("reconstruction").get("images"),
        device=config["device"],
    script:
        "../scripts/measure_reconstruction.py"


rule measure_scaling:
    """Time and memory of the likelihood at growing numbers of pixels (section 3.1)."""
    output:
        f"{OUT}/claims/scaling.parquet",
    log:
        log_of("measure_scaling"),
    benchmark:
        benchmark_of("measure_scaling")
    conda:
        "../envs/torch.yaml"
    # All threads of a small machine: what it measures is time, on one of them.
    threads: at_most(8)
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        **experiment("scaling"),
    script:
        "../scripts/measure_scaling.py"


rule claims:
    """The ledger: a verdict on every claim of the papers' text."""
    input:
        evidence=claims_evidence,
        published="resources/published-results.csv",
    output:
        **ledger_files(),
    log:
        log_of("claims"),
    benchmark:
        benchmark_of("claims")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        about=claims_about(),
    script:
        "../scripts/write_claims.py"
