"""What the likelihood of a mixture costs."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import torch

from gansgmms.metrics import cost as module
from tests import ROOT

MEASURE = """
import json
from gansgmms.metrics.cost import cost
print(json.dumps([cost(d, 200, 20, 4) for d in (500, 8000)]))
"""


def test_the_likelihood_costs_time_and_memory_that_grow_with_d():
    # In a process of its own: what other tests have freed, a fork would take again, and
    # its peak would not grow.
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
        stdout=subprocess.PIPE,
        check=True,
    )
    small, large = json.loads(done.stdout)
    assert 0 < small[0] < large[0]
    # Means, factors, noise and images alone: (20 (4 + 2) + 200) x 8000 floats.
    assert large[1] > 320 * 8000 * 4 / 2**20
    assert large[1] > 2 * small[1]
    # K [d (l + 2) + 1]
    assert large[2] == 20 * (8000 * 6 + 1)


def test_it_is_the_least_of_the_rounds_what_the_peak_grows_by_and_all_numbers(
    monkeypatch,
):
    """Rounds of 5, 2 and 3 seconds, from 100 to 140 MB; K [d (l + 2) + 1] numbers."""
    clock, peaks = iter([0, 5, 10, 12, 20, 23]), iter([100, 140])
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(module, "_peak", lambda: next(peaks))
    threads, images, sent = [], [], []
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    log_prob = module.MFA.log_prob

    def seen(mixture, x):
        images.append(x)
        return log_prob(mixture, x)

    monkeypatch.setattr(module.MFA, "log_prob", seen)
    module._measure(SimpleNamespace(send=sent.append), 7, 6, 3, 2, 3)
    assert sent == [(2, 40, 3 * (7 * 4 + 1))]
    assert threads == [1]
    assert [x.shape for x in images] == [(6, 7)] * 3
