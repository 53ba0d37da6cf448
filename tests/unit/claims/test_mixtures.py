"""Claims on the mixture itself, each on evidence for every verdict."""

import numpy as np
import pandas as pd
import pytest

from gansgmms.claims import CLAIMS
from tests.unit.claims.made_up import (
    FAILS,
    HOLDS,
    UNKNOWN,
    evidence,
    likelihood,
    score,
    try_claim,
)


def sweep(test, error, sizes=(1, 10, 100, 1000)):
    names = [f"mfa_em+components={n}" for n in sizes]
    frames = {
        score("celeba", name, "likelihood"): likelihood(value + 5, value)
        for name, value in zip(names, test, strict=False)
    }
    frames["celeba/claims/reconstruction"] = pd.DataFrame(
        {"source": names, "components": sizes, "error": error}
    )
    return evidence(frames, roles={"celeba": "celeba"})


def scaling(time, memory, parameters=None, latent=4):
    d = np.array([100, 1000, 10000])
    right = 20 * (d * (latent + 2) + 1)
    frame = pd.DataFrame({"d": d, "time": time, "memory": memory})
    frame["parameters"] = right if parameters is None else parameters
    return evidence({"claims/scaling": frame.assign(components=20, latent=latent)})


def neighbours(ours, control=0.5):
    """Distances of 1,000 samples beside reconstructions at 1, of MFA and of the control."""
    spread = np.linspace(-0.3, 0.3, 1000)
    sources = {"mfa": ours, "mfa, reconstructed": 1.0}
    if control is not None:
        sources |= {"mfa_20x": control, "mfa_20x, reconstructed": 1.0}
    parts = [
        pd.DataFrame({"source": source, "nearest": centre + spread})
        for source, centre in sources.items()
    ]
    return evidence({"celeba/claims/neighbours": pd.concat(parts)})


VERDICTS = [
    ("c16", sweep([100, 400, 500, 510], [0.3, 0.2, 0.15, 0.14]), HOLDS),
    ("c16", sweep([100, 200, 300, 400], [0.3, 0.2, 0.15, 0.14]), FAILS),
    ("c16", sweep([100, 400, 500, 510], [0.3, 0.2, 0.1, 0.0]), FAILS),
    ("c16", sweep([100, 90, 80, 70], [0.3, 0.2, 0.15, 0.14]), FAILS),
    ("c16", sweep([100, 400], [0.3, 0.2], sizes=(1, 10)), UNKNOWN),
    ("c17", scaling([1, 11, 120], [1, 8, 70]), HOLDS),
    ("c17", scaling([1, 100, 10000], [1, 8, 70]), FAILS),
    ("c17", scaling([1, 11, 120], [1, 90, 9000]), FAILS),
    ("c16", evidence(sweep([100, 400, 500, 510], [0.3, 0.2, 0.15, 0.14]).frames, roles={}), UNKNOWN),
    ("c17", evidence({}), UNKNOWN),
    ("c18", neighbours(1.0), HOLDS),
    ("c18", neighbours(1.2), HOLDS),
    ("c18", neighbours(0.8), FAILS),
    ("c18", neighbours(1.0, control=0.97), UNKNOWN),  # a control that shows nothing
    ("c18", neighbours(1.0, control=None), UNKNOWN),
    ("c18", evidence({}), UNKNOWN),
    ("c25", scaling([1, 11, 120], [1, 8, 70]), HOLDS),
    ("c25", scaling([1, 11, 120], [1, 8, 70], [1, 1, 1]), FAILS),
    ("c25", scaling([1, 11, 120], [1, 8, 70], latent=600), FAILS),  # not far fewer
    ("c25", evidence({}), UNKNOWN),
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


def test_gains_are_said_by_doubling():
    built = sweep([0, 200, 300, 324], [1.0, 0.8, 0.75, 0.7499], (1, 4, 8, 16))
    said = CLAIMS["c16"].row(built)["measured"]
    assert "a doubling changes it by 1e+02 first and 24 last" in said
    assert "a doubling changes it by -0.1 first and -0.0001 last" in said


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


def test_chance_is_another_order_of_the_steps():
    """Gains of 300, 100 and 10 nats a decade: in 2 of 6 orders the last is small enough
    beside the first; 10 last, and the errors' gains likewise.
    """
    built = sweep([0, 300, 400, 410], [1.0, 0.7, 0.6, 0.59])
    said = CLAIMS["c16"].row(built)["by chance"]
    assert float(said.split()[2]) == pytest.approx(2 / 6, abs=0.05)


def test_a_quadratic_cost_is_rarely_taken_for_a_linear_one():
    said = CLAIMS["c17"].row(scaling([1, 11, 120], [1, 8, 70]))["by chance"]
    assert said.startswith("below 0.001 ")
