"""The peak of a process's memory."""

import subprocess
import sys

from tests import ROOT

GROW = """
import sys
sys.path.insert(0, sys.argv[1])
from gansgmms.io.memory import peak_megabytes
before = peak_megabytes()
held = bytearray(200_000_000)
held[::4096] = bytes(len(held[::4096]))
del held
print(peak_megabytes() - before)
"""


def test_what_was_held_and_given_back_counts():
    command = [sys.executable, "-c", GROW, str(ROOT / "scripts")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert 195 < float(done.stdout) < 230
