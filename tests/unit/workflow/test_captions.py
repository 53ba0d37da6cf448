"""What stands above a table."""

from types import SimpleNamespace

import pandas as pd

from gansgmms.workflow import captions
from gansgmms.workflow.captions import ROUND_TRIP, TRIVIAL, comparison_caption

PARAMS = {
    "target": "table2_js",
    "quantity": "js",
    "roles": ["mnist", "mnist"],
    "datasets": ["mnist", "mnist"],
    "samples": 4000,
    "stand_ins": False,
    "trivial": [False, False],
}


def caption(
    published=True, order="", sizes=False, round_trip=False, test_row="", **params
):
    made = SimpleNamespace(**PARAMS | params)
    return comparison_caption(made, published, order, sizes, round_trip, test_row)


def test_a_caption_says_what_the_table_has_and_no_more():
    plain = caption()
    assert plain.startswith("**table2_js** on mnist: Jensen-Shannon")
    assert plain.endswith("lower is better.")
    full = caption(True, "In order.", True, True, trivial=[False, True])
    said = ["In order.", "4,000 samples", ROUND_TRIP, TRIVIAL]
    assert full.startswith(plain)
    assert all(part in full for part in said)
    assert not any(part in plain for part in said)


def test_why_test_images_score_above_the_level_is_said_where_they_do():
    scores = pd.DataFrame(
        {"k": [20, 50], "ndb_over_k": [0.4, 0.1], "high_over_k": [0.15, 0.12]}
    )
    said = captions.test_images_differ(scores)
    assert "at K = 20 Test has 0.40, where chance gives at most 0.15." in said
    assert "not of the distribution of the training images" in said
    assert said in caption(test_row=said)
    assert captions.test_images_differ(scores.iloc[1:]) == ""


def test_a_caption_says_whose_the_papers_values_are():
    subset = {"datasets": ["mnist_subset"] * 2}
    assert caption(**subset).endswith("The paper's values are for all of mnist.")
    assert "paper's values" not in caption(published=False, **subset)
    other = caption(stand_ins=True, **subset)
    assert other.endswith("Data in place of mnist: the paper's values do not compare.")
