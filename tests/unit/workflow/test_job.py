"""What every job does around its work: interrupts."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gansgmms.benchmarks.rehearsal import END
from gansgmms.errors import InputError
from gansgmms.io.memory import peak_megabytes
from gansgmms.workflow.job import clear_states, job, refuse_spaces, refuse_unwritable
from tests import ROOT

DEAF = """
import sys, time
from gansgmms.workflow.job import job
from tests import ROOT

class Finaliser:
    def __del__(self):  # where Python drops an interrupt
        print("ready", flush=True)
        time.sleep(5)

with job(sys.argv[1]):
    Finaliser()
    time.sleep(60)
    print("went on", flush=True)
"""


def test_an_interrupt_that_python_drops_comes_again(tmp_path):
    command = [sys.executable, "-c", DEAF, str(tmp_path / "job.log")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    library = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    with subprocess.Popen(command, env=library, **pipes) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=30)
    assert process.returncode != 0 and "went on" not in out
    assert "Exception ignored" in error  # it was dropped, once at least


def test_the_log_ends_with_what_the_job_took(tmp_path):
    with job(tmp_path / "a.log"):
        deadline = time.process_time() + 0.3
        while time.process_time() < deadline:
            pass
    end = END.findall((tmp_path / "a.log").read_text())
    ((seconds, processor, megabytes),) = end
    assert 0.2 < float(seconds) and 0.3 <= float(processor)
    assert int(megabytes.replace(",", "")) == pytest.approx(peak_megabytes(), rel=0.1)


def test_a_job_leaves_the_signals_as_they_were(tmp_path):
    numbers = (signal.SIGINT, signal.SIGALRM)
    before = [signal.getsignal(number) for number in numbers]
    with job(tmp_path / "job.log"):
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in numbers] == before
    assert os.path.getsize(tmp_path / "job.log") > 0


def test_a_link_to_a_disk_that_is_not_mounted_is_refused(tmp_path):
    (tmp_path / "results").symlink_to(tmp_path / "disk")
    with pytest.raises(
        InputError, match="results: found a link to .*disk, which is not"
    ):
        refuse_unwritable(tmp_path / "results/demo")
    (tmp_path / "disk").mkdir()
    refuse_unwritable(tmp_path / "results/demo")


def test_a_python_that_snakemake_could_not_start_is_refused():
    with pytest.raises(InputError, match="/My Drive/.venv/bin/python: found a space"):
        refuse_spaces("/My Drive/.venv/bin/python")
    refuse_spaces("/Übung/[1]/it's/python3")


def test_a_state_goes_when_its_model_is_there_to_stay(tmp_path):
    trained = tmp_path / "digits/models/mfa/seed0"
    (trained / "state/finished-0a").mkdir(parents=True)
    (trained / "state/finished-0a/model").write_text("weights")
    model = trained / "model.safetensors"
    clear_states(tmp_path, lambda path: True)  # deleted, or not yet there
    model.write_text("others")
    clear_states(tmp_path, lambda path: True)
    model.write_text("weights")
    clear_states(tmp_path, lambda path: False)
    assert (trained / "state").exists()
    clear_states(tmp_path, lambda path: path == str(model))
    assert not (trained / "state").exists() and model.exists()
