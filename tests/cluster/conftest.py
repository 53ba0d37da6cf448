"""Runs of the workflow on a real Slurm, started together because they mostly wait."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflow.conftest import PARTS, ROOT, SMALL

from .lab import Missing, cluster

# Two models of the table are enough here.
CONFIG = [SMALL[0], "config/small.yaml", "config/two.yaml"]
# GPUs where there are some, which the demo does without.
TWO = (
    "device: auto\ntables: {table2: {models: [train, test, mfa, mfa_em], trivial: []}}"
)
# What only a test changes: Slurm is asked at once whether a job has ended.
QUICK = ["--seconds-between-status-checks=1", "--latency-wait=20"]
QUICK_SLURM = [*QUICK, "--slurm-init-seconds-before-status-checks=4"]


class Run:
    """Snakemake in a folder of its own, in the background."""

    def __init__(self, folder: Path, *arguments: str):
        folder.mkdir()
        for part in PARTS:
            source = ROOT / part
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, folder / part)
        # Beside the rest, and known to git, because only that reaches a pod.
        shutil.copy2(SMALL[1], folder / "config/small.yaml")
        (folder / "config/two.yaml").write_text(TWO)
        for command in ("git init --quiet", "git add --all"):
            subprocess.run(command.split(), cwd=folder, check=True)
        self.folder, self.results = folder, folder / "results/small"
        self.log = folder / "snakemake.log"
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        environment.pop("GANSGMMS_MIRROR", None)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "snakemake", *arguments],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        """What Snakemake has printed so far."""
        return self.log.read_text(errors="replace")

    def until(self, what: Callable[[], object], seconds: float = 400):
        """Wait until `what()` is true; gives what it gave."""
        deadline = time.monotonic() + seconds
        while not (found := what()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"it did not come to that:\n{self.text()[-6000:]}")
            time.sleep(0.3)
        return found

    def wait(self, seconds: float = 500) -> str:
        """Wait for the end, which must be a good one; gives the whole text."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = "no end"
        if status != 0:
            pytest.fail(f"{status}:\n{self.text()[-6000:]}")
        return self.text()

    def stop(self) -> None:
        """End what still runs, as Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


@pytest.fixture(scope="session")
def slurm():
    """The logs of a running cluster."""
    try:
        with cluster() as folder:
            yield folder
    except Missing as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def start(slurm, tmp_path_factory):
    """Start a `Run` by name; all of them are ended with the session."""
    folder, runs = tmp_path_factory.mktemp("runs"), []

    def start(name: str, *arguments: str) -> Run:
        runs.append(Run(folder / name, *arguments))
        return runs[-1]

    yield start
    for run in runs:
        run.stop()


SMALL_RUN = ["--configfile", *CONFIG]
ON_SLURM = ["--profile", "profiles/slurm", *QUICK_SLURM, *SMALL_RUN]


@pytest.fixture(scope="session")
def started(start) -> dict[str, Run]:
    """The same table and figure locally, on Slurm, and by a command of one's own."""
    targets = ["--", "table2", "fig4"]
    generic = ["--profile", "profiles/generic", *QUICK, *SMALL_RUN]
    return {
        "slurm": start("slurm", *ON_SLURM, *targets),
        "generic": start("generic", *generic, "--", "fig4"),
        "local": start("local", "--cores", "1", *SMALL_RUN, *targets),
    }


@pytest.fixture(scope="session")
def faults(start) -> Run:
    """Trainings to which something happens; they start when a test first asks."""
    # Memory and minutes of the trainings that are to be killed for want of them. What the
    # command line says of resources takes the place of all that the profile says.
    resources = [
        "train_model:slurm_partition=gpu",
        "train_model:mem_mb=420 if (wildcards.model, attempt) == ('mfa_em', 1) else 2000",
        "train_model:runtime=attempt if 'iterations' in wildcards.model else 9",
    ]
    models = map(model_file, FAULTY.values())
    return start("faults", *ON_SLURM, "--set-resources", *resources, "--", *models)


# A training that takes for ever, one that takes some time, one that is short of memory.
FAULTY = {
    "time": "mfa+iterations=100000000",
    "cancelled": "mfa+components=9",
    "memory": "mfa_em",
}


def model_file(model: str) -> str:
    """The weights of a model in these runs."""
    return f"results/small/digits/models/{model}/seed0/model.safetensors"
