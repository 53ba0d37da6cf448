"""What a run costs, stage by stage, before it is started.

Snakemake is asked for every job of the configuration, done or not. What a job took is
read from its benchmark file where it ran before; where it did not, its rule's resources
say what it may take at most, and its numbers are marked with <=.
"""

import csv
import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tabulate import tabulate

from gansgmms.errors import InputError


@dataclass
class Job:
    """One job as a dry-run shows it."""

    rule: str
    output: list[str] = field(default_factory=list)
    benchmark: str = ""
    resources: dict[str, str] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """A resource that the rule states, or 0."""
        text = self.resources.get(name, "0")
        return float(text) if re.fullmatch(r"[\d.]+", text) else 0.0

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
            elif name == "resources":
                pairs = [pair.partition("=") for pair in value.split(", ")]
                jobs[-1].resources = {key: number for key, _, number in pairs}
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


def row_of(stage: str, jobs: list[Job], missing: set[str]) -> dict[str, str | int]:
    """A stage's jobs added up; memory is that of the largest."""
    hours = gpu_hours = disk = memory = 0.0
    measured = 0
    for one in jobs:
        found = one.measured()
        measured += found is not None
        took = float(found["s"]) / 3600 if found else one.number("runtime") / 60
        hours += took
        gpu_hours += took * one.number("gpu")
        # Snakemake writes "-" for a job that was over before it could look.
        used = found and re.fullmatch(r"[\d.]+", found["max_rss"])
        memory = max(memory, float(used[0]) if used else one.number("mem_mb"))
        paths = [Path(path) for path in one.output]
        there = all(path.exists() for path in paths)
        disk += sum(map(megabytes_of, paths)) if there else one.number("disk_mb")
    most = "<= " if measured < len(jobs) else ""
    return {
        "stage": stage,
        "jobs": len(jobs),
        "to do": sum(one.output[0] in missing for one in jobs),
        "measured": measured,
        "hours": f"{most}{hours:.2f}",
        "GPU-hours": f"{most}{gpu_hours:.2f}" if gpu_hours else "",
        "memory [GB]": f"{most}{memory / 1e3:.1f}",
        "disk [GB]": f"{disk / 1e3:.2f}",
    }


def plan(python: str, config: dict, order: list[str]) -> str:
    """The table of all stages, in the order in which the workflow defines them."""
    missing = {one.output[0] for one in dry_run(python, config)}
    stages: dict[str, list[Job]] = {}
    everything = dry_run(python, config, "--forceall")
    for one in sorted(everything, key=lambda one: order.index(one.rule)):
        stages.setdefault(one.stage(), []).append(one)
    rows = [row_of(stage, jobs, missing) for stage, jobs in stages.items()]
    rows.append(row_of("all", everything, missing))
    return tabulate(rows, headers="keys", tablefmt="github", disable_numparse=[4, 5, 6])


def megabytes_of(path: Path) -> float:
    """Of a file, or of all files in a folder."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6
