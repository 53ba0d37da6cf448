"""Claims on the measure itself: what NDB does with bins and samples (sections 2 and 4)."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from gansgmms.claims import chance
from gansgmms.claims.evidence import Evidence
from gansgmms.claims.formatting import numbers, of_each_k
from gansgmms.claims.measures import SAME_ORDER, tolerance
from gansgmms.claims.registry import Part, claim, missing
from gansgmms.metrics.statistics import rank_correlation

CORRECTED = (
    "corrected for the number of comparisons: at K = 100 up to "
    f"{tolerance(0.5, 0.5, 100):.2f} for one, {tolerance(0.5, 0.5, 100, 36):.2f} for 36"
)
DEALT = "the scores in the other bins are dealt out among the rows at random"


@claim(
    "c02",
    "Two samples of one distribution give an NDB/K near the significance level.",
    where="section 2",
    criterion="Where one random half of the training images makes the bins and the other "
    "is the sample, the mean NDB/K over repetitions is, at every K, within a factor of 2 of "
    "the significance level, give or take 1.96 standard errors of so many bins.",
    null="any NDB/K from 0 to 1 is as likely",
    printed="0.05",
)
def null_level(evidence: Evidence) -> Iterator[Part]:
    found = [(d, frame) for d, frame in evidence.experiments("halves") if len(frame)]
    level = evidence.significance
    for dataset, frame in found:
        means = frame.groupby(["design", "k"]).ndb_over_k.mean()
        same, apart = means["same"], means["separate"]
        repetitions = frame.repetition.nunique()
        tests = repetitions * same.index.to_numpy()
        error = 1.96 * np.sqrt(level * (1 - level) / tests)
        low, high = level / 2 - error, level * 2 + error
        yield Part(
            bool(same.between(low, high).all()),
            f"{dataset}: {of_each_k(same)} at {numbers(same.index)} over "
            f"{repetitions} cuts, samples of {frame.samples.max()} images "
            f"({of_each_k(apart)} with bins of a third sample)",
            min(map(chance.between, low, high)),
        )
    if not found:
        yield missing("the experiment `claims.halves`")


@claim(
    "c04",
    "NDB does not depend on how the bins are made: agglomerative clustering instead of "
    "K-means gives the same.",
    where="section 4",
    criterion="No row's NDB/K changes by more than 0.10 or, where that is wider, the 95% "
    f"interval of two shares of K bins ({CORRECTED}), and the rank correlation of three "
    f"models or more is at least {SAME_ORDER}.",
    null=DEALT,
)
def other_clustering(evidence: Evidence) -> Iterator[Part]:
    found = 0
    for dataset, frame in evidence.experiments("clusterings"):
        other = frame[~frame.clustering.str.contains("refit")]
        changes = _changes(evidence, dataset, other)
        if changes.empty:
            continue
        found += 1
        yield _stable(evidence, dataset, changes, "in agglomerative bins")
        models = changes[~changes.source.isin(["train", "test"])]
        for k, at_k in models.groupby("k"):
            same = rank_correlation(at_k.before, at_k.after)
            if len(at_k) >= 3 and not np.isnan(same):
                yield Part(
                    same >= SAME_ORDER,
                    f"{dataset}, K = {k}: rank correlation {same:.2f}",
                    chance.correlated(len(at_k), SAME_ORDER),
                )
    if not found:
        yield missing("the experiment `claims.clusterings`")


@claim(
    "c05",
    "The evaluation is consistent over repeated runs.",
    where="section 4",
    criterion="NDB/K of the same samples in bins made again with another seed, and of the "
    "same model trained again with another seed, differ by no more than 0.10 or, where that "
    f"is wider, the 95% interval of two shares of K bins ({CORRECTED}).",
    null=f"{DEALT}, and another model of the table is taken for the repetition",
)
def repeated_runs(evidence: Evidence) -> Iterator[Part]:
    found = 0
    for dataset, frame in evidence.experiments("clusterings"):
        refits = frame[frame.clustering.str.contains("refit")]
        changes = _changes(evidence, dataset, refits)
        if changes.empty:
            continue
        found += 1
        times = 1 + refits.clustering.nunique()
        yield _stable(evidence, dataset, changes, f"in bins made {times} times")
    for dataset in evidence.datasets:
        for model in evidence.models(dataset):
            runs = evidence.scores(dataset, model, "ndb", runs=True)
            if runs is None or runs.seed.nunique() < 2:
                continue
            found += 1
            yield _repeated(evidence, dataset, model, runs)
    if not found:
        yield missing("the experiments `claims.clusterings` and `claims.repeats`")


def _changes(evidence: Evidence, dataset: str, again: pd.DataFrame) -> pd.DataFrame:
    """Each score of the tables beside one with other bins: before, after, allowed."""
    rows = []
    for row in again.itertuples():
        scores = evidence.scores(dataset, row.source, "ndb", runs=True)
        if scores is None:
            continue
        before = scores[(scores.seed == row.seed) & (scores.k == row.k)].ndb_over_k
        rows += [
            {
                "clustering": row.clustering,
                "source": row.source,
                "seed": row.seed,
                "k": row.k,
                "before": value,
                "after": row.ndb_over_k,
            }
            for value in before
        ]
    table = pd.DataFrame(rows)
    if rows:
        n = len(rows)
        table["allowed"] = tolerance(table.before, table.after, table.k, n)
    return table


def _stable(evidence: Evidence, dataset: str, changes: pd.DataFrame, how: str) -> Part:
    """Whether no score changes by more than it may."""
    over = (changes.after - changes.before).abs() - changes.allowed
    worst = changes.loc[over.idxmax()]
    wide = changes.pivot_table(
        index=["source", "seed"],
        columns=["clustering", "k"],
        values=["before", "after"],
    ).dropna()
    before, after = wide["before"].to_numpy(), wide["after"].to_numpy()
    k = wide["before"].columns.get_level_values("k").to_numpy()

    def holds(order: np.ndarray) -> bool:
        theirs = after[order]
        allowed = tolerance(before, theirs, k, len(changes))
        return bool((np.abs(theirs - before) <= allowed).all())

    return Part(
        bool((over <= 0).all()),
        f"{dataset}: {how} from {worst.before:.2f} to {worst.after:.2f} for "
        f"{evidence.label(worst.source)} at K = {worst.k}, where {worst.allowed:.2f} is "
        f"allowed, the furthest of {len(changes)} comparisons",
        chance.dealt(holds, len(wide)) if len(wide) > 1 else None,
    )


def _repeated(evidence: Evidence, dataset: str, model: str, runs: pd.DataFrame) -> Part:
    """Whether trainings of a model agree, and how many other models would."""
    spans = runs.groupby("k").ndb_over_k.agg(["min", "max"])
    trainings = runs.seed.nunique()

    def agree(low: pd.Series, high: pd.Series) -> bool:
        pairs = math.comb(trainings, 2) * len(low)  # of which these are the furthest
        return bool((high - low <= tolerance(low, high, low.index, pairs)).all())

    means = runs.groupby("k").ndb_over_k.mean()
    others = [evidence.ndb(dataset, m) for m in evidence.models(dataset) if m != model]
    same = [
        agree(np.minimum(means, other), np.maximum(means, other))
        for other in others
        if other is not None and other.index.equals(means.index)
    ]
    return Part(
        agree(spans["min"], spans["max"]),
        f"{dataset}: {evidence.label(model)} trained {trainings} times, "
        f"{of_each_k(spans['min'])} to {of_each_k(spans['max'])} at "
        f"{numbers(spans.index)}",
        float(np.mean(same)) if same else None,
    )
