"""Claims on mixtures of VAEs, each on evidence for every verdict."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mutual_info_score

from gansgmms.claims import CLAIMS
from tests.unit.claims.made_up import (
    FAILS,
    HOLDS,
    ONLY_MFA,
    UNKNOWN,
    evidence,
    score,
    try_claim,
)

MODES = {"modes3": "modes3", "mnist": "mnist"}


def on_modes(frames):
    """Evidence of a run in which made-up points and MNIST play their parts."""
    return evidence(frames, roles=MODES)


def competition(after, moved):
    """Of kVAEs: a row before the competition, then one an iteration."""
    first = {"iteration": 0, "after": np.nan, "moved": np.nan}
    rows = [
        {"iteration": i, "after": a, "moved": m}
        for i, (a, m) in enumerate(zip(after, moved, strict=True), start=1)
    ]
    return on_modes({"modes3/models/kvaes/seed0/history": pd.DataFrame([first, *rows])})


def kmeans_case(*differing):
    frame = pd.DataFrame({"differing": differing, "distance": 1e-14})
    return on_modes({"modes3/scores/kmeans/case": frame})


def importance(**means):
    """Mean log-likelihoods (train, test) with the most samples; with one it is lower."""
    frames = {}
    for source, values in means.items():
        frame = pd.DataFrame({"split": ["train", "test"], "s10": values})
        frames[score("modes3", source, "importance")] = frame.assign(
            s1=-99.0, error=0.1
        )
    return on_modes(frames)


def shares(points, dataset="modes3"):
    points = np.array(points)
    label, component = np.indices(points.shape)
    columns = {"label": label, "component": component, "points": points}
    frame = pd.DataFrame({name: c.ravel() for name, c in columns.items()})
    return on_modes({score(dataset, "kvaes", "shares"): frame})


def support(**outside):
    return on_modes(
        {
            score("modes3", source, "support"): pd.DataFrame({"outside": [share]})
            for source, share in outside.items()
        }
    )


VERDICTS = [
    ("k01", competition([3, 2, 2], [0.5, 0.1, 0]), HOLDS),
    ("k01", competition([3, 2, 2.5], [0.5, 0.1, 0]), FAILS),
    ("k01", competition([3, 2, 1], [0.5, 0.1, 0.1]), FAILS),
    ("k01", ONLY_MFA, UNKNOWN),
    ("k02", kmeans_case(0, 0), HOLDS),
    ("k02", kmeans_case(0, 1), FAILS),
    ("k02", ONLY_MFA, UNKNOWN),
    ("k03", importance(kvaes=(-2, -3), vae_50=(-4, -4), vae_150=(-5, -5)), HOLDS),
    ("k03", importance(kvaes=(-2, -3), vae_50=(-4, -4), vae_150=(-5, -2)), FAILS),
    ("k03", importance(kvaes=(-2, -3)), UNKNOWN),
    ("k04", shares([[97, 3], [0, 100]]), HOLDS),
    ("k04", shares([[94, 6], [0, 100]]), FAILS),  # a mode is shared
    ("k04", shares([[100, 0], [100, 0]]), FAILS),  # a VAE has two modes, another none
    ("k04", ONLY_MFA, UNKNOWN),
    ("k05", shares([[10, 0], [0, 10]], "mnist"), HOLDS),
    ("k05", shares([[10, 10], [10, 10]], "mnist"), FAILS),
    ("k05", ONLY_MFA, UNKNOWN),
    ("k06", support(kvaes=0.005, vae_50=0.2), HOLDS),
    ("k06", support(kvaes=0.1, vae_50=0.2), FAILS),
    ("k06", support(kvaes=0.002, vae_50=0.001), FAILS),
    ("k06", support(kvaes=0.005), UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("id", "evidence", "expected"), VERDICTS)
def test_the_verdict(id, evidence, expected):
    try_claim(id, evidence, expected)


def test_mutual_information_is_that_of_scikit_learn():
    points = np.random.default_rng(0).integers(0, 30, (4, 3))
    pairs = [np.repeat(i.ravel(), points.ravel()) for i in np.indices(points.shape)]
    measured = CLAIMS["k05"].row(shares(points, "mnist"))["measured"]
    assert f"VAE {mutual_info_score(*pairs):.2f} nats" in measured
