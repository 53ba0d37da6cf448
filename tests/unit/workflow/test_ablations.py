"""The rows of a table of ablations."""

import pandas as pd
import pytest

from gansgmms.workflow.ablations import (
    beside_likelihoods,
    densities,
    in_other_bins,
    other_bins,
    rescored,
    seen,
)
from gansgmms.workflow.tables import comparison
from tests.unit.workflow.test_experiment import FULL, experiment

TABLE = {
    "kind": "ablations",
    "role": "mnist",
    "models": ["train", "mfa", "mfa+sample_noise=true", "codebook"],
    "bins": ["whiten=true", "refit=1", "dimensions=98"],
    "rescored": ["train", "mfa"],
}


@pytest.fixture(scope="module")
def asked():
    return experiment(seeds=[0, 1], claims={}, tables=FULL["tables"] | {"mine": TABLE})


def test_rows_with_a_density_are_mixtures(asked):
    models = ["mfa", "mfa+sample_noise=true"]
    expected = [("mnist", model, seed) for model in models for seed in (0, 1)]
    assert densities(asked, "mine") == expected


def test_bins_say_in_their_name_how_they_are_made(asked):
    found = list(other_bins(asked, "mnist"))
    start = "results/paper/mnist/bins/kmeans"
    assert found[0] == ("whiten", f"{start}100+whiten=true.safetensors")
    assert found[-1] == ("dimensions 98", f"{start}300+dimensions=98.safetensors")
    assert len(found) == 3 * len(FULL["bins"]["k"])
    usual = asked.bins_settings("mnist")
    assert asked.bins_made("mnist", "kmeans100+whiten=true") == usual | {"whiten": True}
    made = asked.bins_made("mnist", "kmeans300+dimensions=98")
    assert made == usual | {"dimensions": 98}
    for again in ("kmeans100+refit=1", "agglomerative100-refit1", "kmeans200"):
        assert asked.bins_made("mnist", again) == usual


def test_all_repetitions_are_scored_again(asked):
    assert rescored(asked, "mnist") == [
        (source, seed) for source in ("train", "mfa") for seed in (0, 1)
    ]


def test_means_over_seeds_with_their_deviations():
    rows = [("train", 0.1), ("mfa", 0.2), ("mfa", 0.4)]
    usual = pd.DataFrame(
        [{"name": n, "label": n.upper(), "K": 100, "value": v} for n, v in rows]
    )
    other = pd.DataFrame(
        {"clustering": "whiten", "source": "mfa", "seed": [0, 1], "k": 100,
         "ndb_over_k": [0.5, 0.7]}
    )  # fmt: skip
    scores = pd.concat([usual, in_other_bins(other, {"mfa": "MFA"})])
    table = comparison(scores, pd.DataFrame(columns=["model", "K", "value"]), 3)
    names = list(dict.fromkeys(scores["name"]))
    means = pd.DataFrame({"name": "mfa", "value": [100.0, 102.0]})
    table = beside_likelihoods(table, names, means)
    assert list(table["K=100 ours"]) == [0.1, 0.3, 0.6]
    assert table["test log-likelihood"][1] == 101
    shown = seen(table, 3)
    assert list(shown["model"]) == ["TRAIN", "MFA", "MFA; bins: whiten"]
    assert list(shown["K=100"]) == ["0.100", "0.300 ± 0.141", "0.600 ± 0.141"]
    assert list(shown["test log-likelihood"].fillna("")) == ["", "101.0 ± 1.4", ""]
    assert not [name for name in shown if str(name).endswith("sd")]
