"""Claims on what groups of images mean, each on evidence for every verdict."""

import numpy as np
import pandas as pd
import pytest

from gansgmms.claims import CLAIMS, meaning
from tests.unit.claims.made_up import (
    FAILS,
    HOLDS,
    ONLY_MFA,
    UNKNOWN,
    evidence,
    try_claim,
)

DIGIT = np.repeat(np.arange(10), 40)
STYLE = np.tile(np.arange(4), 100)  # of each digit, ten images of each of four slants
RANDOM = np.random.default_rng(0).permutation(400)


def groups(**columns):
    frame = pd.DataFrame({"label": DIGIT, "slant": STYLE * 1.0, "thickness": 1.0})
    frame["thickness"] += np.random.default_rng(1).random(400)
    frame = frame.assign(**columns)
    return evidence({"mnist/claims/groups": frame}, roles={"mnist": "mnist"})


def vaes(column):
    """A VAE for each digit and slant, and thickness by the VAE."""
    return groups(kvaes=column, thickness=column % 7 * 1.0)


# Digits in groups of VAEs: 3 with 8, 4 with 6, each other digit alone; or none so.
TOGETHER = np.array([0, 1, 2, 3, 4, 5, 4, 7, 3, 9])[DIGIT]
APART = np.array([0, 1, 0, 3, 4, 1, 6, 7, 8, 7])[DIGIT]
BOTH = DIGIT * 4 + STYLE
VERDICTS = [
    ("c20", groups(mfa=BOTH), HOLDS),
    ("c20", groups(mfa=DIGIT), FAILS),  # no styles
    ("c20", groups(mfa=STYLE), FAILS),  # no digits
    ("c20", groups(mfa=BOTH[RANDOM]), FAILS),
    ("c20", ONLY_MFA, UNKNOWN),
    ("c21", groups(kmeans10=DIGIT, kmeans40=BOTH), HOLDS),
    ("c21", groups(kmeans10=DIGIT, kmeans40=BOTH[RANDOM]), FAILS),
    ("c21", groups(mfa=BOTH), UNKNOWN),
    ("k05", vaes(BOTH), HOLDS),
    ("k05", groups(kvaes=DIGIT), FAILS),
    ("k05", groups(kvaes=BOTH[RANDOM]), FAILS),
    ("k05", groups(mfa=BOTH), UNKNOWN),
    ("k10", groups(kvaes=TOGETHER), HOLDS),
    ("k10", groups(kvaes=np.where(DIGIT == 8, 80, APART)), FAILS),
    ("k10", groups(mfa=BOTH), UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("id", "evidence", "expected"), VERDICTS)
def test_the_verdict(id, evidence, expected):
    try_claim(id, evidence, expected)


@pytest.mark.parametrize(("rate", "expected"), [(0.05, HOLDS), (0.06, FAILS)])
def test_as_much_as_a_twentieth_of_random_groups_may_tell_as_much(
    monkeypatch, rate, expected
):
    monkeypatch.setattr(meaning.chance, "shuffled", lambda *_: (0.1, rate))
    try_claim("k05", vaes(BOTH), expected)


def test_pairs_that_chance_would_group():
    """Two of the nine most alike of 45 pairs: 9/45 x 8/44."""
    assert "at most 0.037 " in CLAIMS["k10"].row(groups(kvaes=TOGETHER))["by chance"]
