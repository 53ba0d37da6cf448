"""Claims of the draft's theory and competition, each on evidence for every verdict."""

import math

import numpy as np
import pandas as pd
import pytest

from tests.unit.claims.made_up import (
    FAILS,
    HOLDS,
    ONLY_MFA,
    UNKNOWN,
    evidence,
    score,
    try_claim,
)


def findings(*violations):
    frame = pd.DataFrame({"violations": violations})
    about = {"trials": 10, "what": "smallest gap", "extreme": 0.1, "chance": math.nan}
    frame = frame.assign(statement=[f"statement {i}" for i in frame.index], **about)
    return evidence({"claims/theorems": frame})


def shares(*points, name="kvaes"):
    """Points of two modes that each VAE has won, the same of both."""
    parts = [
        pd.DataFrame(
            {"label": label, "component": range(len(points)), "points": points}
        )
        for label in (0, 1)
    ]
    return {score("modes3", name, "shares"): pd.concat(parts)}


def extra(*points):
    name = "kvaes+components=4"
    variants = {"extra": {"modes3": [name]}}
    return evidence(shares(*points, name=name), variants=variants)


def weakest(with_z, without):
    name = "kvaes+normalise=false"
    frames = shares(100 - with_z, with_z)
    if without is not None:
        frames |= shares(100 - without, without, name=name)
    return evidence(frames, variants={"unnormalised": {"modes3": [name]}})


def separation(**apart):
    """Of nine VAEs, after some iterations, a share of the samples is of their own mode."""
    parts = []
    for name, share in apart.items():
        counts = (
            np.full((9, 9), round(1000 * (1 - share) / 9)) + np.eye(9) * 1000 * share
        )
        component, mode = np.indices(counts.shape)
        columns = {"component": component, "mode": mode, "samples": counts.astype(int)}
        frame = pd.DataFrame({n: c.ravel() for n, c in columns.items()})
        parts.append(frame.assign(iteration=int(name[1:])))
    frames = {"modes9/claims/separation": pd.concat(parts, ignore_index=True)}
    return evidence(frames, roles={"modes9": "modes9"})


VERDICTS = [
    ("k07", findings(0, 0), HOLDS),
    ("k07", findings(0, 1), FAILS),
    ("k07", ONLY_MFA, UNKNOWN),
    ("k08", extra(50, 45, 3, 2), HOLDS),
    ("k08", extra(40, 30, 20, 10), FAILS),
    ("k08", ONLY_MFA, UNKNOWN),
    ("k09", separation(i0=0.0, i10=0.9), HOLDS),
    ("k09", separation(i0=0.0, i10=0.3), FAILS),  # not apart
    ("k09", separation(i0=0.8, i10=0.9), FAILS),  # apart before
    ("k09", separation(i0=0.0, i3=0.9), UNKNOWN),
    ("k09", ONLY_MFA, UNKNOWN),
    ("k11", weakest(20, 10), HOLDS),
    ("k11", weakest(10, 20), FAILS),
    ("k11", weakest(10, 10), FAILS),
    ("k11", weakest(10, None), UNKNOWN),
    ("k11", ONLY_MFA, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("id", "evidence", "expected"), VERDICTS)
def test_the_verdict(id, evidence, expected):
    try_claim(id, evidence, expected)
