"""The pictures of all scores: what is drawn where, and what of the paper's."""

import io

import numpy as np
import pandas as pd
import pytest

from gansgmms.plots.scores import (
    beside_paper,
    draw_courses,
    draw_dumbbells,
    draw_tradeoff,
)

PUBLISHED = pd.DataFrame(
    {
        "table": ["table1", "table1", "section5"],
        "model": ["mfa", "wgan", "mfa"],
        "quantity": ["ndb_over_k", "ndb_over_k", "sharpness"],
        "K": [100, 200, np.nan],
        "value": [0.21, 0.66, -5.4],
    }
)


def row(name, seed=0, comparable=True, title="Faces"):
    words = {"title": title, "name": name, "label": name.upper(), "seed": seed}
    return words | {"published": "table1", "comparable": comparable}


def score(*values):
    columns = {"k": [100, 200], "ndb_over_k": values}
    return pd.DataFrame(columns).assign(low_over_k=0.02, high_over_k=0.09)


def test_the_papers_numbers_are_those_of_the_model_and_k_and_of_no_stand_in():
    rows = [row("mfa"), row("wgan"), row("mfa", comparable=False, title="Patches")]
    scores = [score(0.1, 0.2), score(0.5, 0.6), score(0.3, 0.4)]
    found = beside_paper(rows, scores, PUBLISHED)
    np.testing.assert_array_equal(
        found["paper"], [0.21, np.nan, np.nan, 0.66, np.nan, np.nan]
    )
    assert found["ndb_over_k"].tolist() == [0.1, 0.2, 0.5, 0.6, 0.3, 0.4]


def test_a_dumbbell_joins_ours_and_the_papers_over_the_interval_of_chance():
    rows = [row("mfa", 0), row("mfa", 1), row("dcgan")]
    scores = [score(0.1, 0.2), score(0.3, 0.2), score(0.5, 0.6)]
    figure = draw_dumbbells(beside_paper(rows, scores, PUBLISHED))
    first, second = figure.axes
    assert [axis.get_title() for axis in figure.axes] == ["$K$ = 100", "$K$ = 200"]
    assert [t.get_text() for t in first.get_yticklabels()] == ["MFA", "DCGAN"]
    assert [t.get_text() for t in second.get_yticklabels()] == ["", ""]
    join, seeds, paper, ours, *_ = [line.get_xdata() for line in first.lines]
    assert join == pytest.approx([0.2, 0.21]) and seeds == pytest.approx([0.1, 0.3])
    assert paper == pytest.approx([0.21]) and ours == pytest.approx([0.2])
    bar = first.patches[0]
    assert (bar.get_x(), bar.get_width()) == pytest.approx((0.02, 0.07))
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "paper" in names and "from seed to seed" in names


def test_what_is_not_there_is_not_in_the_legend_and_any_label_draws():
    odd = row("mfa", comparable=False, title="_a $x_{1$") | {"label": "_hidden $x_{1$"}
    figure = draw_dumbbells(beside_paper([odd], [score(0.1, 0.2)], PUBLISHED))
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "paper" not in names and "from seed to seed" not in names
    figure.savefig(io.BytesIO())


def test_the_tradeoff_joins_each_point_with_the_papers():
    nan = np.nan
    scores = pd.DataFrame(
        [
            ("mfa", "MFA", 0.1, -5.2, -5.6, 0.12, -5.4),
            ("vae", "_VAE $x_{1$", 0.9, -6.0, -6.1, nan, nan),
        ],
        columns=[
            *("name", "label", "ndb_over_k", "sharpness", "after_median"),
            *("paper_ndb", "paper_sharpness"),
        ],
    )
    figure = draw_tradeoff(scores, 200)
    left, right = figure.axes
    points = [axis.collections[0].get_offsets().tolist() for axis in (left, right)]
    assert points == [[[-5.2, 0.1], [-6.0, 0.9]], [[-5.6, 0.1], [-6.1, 0.9]]]
    join, paper, *_ = left.lines
    assert join.get_xydata().tolist() == [[-5.2, 0.1], [-5.4, 0.12]]
    assert paper.get_xydata().tolist() == [[-5.4, 0.12]]
    assert len(figure.legends[0].get_texts()) == 3
    figure.savefig(io.BytesIO())


def test_a_course_is_a_line_a_model_against_minutes():
    columns = ["name", "label", "minutes", "ndb_over_k"]
    rows = [("mfa", "_MFA $x_{1$", 1.0, 0.5), ("mfa", "_MFA $x_{1$", 2.0, 0.2)]
    rows += [("dcgan", "DCGAN", 3.0, 0.9)]
    figure = draw_courses(pd.DataFrame(rows, columns=columns), 100)
    (axis,) = figure.axes
    lines = [line.get_xydata().tolist() for line in axis.lines]
    assert [[1.0, 0.5], [2.0, 0.2]] in lines and [[3.0, 0.9]] in lines
    assert axis.get_legend() is None and axis.get_xscale() == "log"
    assert len(figure.legends[0].get_texts()) == 2
    figure.savefig(io.BytesIO())
