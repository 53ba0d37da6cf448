"""Claims on the mixture itself, each on evidence for every verdict."""

import numpy as np
import pandas as pd
import pytest

from tests.unit.claims.made_up import (
    FAILS,
    HOLDS,
    ONLY_MFA,
    UNKNOWN,
    evidence,
    likelihood,
    score,
    try_claim,
)


def history(*noise):
    frames = {
        "celeba/models/adversarial_mfa/seed0/history": pd.DataFrame({"noise": noise})
    }
    return evidence(frames, {"celeba": ["adversarial_mfa"]})


def sweep(test, error, sizes=(1, 10, 100, 1000)):
    names = [f"mfa_em+components={n}" for n in sizes]
    frames = {
        score("celeba", name, "likelihood"): likelihood(value + 5, value)
        for name, value in zip(names, test, strict=False)
    }
    frames["celeba/claims/reconstruction"] = pd.DataFrame(
        {"source": names, "components": sizes, "error": error}
    )
    return evidence(frames)


def scaling(time, memory):
    frame = pd.DataFrame({"d": [100, 1000, 10000], "time": time, "memory": memory})
    return evidence({"claims/scaling": frame})


def neighbours(copied):
    """1,000 test images and samples; of the samples a part are copies."""
    ratio = np.linspace(0.8, 1, 1000)
    test = pd.DataFrame({"source": "test", "nearest": ratio, "second": 1.0})
    samples = test.assign(source="mfa")
    samples.loc[: int(1000 * copied) - 1, "nearest"] = 0.1
    frame = pd.concat([samples, test], ignore_index=True)
    return evidence({"celeba/claims/neighbours": frame})


VERDICTS = [
    ("c15", history(1.0, 0.3, 0.2, 0.1), HOLDS),
    ("c15", history(1.0, 0.9, 0.8, 0.1), FAILS),
    ("c15", ONLY_MFA, UNKNOWN),
    ("c16", sweep([100, 400, 500, 510], [0.3, 0.2, 0.15, 0.14]), HOLDS),
    ("c16", sweep([100, 200, 300, 400], [0.3, 0.2, 0.15, 0.14]), FAILS),
    ("c16", sweep([100, 400, 500, 510], [0.3, 0.2, 0.1, 0.0]), FAILS),
    ("c16", sweep([100, 90, 80, 70], [0.3, 0.2, 0.15, 0.14]), FAILS),
    ("c16", sweep([100, 400], [0.3, 0.2], sizes=(1, 10)), UNKNOWN),
    ("c17", scaling([1, 11, 120], [1, 8, 70]), HOLDS),
    ("c17", scaling([1, 100, 10000], [1, 8, 70]), FAILS),
    ("c17", scaling([1, 11, 120], [1, 90, 9000]), FAILS),
    ("c17", evidence({}), UNKNOWN),
    ("c18", neighbours(0.0), HOLDS),
    ("c18", neighbours(0.05), FAILS),
    ("c18", evidence({}), UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("id", "evidence", "expected"), VERDICTS)
def test_the_verdict(id, evidence, expected):
    try_claim(id, evidence, expected)


@pytest.mark.parametrize(
    ("test", "sizes", "expected"),
    [
        # The first doubling gains 100 nats, each of the last five somewhat less than 25, or more.
        ([0, 100, 200, 324], (1, 2, 4, 128), HOLDS),
        ([0, 100, 200, 326], (1, 2, 4, 128), FAILS),
        # The first step is of two doublings: each gains 100.
        ([0, 200, 300, 324], (1, 4, 8, 16), HOLDS),
        ([0, 200, 300, 326], (1, 4, 8, 16), FAILS),
        # It must rise from the first to the last.
        ([0, 100, -2, -1], (1, 2, 4, 8), FAILS),
        # The first step must gain, even where the last loses more than it.
        ([0, -1, 200, 100], (1, 2, 4, 8), FAILS),
    ],
)
def test_the_gain_of_a_doubling_must_level_off(test, sizes, expected):
    # The errors level off in any of these: from 0.1 a doubling to next to none.
    error = [1.0, 0.9 if sizes[1] == 2 else 0.8, 0.75, 0.7499]
    try_claim("c16", sweep(test, error, sizes), expected)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ([0.9, 0.8, 0.7, 0.58], HOLDS),
        ([0.9, 0.8, 0.7, 0.57], FAILS),
        ([0.9, 0.8, 0.91, 0.905], FAILS),
        ([0.8, 0.9, 0.5, 0.6], FAILS),
    ],
)
def test_the_error_of_reconstructions_must_level_off_too(error, expected):
    likelihoods = [0, 100, 200, 201]
    try_claim("c16", sweep(likelihoods, error, (1, 2, 4, 128)), expected)
