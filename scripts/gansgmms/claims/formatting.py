"""How the ledger writes numbers."""

from collections.abc import Iterable

import pandas as pd

from gansgmms.claims.evidence import NAMES, Evidence


def of_each_k(values: pd.Series) -> str:
    """Scores by K: `0.10, 0.12, 0.14`."""
    return ", ".join(f"{value:.2f}" for value in values)


def numbers(values: Iterable[int]) -> str:
    """`K = 100, 200, 300`."""
    return "K = " + ", ".join(str(int(k)) for k in values)


def printed_ndb(*models: str, table: str = "table1"):
    """For `printed`: the NDB/K of these models in a table of the paper."""

    def text(evidence: Evidence) -> str:
        found = {m: evidence.printed(table, m) for m in models}
        said = [
            f"NDB/K of {NAMES[m]} {of_each_k(v)}"
            for m, v in found.items()
            if v is not None
        ]
        return "; ".join(said).replace("; NDB/K of", ";")

    return text


def printed_sharpness(*models: str):
    """For `printed`: the sharpness scores of section 5."""

    def text(evidence: Evidence) -> str:
        found = {m: evidence.printed("section5", m, "sharpness") for m in models}
        said = [f"{NAMES[m]} {v.iloc[0]}" for m, v in found.items() if v is not None]
        return "sharpness of " + ", ".join(said) if said else ""

    return text


def both(first, second):
    """For `printed`: one after the other, without what is empty."""
    return lambda evidence: "; ".join(filter(None, [first(evidence), second(evidence)]))
