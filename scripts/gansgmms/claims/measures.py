"""What several claims measure alike."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import norm

from gansgmms.claims import chance
from gansgmms.claims.budget import given, short
from gansgmms.claims.evidence import Evidence
from gansgmms.claims.registry import Part, missing

GANS = ("dcgan", "began", "wgan", "wgan_gp")
SAME_ORDER = 0.9  # least rank correlation of two orderings that are called the same
SHARP = 0.25  # sharpness scores that lie no further apart are called similar
COLLAPSED = 2.0  # a bin is misallocated where its share is off by this factor


def tolerance(a, b, k, tests: int = 1, least: float = 0.10):
    """How far two NDB/K may lie apart and still agree; numbers or arrays of them.

    A tenth of the bins, or where K is small the 95% interval of the difference of two
    shares of K bins, with Bonferroni's correction where the furthest of several
    differences is judged.
    """
    mean = (np.asarray(a) + b) / 2
    width = norm.isf(0.025 / tests)
    return np.maximum(least, width * np.sqrt(2 * mean * (1 - mean) / np.asarray(k)))


def is_misallocated(proportions: pd.DataFrame, significance: float) -> pd.DataFrame:
    """Whether a model all but misses each bin, or overfills it: bools `under` and `over`.

    A bin counts where its share of the samples is at most half, or at least twice, the
    reference's, and the difference is significant with Bonferroni's correction for K
    bins: at most one dataset in twenty then has one by chance.
    """
    p = proportions
    sure = p.p < significance / p.k
    under = sure & (p.proportion * COLLAPSED <= p.reference_proportion)
    over = sure & (p.proportion >= p.reference_proportion * COLLAPSED)
    return pd.DataFrame({"under": under, "over": over})


def misallocated(proportions: pd.DataFrame, significance: float) -> pd.DataFrame:
    """How many bins are misallocated: counts `under` and `over` by K, means over seeds."""
    runs = proportions.groupby("k").seed.nunique() if "seed" in proportions else 1
    found = is_misallocated(proportions, significance)
    return found.groupby(proportions.k).sum().div(runs, axis=0)


def misallocated_by(evidence: Evidence, dataset: str | None, model: str):
    """`misallocated` of a model, by K, or None."""
    found = evidence.scores(dataset, model, "proportions")
    return None if found is None else misallocated(found, evidence.significance)


def at_best(evidence: Evidence, dataset: str | None, model: str) -> pd.Series | None:
    """NDB/K by K of a rival: what was measured or, where it is lower, what the paper prints.

    Else a mixture could win because its rivals were not trained as long as the paper's.
    """
    ours, printed = evidence.ndb(dataset, model), evidence.printed_ndb(dataset, model)
    if ours is None or printed is None:
        return ours
    return ours.clip(upper=printed.reindex(ours.index).fillna(1.0))


def means_at_best(evidence: Evidence, dataset: str | None, models) -> dict[str, float]:
    """Mean NDB/K over K of those models that have one, `at_best`, by label."""
    scores = {m: at_best(evidence, dataset, m) for m in models}
    return {
        named_at_best(evidence, dataset, m): float(s.mean())
        for m, s in scores.items()
        if s is not None
    }


def unprinted(evidence: Evidence, dataset: str | None, models) -> list[str]:
    """Those of which the paper does not print NDB/K at each K: its numbers cannot stand
    in for a training that was too short.
    """

    def is_printed(model: str) -> bool:
        ours = evidence.ndb(dataset, model)
        printed = evidence.printed_ndb(dataset, model)
        if ours is None or printed is None:
            return ours is None
        return bool(ours.index.isin(printed.index).all())

    return [model for model in models if not is_printed(model)]


def named_at_best(evidence: Evidence, dataset: str | None, model: str) -> str:
    """The label of a rival, which says where the paper's numbers took the place of ours."""
    best, ours = at_best(evidence, dataset, model), evidence.ndb(dataset, model)
    of = "" if best is None or best.equals(ours) else " of the paper"
    return evidence.label(model) + of


def beats_most(evidence: Evidence, dataset: str | None, score: float) -> Iterator[Part]:
    """Whether an NDB/K is below that of more than half of the GANs of a dataset.

    One of too little training, which the paper's numbers do not replace, may speak
    against it but not for it.
    """
    gans = means_at_best(evidence, dataset, GANS)
    if not gans:
        yield missing(f"a GAN in the table of {dataset}")
        return
    beaten = sum(score < other for other in gans.values())
    said = ", ".join(f"{name} {value:.2f}" for name, value in gans.items())
    part = Part(
        beaten > len(gans) / 2,
        f"{score:.2f} against {len(gans)} GANs ({said})",
        chance.beating_most(len(gans)),
    )
    lacks = short(evidence, dataset, *unprinted(evidence, dataset, GANS))
    yield from given([part], lacks, anyway=False)


def as_sharp_by_chance(
    evidence: Evidence, dataset: str | None, least: float, most: float = math.inf
) -> float:
    """That a sharpness is at most `SHARP` below `least`, and not above `most`, if any
    from the mixture's to the data's is as likely.
    """
    ends = [evidence.sharpness(dataset, m) for m in ("mfa", "train")]
    known = [least, *(end for end in ends if end is not None)]
    return chance.between(least - SHARP, most, (min(known), max(known)))


def sharp_as_a_gan(evidence: Evidence, dataset: str | None) -> tuple[str, float | None]:
    """WGAN-GP's sharpness, or where there is none the mean of the GANs'."""
    scores = sharpness_of_gans(evidence, dataset)
    if not scores:
        return "", None
    names = ", ".join(map(evidence.label, scores))
    mean = sum(scores.values()) / len(scores)
    return (names if len(scores) == 1 else f"mean of {names}"), mean


def sharpness_of_gans(evidence: Evidence, dataset: str | None) -> dict[str, float]:
    """The sharpness of WGAN-GP alone, or where there is none of each other GAN."""
    found = {m: evidence.sharpness(dataset, m) for m in GANS}
    scores = {m: s for m, s in found.items() if s is not None}
    return {m: s for m, s in scores.items() if m == "wgan_gp"} or scores


def smaller(a: np.ndarray, b: np.ndarray) -> float:
    """The share of pairs in which a is the smaller, ties half: the statistic of Mann
    and Whitney, and the area under the curve of a detector.
    """
    b = np.sort(b)
    above = (
        len(b) - (np.searchsorted(b, a, "left") + np.searchsorted(b, a, "right")) / 2
    )
    return float(above.mean() / len(b))


def contingency(groups: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(groups, labels) how many points have both; either may be of any kind."""
    (g, i), (l, j) = (np.unique(v, return_inverse=True) for v in (groups, labels))
    cells = np.bincount(i * len(l) + j, minlength=len(g) * len(l))
    return cells.reshape(len(g), len(l))


def purity(groups: np.ndarray, labels: np.ndarray) -> float:
    """The share of points whose label is the commonest of their group."""
    return float(contingency(groups, labels).max(1).sum() / len(labels))


def information(groups: np.ndarray, labels: np.ndarray) -> float:
    """How much of the entropy of the labels the groups tell, from 0 to 1."""
    joint = contingency(groups, labels) / len(labels)
    entropy = _entropy(joint.sum(0))
    told = entropy + _entropy(joint.sum(1)) - _entropy(joint.ravel())
    return told / entropy if entropy else 0.0


def explained(groups: np.ndarray, values: np.ndarray) -> float:
    """How much of the variance of values the means of groups explain, from 0 to 1."""
    _, i = np.unique(groups, return_inverse=True)
    means = (np.bincount(i, values) / np.bincount(i))[i]
    variance = values.var()
    return float(means.var() / variance) if variance else 0.0


def _entropy(p: np.ndarray) -> float:
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())
