"""Benchmarks: how fast the mathematics is, as ratios inside one run.

in:   MNIST, and its mixtures trained by Adam and by EM
out:  benchmarks/benchmarks.{csv,md,html}
      benchmarks/training_speed.{csv,md,html}: the training loop of the networks
      benchmarks/stacking.{csv,md,html}: K VAEs trained at once
"""

# The same model twice, with the same bounds of the noise: densities can be compared.
OPTIMISERS = {"Adam": "mfa", "EM": "mfa+training=em+passes=20"}


rule benchmarks:
    """Speed and accuracy of MFA, K-means and NDB against plain implementations."""
    input:
        train=EXPERIMENT.images("mnist", "train"),
        test=EXPERIMENT.images("mnist", "test"),
        model=EXPERIMENT.model("mnist", "mfa"),
        histories=[EXPERIMENT.history("mnist", model) for model in OPTIMISERS.values()],
        likelihoods=[
            EXPERIMENT.score("mnist", model, "likelihood")
            for model in OPTIMISERS.values()
        ],
    output:
        csv="<results>/benchmarks/benchmarks.csv",
        html=report(
            "<results>/benchmarks/benchmarks.html",
            caption="../report/benchmarks.rst",
            category="5 Benchmarks",
        ),
        md="<results>/benchmarks/benchmarks.md",
    log:
        "<logs>/benchmarks.log",
    benchmark:
        "<benchmarks>/benchmarks.tsv"
    conda:
        TORCH
    threads: 64
    resources:
        gpu=GPU,
        mem_mb=more_each_time(16000),
        runtime=more_each_time(240),
    params:
        names=list(OPTIMISERS),
        device=config["device"],
    script:
        "../scripts/run_benchmarks.py"


rule training_speed:
    """The training loop against the loop of a textbook, same network."""
    input:
        images=EXPERIMENT.images("mnist", "train"),
    output:
        csv="<results>/benchmarks/training_speed.csv",
        html=report(
            "<results>/benchmarks/training_speed.html",
            caption="../report/benchmarks.rst",
            category="5 Benchmarks",
        ),
        md="<results>/benchmarks/training_speed.md",
    log:
        "<logs>/training_speed.log",
    benchmark:
        "<benchmarks>/training_speed.tsv"
    conda:
        TORCH
    threads: 64
    resources:
        gpu=GPU,
        mem_mb=8000,
        runtime=60,
    params:
        settings={
            name: EXPERIMENT.settings_of(name, "mnist") for name in ["dcgan", "vae"]
        },
        device=config["device"],
        precision=config["precision"],
    script:
        "../scripts/benchmark_training.py"


rule stacking:
    """Training K VAEs at once against training them one after the other."""
    output:
        csv="<results>/benchmarks/stacking.csv",
        html=report(
            "<results>/benchmarks/stacking.html",
            caption="../report/stacking.rst",
            category="5 Benchmarks",
        ),
        md="<results>/benchmarks/stacking.md",
    log:
        "<logs>/stacking.log",
    benchmark:
        "<benchmarks>/stacking.tsv"
    conda:
        TORCH
    threads: at_most(2)
    resources:
        gpu=GPU,
        mem_mb=4000,
        runtime=30,
    params:
        device=config["device"],
    script:
        "../scripts/run_stacking.py"
