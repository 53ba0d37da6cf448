"""What a run costs, stage by stage, before it is started.

Snakemake is asked for every job of the configuration, done or not. What a job took is
read from its benchmark file where it ran before. What a training takes on a GPU is counted,
or its steps were measured there (`benchmarks.training_cost`). Of the others the resources
of the rule say what they may take at most, and sums with such are marked with <=.
"""

import csv
import json
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tabulate import tabulate

from gansgmms.errors import InputError


@dataclass
class Job:
    """One job as a dry-run shows it."""

    rule: str
    output: list[str] = field(default_factory=list)
    benchmark: str = ""
    wildcards: dict[str, str] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """A resource that the rule states, or 0."""
        text = self.resources.get(name, "0")
        return float(text) if re.fullmatch(r"[\d.]+", text) else 0.0

    @cached_property
    def measured(self) -> dict[str, str] | None:
        """What Snakemake measured when the job ran last."""
        path = Path(self.benchmark)
        if not self.benchmark or not path.is_file():
            return None
        with path.open() as file:
            return next(csv.DictReader(file, delimiter="\t"), None)

    def stage(self) -> str:
        """Its rule, or what all the tables and figures share."""
        kinds = {Path(path).parent.name for path in self.output}
        return "tables and figures" if kinds & {"tables", "figures"} else self.rule


def jobs_in(text: str) -> list[Job]:
    """The jobs that a dry-run lists, except those that only name targets.

    Those of a group are indented once more.
    """
    jobs: list[Job] = []
    for line in text.splitlines():
        if start := re.match(r"(?: {4})?(?:local)?(?:rule|checkpoint) (\w+):", line):
            jobs.append(Job(start[1]))
        elif jobs and (entry := re.match(r"(?: {4}){1,2}(\w+): (.*)", line)):
            name, value = entry.groups()
            if name == "output":
                jobs[-1].output = value.split(", ")
            elif name == "benchmark":
                jobs[-1].benchmark = value
            elif name in ("wildcards", "resources"):
                pairs = [pair.partition("=") for pair in value.split(", ")]
                setattr(jobs[-1], name, {key: text for key, _, text in pairs})
    return [one for one in jobs if one.output]


def dry_run(python: str, config: dict, *options: str) -> list[Job]:
    """The jobs of a configuration, by Snakemake itself."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(config, file)
        file.flush()
        command = [python, "-m", "snakemake", "--dry-run", "--cores", "all"]
        command += ["--configfile", file.name, *options]
        process = subprocess.run(command, capture_output=True, text=True, check=False)
    text = process.stdout + process.stderr
    if process.returncode:
        raise InputError("plan", text.strip(), "a configuration that can be run")
    return jobs_in(text)


# Hours of a job that can be known before it runs, and whether they were measured.
Known = Callable[[Job], tuple[float, bool] | None]


def hours_of(job: Job, known: Known) -> tuple[float, str]:
    """What a job takes, and how that is known: measured, counted or at most."""
    if found := job.measured:
        return float(found["s"]) / 3600, "measured"
    if job.number("gpu") and (told := known(job)):
        return told[0], "measured" if told[1] else "counted"
    return job.number("runtime") / 60, "at most"


def row_of(
    stage: str, jobs: list[Job], missing: set[str], known: Known = lambda _: None
) -> dict[str, str | int]:
    """A stage's jobs added up; memory is that of the largest."""
    hours = gpu_hours = disk = memory = 0.0
    by: Counter[str] = Counter()
    for one in jobs:
        found = one.measured
        took, how = hours_of(one, known)
        by[how] += 1
        hours += took
        gpu_hours += took * one.number("gpu")
        # Snakemake writes "-" for a job that was over before it could look.
        used = found and re.fullmatch(r"[\d.]+", found["max_rss"])
        memory = max(memory, float(used[0]) if used else one.number("mem_mb"))
        paths = [Path(path) for path in one.output]
        there = all(path.exists() for path in paths)
        disk += sum(map(megabytes_of, paths)) if there else one.number("disk_mb")
    most = "<= " if by["at most"] else ""
    unseen = "<= " if any(one.measured is None for one in jobs) else ""
    return {
        "stage": stage,
        "jobs": len(jobs),
        "to do": sum(one.output[0] in missing for one in jobs),
        "known": ", ".join(f"{n} {how}" for how, n in sorted(by.items(), reverse=True)),
        "hours": f"{most}{hours:.2f}",
        "GPU-hours": f"{most}{gpu_hours:.2f}" if gpu_hours else "",
        "memory [GB]": f"{unseen}{memory / 1e3:.1f}",
        "disk [GB]": f"{disk / 1e3:.2f}",
    }


SHORT = 0.1  # GPU-hours: models below share a row


def trainings(jobs: list[Job], known: Known) -> list[dict[str, str | int]]:
    """A row of each model that is trained on a GPU, over its seeds; longest first."""
    rows: dict[str, list[tuple[float, str]]] = {}
    for one in jobs:
        if one.rule == "train_model" and one.number("gpu"):
            name = f"{one.wildcards['dataset']}/{one.wildcards['model']}"
            rows.setdefault(name, []).append(hours_of(one, known))
    short = [name for name, row in rows.items() if sum(h for h, _ in row) < SHORT]
    if len(short) > 1:
        others = [one for name in short for one in rows.pop(name)]
        rows[f"{len(short)} others"] = others
    ordered = sorted(rows.items(), key=lambda row: -sum(h for h, _ in row[1]))
    return [
        {
            "training": name,
            "jobs": len(found),
            "GPU-hours": f"{sum(hours for hours, _ in found):.2f}",
            "known": ", ".join(sorted({how for _, how in found})),
        }
        for name, found in ordered
    ]


def gpu_hours(jobs: list[Job], known: Known) -> str:
    """GPU-hours of all jobs, by how they are known."""
    sums: dict[str, float] = {}
    for one in jobs:
        if gpus := one.number("gpu"):
            hours, how = hours_of(one, known)
            sums[how] = sums.get(how, 0.0) + hours * gpus
    parts = [f"{hours:.1f} {how}" for how, hours in sorted(sums.items(), reverse=True)]
    return f"GPU-hours: {', '.join(parts)}." if parts else "No GPU."


def plan(
    python: str, config: dict, order: list[str], known: Known = lambda _: None
) -> str:
    """Tables of all trainings and of all stages, as the workflow defines them."""
    missing = {one.output[0] for one in dry_run(python, config)}
    stages: dict[str, list[Job]] = {}
    everything = dry_run(python, config, "--forceall")
    for one in sorted(everything, key=lambda one: order.index(one.rule)):
        stages.setdefault(one.stage(), []).append(one)
    rows = [row_of(stage, jobs, missing, known) for stage, jobs in stages.items()]
    rows.append(row_of("all", everything, missing, known))
    tables = [table for table in (trainings(everything, known), rows) if table]
    texts = [
        tabulate(table, headers="keys", tablefmt="github", disable_numparse=True)
        for table in tables
    ]
    return "\n\n".join([*texts, gpu_hours(everything, known)])


def megabytes_of(path: Path) -> float:
    """Of a file, or of all files in a folder."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6
