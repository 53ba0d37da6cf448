"""Runs that tests disturb: started from prepared images, in the background."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflow.conftest import PARTS, ROOT, SMALL, Workflow

DIGITS = "results/small/digits"


class Disturbed(Workflow):
    """The workflow in a folder of its own, which can be started and left running."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.started: list[subprocess.Popen] = []

    def small(self, *arguments: str, ok: bool = True, **variables: str) -> str:
        """Run the small configuration to its end; gives what was printed."""
        command = ["--configfile", *SMALL, *arguments]
        return self.run(*command, ok=ok, **variables).stdout

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start the small configuration; its text is in `snakemake.log`."""
        with open(self.folder / "snakemake.log", "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "snakemake", "--cores", "2", "--configfile"]
                + [*SMALL, *arguments],
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def text(self) -> str:
        return (self.folder / "snakemake.log").read_text()

    def until(self, what: Callable[[], object], seconds: float = 120):
        """Wait until `what()` is true; gives what it gave."""
        deadline = time.monotonic() + seconds
        while not (found := what()):
            if time.monotonic() > deadline:
                pytest.fail(f"it did not come to that:\n{self.text()[-6000:]}")
            time.sleep(0.02)
        return found

    def script(self, name: str) -> int | None:
        """The number of the process that runs a script of this run."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().decode().split("\0")
                here = (folder / "cwd").resolve() == self.folder.resolve()
            except OSError:
                continue
            if here and len(words) > 1 and words[1].endswith(f".{name}.py"):
                return int(folder.name)
        return None

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        while (number := self.script("train_model")) is not None:
            os.kill(number, signal.SIGKILL)
            time.sleep(0.1)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    """A copy of the workflow in which the images of the digits are ready."""
    folder = tmp_path_factory.mktemp("prepared")
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / part)
    Disturbed(folder).small("--", f"{DIGITS}/images/train.arrow")
    return folder


@pytest.fixture
def run(prepared, tmp_path):
    """A copy of it for one test; what still runs at the end is ended."""
    shutil.copytree(prepared, tmp_path / "run", copy_function=shutil.copy2)
    run = Disturbed(tmp_path / "run")
    yield run
    run.end()
