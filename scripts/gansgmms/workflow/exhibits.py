"""What a run has to show, for pages about all of it: figures, tables, whose data."""

import re
from collections.abc import Sequence

from gansgmms.settings.entries import kind_of
from gansgmms.workflow.experiment import Experiment
from gansgmms.workflow.shown import Shown

FIGURES = ("fig", "s", "k")  # the paper's, its supplement's, the draft's; then our own
TABLES = (
    "ndb",
    "sharpness",
    "importance",
    "recognition",
)  # kinds; then those of all data


def order(e: Experiment, name: str) -> tuple:
    """A key that sorts figures and tables as the papers have them.

    The configuration's own order is no such: what an overlay changes comes first in it.
    """
    letters, digits, rest = re.fullmatch(r"([a-z]*)(\d*)(.*)", name).groups()  # type: ignore[union-attr]
    number = int(digits or 0)
    if name in e.config["figures"]:
        return (_place(letters, FIGURES), letters, number, rest)
    entry = e.entries.get(name.removesuffix("_js"), {})
    last = name == "claims", name.endswith("_js")
    return (*last, _place(entry.get("kind"), TABLES), letters, number, rest)


def _place(name: str | None, names: Sequence[str]) -> int:
    return names.index(name) if name in names else len(names)


def figures(e: Experiment) -> dict[str, dict]:
    """What the rule of each figure is told, in the papers' order."""
    shown = [name for name in e.targets() if name in e.config["figures"]]
    shown.sort(key=lambda name: order(e, name))
    return {name: Shown(e, name).params() for name in shown}


def animated(e: Experiment) -> list[str]:
    """The figures that move, shown or not."""
    kinds = {name: kind_of("figures", f) for name, f in e.config["figures"].items()}
    return [name for name, kind in kinds.items() if kind.animated]


def tables(e: Experiment) -> list[str]:
    """The tables, in the papers' order."""
    shown = [name for name in e.targets() if name not in e.config["figures"]]
    return sorted(shown, key=lambda name: order(e, name))


def papers(e: Experiment) -> dict[str, str]:
    """The number in the papers of each figure and table that has one there."""
    named = {name: entry["paper"] for name, entry in e.entries.items()}
    twins = {twin: f"{named[n]}, JS" for twin, n in _twins(e).items() if named[n]}
    return {name: paper for name, paper in (named | twins).items() if paper}


def _twins(e: Experiment) -> dict[str, str]:
    return {f"{name}_js": name for name in e.names_of_kind("ndb")}


def labels(e: Experiment, name: str) -> dict[str, str]:
    """What the report's list says of a figure or table; it sorts by the first of these."""
    section = "figures" if name in e.config["figures"] else "tables"
    alike = [*e.config[section]]
    if section == "tables":
        alike += [*_twins(e), *e.tables_of_all()]
    names = sorted({*alike, name}, key=lambda other: order(e, other))
    entry = e.entries.get(name)
    meaning = str(kind_of(section, entry).__doc__) if entry else ""
    # Between braces Snakemake looks for a wildcard.
    paper = papers(e).get(name, name).translate({ord("{"): "(", ord("}"): ")"})
    return {
        "no.": f"{names.index(name) + 1:02d}",
        section.removesuffix("s"): paper,
        "shows": meaning,
    }


def stand_ins(e: Experiment) -> dict[str, str]:
    """The titles of the paper's data, by those of the data that stand in for them."""
    played: dict[str, list[str]] = {}
    for role in filter(e.stands_in, e.roles):
        title = e.registry.get(role, {}).get("title", role)
        played.setdefault(e.title_of(e.dataset_of(role)), []).append(title)
    return {mine: joined(theirs) for mine, theirs in played.items()}


def joined(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
