"""Labels come out of every kind of text as they went in."""

import html
import re

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser

from gansgmms.io.markup import (
    for_html,
    for_latex,
    for_markdown,
    for_matplotlib,
    for_rst,
    html_of_markdown,
    of_markdown,
    one_line,
)

LABELS = [
    "_hidden",
    "A $100 GAN for $5",
    "cost $x_{1$",
    "a|b",
    "50% ~^\\",
    "<b>&",
    "*x*",
]
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126))


def drawn(text):
    """The characters that matplotlib draws."""
    figure = Figure()
    artist = figure.text(0, 0, text)
    shown, is_math = artist._preprocess_math(text)
    if not is_math:
        return shown
    glyphs = MathTextParser("path").parse(shown).glyphs
    return "".join(chr(glyph[2]) for glyph in glyphs)


@settings(deadline=None)
@given(text=TEXT)
@example("_hidden")
@example("A $100 GAN for $5")
@example("cost $x_{1$")
@example("_a\\$")
def test_matplotlib_draws_the_label(text):
    found = drawn(for_matplotlib(text))
    assert found.replace(" ", "").replace("\xa0", "") == text.replace(" ", "")


@pytest.mark.parametrize("label", LABELS)
def test_a_legend_has_every_label(label):
    axis = Figure().subplots()
    axis.plot([1], label=for_matplotlib(label))
    assert len(axis.legend().get_texts()) == 1
    axis.figure.draw_without_rendering()


@settings(deadline=None)
@given(text=TEXT)
def test_markdown_and_html_give_the_label_back(text):
    assert of_markdown(for_markdown(text)) == text
    assert html.unescape(for_html(text)) == text
    assert not re.search(r"[<>\"]", for_html(text))
    rest = re.sub(r"\\[!-/:-@\[-`{-~]", "", for_markdown(text))
    assert not re.search(r"[|*<$`~\\\[]", rest)


@settings(deadline=None)
@given(text=TEXT)
def test_latex_holds_no_sign_of_its_own(text):
    found = for_latex(text)
    rest = re.sub(r"\\text[a-z]+\{\}|\\[&%$#_{}]|\{[\[\]*]\}", "", found)
    assert not re.search(r"[\\&%$#_{}~^\[\]*]", rest)


def test_an_underscore_inside_a_word_means_itself():
    assert for_markdown("a_b _c_ & &amp;") == r"a_b \_c\_ & \&amp;"


def test_line_breaks_are_spaces():
    for escape in (for_html, for_latex, for_markdown, for_matplotlib):
        assert escape("a\nb\0c") == "a b c"


def test_emphasis_is_no_text():
    assert of_markdown(r"**NDB** of *a\_b\** and 5 % | x") == "NDB of a_b* and 5 % | x"


def test_emphasis_and_code_in_html_and_nothing_else():
    found = html_of_markdown(r"**N & D** of `a<b` \*c\* and <i>")
    assert found == (
        "<strong>N &amp; D</strong> of <code>a&lt;b</code> *c* and &lt;i&gt;"
    )


@settings(deadline=None)
@given(text=TEXT)
def test_a_label_written_in_markdown_is_the_same_in_html(text):
    assert html_of_markdown(for_markdown(text)) == for_html(text)


def published(text):
    """A paragraph of reStructuredText as Snakemake's report shows it."""
    told = {"warning_stream": None, "raw_enabled": False}
    made = publish_doctree(text, settings_overrides=told)
    assert not list(made.findall(nodes.system_message))
    (paragraph,) = made.children
    return paragraph


@given(text=TEXT.filter(str.strip))
@example("gan_")
@example("*a `b|c| http://d.e f@g.h [1]_")
def test_restructuredtext_shows_the_label_and_no_markup(text):
    paragraph = published(f"Samples of {for_rst(text)}; **of {for_rst(text)}**.")
    shown = one_line(text).strip()
    assert paragraph.astext() == f"Samples of {shown}; of {shown}."
    assert [type(child) for child in paragraph.children][1:2] == [nodes.strong]
