"""The page that tells what a run reproduced."""

import base64
import copy
import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from snakemake.io import apply_wildcards

from gansgmms.claims import CLAIMS
from gansgmms.workflow import exhibits, overview
from gansgmms.workflow.overview import Exhibit

from .test_experiment import experiment, roles

COLUMNS = ["id", "claim", "where", "criterion", "printed", "measured", "verdict"]
LEDGER = pd.DataFrame(
    [
        ["c01", "A is < B.", "Table 1", "a < b", "0.1", "0.2", "holds", ""],
        ["c02", "C.", "section 2", "c", "", "0.3 & 0.4", "does not hold", ""],
        ["c03", "D.", "Figs. 2-3", "d", "", "", "not testable", "MFA on MNIST"],
    ],
    columns=[*COLUMNS, "missing"],
)


def page(**changed) -> str:
    told = {
        "run": "demo",
        "ledger": LEDGER,
        "stand_ins": {},
        "tables": [Exhibit("table1", "Table 1", "<table><td>0.2</td></table>")],
        "figures": [
            Exhibit("fig2", "Fig. 2", "<strong>Two</strong>.", "data:a"),
            Exhibit("fig3", "", "Three.", "data:b", "data:moving"),
        ],
        "headline": ["table1"],
        "deviations": pd.DataFrame({"what": []}),
        "trainings": pd.DataFrame({"model": ["mfa"]}),
        "stages": pd.DataFrame({"jobs": [3, 4], "minutes": [100.0, 50.0]}),
        "origin": {"commit": "abc", "torch": "2", "nothing": None},
        "details": dict.fromkeys(
            ("deviations", "trainings", "stages"), "<table></table>"
        ),
    }
    return overview.write(overview.Page(**(told | changed)))


def test_words_come_first_and_say_what_holds():
    sentences = overview.in_words(LEDGER, {"Digits": "MNIST", "Patches": "CelebA"})
    assert "(Digits for MNIST and Patches for CelebA)" in sentences[0]
    assert sentences[1] == "The main claim holds on these data: “A is < B.”"
    assert len(sentences) == 3 and sentences[2] == (
        "Of 3 claims of the paper, checked by computation, 1 holds in this run and 1 "
        "does not; 1 could not be tested with what it trains."
    )
    assert len(overview.in_words(LEDGER, {})) == 2
    assert overview.in_words(LEDGER[2:], {}) == [
        "The main claim was not tested here: “D.”",
        "None of 1 claims of the paper could be tested with what it trains.",
    ]


def test_the_page_holds_all_of_it_and_no_address_outside():
    text = page()
    order = ["What was reproduced", "The main claim holds", 'id="scores"', "0.2</td>"]
    order += ["✓ c01", "✗ c02", "– c03", "0.3 &amp; 0.4", "MFA on MNIST"]
    order += ["Two</strong>", "data:moving", "full reproduction", "7 jobs", "2.5 hours"]
    order += ["commit abc", "torch 2"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert (
        "A is &lt; B." in text and "nothing" not in text.partition("commit abc")[2][:40]
    )
    assert "http" not in text


def test_a_run_on_other_data_says_so_first():
    assert 'class="note"' not in page()
    text = page(stand_ins={"Digits": "MNIST"})
    assert 'class="note">Other data stand in' in text
    assert "What was reproduced" not in text and "neither confirm nor refute" in text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("section 4, Tables 1-3", ["section 4", "table 1", "table 2", "table 3"]),
        ("supp. Figs. 7-9", ["supp. fig 7", "supp. fig 8", "supp. fig 9"]),
        (
            "draft, section 8.2, Figs. 6 and 7",
            ["draft section 8", "draft fig 6", "draft fig 7"],
        ),
        ("Fig. 6a", ["fig 6a"]),
        ("section 2", ["section 2"]),
    ],
)
def test_the_numbers_of_figures_and_tables_in_a_text(text, found):
    assert overview.numbered(text) == found


def test_a_claim_leads_to_what_it_rests_on():
    shown = [Exhibit("s7", "supp. Fig. 7", ""), Exhibit("fig7a", "Fig. 7a", "")]
    shown += [Exhibit("k3", "draft, Fig. 3", ""), Exhibit("own", "", "")]

    def names(id, where):
        found = overview.rests_on({"id": id, "where": where}, shown)
        return [exhibit.name for exhibit in found]

    assert names("c19", "supp. Figs. 7-10") == ["s7"]
    assert names("k04", "draft, section 8.1") == ["k3"]  # as RESTS_ON says
    assert names("new", "nowhere") == []
    titles = ["supp. Fig. 6 (arXiv: Fig. 14)", "section 5", ""]
    shown = [Exhibit("a", title, "").title for title in titles]
    assert shown == ["supp. Fig. 6", "a", "a"]
    assert 'href="#fig2">Fig. 2</a>' in page()  # c03 names Figs. 2-3


def test_what_claims_rest_on_exists_and_is_of_claims_that_exist():
    e = experiment()
    assert set(overview.RESTS_ON) <= set(CLAIMS)
    assert {n for names in overview.RESTS_ON.values() for n in names} <= set(
        e.targets()
    )


def test_a_picture_is_made_smaller_and_a_gif_is_not(tmp_path):
    wide = Image.fromarray(np.zeros((40, 3200, 3), np.uint8))
    wide.save(tmp_path / "a.png")
    kind, _, data = overview.picture(tmp_path / "a.png").partition(";base64,")
    assert kind == "data:image/webp"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (overview.WIDTH, 20)
    (tmp_path / "a.gif").write_bytes(b"frames")
    assert overview.picture(tmp_path / "a.gif") == "data:image/gif;base64,ZnJhbWVz"


def test_what_a_run_has_to_show():
    e = experiment(roles=roles(mnist="digits", svhn="svhn"))
    assert exhibits.stand_ins(e) == {"Digits": "MNIST"}
    assert exhibits.papers(e)["table2_js"] == "Table 2, JS"
    assert exhibits.animated(e) == ["s18"]


def test_exhibits_stand_in_the_papers_order_whatever_the_configurations_is():
    e = experiment()
    backwards = experiment(
        figures=dict(reversed(e.config["figures"].items())),
        tables=dict(reversed(e.config["tables"].items())),
    )
    figures = list(exhibits.figures(backwards))
    assert figures.index("fig6a") < figures.index("fig6b")
    assert figures.index("s9") < figures.index("s10")
    assert figures[0] == "fig1" and figures.index("fig9") < figures.index("s1")
    assert figures.index("s19") < figures.index("k1")
    found = exhibits.tables(backwards)
    assert found[:6] == [
        "table1",
        "table2",
        "table3",
        "sharpness",
        "ktable1",
        "ktable2",
    ]
    assert found[-4:] == ["table1_js", "table2_js", "table3_js", "claims"]


def test_the_report_sorts_by_position_and_names_what_is_shown():
    e = experiment()
    fig1, s10 = exhibits.labels(e, "fig1"), exhibits.labels(e, "s10")
    assert fig1["no."] == "01" and fig1["no."] < s10["no."]
    assert fig1["figure"] == "Fig. 1" and "training images" in fig1["shows"]
    assert exhibits.labels(e, "table2_js")["table"] == "Table 2, JS"
    last = exhibits.labels(e, "claims")
    assert last["table"] == "claims" and int(last["no."]) == len(exhibits.tables(e))
    left_out = experiment(leave_out=["fig1"])
    assert (
        exhibits.labels(left_out, "fig1")["figure"] == "Fig. 1"
    )  # a target none the less


def test_braces_in_a_title_are_no_wildcards():
    figures = copy.deepcopy(experiment().config["figures"])
    figures["fig4"]["paper"] = "Fig. {4} of {{x}}"
    found = exhibits.labels(experiment(figures=figures), "fig4")["figure"]
    assert apply_wildcards(found, {}) == "Fig. (4) of ((x))"
