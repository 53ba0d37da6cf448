"""Claims on trivial models, each on evidence for every verdict; what else they leave alone."""

import pytest

from gansgmms.claims import CLAIMS
from tests.unit.claims.made_up import (
    ARCHITECTURES,
    FAILS,
    HOLDS,
    ONLY_MFA,
    UNKNOWN,
    evidence,
    table,
    try_claim,
)

TRIVIAL = {name: name for name in ("codebook", "memorised", "gaussian")}


def rows(**scores):
    """Rows of one dataset; `many` is a codebook of another size."""
    frames, names = table(**scores)
    frames = {
        path.replace("many", "codebook+components=9"): f for path, f in frames.items()
    }
    names = {
        d: [n.replace("many", "codebook+components=9") for n in of]
        for d, of in names.items()
    }
    return evidence(frames, names, architectures=ARCHITECTURES | TRIVIAL)


VERDICTS = [
        ("x01", rows(mfa=(0.1, 0.1), codebook=(0.3, 0.2)), HOLDS),
        ("x01", rows(mfa=(0.1, 0.2), codebook=(0.3, 0.2)), FAILS),
        ("x01", rows(mfa=(0.1, 0.1), codebook=(0.3, 0.2), many=(0.05, 0.3)), FAILS),
        ("x01", rows(mfa=(0.1, 0.1), memorised=(0.3, 0.2)), UNKNOWN),
        ("x01", ONLY_MFA, UNKNOWN),
        ("x02", rows(wgan=(0.5, 0.6), dcgan=(0.1, 0.1), vae=(0.5, 0.5), memorised=(0.4, 0.4)), HOLDS),
        ("x02", rows(wgan=(0.5, 0.6), dcgan=(0.1, 0.1), memorised=(0.4, 0.4)), FAILS),
        ("x02", rows(mfa=(0.5, 0.6), memorised=(0.4, 0.4)), UNKNOWN),
        ("x02", rows(wgan=(0.5, 0.6), codebook=(0.4, 0.4)), UNKNOWN),
    ]  # fmt: skip


@pytest.mark.parametrize("id, evidence, expected", VERDICTS)
def test_verdicts(id, evidence, expected):
    try_claim(id, evidence, expected)


def test_they_are_no_rivals_of_the_mixture():
    """c01 and c03 compare the papers' models: a codebook below all of them counts nothing."""
    found = rows(
        mfa=(0.1, 0.2, 0.3),
        wgan=(0.4, 0.5, 0.6),
        vae=(0.5, 0.6, 0.7),
        gaussian=(0.0, 0.9, 0.0),
    )
    assert found.models("celeba") == ["mfa", "wgan", "vae"]
    assert CLAIMS["c01"].row(found)["verdict"] == HOLDS
    assert CLAIMS["c03"].row(found)["verdict"] == HOLDS
