"""The same cells in Markdown, LaTeX and HTML, escaped for each."""

import html as html_library
import math
import re

import pandas as pd
import pytest

from gansgmms.workflow import formats

NASTY = ["a|b", "A_b & 5 %", "<b>x</b>", "$x_{1$", "*", "[x]", "1e3", "^~\\", "`c`"]


def grid(markdown: str) -> list[list[str]]:
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in markdown.splitlines()]
    return [[cell.strip() for cell in line] for line in lines]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.3, 3, "0.300"), (-3.4, 1, "−3.4"), (-0.0004, 3, "0.000"), (2, 0, "2")],
)
def test_a_number_has_fixed_decimals_and_a_true_minus(value, decimals, text):
    assert formats.number(value, decimals) == text


def test_the_values_of_a_column_have_as_many_decimals_as_the_longest():
    table = pd.DataFrame(
        {"a": [0.5, 0.125, None], "b": [1.0, 2.0, math.nan], "c": [1, 2, 3]}
    )
    shown = {c.title: c.values for c in formats.columns(table, {"b": 2})}
    assert shown == {
        "a": ["0.500", "0.125", ""],
        "b": ["1.00", "2.00", ""],
        "c": ["1", "2", "3"],
    }


def test_labels_are_shown_as_they_are_in_every_format():
    table = pd.DataFrame({"model": NASTY, "x": range(len(NASTY))})
    found = [row[0] for row in grid(formats.markdown(table))[2:]]
    assert [re.sub(r"\\(.)", r"\1", cell) for cell in found] == NASTY
    cells = re.findall(r"<tr><td>(.*?)</td>", formats.html_table(table))
    assert [html_library.unescape(cell) for cell in cells] == NASTY
    assert "<b>" not in "".join(cells)
    rows = re.findall(r"^(.*) & \d+ \\\\$", formats.latex(table, "", "t"), re.MULTILINE)
    assert rows[1:3] == [
        r"A\_b \& 5 \%",
        r"\textless{}b\textgreater{}x\textless{}/b\textgreater{}",
    ]
    assert rows[4:6] == ["{*}", "{[}x{]}"]  # else arguments of the row before


def test_other_words_may_hold_markdown_and_no_further_column():
    table = pd.DataFrame({"claim": ["`a|b` and **c**", r"d\|e"]})
    assert grid(formats.markdown(table))[2:] == [[r"`a\|b` and **c**"], [r"d\|e"]]
    assert "<code>a|b</code> and <strong>c</strong>" in formats.html_table(table)


def test_a_shared_heading_stands_over_its_columns():
    names = ["model", ("K=5", "ours"), ("K=5", "paper"), ("K=9", "ours"), "gain"]
    table = pd.DataFrame({name: [0.1] for name in names})
    table.columns = pd.Index(names, tupleize_cols=False)
    head = ["model", "K=5 ours", "K=5 paper", "K=9 ours", "gain"]
    assert grid(formats.markdown(table))[0] == head
    tex = formats.latex(table, "", "t")
    assert (
        r"\multicolumn{1}{c}{} & \multicolumn{2}{c}{K=5} & \multicolumn{1}{c}{K=9}"
        in tex
    )
    assert r"\cmidrule(lr){2-3} \cmidrule(lr){4-4}" in tex
    assert '<th colspan="2">K=5</th><th colspan="1">K=9</th>' in formats.html_table(
        table
    )


def test_a_long_table_goes_over_pages_and_a_wide_one_is_turned():
    short = formats.latex(pd.DataFrame({"a": [1]}), "C.", "t")
    assert r"\begin{tabular}" in short and r"\label{tab:t}" in short
    long = formats.latex(pd.DataFrame({"a": range(formats.ROWS + 1)}), "C.", "t")
    assert r"\begin{longtable}" in long and r"\begin{landscape}" not in long
    wide = pd.DataFrame({f"column number {i}": [1] for i in range(8)})
    assert r"\begin{landscape}" in formats.latex(wide, "C.", "t")


def test_the_content_of_a_page_is_its_caption_and_table():
    table = pd.DataFrame({"model": ["A"], "x": [1.5]})
    page = formats.html(table, "**t** & more.", "t")
    content = formats.content_of(page)
    assert content.startswith("<p><strong>t</strong> &amp; more.</p>")
    assert content.endswith(formats.html_table(table))
