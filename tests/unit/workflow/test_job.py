"""What every job does around its work: interrupts."""

import os
import signal
import subprocess
import sys

from gansgmms.workflow.job import job
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


def test_a_job_leaves_the_signals_as_they_were(tmp_path):
    numbers = (signal.SIGINT, signal.SIGALRM)
    before = [signal.getsignal(number) for number in numbers]
    with job(tmp_path / "job.log"):
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in numbers] == before
    assert os.path.getsize(tmp_path / "job.log") > 0
