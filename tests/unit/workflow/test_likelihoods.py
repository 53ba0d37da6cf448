"""Log-likelihoods by importance sampling, against numbers by hand."""

import pandas as pd
import pytest

from gansgmms.workflow.likelihoods import compared_splits, importance_rows
from tests.unit.workflow.test_tables import records


def estimates(name, split, s10, s100, error):
    return pd.DataFrame(
        {
            "role": "modes3",
            "dataset": "Three modes",
            "name": name,
            "label": name.upper(),
            "split": split,
            "index": range(len(s10)),
            "s10": s10,
            "s100": s100,
            "error": error,
        }
    )


@pytest.fixture
def importance():
    """Two models' estimates of some points with 10 and with 100 samples of z."""
    return pd.concat(
        [
            estimates("kvaes", "train", [-2.0, -3.0, -4.0], [-1.5, -2.5, -3.0], 0.3),
            estimates("kvaes", "test", [-4.9, -6.0], [-4.0, -5.5], [0.6, 0.8]),
            estimates("vae", "train", [-9.0, -9.0, -9.0], [-8.0, -8.0, -8.5], 0.0),
            estimates("vae", "test", [-9.0, -9.0], [-8.5, -8.0], 0.0),
        ]
    )


PRINTED = pd.DataFrame(
    {
        "dataset": ["modes3", "modes3", "other"],
        "model": ["kvaes", "kvaes", "vae"],
        "quantity": ["log_likelihood_test", "n", "log_likelihood_test"],
        "value": [-4.2, 7.0, -1.0],
        "note": ["sic", None, None],
    }
)


def test_likelihoods_of_each_split_with_error_and_gain(importance):
    kvaes, vae = records(importance_rows(importance, 100, PRINTED))
    assert kvaes == {
        "dataset": "Three modes",
        "model": "KVAES",
        "train ours": -2.33,  # (1.5 + 2.5 + 3) / 3
        "test ours": -4.75,
        "test paper": -4.2,
        "test note": "sic",
        # As points differ, s / sqrt(n): of the test points 1.061 / sqrt(2).
        "error": 0.75,
        # Of a mean of n independent estimates sqrt(sum e^2) / n: of the training points
        # 0.3 sqrt(3) / 3 = 0.173, of the test points sqrt(0.36 + 0.64) / 2.
        "sampling error": 0.5,
        "gain": 0.7,  # of the test points: (0.9 + 0.5) / 2; less than the error
    }
    assert vae["train ours"] == -8.17 and vae["test ours"] == -8.25
    assert vae["error"] == 0.25 and vae["sampling error"] == 0
    # The last step in S raised it by more than the error.
    assert vae["gain"] == 0.75 and vae["rises"] == "yes"
    assert "test paper" not in vae  # printed for another dataset only


def test_what_is_noted_of_the_papers_value_stands_beside_it(importance):
    kvaes, vae = records(compared_splits(importance_rows(importance, 100, PRINTED)))
    assert kvaes["test", "paper"] == "−4.20 [sic]" and kvaes["test", "ours"] == -4.75
    assert ("test", "paper") not in vae and "test note" not in kvaes
    assert kvaes["sampling error"] == 0.5
    none = importance_rows(importance, 100, PRINTED.iloc[:0])
    assert not [name for name in none if "paper" in name]


def test_the_number_of_samples_that_is_reported_may_be_any(importance):
    rows = records(importance_rows(importance, 10, PRINTED))
    assert [row["train ours"] for row in rows] == [-3.0, -9.0]
    assert [row["gain"] for row in rows] == [0.0, 0.0]


def test_the_larger_error_of_the_splits_is_given(importance):
    importance.loc[importance.split == "train", "error"] = 3.0
    rows = records(importance_rows(importance, 100, PRINTED))
    assert rows[0]["sampling error"] == 1.732  # 3 sqrt(3) / 3


def test_the_true_density_and_the_gap_to_it_on_the_same_points(importance):
    """Of the test points: -3 - -4.75, and -3 - -8.25."""
    split = ["train", "train", "train", "test", "test"]
    values = [-1.0, -1.0, -2.5, -2.0, -4.0]
    truth = pd.DataFrame({"split": split, "index": [0, 1, 2, 0, 1], "truth": values})
    truths = {"Three modes": truth}
    first, *models = records(importance_rows(importance, 100, PRINTED, truths))
    assert first == {
        "dataset": "Three modes",
        "model": "true density",
        "train ours": -1.5,
        "test ours": -3.0,
        "error": 1.0,  # sqrt(2) / sqrt(2)
    }
    assert [row["gap"] for row in models] == [1.75, 5.25]
    # Of data whose density nobody knows there is neither.
    other = importance_rows(importance, 100, PRINTED, {"MNIST": truth})
    assert "gap" not in other and len(other) == 2
