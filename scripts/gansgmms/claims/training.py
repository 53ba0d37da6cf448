"""Claims on the course of a training: Fig. 3, and other starts."""

import math
from collections.abc import Iterator

import pandas as pd

from gansgmms.claims import chance
from gansgmms.claims.budget import given, short
from gansgmms.claims.evidence import Evidence
from gansgmms.claims.measures import beats_most
from gansgmms.claims.registry import Part, beside, claim, missing
from gansgmms.metrics.statistics import rank_correlation

SLIGHTLY = (-0.05, 0.15)  # how much worse "slightly worse" is, in NDB/K
TOGETHER = 0.5  # least rank correlation of two scores that go together
LATE = 0.75  # of the training: what comes after is late


@claim(
    "c06",
    "Started from K-subspaces or from random images, the mixture scores slightly worse, "
    "but still better than most GANs.",
    where="section 4, supp. 1.2",
    criterion="Trained until it has converged, its mean NDB/K over K is at most "
    f"{SLIGHTLY[1]} above that of the start from K-means, no more than {-SLIGHTLY[0]} below "
    "it, and below that of more than half of the GANs, as measured here or as the paper "
    "prints it, whichever is lower.",
    null="any NDB/K from 0 to 1 is as likely",
    needs="mixtures from other starts, trained until they have converged",
)
def other_starts(evidence: Evidence) -> Iterator[Part]:
    for dataset in evidence.datasets:
        for name in evidence.variant("initialisations", dataset):
            usual_name = name.split("+initialisation=")[0]
            score, usual = (
                evidence.ndb(dataset, name),
                evidence.ndb(dataset, usual_name),
            )
            if score is None or usual is None:
                continue
            ours, theirs = float(score.mean()), float(usual.mean())
            said = f"{dataset}: {evidence.label(name)} {ours:.2f}, from K-means {theirs:.2f}"
            how = _convergence(evidence, dataset, name, usual_name)
            if how is None:
                yield beside(f"{said}, after the iterations configured")
                continue
            low, high = (theirs + change for change in SLIGHTLY)
            yield Part(low <= ours <= high, f"{said}, {how}", chance.between(low, high))
            yield from beats_most(evidence, dataset, ours)


def _convergence(evidence: Evidence, dataset: str, *models: str) -> str | None:
    """How many passes of EM the models took to converge; None if one has not."""
    passes = []
    for model in models:
        history = evidence.history(dataset, model)
        training, most, root = (
            evidence.setting(dataset, model, name)
            for name in ("training", "passes", "root")
        )
        # EM ends before its last pass only where a pass gains too little; the history
        # of a mixture trained in two levels is of the first alone.
        if history is None or training != "em" or root or len(history) >= most:
            return None
        passes.append(len(history))
    return "converged after " + " and ".join(map(str, passes)) + " passes of EM"


@claim(
    "c09",
    "While WGAN-GP trains on CIFAR-10, NDB/K and the Inception Score improve together, "
    "except late.",
    where="section 2, Fig. 3",
    criterion="At every K the rank correlation of -NDB/K and the Inception Score over the "
    f"first three quarters of the training is at least {TOGETHER}, and over the last quarter "
    "it is below what it is, in 19 of 20 cases, among as many snapshots that go together as "
    "stretches of that length did before.",
    null="early the two scores stand in random order, or late they go on as before; where "
    "both only level off they part by noise alone, and oftener",
)
def with_inception_score(evidence: Evidence) -> Iterator[Part]:
    dataset = evidence.roles.get("cifar10")
    table = evidence.scores(dataset, "wgan_gp", "snapshots")
    if table is None:
        yield missing(
            "snapshots of WGAN-GP on CIFAR-10 (a figure of kind training_course)"
        )
        return
    network = table.network.iloc[0]
    if network != "inception":
        yield missing(f"the Inception Score: that of a {network} stands in its place")
    lacks = short(evidence, dataset, "wgan_gp")
    for k, at_k in table.groupby("k"):
        parts = _together(f"{dataset}, K = {k}", at_k.sort_values("iteration"))
        for part in given(parts, lacks):
            if network == "inception" or part.holds is None:
                yield part
            else:
                score = f"the score of a {network}, not the Inception Score"
                yield beside(f"{part.text} (by {score})")


def _together(where: str, table: pd.DataFrame) -> Iterator[Part]:
    """Of one K: how the scores go together early, and late."""
    end = LATE * table.iteration.max()
    early, late = table[table.iteration <= end], table[table.iteration > end]
    before, after = _correlation(early), _correlation(late)
    if math.isnan(before) or math.isnan(after):
        yield missing(f"more snapshots of {where}")
        return
    said = f"{where}: {before:.2f} over {len(early)} snapshots"
    yield Part(before >= TOGETHER, said, chance.correlated(len(early), TOGETHER))
    stretches = [
        _correlation(early.iloc[i : i + len(late)])
        for i in range(len(early) - len(late) + 1)
    ]
    typical = float(pd.Series(stretches).mean())  # without what is constant
    least = None if math.isnan(typical) else chance.low_correlation(len(late), typical)
    if least is None:
        yield missing(
            f"more late snapshots of {where}: among {len(late)} that go on as before "
            f"(rank correlation {typical:.2f}), none is too low to be chance"
        )
        return
    yield Part(
        after <= least,
        f"{where}: then {after:.2f} over {len(late)}, where {least:.2f} or less would be "
        f"rare if they went on as before ({typical:.2f} in stretches of that length)",
        0.05,
    )


def _correlation(table: pd.DataFrame) -> float:
    return rank_correlation(-table.ndb_over_k, table.inception_score)
