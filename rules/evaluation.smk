"""Evaluation: metrics read sample files only, so anybody's samples can be scored.

in:   <dataset>/samples/<source>/seed<seed>.arrow, and the bins; for the likelihood, the
      model and the images; a classifier, or the Inception network; for what happens
      along a training, its snapshots
out:  <dataset>/scores/<source>/seed<seed>/
          ndb.parquet           one row a K: NDB, NDB/K, JS, and what chance would give
          proportions.parquet   one row a bin: proportions, standard error, z, p
          sharpness.parquet     one row: mean, standard error; the mean after a 3 x 3 median
          round_trip.parquet    two rows, of real images: as they are, and sent the way of
                                pix2pix's
          likelihood.parquet    one row an image: log-likelihood in nats
          recognition.parquet   one row: what a classifier sees
          accuracy.parquet      of a classifier, on the test images
          snapshots.parquet     one row a snapshot and K: seconds, NDB/K, JS, and the
                                Inception Score where Fig. 3 shows it
          importance.parquet    one row a point: log-likelihood in nats for each S
          density.parquet       one row a point, of `truth`: the density it is drawn from
          shares.parquet        one row a class and VAE: training points it has won
          support.parquet       one row: share of the samples outside the data's support
      <dataset>/ablations/bins.parquet  one row a clustering, source, seed and K
"""

from gansgmms.workflow import ablations


rule evaluate_samples:
    """NDB and JS of one sample file at every K (section 2)."""
    input:
        samples="<results>/{dataset}/samples/{source}/seed{seed}.arrow",
        bins=of(EXPERIMENT.all_bins, "dataset"),
        train=of(
            lambda dataset, source: (
                [EXPERIMENT.images(dataset, "train")] if source == "train" else []
            ),
            "dataset",
            "source",
        ),
    output:
        ndb="<results>/{dataset}/scores/{source}/seed{seed}/ndb.parquet",
        proportions="<results>/{dataset}/scores/{source}/seed{seed}/proportions.parquet",
    log:
        "<logs>/evaluate_samples/{dataset}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/evaluate_samples/{dataset}-{source}-seed{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: at_most(2)
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        significance=of(EXPERIMENT.significance_of, "dataset"),
        statistics=config["statistics"]
        | {"seed": EXPERIMENT.job_seed("statistics", {})},
    script:
        "../scripts/evaluate_samples.py"


rule evaluate_in_other_bins:
    """NDB and JS of the rows of a table of ablations in bins made in other ways."""
    input:
        samples=of(
            lambda dataset: [
                EXPERIMENT.samples(dataset, *row)
                for row in ablations.rescored(EXPERIMENT, dataset)
            ],
            "dataset",
        ),
        bins=of(
            lambda dataset: [f for _, f in ablations.other_bins(EXPERIMENT, dataset)],
            "dataset",
        ),
    output:
        "<results>/{dataset}/ablations/bins.parquet",
    log:
        "<logs>/evaluate_in_other_bins/{dataset}.log",
    benchmark:
        "<benchmarks>/evaluate_in_other_bins/{dataset}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: at_most(2)
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        sources=of(
            lambda d: [source for source, _ in ablations.rescored(EXPERIMENT, d)],
            "dataset",
        ),
        seeds=of(
            lambda d: [seed for _, seed in ablations.rescored(EXPERIMENT, d)],
            "dataset",
        ),
        clusterings=of(
            lambda d: [words for words, _ in ablations.other_bins(EXPERIMENT, d)],
            "dataset",
        ),
        significance=of(EXPERIMENT.significance_of, "dataset"),
    script:
        "../scripts/compare_clusterings.py"


rule measure_sharpness:
    """The sharpness score of one sample file (supp. 1.4)."""
    input:
        samples="<results>/{dataset}/samples/{source}/seed{seed}.arrow",
    output:
        "<results>/{dataset}/scores/{source}/seed{seed}/sharpness.parquet",
    log:
        "<logs>/measure_sharpness/{dataset}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/measure_sharpness/{dataset}-{source}-seed{seed}.tsv"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        **config["sharpness"],
    script:
        "../scripts/measure_sharpness.py"


rule measure_round_trip:
    """The sharpness of real images that went to pix2pix's size and back (section 5.1)."""
    input:
        unpack(of(EXPERIMENT.native_crops, "dataset")),
        images="<results>/{dataset}/images/train.arrow",
    output:
        "<results>/{dataset}/scores/{model}/seed{seed}/round_trip.parquet",
    log:
        "<logs>/measure_round_trip/{dataset}-{model}-seed{seed}.log",
    benchmark:
        "<benchmarks>/measure_round_trip/{dataset}-{model}-seed{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        **config["sharpness"],
    script:
        "../scripts/measure_round_trip.py"


rule evaluate_likelihood:
    """The log-likelihood of training and test images under a mixture (equation 2)."""
    input:
        model="<results>/{dataset}/models/{model}/seed{seed}/model.safetensors",
        train="<results>/{dataset}/images/train.arrow",
        test="<results>/{dataset}/images/test.arrow",
    output:
        "<results>/{dataset}/scores/{model}/seed{seed}/likelihood.parquet",
    log:
        "<logs>/evaluate_likelihood/{dataset}-{model}-seed{seed}.log",
    benchmark:
        "<benchmarks>/evaluate_likelihood/{dataset}-{model}-seed{seed}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=more_each_time(of(NEEDS.likelihood_memory, "model", "dataset")),
        runtime=more_each_time(of(NEEDS.likelihood_minutes, "model", "dataset")),
    params:
        device=config["device"],
    script:
        "../scripts/evaluate_likelihood.py"


rule evaluate_classifier:
    """How often a classifier is right on the test images."""
    input:
        classifier="<results>/{dataset}/models/{model}/seed{seed}/model.safetensors",
        images="<results>/{dataset}/images/test.arrow",
    output:
        "<results>/{dataset}/scores/{model}/seed{seed}/accuracy.parquet",
    log:
        "<logs>/evaluate_classifier/{dataset}-{model}-seed{seed}.log",
    benchmark:
        "<benchmarks>/evaluate_classifier/{dataset}-{model}-seed{seed}.tsv"
    conda:
        TORCH
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
        samples="<results>/{dataset}/samples/{source}/seed{seed}.arrow",
        classifier=of(EXPERIMENT.recognising_classifier, "dataset"),
    output:
        "<results>/{dataset}/scores/{source}/seed{seed}/recognition.parquet",
    log:
        "<logs>/recognise_samples/{dataset}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/recognise_samples/{dataset}-{source}-seed{seed}.tsv"
    conda:
        TORCH
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
    """NDB along one training, at its snapshots and its end; for Fig. 3, Inception Score."""
    input:
        unpack(of(EXPERIMENT.snapshot_judge, "model", "dataset")),
        progress="<results>/{dataset}/models/{model}/seed{seed}/progress",
        model="<results>/{dataset}/models/{model}/seed{seed}/model.safetensors",
        history="<results>/{dataset}/models/{model}/seed{seed}/history.parquet",
        bins=of(
            lambda dataset: [
                EXPERIMENT.bins(dataset, k) for k in EXPERIMENT.snapshot_bins()
            ],
            "dataset",
        ),
    output:
        "<results>/{dataset}/scores/{model}/seed{seed}/snapshots.parquet",
    log:
        "<logs>/evaluate_snapshots/{dataset}-{model}-seed{seed}.log",
    benchmark:
        "<benchmarks>/evaluate_snapshots/{dataset}-{model}-seed{seed}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=more_each_time(8000),
        runtime=more_each_time(60),
    params:
        k=EXPERIMENT.snapshot_bins(),
        network=config["snapshots"]["network"],
        sha256=EXPERIMENT.network_sha256(config["snapshots"]["network"]),
        snapshots=of(EXPERIMENT.snapshots_of, "model", "dataset"),
        samples=config["snapshots"]["samples"] or config["samples"],
        seed=job_seed("evaluate_snapshots"),
        device=config["device"],
    script:
        "../scripts/evaluate_snapshots.py"


rule estimate_likelihood:
    """The log-likelihood of training and test points under a mixture of VAEs."""
    input:
        model="<results>/{dataset}/models/{model}/seed{seed}/model.safetensors",
        train="<results>/{dataset}/images/train.arrow",
        test="<results>/{dataset}/images/test.arrow",
    output:
        "<results>/{dataset}/scores/{model}/seed{seed}/importance.parquet",
    log:
        "<logs>/estimate_likelihood/{dataset}-{model}-seed{seed}.log",
    benchmark:
        "<benchmarks>/estimate_likelihood/{dataset}-{model}-seed{seed}.tsv"
    conda:
        TORCH
    threads: at_most(2)
    resources:
        gpu=GPU,
        mem_mb=8000,
        runtime=240,
    params:
        **config["importance"],
        seed=job_seed("estimate_likelihood"),
        device=config["device"],
    script:
        "../scripts/estimate_likelihood.py"


rule evaluate_truth:
    """The density that synthetic points are drawn from, at those points (section 8.1)."""
    input:
        train="<results>/{dataset}/images/train.arrow",
        test="<results>/{dataset}/images/test.arrow",
    output:
        "<results>/{dataset}/scores/truth/density.parquet",
    log:
        "<logs>/evaluate_truth/{dataset}.log",
    benchmark:
        "<benchmarks>/evaluate_truth/{dataset}.tsv"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        centres=of(EXPERIMENT.centres_of, "dataset"),
        points=config["importance"]["points"],
    script:
        "../scripts/evaluate_truth.py"


rule count_shares:
    """How many training points of each class each VAE has won (claims k04, k05)."""
    input:
        model="<results>/{dataset}/models/{model}/seed{seed}/model.safetensors",
        train="<results>/{dataset}/images/train.arrow",
    output:
        "<results>/{dataset}/scores/{model}/seed{seed}/shares.parquet",
    log:
        "<logs>/count_shares/{dataset}-{model}-seed{seed}.log",
    benchmark:
        "<benchmarks>/count_shares/{dataset}-{model}-seed{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../scripts/count_shares.py"


rule measure_support:
    """The share of a model's samples where no data are (claim k06)."""
    input:
        samples="<results>/{dataset}/samples/{source}/seed{seed}.arrow",
    output:
        "<results>/{dataset}/scores/{source}/seed{seed}/support.parquet",
    log:
        "<logs>/measure_support/{dataset}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/measure_support/{dataset}-{source}-seed{seed}.tsv"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        centres=of(EXPERIMENT.centres_of, "dataset"),
    script:
        "../scripts/measure_support.py"
