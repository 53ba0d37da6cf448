"""Every kind of job at full size, one step of each, on synthetic photographs: what they take."""

import argparse
import subprocess
import sys
from pathlib import Path

import yaml
from tabulate import tabulate

from gansgmms.benchmarks.rehearsal import TARGETS, overlay, rows
from gansgmms.io.atomic import atomic
from gansgmms.workflow.plan import jobs_in

ROOT = Path(__file__).parents[1]
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--folder", type=Path, default=ROOT / "build/rehearsal")
parser.add_argument("--share", type=float, default=1.0, help="of CelebA's images")
parser.add_argument("--cores", default="all")
options = parser.parse_args()
folder = options.folder.resolve()
folder.mkdir(parents=True, exist_ok=True)
photographs = folder / "photographs.yaml"
if not photographs.exists():
    photographs.write_text(yaml.safe_dump(overlay(folder, options.share)))
snakemake = [sys.executable, "-m", "snakemake", "--cores", options.cores]
snakemake += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
snakemake += ["--configfile", str(ROOT / "config/rehearsal.yaml"), str(photographs)]
targets = [f"results/rehearsal/{target}" for target in TARGETS]
every = [*snakemake, "--dry-run", "--forceall", "--", *targets]
text = subprocess.run(every, check=True, capture_output=True, text=True).stdout
# One job after the other: each has the machine to itself.
alone = ["--resources", "gpu=1", "alone=1", "--default-resources", "alone=1"]
# Not `run`, which kills Snakemake before it has ended its job.
process = subprocess.Popen([*snakemake, *alone, "--", *targets])
try:
    process.wait()
except KeyboardInterrupt:  # Snakemake is interrupted, too
    process.wait()
# What was done so far is told, and is not done again.
table = tabulate(rows(jobs_in(text), folder), headers="keys", tablefmt="github")
with atomic(folder / "rehearsal.md") as path:
    path.write_text(f"{table}\n")
print(table)
