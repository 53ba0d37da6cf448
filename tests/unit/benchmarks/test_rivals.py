"""K-means beside others': one measure of inertia for all, and ratios of ours."""

import sys

import numpy as np
import pytest
from sklearn.cluster import KMeans

from gansgmms.benchmarks import rivals
from gansgmms.errors import InputError


@pytest.fixture
def x():
    """Points around five centres."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(5, 6))[random.integers(0, 5, 300)]
    return (centres + 0.1 * random.normal(size=(300, 6))).astype(np.float32)


@pytest.mark.parametrize("chunk", [7, 4096])
def test_inertia_is_scikit_learns(x, chunk):
    found = KMeans(5, n_init=2, random_state=0).fit(x.astype(np.float64))
    measured = rivals.inertia(x, found.cluster_centers_, chunk)
    assert measured == pytest.approx(found.inertia_, rel=1e-6)


def test_the_others_are_compared_with_ours(x, monkeypatch):
    now = iter([0.0, 2.0, 10.0, 18.0])
    monkeypatch.setattr(rivals.time, "process_time", lambda: next(now))
    both = {name: rivals.RIVALS[name] for name in ("ours", "scikit-learn")}
    ours, theirs = rivals.compare(x, 5, 3, both)
    assert (ours["our time over its"], theirs["our time over its"]) == (1.0, 0.25)
    assert theirs["our inertia over its"] == pytest.approx(1.0, abs=1e-3)
    assert ours["starts"] == 3


def test_without_faiss_it_says_how_to_get_it(x, monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(InputError, match="pip install faiss-cpu"):
        rivals.of_faiss(x, 5, 1)
