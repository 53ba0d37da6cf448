"""Metrics of today on the same files, and planted faults: what each of them sees.

in:   <dataset>/samples/<source>/seed<seed>.arrow; <dataset>/images/train.arrow; the
      weights behind a feature space
out:  <dataset>/features/<space>/<source>/seed<seed>.safetensors
      <dataset>/scores/<source>/seed<seed>/fidelity.parquet  one row a feature space: FID,
          KID, precision, recall, density, coverage, half the width of each one's interval
      <dataset>/sensitivity/
          ndb.parquet       one row a fault, strength and K: NDB, JS, images to find it
          fidelity.parquet  one row a fault and strength: as above
          power.parquet     one row a fault, strength, K and n: how often NDB finds it
"""


rule extract_features:
    """What a network makes of one sample file, image by image."""
    input:
        samples="<results>/{dataset}/samples/{source}/seed{seed}.arrow",
        weights=of(EXPERIMENT.weights_of, "space", "dataset"),
    output:
        "<results>/{dataset}/features/{space}/{source}/seed{seed}.safetensors",
    log:
        "<logs>/extract_features/{dataset}-{space}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/extract_features/{dataset}-{space}-{source}-seed{seed}.tsv"
    conda:
        TORCH
    threads: at_most(4)
    resources:
        gpu=GPU,
        mem_mb=4000,
        runtime=60,
    params:
        kind=of(EXPERIMENT.space_kind, "space"),
        images=of(EXPERIMENT.images_compared, "dataset", "source"),
        device=config["device"],
    script:
        "../scripts/extract_features.py"


rule measure_fidelity:
    """FID, KID, precision, recall, density and coverage of one sample file."""
    input:
        samples="<results>/{dataset}/samples/{source}/seed{seed}.arrow",
        real=f"<results>/{{dataset}}/samples/train/seed{SEED}.arrow",
        features=of(EXPERIMENT.compared_features, "dataset", "source", "seed"),
    output:
        "<results>/{dataset}/scores/{source}/seed{seed}/fidelity.parquet",
    log:
        "<logs>/measure_fidelity/{dataset}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/measure_fidelity/{dataset}-{source}-seed{seed}.tsv"
    conda:
        TORCH
    threads: at_most(4)
    resources:
        gpu=GPU,
        mem_mb=4000,
        runtime=60,
    params:
        spaces=of(lambda d: EXPERIMENT.table_on("fidelity", d)["spaces"], "dataset"),
        kinds=of(
            lambda d: [
                EXPERIMENT.space_kind(space)
                for space in EXPERIMENT.table_on("fidelity", d)["spaces"]
            ],
            "dataset",
        ),
        images=of(lambda d: EXPERIMENT.table_on("fidelity", d)["images"], "dataset"),
        k=of(lambda d: EXPERIMENT.table_on("fidelity", d)["k"], "dataset"),
        neighbours=of(
            lambda d: EXPERIMENT.table_on("fidelity", d)["neighbours"], "dataset"
        ),
        device=config["device"],
    script:
        "../scripts/measure_fidelity.py"


rule plant_faults:
    """What NDB and the metrics of today make of faults planted in real images."""
    input:
        images="<results>/{dataset}/images/train.arrow",
        weights=of(
            lambda d: EXPERIMENT.weights_of(
                EXPERIMENT.table_on("sensitivity", d)["space"], d
            ),
            "dataset",
        ),
    output:
        **{
            what: f"<results>/{{dataset}}/sensitivity/{what}.parquet"
            for what in ("ndb", "fidelity", "power")
        },
    log:
        "<logs>/plant_faults/{dataset}.log",
    benchmark:
        "<benchmarks>/plant_faults/{dataset}.tsv"
    conda:
        TORCH
    threads: at_most(4)
    resources:
        gpu=GPU,
        mem_mb=12000,
        runtime=120,
    params:
        table=of(lambda d: EXPERIMENT.table_on("sensitivity", d), "dataset"),
        kind=of(
            lambda d: EXPERIMENT.space_kind(
                EXPERIMENT.table_on("sensitivity", d)["space"]
            ),
            "dataset",
        ),
        k=config["bins"]["k"],
        bins=of(EXPERIMENT.bins_settings, "dataset"),
        samples=config["samples"],
        statistics=config["statistics"]
        | {"seed": EXPERIMENT.job_seed("statistics", {})},
        seed=job_seed("plant_faults"),
        device=config["device"],
    script:
        "../scripts/plant_faults.py"
