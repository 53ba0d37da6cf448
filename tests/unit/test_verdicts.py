"""The verdicts on the kVAE draft's claims, on numbers made up to hold and to fail."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mutual_info_score

from gansgmms import verdicts


def holds(parts):
    return [held for held, _ in parts]


def history(after, moved):
    rows = {"iteration": range(len(after)), "after": after, "moved": moved}
    return {"data": pd.DataFrame(rows)}


def shares(points):
    points = np.array(points)
    label, component = np.indices(points.shape)
    columns = {"label": label, "component": component, "points": points}
    return {"data": pd.DataFrame({k: c.ravel() for k, c in columns.items()})}


def test_an_objective_that_falls_and_stops():
    nan = float("nan")
    assert (
        holds(verdicts.k01(history([nan, 3, 2, 2], [nan, 0.5, 0.1, 0]))) == [True] * 2
    )
    assert holds(verdicts.k01(history([nan, 3, 2, 2.5], [nan, 1, 0.1, 0]))) == [
        False,
        True,
    ]
    assert holds(verdicts.k01(history([nan, 3, 2, 1], [nan, 1, 1, 0.1]))) == [
        True,
        False,
    ]


@pytest.mark.parametrize(("differing", "held"), [([0, 0], True), ([0, 1], False)])
def test_kmeans_is_matched_in_every_point(differing, held):
    case = pd.DataFrame({"differing": differing, "distance": [0.0, 1e-14]})
    assert holds(verdicts.k02({"data": case})) == [held]


def test_both_splits_must_be_likelier():
    def score(train, test):
        rows = {"split": ["train", "test"], "s1": [9.0, 9.0], "s10": [train, test]}
        return pd.DataFrame(rows)

    scores = {
        ("data", "kvaes"): score(-2, -3),
        ("data", "vae_50"): score(-4, -4),
        ("data", "vae_150"): score(-4, -2),
    }
    parts = list(verdicts.k03(scores))
    assert holds(parts) == [True, False]
    assert parts[0][1] == "data: -2.00 / -3.00 against -4.00 / -4.00 of vae_50"


@pytest.mark.parametrize(
    ("points", "held"),
    [
        ([[97, 3], [0, 100]], True),
        ([[94, 6], [0, 100]], False),  # a mode is shared
        ([[100, 0], [100, 0]], False),  # a VAE has two modes, another none
    ],
)
def test_each_vae_ends_on_one_mode(points, held):
    assert holds(verdicts.k04(shares(points))) == [held]


def test_mutual_information_is_that_of_scikit_learn():
    points = np.random.default_rng(0).integers(0, 30, (4, 3))
    label, component = np.indices(points.shape)
    pairs = [np.repeat(side.ravel(), points.ravel()) for side in (label, component)]
    ((_, text),) = verdicts.k05(shares(points))
    assert f"VAE {mutual_info_score(*pairs):.2f} nats" in text
    assert holds(verdicts.k05(shares([[10, 0], [0, 10]]))) == [True]
    assert holds(verdicts.k05(shares([[10, 10], [10, 10]]))) == [False]


def test_bridges_are_gone():
    def support(share):
        return {"data": pd.DataFrame({"samples": [9], "outside": [share]})}

    assert holds(verdicts.k06(support(0.2), support(0.005))) == [True]
    assert holds(verdicts.k06(support(0.2), support(0.1))) == [False]
    assert holds(verdicts.k06(support(0.001), support(0.002))) == [False]
