"""Plan: what a run costs, before it is started.

in:   the configuration; the benchmark files of jobs that ran before
out:  a table on the terminal and in logs/plan.log
"""


rule plan:
    """Jobs, hours, GPU-hours, memory and disk of each stage."""
    log:
        "<logs>/plan.log",
    benchmark:
        "<benchmarks>/plan.tsv"
    localrule: True
    conda:
        TORCH
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        stages=[r.name for r in workflow.rules],
        python=sys.executable,
        root=str(ROOT),
        card="build/gpu.json",
    script:
        "../scripts/plan_run.py"
