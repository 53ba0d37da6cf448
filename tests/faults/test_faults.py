"""Faults as they happen to people, made on purpose: real processes, disks and signals."""

import os
import shutil
import signal
import subprocess
import time

import pytest

from gansgmms.io.atomic import digest
from gansgmms.io.images import read_images

from .conftest import DIGITS

LONG = f"{DIGITS}/models/mfa+iterations=4000/seed0"
SHORT = f"{DIGITS}/models/mfa_em/seed0"


def holder(folder) -> int:
    """The number of the process that trains in a folder."""
    return int((folder / "state/lock").read_text().split()[1])


def test_a_killed_job_is_named_and_tried_again_while_others_go_on(run):
    """SIGKILL to one job, as the kernel does when memory runs out."""
    files = [f"{LONG}/model.safetensors", f"{SHORT}/model.safetensors"]
    together = ["--resources", "gpu=2", "--set-threads", "train_model=1"]
    process = run.start("--retries", "1", *together, "--", *files)
    run.until((run.folder / LONG / "state/state.safetensors").exists)
    os.kill(holder(run.folder / LONG), signal.SIGKILL)
    assert process.wait(300) == 0
    text = run.text()
    error = text.split("Error in rule train_model")[1]
    assert "digits-mfa+iterations=4000-seed0.log" in error
    assert "going on from" in error
    for file in files:
        assert (run.folder / file).stat().st_size > 0


def test_killed_trainings_go_on_and_end_the_same(run):
    """SIGKILL to all at once, as when the power goes, in the middle of two trainings."""
    models = ["mfa+iterations=200", "dcgan+iterations=100"]
    folders = [run.folder / DIGITS / f"models/{model}/seed0" for model in models]
    files = [f"{DIGITS}/models/{model}/seed0/model.safetensors" for model in models]
    together = ["--resources", "gpu=2", "--set-threads", "train_model=1", "--", *files]

    def left() -> list[tuple[str, list[str]]]:
        return [
            (digest(f / "model.safetensors"), sorted(map(str, f.glob("progress/*"))))
            for f in folders
        ]

    run.small(*together)
    undisturbed = left()
    for folder in folders:
        shutil.rmtree(folder)

    process, waiting = run.start(*together), set(folders)

    def stopped() -> bool:
        """Whether each has saved its state, and is held there until the others have."""
        for folder in sorted(waiting):
            if (folder / "state/state.safetensors").exists():
                os.kill(holder(folder), signal.SIGSTOP)
                waiting.remove(folder)
        return not waiting

    run.until(stopped)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not any((folder / "model.safetensors").exists() for folder in folders)

    run.small("--unlock")
    assert run.small(*together).count("going on from") == len(models)
    assert left() == undisturbed


def test_two_runs_at_once_and_snakemake_killed_alone(run):
    """Its training lives on: neither Snakemake nor a second training may interfere."""
    file = run.folder / LONG / "model.safetensors"
    long = ["--set-threads", "train_model=1", "--", f"{LONG}/model.safetensors"]
    process = run.start(*long)
    run.until((run.folder / LONG / "state/state.safetensors").exists)
    orphan = run.script("train_model")
    os.kill(orphan, signal.SIGSTOP)  # so that it does not finish meanwhile
    text = run.small(*long, ok=False)
    assert "cannot be locked" in text and "Traceback" not in text

    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert run.script("train_model") == orphan
    run.small("--unlock")
    text = run.small(*long, ok=False)
    assert f"another process at work on it (process {orphan} on" in text
    assert not file.exists()

    os.kill(orphan, signal.SIGKILL)
    assert "going on from" in run.small(*long)
    assert file.exists() and not (run.folder / LONG / "state").exists()


def test_a_training_that_finishes_without_snakemake_is_kept(run):
    """Snakemake calls its model incomplete and deletes it: nothing is trained again."""
    process = run.start("--", f"{SHORT}/model.safetensors")
    orphan = run.until(lambda: run.script("train_model"))
    os.kill(orphan, signal.SIGSTOP)  # so that it does not finish before Snakemake's end
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    os.kill(orphan, signal.SIGCONT)
    run.until(lambda: run.script("train_model") != orphan)
    history = digest(run.folder / SHORT / "history.parquet")  # with its seconds
    assert list((run.folder / SHORT / "state").glob("finished-*"))
    run.small("--unlock")
    run.small("--", f"{SHORT}/model.safetensors")
    assert digest(run.folder / SHORT / "history.parquet") == history
    assert not (run.folder / SHORT / "state").exists()


def test_images_dated_ahead_cost_no_training(run):
    """A file server's clock: Snakemake deletes a model that is older than its images."""
    images = run.folder / DIGITS / "images/train.arrow"
    os.utime(images, (time.time() + 3600,) * 2)
    target = ["--rerun-triggers", "mtime", "--", f"{SHORT}/model.safetensors"]
    run.small(*target, ok=False)
    assert not (run.folder / SHORT / "model.safetensors").exists()
    (kept,) = (run.folder / SHORT / "state").glob("finished-*")
    history = digest(kept / "history")
    os.utime(images)
    run.small(*target)
    assert digest(run.folder / SHORT / "history.parquet") == history
    assert not (run.folder / SHORT / "state").exists()


@pytest.fixture
def disk(run):
    """The results of a run on a disk of 8 MB; `disk(n)` leaves n kB of it free."""
    folder = run.folder / "results"
    moved = run.folder / "moved"
    folder.rename(moved)
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can mount the small disk that this test fills")

    def leave(kilobytes: int | None) -> None:
        filler = folder / "filler"
        filler.unlink(missing_ok=True)
        if kilobytes is not None:
            room = os.statvfs(folder)
            size = room.f_bavail * room.f_frsize - 1000 * kilobytes
            filler.write_bytes(bytes(size))

    yield leave
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_named_and_work_goes_on_when_there_is_room(run, disk):
    images = run.folder / DIGITS / "images"
    disk(60)
    text = run.small("--", f"{DIGITS}/images/train.arrow", ok=False)
    assert "train.arrow: found a full disk" in text and "Traceback" not in text
    assert not list(images.glob("*.arrow")) and not list(images.glob(".*"))

    disk(None)
    run.small("--", f"{DIGITS}/models/mfa/seed0/model.safetensors")
    samples = f"{DIGITS}/samples/mfa/seed0.arrow"
    model = f"{DIGITS}/models/mfa+components=150+iterations=500/seed0"
    disk(60)
    targets = ["--", samples, f"{model}/model.safetensors"]
    text = run.small(*targets, ok=False)
    assert "seed0.arrow: found a full disk" in text
    assert "state.safetensors: found a full disk" in text
    assert "Traceback" not in text
    assert not (run.folder / samples).exists()
    assert not (run.folder / model / "model.safetensors").exists()

    disk(None)
    run.small(*targets)
    assert len(read_images(run.folder / samples)) == 1000
    assert (run.folder / model / "model.safetensors").exists()


def test_results_that_cannot_be_written_are_refused_before_any_work(run, disk):
    folder = run.folder / "results"
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    text = run.small("--", f"{DIGITS}/images/train.arrow", ok=False)
    assert "results: found a folder that cannot be written" in text
    assert "Traceback" not in text and "prepare_images:" not in text
    assert not list(folder.iterdir())


def test_altered_images_are_refused_by_name(run):
    """One pixel changed, and the time of the file put back."""
    path = run.folder / DIGITS / "images/train.arrow"
    times = path.stat()
    data = bytearray(path.read_bytes())
    data[data.index(read_images(path).tobytes()) + 12345] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    text = run.small("--", f"{DIGITS}/bins/kmeans5.safetensors", ok=False)
    assert "images/train.arrow: found content with SHA-256" in text
    assert "Traceback" not in text
    assert not (run.folder / DIGITS / "bins/kmeans5.safetensors").exists()


def test_without_a_network_the_file_and_where_to_put_it_are_named(run):
    target = "data/mnist/t10k-labels-idx1-ubyte.gz"
    nowhere = "http://127.0.0.1:9"
    text = run.run(
        "--configfile", "config/mnist.yaml", "--", target, ok=False,
        https_proxy=nowhere, http_proxy=nowhere,
    ).stdout  # fmt: skip
    assert "put the file at data/brought/mnist/t10k-labels-idx1-ubyte.gz" in text
    assert not list((run.folder / "data/mnist").glob("*"))


def test_a_gpu_that_was_demanded_is_missed_before_any_training(run):
    text = run.small(
        "--config", "device=cuda", "--", f"{SHORT}/model.safetensors",
        ok=False, CUDA_VISIBLE_DEVICES="",
    )  # fmt: skip
    assert "device: found 'cuda' where torch sees no CUDA device" in text
    assert "Traceback" not in text


def test_an_interrupted_run_leaves_nothing_half_done(run):
    """Ctrl-C: jobs end, no lock stays, and the next run goes on."""
    process = run.start("--", f"{LONG}/model.safetensors")
    run.until((run.folder / LONG / "state/state.safetensors").exists)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) != 0
    deadline = time.monotonic() + 10
    while run.script("train_model") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert run.script("train_model") is None
    assert not (run.folder / LONG / "model.safetensors").exists()
    before = digest(run.folder / LONG / "state/state.safetensors")
    assert len(before) == 64
    assert "going on from" in run.small("--", f"{LONG}/model.safetensors")
