"""What a training lacks of the papers' budget: with less, it hardly tests what they say.

Of data that stand in for the papers' there is no such budget: what they show is of these
data alone, as the ledger says above all its rows.
"""

from collections.abc import Iterable, Iterator

from gansgmms.claims.evidence import LIKELY, Evidence, base
from gansgmms.claims.registry import Part, beside, missing

ROUNDED = 0.99  # of a budget is all of it: iterations are round numbers
AT_REST = 0.001  # share of the points that still move when a competition has stopped


def short(evidence: Evidence, dataset: str | None, *models: str) -> str:
    """Which networks saw the images fewer times, or are narrower, than in config.yaml;
    else empty.

    Mixtures are judged as they are: with as many components as their data carry.
    """
    if dataset in evidence.stand_ins:
        return ""
    kinds = evidence.architectures
    networks = [m for m in models if kinds.get(base(m)) not in LIKELY]
    said = [_short(evidence, dataset, network) for network in networks]
    named = zip(networks, said, strict=True)
    found = [f"{evidence.label(model)} with {less}" for model, less in named if less]
    return f"the full budget of {dataset}: {', '.join(found)}" if found else ""


def _short(evidence: Evidence, dataset: str | None, model: str) -> str:
    seen, width = (_both(evidence, dataset, model, name) for name in ("seen", "width"))
    less = []
    if seen and seen[0] < ROUNDED * seen[1]:
        less.append(f"each image seen {seen[0]:.3g} times in place of {seen[1]:.3g}")
    if width and width[0] < width[1]:
        less.append(f"a width of {width[0]} in place of {width[1]}")
    return " and ".join(less)


def unsettled(evidence: Evidence, dataset: str, model: str) -> str:
    """What a competition of VAEs lacks that has neither come to rest nor had the draft's
    iterations; empty if nothing.
    """
    iterations = _both(evidence, dataset, model, "iterations")
    history = evidence.history(dataset, model)
    if dataset in evidence.stand_ins or not iterations or history is None:
        return ""
    moved = history.moved.iloc[-1]
    if iterations[0] >= iterations[1] or moved <= AT_REST:
        return ""
    return (
        f"{iterations[1]} iterations of {dataset}, or one in which no more than "
        f"{AT_REST:.1%} of the points move: after {iterations[0]}, {moved:.2%} do"
    )


def hurried(evidence: Evidence, dataset: str | None, model: str) -> str:
    """Of which epochs VAEs that compete had fewer than the draft's; empty if of none."""
    named = {
        "pretraining": "before the competition",
        "epochs": "in each of its iterations",
    }
    both = {what: _both(evidence, dataset, model, of) for of, what in named.items()}
    less = [
        f"{pair[1]} epochs {what} ({pair[0]} here)"
        for what, pair in both.items()
        if pair and pair[0] < pair[1]
    ]
    if dataset in evidence.stand_ins or not less:
        return ""
    return f"the draft's training on {dataset}: {' and '.join(less)}"


def _both(evidence: Evidence, dataset, model: str, name: str) -> tuple | None:
    """A setting in this run and in the full reproduction, None where either is unknown."""
    ours = evidence.setting(dataset, model, name)
    full = evidence.setting(dataset, base(model), name, full=True)
    return None if ours is None or full is None else (ours, full)


def given(
    parts: Iterable[Part], lacks: str, anyway: bool | None = None
) -> Iterator[Part]:
    """Parts as they are where nothing lacks; else told beside, for want of it.

    anyway: what a part decides all the same, True where it holds and False where it does
        not: what with more training would be so all the more.
    """
    aside = False
    for part in parts:
        if not lacks or part.holds is None or bool(part.holds) is anyway:
            yield part
        else:
            aside = True
            yield beside(part.text)
    if aside:
        yield missing(lacks)
