"""Captions of figures, as Snakemake's report has them, for pages of our own.

A caption stands once, in `report/<kind>.rst`: a Jinja template of reStructuredText with
emphasis, subscripts and superscripts, and nothing else.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import jinja2

from gansgmms.io.markup import PUNCTUATION, for_html

_ROLES = re.compile(r"\\? ?:(sub|sup):`([^`]+)`(?:\\ )?")
_ESCAPED = re.compile(rf"\\({PUNCTUATION})")
_EMPHASIS = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*(.+?)\*"), r"<em>\1</em>"),
)


def caption(template: Path, config: Mapping, params: Mapping) -> str:
    """A caption in HTML, which Markdown takes too: one paragraph without its element.

    Args:
        template: the file in `report/`.
        config, params: of the rule that makes the figure.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    told = SimpleNamespace(config=config, params=SimpleNamespace(**params))
    text = environment.from_string(template.read_text("utf-8")).render(snakemake=told)
    return html_of_rst(text)


def captions(folder: Path, config: Mapping, figures: Mapping) -> dict[str, str]:
    """The caption of each figure, in HTML.

    Args:
        folder: `report/`.
        figures: what the rule of each is told, by name.
    """
    kinds = {name: config["figures"][name]["kind"] for name in figures}
    return {
        name: caption(folder / f"{kinds[name]}.rst", config, told)
        for name, told in figures.items()
    }


def html_of_rst(text: str) -> str:
    """A paragraph of reStructuredText as HTML."""
    pieces = _ESCAPED.split(" ".join(text.split()))
    # What is escaped means itself: as a number, no pattern below takes it for markup.
    pieces[1::2] = [f"&#{ord(sign)};" for sign in pieces[1::2]]
    pieces[::2] = map(for_html, pieces[::2])
    words = "".join(pieces)
    words = _ROLES.sub(r"<\1>\2</\1>", words)
    for pattern, element in _EMPHASIS:
        words = pattern.sub(element, words)
    return words
