"""One page that tells what a run reproduced: words, verdicts, tables, figures, cost."""

import base64
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
import pandas as pd
from PIL import Image

from gansgmms.claims.registry import FAILS, HOLDS, UNKNOWN
from gansgmms.workflow.exhibits import joined
from gansgmms.workflow.formats import content_of

TEMPLATE = Path(__file__).with_name("overview.html.jinja")
WIDTH = 1600  # pixels, at most: as wide as a screen shows a picture
WEBP = {"quality": 90, "method": 2}  # half the time of the default, files 6% larger

# The tables and figures that a claim is read off, those of them that a run has. The
# sentence `where` of a claim that is not here names its own.
RESTS_ON = {
    "c02": ["statistics"],
    "c04": ["statistics"],
    "c05": ["statistics"],
    "c06": ["likelihood", "table2"],
    "c11": ["sharpness"],
    "c12": ["sharpness", "likelihood"],
    "c13": ["sharpness", "table1", "fig8"],
    "c14": ["sharpness", "table1", "likelihood", "fig9"],
    "c15": ["fig9"],
    "c24": ["sensitivity"],
    "k01": ["k3", "k4", "k5"],
    "k03": ["ktable1", "ktable2"],
    "k04": ["k3", "k4"],
    "x01": ["table1", "table2", "table3"],
    "x02": ["table1", "table2", "table3"],
}


SOURCES = {"the paper": "c", "the draft on kVAEs": "k", "our own": "x"}  # by their ids


@dataclass
class Exhibit:
    """A figure or table of a run, as the page shows it."""

    name: str
    paper: str  # its number there, if it has one
    content: str  # of a table: caption and table; of a figure: its caption
    source: str = ""  # of a figure: a data URI
    moving: str = ""  # of an animated figure: another

    @property
    def title(self) -> str:
        """Its number in one of the papers, where it has one, else its name."""
        number = self.paper.partition(" (")[0]
        return self.name if number.startswith("section") else number or self.name


@dataclass
class Page:
    """Everything that the page tells."""

    run: str
    ledger: pd.DataFrame
    stand_ins: Mapping[str, str]  # the paper's data, by the data that play their part
    tables: Sequence[Exhibit]
    figures: Sequence[Exhibit]
    headline: Sequence[str]  # names of the tables that stand first
    deviations: pd.DataFrame
    trainings: pd.DataFrame
    stages: pd.DataFrame
    origin: Mapping[str, object]
    details: Mapping[str, str] = field(default_factory=dict)  # tables in HTML


def counted(ledger: pd.DataFrame) -> dict[str, int]:
    """How many claims hold, do not, and cannot be tested."""
    found = ledger["verdict"].value_counts()
    return {verdict: int(found.get(verdict, 0)) for verdict in (HOLDS, FAILS, UNKNOWN)}


def in_words(ledger: pd.DataFrame, stand_ins: Mapping[str, str]) -> list[str]:
    """What came out, in a few sentences: the data, the main claim, those of each text.

    Args:
        ledger: the table `claims`; its first row is the papers' main claim.
        stand_ins: the paper's data, by what plays their part.
    """
    sentences = []
    if stand_ins:
        played = joined([f"{mine} for {theirs}" for mine, theirs in stand_ins.items()])
        sentences.append(
            f"Other data stand in for the paper's ({played}). This run shows that every "
            "step works; its verdicts are of these data, and neither confirm nor refute "
            "the papers."
        )
    main = ledger.iloc[0]
    found = {HOLDS: "holds", FAILS: "does not hold"}
    verdict = found.get(main.verdict, "was not tested")
    where = "on these data" if stand_ins else "here"
    sentences.append(f"The main claim {verdict} {where}: “{main.claim}”")
    for source, letter in SOURCES.items():
        claims = ledger[ledger["id"].str.startswith(letter)]
        n = counted(claims)
        if len(claims) and n[UNKNOWN] == len(claims):
            sentences.append(
                f"None of {len(claims)} claims of {source} could be tested with what it trains."
            )
        elif len(claims):
            hold = "holds" if n[HOLDS] == 1 else "hold"
            do = "does" if n[FAILS] == 1 else "do"
            rest = (
                f"; {n[UNKNOWN]} could not be tested with what it trains"
                if n[UNKNOWN]
                else ""
            )
            sentences.append(
                f"Of {len(claims)} claims of {source}, checked by computation, {n[HOLDS]} "
                f"{hold} in this run and {n[FAILS]} {do} not{rest}."
            )
    return sentences


def rests_on(claim: Mapping, shown: Iterable[Exhibit]) -> list[Exhibit]:
    """The tables and figures of a run that a claim rests on.

    Args:
        claim: a row of the ledger; what `RESTS_ON` does not know is found by the numbers
            of tables and figures in `where`.
    """
    shown = list(shown)
    if claim["id"] in RESTS_ON:
        names = RESTS_ON[claim["id"]]
        return [s for name in names for s in shown if s.name == name]
    numbers = set(numbered(claim["where"]))
    return [s for s in shown if s.paper and numbers & set(numbered(s.paper))]


def numbered(text: str) -> list[str]:
    """The figures and tables that a text names: `supp. Figs. 7-9` are three.

    Each as `table 1`, `fig. 5`, with `supp.` or `draft` before it where that is its source;
    `section 5` is one as well, because a table is made after it.
    """
    found: list[str] = []
    source = ""
    one = r"(?:(Table|Fig|section)s?\.? )(\d+)(\w?)(?:(?:-| and )(\d+))?"
    for word, kind, first, part, last in re.findall(
        rf"(supp\.|draft|arXiv)|{one}", text
    ):
        if word:
            source = word
            continue
        numbers = range(int(first), int(last or first) + 1)
        named = [f"{source} {kind.lower()} {number}{part}" for number in numbers]
        found += [name.strip() for name in named]
    return found


def picture(path: Path) -> str:
    """A picture as a data URI: a figure as WebP, no wider than `WIDTH`; a GIF as it is."""
    if path.suffix == ".gif":
        return _uri("image/gif", path.read_bytes())
    with Image.open(path) as image:
        pixels = image.convert("RGB")
        if pixels.width > WIDTH:
            size = WIDTH, round(pixels.height * WIDTH / pixels.width)
            pixels = pixels.resize(size, Image.Resampling.LANCZOS)
        data = io.BytesIO()
        pixels.save(data, "webp", **WEBP)
    return _uri("image/webp", data.getvalue())


def _uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def table_of(name: str, paper: str, path: Path) -> Exhibit:
    """A table, from the page that its rule wrote."""
    return Exhibit(name, paper, content_of(path.read_text("utf-8")))


def write(page: Page) -> str:
    """The page as HTML; no address in it leads out of it."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATE.parent),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = [*page.tables, *page.figures]
    claims = [
        {**row, "rests_on": rests_on(row, shown)}
        for row in page.ledger.fillna("").to_dict("records")
    ]
    groups = [
        ("Holds here", "yes", [c for c in claims if c["verdict"] == HOLDS]),
        ("Does not hold here", "no", [c for c in claims if c["verdict"] == FAILS]),
        ("Not tested here", "open", [c for c in claims if c["verdict"] == UNKNOWN]),
    ]
    minutes = float(page.stages["minutes"].sum())
    return environment.get_template(TEMPLATE.name).render(
        page=page,
        words=in_words(page.ledger, page.stand_ins),
        groups=groups,
        first=[t for t in page.tables if t.name in page.headline],
        others=[t for t in page.tables if t.name not in page.headline],
        jobs=int(page.stages["jobs"].sum()),
        took=f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.1f} hours",
    )
