"""Devices: every process gets its own, by real locks of real processes."""

import os
import signal
import subprocess
import sys
import types

import pytest
import torch

from gansgmms.errors import InputError
from gansgmms.training import device as module
from gansgmms.workflow.job import job
from tests import ROOT

SCRIPTS = ROOT / "scripts"
TWO = ["GPU-1111", "GPU-2222"]


@pytest.fixture
def start(tmp_path):
    """Start a process that claims one of some devices, says which, and keeps it."""
    running = []

    def start(names=TWO):
        program = (
            "import sys; from gansgmms.training import device as devices; devices.WAIT = 0.05\n"
            "print(devices.claim(sys.argv[2:], sys.argv[1]), flush=True)\n"
            "sys.stdin.read()"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path), *names],
            env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def got(process) -> int:
    return int(process.stdout.readline())


def has_nothing_yet(process) -> bool:
    os.set_blocking(process.stdout.fileno(), False)
    try:
        return process.stdout.readline() == ""
    finally:
        os.set_blocking(process.stdout.fileno(), True)


def test_processes_that_run_together_hold_different_devices(start):
    names = [f"GPU-{i}" for i in range(4)]
    together = [start(names) for _ in names]
    assert sorted(got(process) for process in together) == [0, 1, 2, 3]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_device_is_free_again_however_its_process_ended(start, end):
    first, second = start(), start()
    held = {got(first): first, got(second): second}
    third = start()
    with pytest.raises(subprocess.TimeoutExpired):
        third.wait(0.5)
    assert has_nothing_yet(third)
    held[1].send_signal(end)
    assert got(third) == 1


def test_part_of_the_devices_is_part_of_the_same_ones(start):
    """As CUDA_VISIBLE_DEVICES shows them: fewer, in another order, the same UUIDs."""
    assert got(start(["GPU-2222", "GPU-3333"])) == 0
    assert got(start(["GPU-1111", "GPU-2222", "GPU-3333"])) == 0
    assert got(start(["GPU-1111", "GPU-2222", "GPU-3333"])) == 2


def test_the_only_visible_device_is_taken_without_asking(start, tmp_path):
    """Slurm has given it to this job alone."""
    assert [got(start(["GPU-1111"])) for _ in range(3)] == [0, 0, 0]
    assert not list(tmp_path.iterdir())


def test_a_process_keeps_the_device_that_it_has(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_held", {})
    first = module.claim(TWO, tmp_path)
    assert [module.claim(TWO, tmp_path) for _ in range(3)] == [first] * 3
    assert module.claim(TWO[::-1], tmp_path) == 1 - first
    for handle in module._held.values():
        os.close(handle)


def test_a_job_that_waits_says_so_once(monkeypatch):
    monkeypatch.setattr(module, "_held", {})
    looks = iter([None] * 6 + [5])  # three looks at both, then the first is free
    monkeypatch.setattr(module, "_lock", lambda _: next(looks))
    waited, said = [], []
    monkeypatch.setattr(module.time, "sleep", waited.append)
    monkeypatch.setattr(module.log, "info", lambda text, *a: said.append(text % a))
    assert module.claim(TWO) == 0
    assert waited == [module.WAIT] * 3
    assert said == ["waiting for a GPU: other jobs hold all 2"]


def test_a_lock_is_its_owners_alone(tmp_path):
    path = tmp_path / "lock"
    os.close(module._lock(path))
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_block_fills_a_cache_or_a_64th_of_a_gpus_memory(monkeypatch):
    card = types.SimpleNamespace(total_memory=64 * 4 * 1000)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: card)
    assert module.block_size(100, torch.device("cpu")) == 100
    assert module.block_size(100, torch.device("cuda")) == 1000
    assert module.block_size(2000, torch.device("cuda")) == 2000


@pytest.fixture
def gpus(monkeypatch, tmp_path):
    """A torch that sees two GPUs, or those that CUDA_VISIBLE_DEVICES names."""
    chosen = []

    def seen():
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        return TWO if visible is None else [v for v in visible.split(",") if v]

    def properties(i):
        return types.SimpleNamespace(uuid=seen()[i].removeprefix("GPU-"))

    monkeypatch.setattr(torch.cuda, "is_available", lambda: bool(seen()))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: len(seen()))
    monkeypatch.setattr(torch.cuda, "get_device_properties", properties)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "fake")
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    monkeypatch.setattr(module, "_held", {})
    monkeypatch.setattr(module.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    yield chosen
    for handle in module._held.values():
        os.close(handle)


def test_a_job_takes_a_free_gpu_and_makes_it_torchs_own(gpus, start):
    assert got(start(["1111", "2222"])) == 0
    assert module.pick_device("auto") == torch.device("cuda", 1)
    assert module.pick_device("cuda") == torch.device("cuda", 1)
    assert gpus == [1, 1]


def test_the_visible_devices_are_respected(gpus, monkeypatch, start):
    assert got(start(["1111", "2222"])) == 0
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-2222")
    assert module.pick_device("auto") == torch.device("cuda", 0)


def test_without_a_gpu_a_job_runs_on_the_cpu_and_says_so(gpus, monkeypatch, tmp_path):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with job(tmp_path / "job.log"):
        assert module.pick_device("auto") == torch.device("cpu")
    text = (tmp_path / "job.log").read_text()
    assert "device: CPU, because torch sees no GPU (CUDA_VISIBLE_DEVICES=)" in text


def test_a_gpu_that_was_demanded_and_is_missing_is_an_error(gpus, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(InputError, match="'cuda' where torch sees no CUDA device"):
        module.pick_device("cuda")
    assert module.pick_device("cpu") == torch.device("cpu")
