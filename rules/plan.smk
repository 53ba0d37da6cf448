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
        # What make gpu-check found here, or where no such file is, on the card that we had.
        cards=["build/gpu.json", str(ROOT / "resources/h100.json")],
    script:
        "../scripts/plan_run.py"
