"""Benchmarks: how fast the mathematics is, as ratios inside one run.

in:   MNIST where the mirror or the network has it
out:  benchmarks/benchmarks.{csv,md}
"""


rule benchmarks:
    """Speed and accuracy of MFA, K-means and NDB against plain implementations."""
    input:
        images=images_file("mnist", "train"),
        test=images_file("mnist", "test"),
    output:
        csv=report(
            f"{OUT}/benchmarks/benchmarks.csv",
            caption="../report/benchmarks.rst",
            category="Benchmarks",
        ),
        md=f"{OUT}/benchmarks/benchmarks.md",
    params:
        device=config["device"],
    log:
        log_of("benchmarks"),
    benchmark:
        benchmark_of("benchmarks")
    conda:
        "../envs/torch.yaml"
    threads: workflow.cores
    resources:
        gpu=1,
        mem_mb=16000,
        runtime=240,
    script:
        "../scripts/run_benchmarks.py"
