"""The page of criteria."""

import pytest

from gansgmms.claims import CLAIMS
from gansgmms.claims.reference import page, rates
from tests import ROOT


def test_the_page_is_what_the_claims_say():
    found = (ROOT / "docs/claims-reference.md").read_text("utf-8")
    assert found == page(), "make reference"


def test_every_rate_is_that_of_a_claim():
    assert set(rates()) <= set(CLAIMS)
    assert rates()["c07"] == pytest.approx(2 / 24)
