"""What a claim is, and what the ledger says of all of them."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gansgmms.claims import CLAIMS, Part, beside, claim, ledger, missing
from gansgmms.claims.registry import Claim, by_chance, said_rate, verdict
from tests.unit.claims.made_up import FAILS, HOLDS, ONLY_MFA, UNKNOWN, evidence

# Those that say for each claim when it holds, fails, and is not testable.
FILES = [
    import_module(f"tests.unit.claims.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("test_*.py"))
    if "\nVERDICTS = " in path.read_text()
]


@pytest.mark.parametrize("id", sorted(CLAIMS))
def test_every_claim_is_tried_with_every_verdict(id):
    tried = [of_one for file in FILES for of_one in file.VERDICTS]
    assert {v for i, _, v in tried if i == id} == {HOLDS, FAILS, UNKNOWN}


def test_the_ledger_has_every_claim_of_the_paper_and_says_all_there_is_to_say():
    table = ledger(ONLY_MFA)
    assert {f"c{i:02}" for i in range(1, 26)} <= set(table.id)
    assert {f"k{i:02}" for i in range(1, 12)} <= set(table.id)
    for column in ["claim", "where", "criterion", "by chance", "verdict"]:
        assert (table[column].str.len() > 0).all()
    assert table.claim.is_unique


def test_what_is_printed_comes_from_the_published_tables():
    published = pd.DataFrame(
        [
            ("table1", "mfa", "ndb_over_k", 100, 0.21),
            ("table1", "mfa", "ndb_over_k", 200, 0.12),
            ("table1", "wgan_gp", "ndb_over_k", 100, 0.42),
            ("section5", "data", "sharpness", None, -3.4),
        ],
        columns=["table", "model", "quantity", "K", "value"],
    )
    table = ledger(evidence({}, published=published)).set_index("id")
    assert table.printed["c01"] == "NDB/K of MFA 0.21, 0.12; WGAN-GP 0.42"
    assert table.printed["c10"] == "sharpness of data -3.4"
    assert ledger(evidence({})).set_index("id").printed["c01"] == ""


def test_a_claim_holds_where_all_parts_do_and_fails_where_one_does():
    yes, no, open_ = Part(True, "a"), Part(False, "b"), missing("c")
    assert verdict([yes, yes]) == HOLDS
    assert verdict([yes, no, open_]) == FAILS
    assert verdict([yes, open_]) == UNKNOWN
    assert verdict([open_]) == UNKNOWN
    assert verdict([]) == UNKNOWN
    assert verdict([Part(np.False_, "b")]) == FAILS


def test_an_id_is_taken_once():
    with pytest.raises(ValueError, match="c01"):
        register = claim("c01", "again", where="", criterion="", null="")
        register(lambda evidence: iter([]))


def test_the_rate_of_chance_is_the_least_of_any_part():
    parts = [Part(True, "", 0.5), Part(True, "", 0.1), Part(True, "")]
    assert by_chance(parts, "coins") == "at most 0.1 (coins)"
    assert by_chance([Part(True, "", 0.0)], "coins") == "below 0.001 (coins)"
    assert by_chance([beside("")], "coins") == "coins"


@pytest.mark.parametrize(
    ("rate", "said"),
    [(1 / 9, "0.12"), (0.125, "0.13"), (0.05, "0.05"), (1, "1"), (0.0995, "0.1")],
)
def test_a_bound_is_rounded_up(rate, said):
    assert said_rate(rate) == f"at most {said}"


def test_what_stands_beside_decides_nothing():
    assert verdict([Part(True, "a"), beside("b")]) == HOLDS
    assert verdict([beside("b")]) == UNKNOWN


@pytest.mark.parametrize("parts", [[], [beside("0.3, too early")]])
def test_what_a_claim_needs_is_missing_where_nothing_decides(parts):
    one = Claim(
        "c99", "A sentence.", "section 0", "a criterion", "chance", "", "two models",
        lambda evidence: "", lambda evidence: iter(parts),
    )  # fmt: skip
    row = one.row(evidence({}))
    assert row["verdict"] == UNKNOWN and row["missing"] == "two models"
    assert row["measured"] == "; ".join(part.text for part in parts)
    decided = replace(one, parts=lambda evidence: iter([*parts, Part(True, "0.2")]))
    assert decided.row(evidence({}))["missing"] == ""
