"""Claims on the course of a training, each on evidence for every verdict."""

import numpy as np
import pandas as pd
import pytest

from gansgmms.claims import CLAIMS
from tests.unit.claims.made_up import (
    FAILS,
    HOLDS,
    ONLY_MFA,
    UNKNOWN,
    evidence,
    ndb,
    score,
    table,
    try_claim,
)

START = "mfa_em+initialisation=random"


def started(start, gan=0.5, passes=12, training="em", root=None):
    """A mixture at 0.20 from K-means, and at `start` from random images."""
    gans = {"wgan": (gan, gan)} if gan else {}
    frames, rows = table(mfa_em=(0.2, 0.2), **gans)
    frames[score("celeba", START, "ndb")] = ndb(start, start)
    settings = {"training": training, "passes": 60, "root": root}
    for model in ("mfa_em", START):
        curve = pd.DataFrame({"log_likelihood": range(passes)})
        frames[f"celeba/models/{model}/seed0/history"] = curve
    return evidence(
        frames,
        rows,
        variants={"initialisations": {"celeba": [START]}},
        settings={"celeba": dict.fromkeys(("mfa_em", START), settings)},
    )


def snapshots(early, late, network="inception"):
    """Inception Scores of snapshots of three quarters and of the last, as NDB/K falls."""
    n = len(early) + len(late)
    steps = [*np.linspace(1, 75, len(early)), *np.linspace(76, 100, len(late))]
    frame = pd.DataFrame(
        {
            "iteration": np.array(steps) * 100,
            "k": 100,
            "ndb_over_k": np.linspace(0.9, 0.2, n),
            "inception_score": [*early, *late],
            "network": network,
        }
    )
    frames = {score("cifar10", "wgan_gp", "snapshots"): frame}
    return evidence(frames, roles={"cifar10": "cifar10"})


def shrinking(*noise, budget=200_000, every=1000):
    frame = pd.DataFrame({"noise": noise, "step": np.arange(len(noise)) * every})
    full = {"celeba": {"adversarial_mfa": {"iterations": budget}}}
    frames = {"celeba/models/adversarial_mfa/seed0/history": frame}
    return evidence(frames, {"celeba": ["adversarial_mfa"]}, budgets=full)


UP, DOWN, ON = np.linspace(1, 5, 24), np.linspace(5, 4, 8), np.linspace(5, 6, 8)
NO_SCORE = snapshots(UP, DOWN, network="classifier")
VERDICTS = [
    ("c06", started(0.25), HOLDS),
    ("c06", started(0.40), FAILS),
    ("c06", started(0.10), FAILS),  # better by far is not "slightly worse"
    ("c06", started(0.25, gan=0.21), FAILS),
    ("c06", started(0.25, gan=None), UNKNOWN),
    ("c06", started(0.90, passes=60), UNKNOWN),  # it has not converged
    ("c06", started(0.90, training="adam"), UNKNOWN),
    ("c06", started(0.90, root=6), UNKNOWN),  # only the root is known to have
    ("c06", ONLY_MFA, UNKNOWN),
    ("c09", snapshots(UP, DOWN), HOLDS),
    ("c09", snapshots(UP[::-1], DOWN), FAILS),
    ("c09", snapshots(UP, ON), FAILS),  # late as before
    ("c09", snapshots(UP, [5] * 8), UNKNOWN),
    ("c09", snapshots(np.tile(UP[:2], 12) + UP / 8, DOWN[::4]), UNKNOWN),  # two late ones
    ("c09", snapshots(UP[::6], DOWN), UNKNOWN),  # no early stretch as long
    ("c09", NO_SCORE, UNKNOWN),
    ("c09", evidence({}, roles={"cifar10": "cifar10"}), UNKNOWN),
    ("c15", shrinking(1.0, 0.7, 0.3, 0.1), HOLDS),
    ("c15", shrinking(1.0, 0.9, 0.3, every=11_000), FAILS),  # late
    ("c15", shrinking(1.0, 0.9, 0.8, every=11_000), FAILS),  # never
    ("c15", shrinking(1.0, 0.9, 0.8), UNKNOWN),  # too short a run
    ("c15", ONLY_MFA, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("id", "evidence", "expected"), VERDICTS)
def test_the_verdict(id, evidence, expected):
    try_claim(id, evidence, expected)


def test_what_decides_nothing_is_told():
    row = CLAIMS["c09"].row(NO_SCORE)
    assert "1.00 over 24 snapshots (by the score of a classifier" in row["measured"]
    assert "the Inception Score" in row["missing"]
    row = CLAIMS["c06"].row(started(0.9, passes=60))
    assert "0.90, from K-means 0.20, after the iterations configured" in row["measured"]
