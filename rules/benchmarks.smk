"""Benchmarks: how fast the mathematics is, as ratios inside one run.

in:   MNIST, and its mixtures trained by Adam and by EM
out:  benchmarks/benchmarks.{csv,md}
      benchmarks/training_speed.{csv,md}: the training loop of the networks
"""

# The same model twice, with the same bounds of the noise: densities can be compared.
OPTIMISERS = {"Adam": "mfa", "EM": "mfa+training=em+passes=20"}


rule benchmarks:
    """Speed and accuracy of MFA, K-means and NDB against plain implementations."""
    input:
        train=images_file("mnist", "train"),
        test=images_file("mnist", "test"),
        model=model_file("mnist", "mfa"),
        histories=[
            model_file("mnist", m).replace("model.safetensors", "history.parquet")
            for m in OPTIMISERS.values()
        ],
        likelihoods=[score_file("mnist", m, "likelihood") for m in OPTIMISERS.values()],
    output:
        csv=report(
            f"{OUT}/benchmarks/benchmarks.csv",
            caption="../report/benchmarks.rst",
            category="Benchmarks",
        ),
        md=f"{OUT}/benchmarks/benchmarks.md",
    log:
        log_of("benchmarks"),
    benchmark:
        benchmark_of("benchmarks")
    conda:
        torch_environment()
    threads: 64
    resources:
        gpu=GPU,
        mem_mb=16000,
        runtime=240,
    params:
        names=list(OPTIMISERS),
        device=config["device"],
    script:
        "../scripts/run_benchmarks.py"


rule training_speed:
    """The training loop against the loop of a textbook, same network."""
    input:
        images=images_file("mnist", "train"),
    output:
        csv=report(
            f"{OUT}/benchmarks/training_speed.csv",
            caption="../report/benchmarks.rst",
            category="Benchmarks",
        ),
        md=f"{OUT}/benchmarks/training_speed.md",
    log:
        log_of("training_speed"),
    benchmark:
        benchmark_of("training_speed")
    conda:
        torch_environment()
    threads: 64
    resources:
        gpu=GPU,
        mem_mb=8000,
        runtime=60,
    params:
        settings={
            name: model_settings(config, name, "mnist") for name in ["dcgan", "vae"]
        },
        device=config["device"],
        precision=config["precision"],
    script:
        "../scripts/benchmark_training.py"
