"""Captions: the report's own templates, as HTML."""

import copy
import html
import re

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gansgmms.io.markup import for_rst
from gansgmms.workflow import exhibits
from gansgmms.workflow.figure_captions import caption, html_of_rst
from tests import ROOT

from .test_experiment import experiment


def test_emphasis_and_indices_become_elements_and_the_rest_is_text():
    text = "**A & B**: µ + z\\ :sub:`i` A\\ :sup:`(i)`, *not*\n  x < y."
    assert html_of_rst(text) == (
        "<strong>A &amp; B</strong>: µ + z<sub>i</sub> A<sup>(i)</sup>, "
        "<em>not</em> x &lt; y."
    )


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_the_users_words_in_a_caption_are_as_they_were_given(text):
    found = html_of_rst(f"**Of {for_rst(text)}**, *all*.")
    assert found.startswith("<strong>Of ") and found.endswith(
        "</strong>, <em>all</em>."
    )
    shown = re.sub(r"</?(strong|em)>", "", found)
    assert html.unescape(shown) == f"Of {' '.join(text.split())}, all."


def test_labels_with_markup_stand_in_the_captions():
    label = "**A_** `$5` |b| & <c>_"
    models = copy.deepcopy(experiment().config["models"])
    models["mfa"]["label"] = label
    e = experiment(models=models)
    templates = {name: f["kind"] for name, f in e.config["figures"].items()}
    for name, told in exhibits.figures(e).items():
        template = ROOT / f"report/{templates[name]}.rst"
        if "model" in told and "words.model" in template.read_text():
            text = html.unescape(caption(template, e.config, told))
            assert (label in text) == (told["model"].split("+")[0] == "mfa"), name


def test_a_caption_is_told_what_the_reports_is(tmp_path):
    template = tmp_path / "a.rst"
    template.write_text("{{ snakemake.config['k'] }} of {{ snakemake.params.label }}")
    assert caption(template, {"k": 3}, {"label": "MFA"}) == "3 of MFA"
    with pytest.raises(jinja2.UndefinedError):
        caption(template, {"k": 3}, {})


def test_the_caption_of_every_figure_can_be_written():
    e = experiment()
    shown = exhibits.figures(e)
    assert list(shown)[:3] == ["fig1", "fig2", "fig3"] and len(shown) >= 38
    for name, told in shown.items():
        kind = e.config["figures"][name]["kind"]
        text = caption(ROOT / f"report/{kind}.rst", e.config, told)
        assert text.startswith("<strong>"), name
        assert not any(sign in text for sign in ("{", ":sub:", "**", "``")), text
