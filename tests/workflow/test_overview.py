"""The overview as a person meets it: one file in a browser, at a desk and on a phone."""

import re

import pytest

from .browser import BROWSER, Tab
from .test_workflow import FIGURES, TABLES

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")

LARGE = "document.getElementById('large').open"
TITLE = "document.getElementById('large-title').textContent"
FOCUSED = "document.activeElement.closest('figure')?.id"
SETTLED = "new Promise(done => setTimeout(done, 200))"  # events that come later
BROKEN = "[...document.images].filter(i => i.src && !i.naturalWidth).length"
DEAD = """[...document.querySelectorAll('a[href^="#"]')].map(a => a.hash.slice(1))
  .filter(id => !document.getElementById(id))"""


@pytest.fixture(scope="module")
def page(finished):
    return finished.folder / "results/small/overview.html"


def test_it_is_one_small_file_that_needs_nothing_else(page):
    text = page.read_text("utf-8")
    assert len(text) < 15e6
    assert not re.search(r'(?:src|href)="(?!#|data:)', text)
    assert "http" not in re.sub(r'"data:[^"]*"', "", text)


@pytest.mark.parametrize("width", [375, 1400])
def test_it_fits_the_window_and_shows_everything(page, tmp_path, width):
    with Tab(tmp_path / "profile") as tab:
        tab.open(page, width)
        assert tab.run("innerWidth") == width
        assert tab.run("document.documentElement.scrollWidth") <= width
        shown = tab.run("[...document.querySelectorAll('figure')].map(f => f.id)")
        assert [name for name in shown if name in FIGURES] == FIGURES
        assert set(TABLES) <= set(
            tab.run("[...document.querySelectorAll('[id]')].map(e => e.id)")
        )
        assert tab.run(BROKEN) == 0 and tab.run("document.images.length") > len(FIGURES)
        assert tab.run("[...document.images].slice(0, -1).every(i => i.alt.length > 5)")
        assert tab.run(DEAD) == []
        assert tab.run("document.querySelectorAll('.chips a').length") >= 25
        assert tab.faults == []


def test_figures_open_by_keyboard_and_escape_closes_them(page, tmp_path):
    with Tab(tmp_path / "profile") as tab:
        tab.open(page, 1400)
        tab.run("document.querySelector('#fig4 button').focus()")
        tab.press("Enter")
        assert tab.run(LARGE) and tab.run(TITLE) == "Fig. 4"
        tab.press("ArrowRight")
        assert tab.run(TITLE) == "Fig. 5"
        tab.press("Escape")
        tab.run(SETTLED)
        assert not tab.run(LARGE)
        assert tab.run(FOCUSED) == "fig5"  # where the person has got to
        tab.press("Tab")
        assert tab.run(FOCUSED) == "fig6a"
        tab.run("location.hash = 'statistics'")
        tab.run(SETTLED)
        assert tab.run("document.getElementById('statistics').open")
        assert tab.faults == []
