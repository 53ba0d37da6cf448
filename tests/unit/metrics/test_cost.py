"""What the likelihood of a mixture costs."""

import json
import os
import subprocess
import sys

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
