"""Claims on how models compare, each on evidence for every verdict."""

from dataclasses import replace

import pandas as pd
import pytest

from gansgmms.claims import CLAIMS
from gansgmms.metrics.result import compare
from tests.unit.claims.made_up import (
    FAILS,
    HOLDS,
    ONLY_MFA,
    UNKNOWN,
    allocated,
    evidence,
    ndb,
    score,
    table,
    try_claim,
)


def distorted(test, **off):
    """VAEs that miss so many of 100 bins, and the NDB/K of 5,000 test images."""
    built = allocated(**{m: (n, 0) for m, n in off.items()}, test=(0, 0))
    proportions = built.frames[score("celeba", "test", "proportions")]
    proportions["count"] //= 4
    built.frames[score("celeba", "test", "ndb")] = ndb(test)
    return built


VERDICTS = [
    ("c01", evidence(*table(mfa=(0.2, 0.1), dcgan=(0.6, 0.5), wgan=(0.3, 0.2))), HOLDS),
    ("c01", evidence(*table(mfa=(0.2, 0.3), dcgan=(0.6, 0.5), wgan=(0.3, 0.2))), FAILS),
    ("c01", ONLY_MFA, UNKNOWN),
    ("c03", evidence(*table(mfa=(1, 2), vae=(3, 4), wgan=(5, 6))), HOLDS),
    ("c03", evidence(*table(mfa=(1, 4), vae=(3, 2), wgan=(5, 6))), FAILS),
    ("c03", evidence(*table(mfa=(1, 1), vae=(1, 1), wgan=(1, 1))), UNKNOWN),
    ("c03", ONLY_MFA, UNKNOWN),
    ("c07", allocated(began=(30, 9), dcgan=(20, 5), wgan=(10, 5), wgan_gp=(5, 2)), HOLDS),
    ("c07", allocated(began=(30, 9), dcgan=(8, 5), wgan=(10, 5), wgan_gp=(5, 2)), FAILS),
    ("c07", allocated(dcgan=(8, 5), wgan=(10, 5)), FAILS),
    ("c07", allocated(dcgan=(20, 5), wgan=(10, 5)), UNKNOWN),
    ("c07", ONLY_MFA, UNKNOWN),
    ("c08", distorted(0.05, vae=15, vae_dfc=15), HOLDS),
    ("c08", distorted(0.1, vae=15, vae_dfc=15), FAILS),
    ("c08", distorted(0.0, vae=15, vae_dfc=9), FAILS),  # not twice the level
    ("c08", distorted(0.05, vae=15), UNKNOWN),
    ("c08", replace(distorted(0.1, vae=15, vae_dfc=15), roles={}), UNKNOWN),
    ("c19", allocated(vae_dfc=(3, 2)), HOLDS),
    ("c19", allocated(vae_dfc=(3, 0)), FAILS),
    ("c19", ONLY_MFA, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("id", "evidence", "expected"), VERDICTS)
def test_the_verdict(id, evidence, expected):
    try_claim(id, evidence, expected)


def test_distortions_are_judged_at_the_number_of_test_images():
    """Shares that differ by a tenth are significant in 220,000 samples, not in 2,200."""
    built = distorted(0.0, vae=0, vae_dfc=0)
    reference = pd.Series([6000] * 100).to_numpy()
    counts = (reference / 30).astype(int)
    counts[::2] = counts[::2] * 12 // 10
    many = pd.DataFrame(compare(reference, counts * 10).columns())
    built.frames[score("celeba", "vae", "proportions")] = many
    for n, expected in [(2200, "0.00"), (220_000, "1.00")]:
        test = pd.DataFrame({"k": 100, "bin": range(100), "count": n // 100})
        built.frames[score("celeba", "test", "proportions")] = test
        assert f"VAE {expected} at" in CLAIMS["c08"].row(built)["measured"]


def test_the_chance_of_an_order_is_that_of_all_orders():
    gans = allocated(began=(30, 9), dcgan=(20, 5), wgan=(10, 5), wgan_gp=(5, 2))
    # WGAN-GP least and WGAN next: 2 of 24 orders.
    assert "at most 0.084 " in CLAIMS["c07"].row(gans)["by chance"]
