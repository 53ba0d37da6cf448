"""Tables of scores beside the paper's."""

import io

import numpy as np
import pandas as pd
import pytest

from gansgmms.workflow.tables import (
    beside_medians,
    beside_round_trips,
    compared,
    comparison,
    order_kept,
    row_label,
    scores_of,
    with_intervals,
    write_table,
)


def scores(*rows):
    frame = pd.DataFrame(rows, columns=["name", "label", "K", "value"])
    return frame.astype({"K": "Int64"})


def published(*rows):
    frame = pd.DataFrame(rows, columns=["model", "K", "value"])
    return frame.astype({"K": "Int64", "value": float})


def records(table):
    """Rows as dictionaries, without what is missing."""
    return [
        {key: value for key, value in row.items() if not pd.isna(value)}
        for row in table.to_dict("records")
    ]


def test_ours_beside_the_papers_and_the_difference():
    table = comparison(
        scores(
            ("mfa", "MFA", 100, 0.1234),
            ("mfa", "MFA", 200, 0.2),
            ("gan", "GAN", 100, 0.5),
        ),
        published(("mfa", 100, 0.14), ("mfa", 200, 0.15), ("gan", 100, 0.58)),
        decimals=2,
    )
    assert list(table.columns) == [
        "model",
        "seeds",
        *[
            f"K={k} {kind}"
            for k in (100, 200)
            for kind in ("ours", "paper", "difference")
        ],
    ]
    mfa, gan = records(table)
    assert mfa == pytest.approx(
        {
            "model": "MFA",
            "seeds": 1,
            "K=100 ours": 0.12,
            "K=100 paper": 0.14,
            "K=100 difference": -0.02,
            "K=200 ours": 0.2,
            "K=200 paper": 0.15,
            "K=200 difference": 0.05,
        }
    )
    assert gan == pytest.approx(
        {
            "model": "GAN",
            "seeds": 1,
            "K=100 ours": 0.5,
            "K=100 paper": 0.58,
            "K=100 difference": -0.08,
        }
    )


def test_rows_are_named_and_have_the_scores_that_are_compared():
    of_model = pd.DataFrame({"k": [100, 200], "samples": 50, "ndb_over_k": [0.1, 0.2]})
    fewer = of_model.assign(samples=20)
    found = scores_of([of_model, fewer], ["a", "b"], ["A", "B"], "ndb_over_k", 50)
    assert records(found.drop(columns="after_median")) == [
        {"name": name, "label": label, "value": value, "K": k}
        for name, label in [("a", "A"), ("b", "B (n = 20)")]
        for k, value in [(100, 0.1), (200, 0.2)]
    ]
    sharp = pd.DataFrame({"sharpness": [-3.0], "after_median": [-5.0]})
    (row,) = records(scores_of([sharp], ["a"], ["A"], "sharpness", 50))
    assert row == {"name": "a", "label": "A", "value": -3.0, "after_median": -5.0}


def test_the_order_is_compared_with_the_papers():
    ours = scores(
        *[(m, m, 100, v) for m, v in zip("abcd", (0.1, 0.2, 0.4, 0.3), strict=True)],
        ("a", "a", 100, 0.1),  # another seed
        ("test", "Test", 100, 0.9),
        ("a", "a", 200, 0.1),
        ("b", "b", 200, 0.2),
    )
    printed = published(
        *[(m, 100, v) for m, v in zip("abcd", (0.5, 0.6, 0.7, 0.8), strict=True)],
        ("test", 100, 0.01),
        ("a", 200, 0.1),
        ("b", 200, 0.2),
    )
    # Two of four change places: 1 - 6 (1 + 1) / (4 (16 - 1)). Two models have no order.
    assert "over 4 models: 0.80 at K=100." in order_kept(ours, printed)
    none = ours[ours.K == 100].assign(K=pd.NA), printed[printed.K == 100].assign(K=None)
    assert order_kept(*none).endswith("over 4 models: 0.80.")
    assert order_kept(ours[ours.K == 200], printed) == ""


def test_the_difference_is_that_of_the_rounded_scores():
    table = comparison(
        scores(("mfa", "MFA", 100, 0.146)), published(("mfa", 100, 0.1349)), decimals=2
    )
    assert records(table)[0]["K=100 difference"] == 0.02  # 0.15 - 0.1349


def test_the_papers_values_belong_to_their_k_and_model():
    table = comparison(
        scores(
            ("mfa", "MFA", 100, 0.1),
            ("mfa", "MFA", 300, 0.3),
            ("own", "Own", 100, 0.4),
        ),
        published(("mfa", 100, 0.2), ("other", 300, 0.9), ("mfa", 200, 0.8)),
        decimals=3,
    )
    mfa, own = records(table)
    assert mfa["K=100 paper"] == 0.2
    assert "K=300 paper" not in mfa  # printed for another model only
    assert own == {"model": "Own", "seeds": 1, "K=100 ours": 0.4}
    assert "K=200 ours" not in table


def test_nothing_published_gives_no_columns_for_it():
    table = comparison(scores(("mfa", "MFA", 100, 0.1)), published(), decimals=2)
    assert list(table.columns) == ["model", "seeds", "K=100 ours"]


def test_several_seeds_give_mean_and_deviation():
    values = [0.11, 0.14, 0.2]
    table = comparison(
        scores(("gan", "GAN", 100, 0.5), *[("mfa", "MFA", 100, v) for v in values]),
        published(("mfa", 100, 0.1)),
        decimals=4,
    )
    gan, mfa = records(table)
    assert list(table.columns[1:4]) == ["seeds", "K=100 ours", "K=100 sd"]
    assert (gan["seeds"], mfa["seeds"]) == (1, 3)
    mean = sum(values) / 3
    assert mfa["K=100 ours"] == round(mean, 4)
    deviation = (sum((v - mean) ** 2 for v in values) / 2) ** 0.5
    assert mfa["K=100 sd"] == round(deviation, 4)
    assert mfa["K=100 difference"] == round(mean - 0.1, 4)
    assert "K=100 sd" not in gan  # one seed has none


def test_scores_without_k():
    table = comparison(
        scores(("data", "Data", pd.NA, -3.41), ("mfa", "MFA", pd.NA, -3.9)),
        published(("data", pd.NA, -3.4)),
        decimals=1,
    )
    assert list(table.columns) == ["model", "seeds", "ours", "paper", "difference"]
    data, mfa = records(table)
    assert data == {
        "model": "Data",
        "seeds": 1,
        "ours": -3.4,
        "paper": -3.4,
        "difference": 0,
    }
    assert mfa == {"model": "MFA", "seeds": 1, "ours": -3.9}


def test_real_images_sent_the_same_way_stand_beside_the_model():
    rows = scores(("train", "Train", None, -3.7), ("p2p", "pix2pix", None, -4.6))
    table = comparison(rows, published(), decimals=2)
    way = {"what": ["as they are", "there and back"], "sharpness": [-3.731, -4.459]}
    data, model = records(beside_round_trips(table, rows, {"p2p": pd.DataFrame(way)}))
    assert data == {"model": "Train", "seeds": 1, "ours": -3.7}
    assert model["real images as they are"] == -3.73
    assert model["real images there and back"] == -4.46


def test_sharpness_stands_beside_what_a_median_leaves_of_it():
    rows = scores(
        ("gan", "GAN", None, -1.2),
        ("gan", "GAN", None, -1.4),
        ("train", "Train", None, -1.6),
    ).assign(after_median=[-2.8, -2.9, -2.574])
    table = beside_medians(comparison(rows, published(), decimals=2), rows)
    assert table["after a median"].tolist() == [-2.85, -2.57]


@pytest.mark.parametrize(
    "samples, made_bins, usual, label",
    [
        (20_000, False, 20_000, "Train"),
        (10_000, False, 20_000, "Train (n = 10,000)"),
        (20_000, True, 20_000, "Train (made the bins)"),
        (1_297, True, 4_000, "Train (n = 1,297, made the bins)"),
        (1_297, False, None, "Train"),
    ],
)
def test_a_row_says_what_sets_it_apart(samples, made_bins, usual, label):
    score = pd.DataFrame({"k": [5, 9], "samples": samples, "made_bins": made_bins})
    assert row_label("Train", score, usual) == label


def test_models_keep_the_order_of_the_scores():
    names = ["z", "a", "m"]
    table = comparison(
        scores(*[(n, n.upper(), 100, 0.1) for n in names]), published(), decimals=2
    )
    assert list(table["model"]) == ["Z", "A", "M"]


def test_readers_see_deviations_beside_means_and_the_paper_under_the_same_k():
    table = comparison(
        scores(("gan", "GAN", 100, 0.5), *[("mfa", "MFA", 100, v) for v in (0.1, 0.2)]),
        published(("mfa", 100, 0.4)),
        decimals=3,
    )
    gan, mfa = records(compared(table, 3))
    ours, paper = ("K=100", "ours"), ("K=100", "paper")
    assert gan == {"model": "GAN", "seeds": 1, ours: "0.500"}
    assert mfa == {"model": "MFA", "seeds": 2, ours: "0.150 ± 0.071", paper: 0.4}
    # A column of two words that is neither keeps its name.
    assert "real images there" in compared(table.assign(**{"real images there": 1}), 3)
    # Where the paper has nothing, K alone is the heading.
    alone = comparison(scores(("gan", "GAN", 100, 0.5)), published(), decimals=2)
    assert records(compared(alone, 2)) == [
        {"model": "GAN", "seeds": 1, "K=100": "0.50"}
    ]


def test_readers_see_intervals_beside_what_they_are_of():
    table = pd.DataFrame(
        {
            "model": ["MFA"],
            "NDB/K": [0.1],
            "by chance": [0.05],
            "chance from": [0.0],
            "chance to": [0.123],
            "sharpness": [-3.4],
        }
    )
    assert records(with_intervals(table)) == [
        {
            "model": "MFA",
            "NDB/K": "0.100",
            "by chance": "0.050 [0.000, 0.123]",
            "sharpness": "−3.40",
        }
    ]


def test_a_table_in_four_formats(tmp_path):
    table = pd.DataFrame({"model": ["A_b & 5 %", "C"], "ours": [0.1, 0.25]})
    paths = [
        tmp_path / "tables" / f"of_all.{kind}" for kind in ("csv", "md", "tex", "html")
    ]
    write_table(table, "**NDB** of a_b.", *paths, decimals={"ours": 3})
    csv, md, tex, html = (path.read_text() for path in paths)
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(csv)), table)
    assert md.startswith("**NDB** of a_b.\n\n| model ") and "| 0.100 |" in md
    assert r"\caption{NDB of a\_b.}\label{tab:of_all}" in tex and "& 0.250" in tex
    assert "<title>of_all</title>" in html and "<strong>NDB</strong> of a_b." in html
    # What readers see may be another table than what programs read.
    write_table(table, "Other.", *paths, shown=table.rename(columns={"ours": "o"}))
    csv, md, tex, html = (path.read_text() for path in paths)
    assert "ours" in csv and not any("ours" in text for text in (md, tex, html))


def test_a_table_that_cannot_be_written_leaves_the_older_one(tmp_path, monkeypatch):
    paths = [tmp_path / f"table.{kind}" for kind in ("csv", "md", "tex")]
    write_table(pd.DataFrame({"a": [1]}), "One.", *paths)
    before = [path.read_text() for path in paths]

    def full(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(OSError, match="no space"):
        write_table(pd.DataFrame({"a": [np.pi]}), "Two.", *paths)
    assert [path.read_text() for path in paths] == before
    assert len(list(tmp_path.iterdir())) == 3


def test_a_table_nobody_wants_in_latex_has_no_such_file(tmp_path):
    outputs = {kind: tmp_path / f"table.{kind}" for kind in ("csv", "md")}
    write_table(pd.DataFrame({"a": [1]}), "One.", **outputs)
    assert {path.name for path in tmp_path.iterdir()} == {"table.csv", "table.md"}
