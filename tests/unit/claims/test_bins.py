"""Claims on the measure itself, each on evidence for every verdict."""

import pandas as pd
import pytest

from gansgmms.claims import CLAIMS
from tests.unit.claims.made_up import (
    FAILS,
    HOLDS,
    ONLY_MFA,
    UNKNOWN,
    K,
    evidence,
    ndb,
    score,
    table,
    try_claim,
)


def halves(*same, separate=0.05):
    rows = [
        {
            "design": design,
            "k": k,
            "repetition": r,
            "samples": 1000,
            "ndb_over_k": value,
        }
        for r in range(2)
        for k, own in zip(K, same, strict=False)
        for design, value in [("same", own), ("separate", separate)]
    ]
    return evidence({"mnist/claims/halves": pd.DataFrame(rows)})


def clustered(clustering, **scores):
    """Models whose NDB/K is the first number usually, and the second in other bins."""
    frames, rows = table(**{m: (before,) for m, (before, _) in scores.items()})
    frames["celeba/claims/clusterings"] = pd.DataFrame(
        [
            {"clustering": clustering, "source": m, "seed": 0, "k": 100,
             "ndb_over_k": after}
            for m, (_, after) in scores.items()
        ]
    )  # fmt: skip
    return evidence(frames, rows)


VERDICTS = [
    ("c02", halves(0.05, 0.06, 0.09), HOLDS),
    ("c02", halves(0.05, 0.06, 0.15), FAILS),
    ("c02", halves(0.05, 0.06, 0.0), FAILS),
    ("c02", evidence({}), UNKNOWN),
    ("c02", evidence({"mnist/claims/halves": pd.DataFrame()}), UNKNOWN),
    ("c04", clustered("agglomerative", mfa=(0.1, 0.15), wgan=(0.5, 0.6)), HOLDS),
    ("c04", clustered("agglomerative", mfa=(0.1, 0.25), wgan=(0.5, 0.6)), FAILS),
    ("c04", clustered("agglomerative", mfa=(0.48, 0.52), vae=(0.5, 0.5),
                      wgan=(0.52, 0.48)), FAILS),
    ("c04", clustered("kmeans-refit1", mfa=(0.1, 0.15)), UNKNOWN),
    ("c04", ONLY_MFA, UNKNOWN),
    ("c05", clustered("kmeans-refit1", mfa=(0.1, 0.15)), HOLDS),
    ("c05", clustered("kmeans-refit1", mfa=(0.1, 0.35)), FAILS),
    # 0.13 apart, as is 1.96 standard errors of one pair; the furthest of 12 may be.
    ("c05", clustered("kmeans-refit1", wgan=(0.70, 0.84)), FAILS),
    ("c05", clustered("kmeans-refit1", wgan=(0.70, 0.84), **dict.fromkeys("abcdefghijk", (0.5, 0.5))), HOLDS),
    ("c05", clustered("agglomerative", mfa=(0.1, 0.15)), UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("id", "evidence", "expected"), VERDICTS)
def test_the_verdict(id, evidence, expected):
    try_claim(id, evidence, expected)


def test_runs_of_one_model_are_compared_with_each_other():
    frames, rows = table("mnist", mfa=(0.2, 0.1))
    frames[score("mnist", "mfa", "ndb", seed=1)] = ndb(0.25, 0.1)
    row = CLAIMS["c05"].row(evidence(frames, rows))
    assert row["verdict"] == HOLDS
    assert "trained 2 times, 0.20, 0.10 to 0.25, 0.10" in row["measured"]
    frames[score("mnist", "mfa", "ndb", seed=2)] = ndb(0.2, 0.5)
    assert CLAIMS["c05"].row(evidence(frames, rows))["verdict"] == FAILS


def test_more_trainings_have_more_pairs_of_which_one_may_be_far_apart():
    """0.14 is 2.35 standard errors: too far for one pair of trainings, not for three."""
    frames, rows = table("mnist", wgan=(0.70,))
    frames[score("mnist", "wgan", "ndb", seed=1)] = ndb(0.84)
    assert CLAIMS["c05"].row(evidence(frames, rows))["verdict"] == FAILS
    frames[score("mnist", "wgan", "ndb", seed=2)] = ndb(0.75)
    assert CLAIMS["c05"].row(evidence(frames, rows))["verdict"] == HOLDS


def test_more_ks_have_more_pairs_too():
    """0.12 is 1.99 standard errors: too far for one K, not for the further of two."""
    frames, rows = table("mnist", wgan=(0.70,))
    frames[score("mnist", "wgan", "ndb", seed=1)] = ndb(0.82)
    assert CLAIMS["c05"].row(evidence(frames, rows))["verdict"] == FAILS
    frames, rows = table("mnist", wgan=(0.70, 0.70))
    frames[score("mnist", "wgan", "ndb", seed=1)] = ndb(0.82, 0.70)
    assert CLAIMS["c05"].row(evidence(frames, rows))["verdict"] == HOLDS


def test_trainings_agree_by_chance_as_often_as_other_models_do():
    """With 0.21, 0.25 agrees, and 0.6 does not."""
    frames, rows = table("mnist", mfa=(0.2,), wgan=(0.25,), dcgan=(0.6,))
    frames[score("mnist", "mfa", "ndb", seed=1)] = ndb(0.22)
    assert "at most 0.5 " in CLAIMS["c05"].row(evidence(frames, rows))["by chance"]
    # 0.7 and 0.84 are too far apart for one pair, and not where three trainings are.
    frames, rows = table("mnist", mfa=(0.7,), wgan=(0.84,))
    for trainings, rate in [(2, "below 0.001 "), (3, "at most 1 ")]:
        frames[score("mnist", "mfa", "ndb", seed=trainings - 1)] = ndb(0.7)
        row = CLAIMS["c05"].row(evidence(frames, rows))
        assert rate in row["by chance"]


def test_dealing_the_scores_out_again_says_how_often_they_would_agree():
    """Two rows at the ends of the scale agree in the one order of two that is right."""
    far = clustered("agglomerative", mfa=(0.1, 0.1), wgan=(0.9, 0.9))
    said = CLAIMS["c04"].row(far)["by chance"]
    assert float(said.split()[2]) == pytest.approx(0.5, abs=0.07)
    near = clustered("agglomerative", mfa=(0.1, 0.1), wgan=(0.1, 0.1))
    assert "at most 1 " in CLAIMS["c04"].row(near)["by chance"]
