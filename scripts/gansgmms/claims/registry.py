"""What a claim is, and how a verdict is computed from the parts it consists of."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from gansgmms.claims.evidence import Evidence

HOLDS, FAILS, UNKNOWN = "holds", "does not hold", "not testable"


@dataclass
class Part:
    """One part of a claim: whether it holds (None: cannot be tested), and why.

    text: what was measured, in a few words with the numbers; where `holds` is None,
    what is missing.
    """

    holds: bool | None
    text: str


def missing(text: str) -> Part:
    """A part that cannot be tested, for want of `text`."""
    return Part(None, text)


@dataclass
class Claim:
    """A sentence of the paper, and the function that measures its parts.

    where: section, table or figure. criterion: when each part holds, in words; the
    function states the same in code. printed: the paper's numbers, from the
    published tables.
    """

    id: str
    sentence: str
    where: str
    criterion: str
    printed: Callable[[Evidence], str]
    parts: Callable[[Evidence], Iterator[Part]]

    def row(self, evidence: Evidence) -> dict[str, str]:
        """The claim's row of the ledger."""
        parts = list(self.parts(evidence))
        return {
            "id": self.id,
            "claim": self.sentence,
            "where": self.where,
            "criterion": self.criterion,
            "printed": self.printed(evidence),
            "measured": _joined(p.text for p in parts if p.holds is not None),
            "verdict": verdict(parts),
            "missing": _joined(p.text for p in parts if p.holds is None),
        }


def _joined(texts: Iterable[str]) -> str:
    """Each text once."""
    return "; ".join(dict.fromkeys(texts))


def verdict(parts: list[Part]) -> str:
    """A claim holds where all its parts do, and fails where one does.

    What cannot be tested leaves the claim open, unless another part fails.
    """
    if any(p.holds is not None and not p.holds for p in parts):
        return FAILS
    return HOLDS if parts and all(p.holds is not None for p in parts) else UNKNOWN


CLAIMS: dict[str, Claim] = {}


def claim(
    id: str,
    sentence: str,
    *,
    where: str,
    criterion: str,
    printed: Callable[[Evidence], str] | str = "",
) -> Callable:
    """Register a generator of parts as a claim.

    Raises:
        ValueError: for an id that is taken.
    """

    def register(parts: Callable[[Evidence], Iterator[Part]]):
        if id in CLAIMS:
            raise ValueError(f"two claims are called {id}")
        of = printed if callable(printed) else lambda evidence: printed
        CLAIMS[id] = Claim(id, sentence, where, criterion, of, parts)
        return parts

    return register


def ledger(evidence: Evidence) -> pd.DataFrame:
    """One row a claim, in the order of their ids; all columns are strings."""
    return pd.DataFrame([CLAIMS[id].row(evidence) for id in sorted(CLAIMS)])
