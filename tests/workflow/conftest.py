"""A copy of the workflow to run in, and Snakemake as its users call it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

from .forks import snakemake

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


def without_mirror() -> dict[str, str]:
    """The environment of a user who has no mirror of the data."""
    return {k: v for k, v in os.environ.items() if k != "GANSGMMS_MIRROR"}


class Workflow:
    """The workflow in a folder of its own.

    `run("table2", ...)` calls Snakemake and returns the finished process; with
    `ok=False` it is expected to fail.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def launch(self, *arguments: str, stdout) -> subprocess.Popen:
        """Snakemake, on its way; what it says goes to `stdout`."""
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
            cwd=self.folder,
            env=without_mirror(),
            stdout=stdout,
            stderr=subprocess.STDOUT,
        )

    def run(
        self, *arguments: str, ok: bool = True, **variables: str
    ) -> subprocess.CompletedProcess:
        command = ["--cores", "2", *arguments]
        done = snakemake(command, self.folder, without_mirror() | variables)
        if ok != (done.returncode == 0):
            pytest.fail(f"{' '.join(done.args)}\n{done.stdout[-6000:]}")
        return done

    def jobs(self, *arguments: str) -> dict[str, int]:
        """How many jobs of each rule a dry-run would run."""
        return jobs_in(self.run("--dry-run", "--quiet", "rules", *arguments).stdout)


def jobs_in(text: str) -> dict[str, int]:
    """The table of jobs that a dry-run prints."""
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


def pytest_collection_modifyitems(items) -> None:
    """First what needs no finished run, while that is made."""
    items.sort(key=lambda item: "finished" in getattr(item, "fixturenames", ()))


def checked_out(folder: Path) -> Path:
    """The folder, with the workflow in it, without results."""
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / part)
    return folder


@pytest.fixture
def workflow(tmp_path) -> Workflow:
    """A fresh copy without results."""
    return Workflow(checked_out(tmp_path))


@pytest.fixture(scope="session", autouse=True)
def small_run(request, tmp_path_factory):
    """A small run that goes on beside the tests which need none: process and folder.

    None where no test asks for it.
    """
    if not any("finished" in item.fixturenames for item in request.session.items):
        yield None
        return
    folder = checked_out(tmp_path_factory.mktemp("finished"))
    with open(folder.with_suffix(".log"), "wb") as log:
        process = Workflow(folder).launch("--configfile", *SMALL, stdout=log)
    yield process, folder
    process.terminate()
    process.wait()


@pytest.fixture(scope="session")
def finished(small_run) -> Workflow:
    """A copy in which a small run is finished; tests must leave it as it is."""
    process, folder = small_run
    if process.wait() != 0:
        pytest.fail(folder.with_suffix(".log").read_text()[-6000:])
    return Workflow(folder)


@pytest.fixture
def copied(finished, tmp_path) -> Workflow:
    """A copy of the finished run that a test may change; files keep their times."""
    shutil.copytree(finished.folder, tmp_path / "run", copy_function=shutil.copy2)
    return Workflow(tmp_path / "run")


# The demo with digits alone in every part: seconds instead of minutes.
SMALL = ["config/demo.yaml", str(Path(__file__).parent / "small.yaml")]
