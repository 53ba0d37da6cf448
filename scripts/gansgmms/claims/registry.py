"""What a claim is, and how a verdict is computed from the parts it consists of."""

import math
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
    chance: the rate at which the part would hold by chance (`Claim.null`), or None
        where no number was computed.
    judged: whether the verdict depends on it; what does not is told beside.
    """

    holds: bool | None
    text: str
    chance: float | None = None
    judged: bool = True


def missing(text: str) -> Part:
    """A part that cannot be tested, for want of `text`."""
    return Part(None, text)


def beside(text: str) -> Part:
    """What was measured too, but decides nothing."""
    return Part(None, text, judged=False)


@dataclass
class Claim:
    """A sentence of the paper, and the function that measures its parts.

    where: section, table or figure. criterion: when each part holds, in one sentence;
    the function states the same in code. null: what chance is, where `Part.chance` is
    the rate at which a part would hold by it. printed: the paper's numbers, from the
    published tables. see: figures that a reader must look at, because no number says it.
    needs: what is missing where no part was found that a verdict could depend on.
    """

    id: str
    sentence: str
    where: str
    criterion: str
    null: str
    see: str
    needs: str
    printed: Callable[[Evidence], str]
    parts: Callable[[Evidence], Iterator[Part]]

    def row(self, evidence: Evidence) -> dict[str, str]:
        """The claim's row of the ledger."""
        parts = list(self.parts(evidence))
        if self.needs and not any(part.judged for part in parts):
            parts.append(missing(self.needs))
        return {
            "id": self.id,
            "claim": self.sentence,
            "where": self.where,
            "criterion": self.criterion,
            "by chance": by_chance(parts, self.null),
            "printed": self.printed(evidence),
            "measured": _joined(p.text for p in parts if not _lacks(p)),
            "verdict": verdict(parts),
            "missing": _joined(p.text for p in parts if _lacks(p)),
            "see": self.see,
        }


def _lacks(part: Part) -> bool:
    return part.judged and part.holds is None


def _joined(texts: Iterable[str]) -> str:
    """Each text once."""
    return "; ".join(dict.fromkeys(texts))


def verdict(parts: list[Part]) -> str:
    """A claim holds where all its parts do, and fails where one does.

    What cannot be tested leaves the claim open, unless another part fails.
    """
    judged = [p for p in parts if p.judged]
    if any(p.holds is not None and not p.holds for p in judged):
        return FAILS
    return HOLDS if judged and all(p.holds is not None for p in judged) else UNKNOWN


def by_chance(parts: list[Part], null: str) -> str:
    """How often a criterion would be met by chance, and what chance is.

    The least rate of any part: however the parts depend on each other, all of them
    hold no oftener than one of them does.
    """
    rates = [p.chance for p in parts if p.judged and p.chance is not None]
    if not rates:
        return null
    return f"{said_rate(min(rates))} ({null})"


def said_rate(rate: float) -> str:
    """As the ledger writes it: rounded up to two digits, as what it says is a bound."""
    if rate < 1e-3:
        return "below 0.001"
    step = 10.0 ** (math.floor(math.log10(rate)) - 1)
    return f"at most {math.ceil(rate / step - 1e-9) * step:.2g}"


CLAIMS: dict[str, Claim] = {}


def claim(
    id: str,
    sentence: str,
    *,
    where: str,
    criterion: str,
    null: str,
    see: str = "",
    needs: str = "",
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
        CLAIMS[id] = Claim(id, sentence, where, criterion, null, see, needs, of, parts)
        return parts

    return register


def ledger(evidence: Evidence) -> pd.DataFrame:
    """One row a claim, in the order of their ids; all columns are strings."""
    return pd.DataFrame([CLAIMS[id].row(evidence) for id in sorted(CLAIMS)])
