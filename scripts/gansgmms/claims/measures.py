"""What several claims measure alike."""

import math

import pandas as pd

from gansgmms.claims.evidence import Evidence
from gansgmms.claims.registry import Part, missing

GANS = ("dcgan", "began", "wgan", "wgan_gp")
COLLAPSED = 2.0  # a bin is misallocated where its share is off by this factor


def tolerance(a: float, b: float, k: int, least: float = 0.10) -> float:
    """How far two NDB/K may lie apart and still agree.

    A tenth of the bins, or where K is small 1.96 standard errors of the difference of
    two shares of K bins.
    """
    mean = (a + b) / 2
    return max(least, 1.96 * math.sqrt(2 * mean * (1 - mean) / k))


def misallocated(proportions: pd.DataFrame, significance: float) -> pd.DataFrame:
    """Bins that a model all but misses, or overfills: counts `under` and `over` by K.

    A bin counts where its share of the samples is at most half, or at least twice, the
    reference's, and the difference is significant with Bonferroni's correction for K
    bins: at most one dataset in twenty then has one by chance.
    """
    p = proportions
    sure = p.p < significance / p.k
    under = sure & (p.proportion * COLLAPSED <= p.reference_proportion)
    over = sure & (p.proportion >= p.reference_proportion * COLLAPSED)
    runs = p.groupby("k").seed.nunique() if "seed" in p else 1
    counts = pd.DataFrame({"k": p.k, "under": under, "over": over}).groupby("k").sum()
    return counts.div(runs, axis=0)


def misallocated_by(evidence: Evidence, dataset: str | None, model: str):
    """`misallocated` of a model, by K, or None."""
    found = evidence.scores(dataset, model, "proportions")
    return None if found is None else misallocated(found, evidence.significance)


def ndb_of_gans(evidence: Evidence, dataset: str | None) -> dict[str, float]:
    """Mean NDB/K over K of each GAN in a dataset's tables, by its label."""
    scores = {m: evidence.ndb(dataset, m) for m in GANS}
    return {
        evidence.label(m): float(s.mean()) for m, s in scores.items() if s is not None
    }


def beats_most(score: float, gans: dict[str, float], dataset: str | None) -> Part:
    if not gans:
        return missing(f"a GAN in the table of {dataset}")
    beaten = sum(score < other for other in gans.values())
    said = ", ".join(f"{name} {value:.2f}" for name, value in gans.items())
    return Part(
        beaten > len(gans) / 2, f"{score:.2f} against {len(gans)} GANs ({said})"
    )
