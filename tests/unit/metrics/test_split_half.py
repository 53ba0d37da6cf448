"""Two halves of one set of images."""

import numpy as np
import pytest

from gansgmms.metrics.split_half import null_scores

BINS = {"initialisations": 1}


def test_halves_of_one_distribution_differ_as_often_as_the_level_says():
    """With separate bins, which is the test of theory: 0.05 within four standard errors."""
    points = np.random.default_rng(0).normal(size=(8000, 4)).astype(np.float32)
    shares = [
        row["ndb_over_k"]
        for seed in range(8)
        for row in null_scores(points, [20], 10_000, BINS, 0.05, seed)
        if row["design"] == "separate"
    ]
    error = np.sqrt(0.05 * 0.95 / (20 * len(shares)))
    assert np.mean(shares) == pytest.approx(0.05, abs=4 * error)


def test_halves_share_no_image():
    """Each point occurs twice: halves of distinct points would see other clusters."""
    points = np.arange(400, dtype=np.float32)[:, None]
    rows = null_scores(points, [4, 100, 101], 150, BINS, 0.05, seed=3)
    assert [(r["design"], r["k"]) for r in rows] == [
        (design, k) for k in (4, 100) for design in ("same", "separate")
    ]
    assert [r["reference"] for r in rows[:2]] == [200, 100]
    assert {r["samples"] for r in rows} == {150}
    again = null_scores(points, [4], 150, BINS, 0.05, seed=3)
    assert again == rows[:2]
