"""Claims on outliers and in-painting, each on evidence for every verdict."""

import numpy as np
import pandas as pd
import pytest

from tests.unit.claims.made_up import (
    FAILS,
    HOLDS,
    ONLY_MFA,
    UNKNOWN,
    evidence,
    try_claim,
)


def outliers(**means):
    """100 images around 0 nats, and altered ones around others; spread is +-1."""
    spread = np.linspace(-1, 1, 100)
    parts = [
        pd.DataFrame({"images": name, "log_likelihood": mean + spread})
        for name, mean in {"test": 0, **means}.items()
    ]
    return evidence({"celeba/claims/outliers": pd.concat(parts)})


def filled(mean, gaussian, spread=0.1):
    """Errors of 100 images around 1 for the mixture, and around others."""
    wave = np.resize([-1.0, 1.0], 100) * spread
    parts = [
        pd.DataFrame(
            {
                "hidden": part,
                "method": method,
                "index": range(100),
                "error": value + (wave if method != "mfa" else 0),
            }
        )
        for part in ("left", "top")
        for method, value in {"mfa": 1.0, "mean": mean, "gaussian": gaussian}.items()
    ]
    return evidence({"celeba/claims/inpainting": pd.concat(parts)})


VERDICTS = [
    ("c22", outliers(turned=-3, blended=-1), HOLDS),
    ("c22", outliers(turned=-3, blended=1), FAILS),  # smooth images are likelier
    ("c22", outliers(turned=-0.1), FAILS),
    ("c22", outliers(), UNKNOWN),
    ("c22", ONLY_MFA, UNKNOWN),
    ("c23", filled(2.0, 1.5), HOLDS),
    ("c23", filled(2.0, 0.9), FAILS),
    ("c23", filled(0.9, 2.0), FAILS),
    ("c23", filled(2.0, 1.02), FAILS),  # two standard errors
    ("c23", ONLY_MFA, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("id", "evidence", "expected"), VERDICTS)
def test_the_verdict(id, evidence, expected):
    try_claim(id, evidence, expected)
