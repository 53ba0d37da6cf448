"""The workflow on a real Slurm: its jobs, its GPUs, its results, and its faults."""

import re
import signal
import subprocess
import time

import pandas as pd

from gansgmms.io.atomic import digest

from .conftest import FAULTY, model_file

GPU_RULES = {"fit_bins", "train_model", "sample_model"}
FIELDS = ["JobID", "State", "Partition", "AllocTRES", "TimelimitRaw", "Comment"]


def accounting() -> list[dict]:
    """Every job that Slurm's accounting knows, oldest first."""
    command = [
        "sacct", "--allocations", "--noheader", "--parsable2", "--starttime=now-1hour",
        f"--format={','.join(FIELDS)}",
    ]  # fmt: skip
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [
        dict(zip(FIELDS, line.split("|"), strict=True)) for line in lines.splitlines()
    ]


def jobs_of(run) -> list[dict]:
    """The jobs of one run, by the numbers that Snakemake printed."""
    numbers = set(re.findall(r"SLURM jobid '?(\d+)|jobid '(\d+)'", run.text()))
    flat = {number for pair in numbers for number in pair if number}
    return [job for job in accounting() if job["JobID"] in flat]


def running(what) -> list[tuple[str, str]]:
    """Number and time limit of the jobs that run now and say `what` of themselves.

    The accounting learns only at a job's end what it said.
    """
    command = ["squeue", "--noheader", "--states=RUNNING", "--format=%i|%l|%k"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    jobs = [line.split("|", 2) for line in lines.splitlines()]
    return [(number, limit) for number, limit, comment in jobs if what in comment]


def same_results(run, local, least) -> None:
    """Every result of a run is that of the local run; only the clock may differ."""
    compared = 0
    for ours in sorted(run.results.rglob("*")):
        path = ours.relative_to(run.results)
        if not ours.is_file() or path.parts[0] in ("logs", "jobs"):
            continue
        theirs = local.results / path
        if path.name == "history.parquet":
            clock = ["seconds", "images_per_second"]
            pd.testing.assert_frame_equal(
                *[pd.read_parquet(p).drop(columns=clock) for p in (ours, theirs)]
            )
        else:
            assert digest(ours) == digest(theirs), path
        compared += 1
    assert compared >= least


def test_the_result_equals_that_of_the_local_run(started):
    started["slurm"].wait()
    started["local"].wait()
    same_results(started["slurm"], started["local"], least=25)


def test_the_jobs_are_in_the_accounting_and_hold_what_they_asked_for(started):
    text = started["slurm"].wait()
    jobs = jobs_of(started["slurm"])
    assert {job["State"] for job in jobs} == {"COMPLETED"}
    # 16 jobs in 10 submissions: of the data, the bins, two trainings, scores, the paper.
    steps = int(re.findall(r"of (\d+) steps", text)[-1])
    assert len(jobs) < 0.75 * steps
    trainings = [job for job in jobs if "train_model" in job["Comment"]]
    assert len(trainings) == 2
    for job in trainings:
        assert job["Partition"] == "gpu" and "gres/gpu=1" in job["AllocTRES"]
        # With what images and a mixture of the demo take, which is below a megabyte.
        assert job["TimelimitRaw"] == "1440" and "mem=6001M" in job["AllocTRES"]
    for job in jobs:
        asked = any(rule in job["Comment"] for rule in GPU_RULES)
        assert asked or "gres/gpu" not in job["AllocTRES"], job


def test_a_job_that_holds_a_gpu_is_told_which(started):
    started["slurm"].wait()
    for log in started["slurm"].results.glob("logs/train_model/*.log"):
        assert re.search(r"device: .*\(CUDA_VISIBLE_DEVICES=[0-3]\)", log.read_text())


def test_a_generic_submit_command_gives_the_same_results(started):
    started["generic"].wait()
    started["local"].wait()
    same_results(started["generic"], started["local"], least=6)
    for log in started["generic"].results.glob("logs/train_model/*.log"):
        assert re.search(r"device: .*\(CUDA_VISIBLE_DEVICES=[0-3]\)", log.read_text())


def log_file(run, model):
    return run.results / f"logs/train_model/digits-{model}-seed0.log"


def attempts(run, model) -> list[dict]:
    return [job for job in jobs_of(run) if model in job["Comment"]]


def both_attempts(run, model) -> list[dict]:
    """The first two jobs of a training, when both have ended."""
    return run.until(lambda: len(found := attempts(run, model)) == 2 and found)


def test_a_cancelled_job_is_submitted_again(faults):
    file = faults.folder / model_file(FAULTY["cancelled"])
    [(number, _)] = faults.until(lambda: running("components=9"))
    subprocess.run(["scancel", number], check=True)
    first, _ = both_attempts(faults, "components=9")
    assert first["State"].split()[0] == "CANCELLED"
    faults.until(file.exists)


def test_a_job_out_of_memory_is_named_and_gets_more(faults):
    first, second = both_attempts(faults, FAULTY["memory"])
    assert first["State"].split()[0] in ("OUT_OF_MEMORY", "FAILED", "CANCELLED")
    assert "mem=420M" in first["AllocTRES"] and "mem=2000M" in second["AllocTRES"]
    faults.until((faults.folder / model_file(FAULTY["memory"])).exists)
    _, *errors = faults.text().split("Error in rule")
    assert any(f"digits-{FAULTY['memory']}-seed0.log" in error for error in errors)


def test_a_job_out_of_time_goes_on_with_more(faults):
    """A minute is Slurm's shortest limit; the training goes on from its state."""
    model = FAULTY["time"]
    log = log_file(faults, model)
    faults.until(lambda: log.exists() and "going on from" in log.read_text())
    [first], [(_, limit)] = attempts(faults, "iterations"), running("iterations")
    assert (first["State"], first["TimelimitRaw"]) == ("TIMEOUT", "1")
    assert limit == "2:00"
    assert not (faults.folder / model_file(model)).exists()


def test_what_is_interrupted_leaves_no_job_and_no_lock(faults):
    """Ctrl-C, while a training runs that takes for ever."""
    assert faults.process.poll() is None
    faults.process.send_signal(signal.SIGINT)
    assert faults.process.wait(60) != 0
    assert not list(faults.folder.glob(".snakemake/locks/*"))
    deadline = time.monotonic() + 30
    while (states := {job["State"].split()[0] for job in jobs_of(faults)}) & {
        "RUNNING",
        "PENDING",
    }:
        assert time.monotonic() < deadline, states
        time.sleep(1)
