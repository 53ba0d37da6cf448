"""Claims on mixtures of VAEs, each on evidence for every verdict."""

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


def importance(parameters=10, spread=0.1, **means):
    """Mean log-likelihoods (train, test) with the most samples; with one it is lower.

    kVAEs have 10 parameters. Each split has two points, a standard error of `spread`.
    """
    frames = {}
    for source, (train, test) in means.items():
        frame = pd.DataFrame(
            {
                "split": ["train", "train", "test", "test"],
                "s10": np.array([train, train, test, test]) + [-spread, spread] * 2,
                "parameters": 10 if source == "kvaes" else parameters,
            }
        )
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
            score("modes3", source, "support"): pd.DataFrame(
                {"outside": [share], "samples": 4000}
            )
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
    ("k03", importance(kvaes=(-2, -3), vae_50=(-4, -4), spread=0.5), FAILS),  # by chance
    ("k03", importance(kvaes=(-2, -3), vae_50=(-1, -1), parameters=9), UNKNOWN),
    ("k03", importance(kvaes=(-2, -3), vae_bag=(-1, -1)), UNKNOWN),
    ("k03", importance(kvaes=(-2, -3)), UNKNOWN),
    ("k04", shares([[97, 3], [0, 100]]), HOLDS),
    ("k04", shares([[94, 6], [0, 100]]), FAILS),  # a mode is shared
    ("k04", shares([[100, 0], [100, 0]]), FAILS),  # a VAE has two modes, another none
    ("k04", ONLY_MFA, UNKNOWN),
    ("k06", support(kvaes=0.005, vae_50=0.2), HOLDS),
    ("k06", support(kvaes=0.1, vae_50=0.2), FAILS),
    ("k06", support(kvaes=0.002, vae_50=0.001), FAILS),
    ("k06", support(kvaes=0.005), UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("id", "evidence", "expected"), VERDICTS)
def test_the_verdict(id, evidence, expected):
    try_claim(id, evidence, expected)


def test_only_changes_beyond_the_tolerance_could_have_been_rises():
    """From 3 to 2 to 1 in two steps, then at rest: one of 2^2 signs."""
    falling = competition([3, 2, 1, 1.001, 1], [0.5, 0.1, 0, 0, 0])
    row = CLAIMS["k01"].row(falling)
    assert "at most 0.25 " in row["by chance"]
    assert "rises in 0 of 4 steps, by 0.001 at most" in row["measured"]
    rising = competition([3, 2, 2.5, 2.25, 3], [0.5, 0.1, 0.02, 0, 0.01])
    said = (
        "rises in 2 of 4 steps, by 0.75 at most; in 1 of these at most 1% of the points"
    )
    assert said in CLAIMS["k01"].row(rising)["measured"]


def test_a_smaller_vae_is_told_beside():
    row = CLAIMS["k03"].row(importance(kvaes=(-2, -3), vae_50=(-4, -4), parameters=9))
    assert "-2.00 / -3.00 nats against -4.00 / -4.00" in row["measured"]
    assert "10 and 9 parameters" in row["measured"]


def test_modes_that_are_won_at_random():
    """Two modes go to two VAEs in 2 of 4 ways."""
    assert "at most 0.5 " in CLAIMS["k04"].row(shares([[97, 3], [0, 100]]))["by chance"]


def test_what_the_draft_prints_of_likelihoods_is_told_by_dataset():
    rows = [
        ("table_synthetic", "modes3", "kvaes", "log_likelihood_test", -1.5),
        ("table_synthetic", "modes3", "vae", "log_likelihood_test", -2.0),
        ("table_synthetic", "modes3", "vae", "log_likelihood_train", -9.0),
        ("table_synthetic", "modes9", "kvaes", "log_likelihood_test", 0.25),
    ]
    columns = ["table", "dataset", "model", "quantity", "value"]
    found = evidence({}, published=pd.DataFrame(rows, columns=columns))
    said = CLAIMS["k03"].row(found)["printed"]
    assert said.startswith("modes3, test: kvaes -1.5, VAE -2; modes5, test: ")
    assert said.endswith("; modes9, test: kvaes 0.25")
