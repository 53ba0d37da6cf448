"""A copy of the workflow to run in, and Snakemake as its users call it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

PARTS = [
    "Snakefile",
    "config.yaml",
    "config",
    "rules",
    "scripts",
    "envs",
    "profiles",
    "report",
    "resources",
]


class Workflow:
    """The workflow in a folder of its own.

    `run("table2", ...)` calls Snakemake and returns the finished process; with
    `ok=False` it is expected to fail.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, *arguments: str, ok: bool = True, **variables: str):
        environment = {k: v for k, v in os.environ.items() if k != "GANSGMMS_MIRROR"}
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
        process = subprocess.run(
            command,
            cwd=self.folder,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if ok != (process.returncode == 0):
            pytest.fail(f"{' '.join(command)}\n{process.stdout[-6000:]}")
        return process

    def jobs(self, *arguments: str) -> dict[str, int]:
        """How many jobs of each rule a dry-run would run."""
        text = self.run("--dry-run", "--quiet", "rules", *arguments).stdout
        jobs: dict[str, int] = {}
        in_table = False
        for line in text.splitlines():
            words = line.split()
            if words[:2] == ["job", "count"]:
                in_table = True
            elif in_table and len(words) == 2 and words[1].isdigit():
                jobs[words[0]] = int(words[1])
            elif in_table and not words:
                break
        jobs.pop("total", None)
        return jobs


@pytest.fixture
def workflow(tmp_path) -> Workflow:
    """A fresh copy without results."""
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, tmp_path / part)
    return Workflow(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Workflow:
    """A copy in which a small run is finished; tests must leave it as it is."""
    folder = tmp_path_factory.mktemp("finished")
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / part)
    workflow = Workflow(folder)
    workflow.run("--configfile", *SMALL)
    return workflow


# The demo with digits alone in every part: seconds instead of minutes.
SMALL = ["config/demo.yaml", str(Path(__file__).parent / "small.yaml")]
