"""Claims on NDB: what it measures, and how the models compare (sections 2 and 4)."""

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from gansgmms.claims.evidence import Evidence
from gansgmms.claims.formatting import numbers, of_each_k, printed_ndb
from gansgmms.claims.measures import (
    GANS,
    beats_most,
    misallocated_by,
    ndb_of_gans,
    tolerance,
)
from gansgmms.claims.registry import Part, claim, missing
from gansgmms.metrics.statistics import rank_correlation

SAME_ORDER = 0.9  # least rank correlation of two orderings that are called the same


@claim(
    "c01",
    "Of all generative models the mixture has the lowest NDB, whatever the number of bins.",
    where="section 4, Tables 1-3",
    criterion="on every dataset and at every K, NDB/K of MFA is below that of each model "
    "that is no mixture trained by likelihood",
    printed=printed_ndb("mfa", "adversarial_mfa", "wgan_gp"),
)
def lowest_ndb(evidence: Evidence) -> Iterator[Part]:
    compared = False
    for dataset in evidence.datasets:
        ours = evidence.ndb(dataset, "mfa")
        rivals = {m: evidence.ndb(dataset, m) for m in evidence.rivals(dataset)}
        if ours is None or not rivals:
            continue
        compared = True
        best = pd.DataFrame(rivals).min(axis=1)
        names = ", ".join(map(evidence.label, rivals))
        yield Part(
            bool((ours < best).all()),
            f"{dataset}: {of_each_k(ours)} at {numbers(ours.index)}, "
            f"the best of {names} {of_each_k(best)}",
        )
    if not compared:
        yield missing("a dataset with MFA and another kind of model in its table")


@claim(
    "c02",
    "Two samples of one distribution give an NDB/K near the significance level.",
    where="section 2",
    criterion="training images are cut in two at random, one half makes the bins and the "
    "other is the sample: at every K the mean NDB/K over repetitions is within a factor of 2 "
    "of the significance level, or no further off than 1.96 standard errors of so many "
    "bins. (Beside it: bins made of a third sample, the two-sample test of theory.)",
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
        chance = 1.96 * np.sqrt(level * (1 - level) / tests)
        yield Part(
            bool(same.between(level / 2 - chance, level * 2 + chance).all()),
            f"{dataset}: {of_each_k(same)} at {numbers(same.index)} over "
            f"{repetitions} cuts, samples of {frame.samples.max()} images "
            f"({of_each_k(apart)} with bins of a third sample)",
        )
    if not found:
        yield missing("the experiment `claims.halves`")


@claim(
    "c03",
    "The models stand in the same order whatever the number of bins.",
    where="section 4, supp. Fig. 6",
    criterion="the rank correlation of the models' NDB/K between any two K is at least "
    f"{SAME_ORDER}, on every dataset with three models or more",
    printed=lambda evidence: _printed_order(evidence),
)
def same_order(evidence: Evidence) -> Iterator[Part]:
    tested = False
    for dataset in evidence.datasets:
        scores = {m: evidence.ndb(dataset, m) for m in evidence.models(dataset)}
        table = pd.DataFrame({m: s for m, s in scores.items() if s is not None}).T
        if len(table) < 3 or len(table.columns) < 2:
            continue
        lowest, pair = _least_alike(table)
        if pair is None:
            continue
        tested = True
        yield Part(
            lowest >= SAME_ORDER,
            f"{dataset}: {lowest:.2f} between K = {pair[0]} and {pair[1]}, the least "
            f"alike, over {len(table)} models",
        )
    if not tested:
        yield missing("three models of one dataset, scored at two K")


def _least_alike(table: pd.DataFrame) -> tuple[float, tuple | None]:
    """The lowest rank correlation of two columns, and which; None if there is none."""
    found = {
        pair: rank_correlation(table[pair[0]], table[pair[1]])
        for pair in combinations(table.columns, 2)
    }
    found = {pair: value for pair, value in found.items() if not math.isnan(value)}
    if not found:
        return math.nan, None
    pair = min(found, key=lambda pair: found[pair])
    return found[pair], pair


def _printed_order(evidence: Evidence) -> str:
    if evidence.published is None:
        return ""
    p = evidence.published
    p = p[(p.table == "table1") & ~p.model.isin(["train", "test"])]
    table = p.pivot(index="model", columns="K", values="value")
    lowest, _ = _least_alike(table) if len(table) else (math.nan, None)
    return f"least rank correlation in Table 1: {lowest:.2f}" if len(table) else ""


@claim(
    "c04",
    "NDB does not depend on how the bins are made: agglomerative clustering instead of "
    "K-means gives the same.",
    where="section 4",
    criterion="no model's NDB/K changes by more than 0.10 (or, where K is small, 1.96 "
    "standard errors of two shares of K bins); and with three models or more, the rank "
    f"correlation is at least {SAME_ORDER}",
)
def other_clustering(evidence: Evidence) -> Iterator[Part]:
    found = 0
    for dataset, frame in evidence.experiments("clusterings"):
        other = frame[~frame.clustering.str.contains("refit")]
        changes = _changes(evidence, dataset, other)
        if changes.empty:
            continue
        found += 1
        worst = changes.loc[(changes.change.abs() - changes.allowed).idxmax()]
        models = changes[~changes.source.isin(["train", "test"])]
        yield Part(
            bool((changes.change.abs() <= changes.allowed).all()),
            f"{dataset}: from {worst.before:.2f} to {worst.after:.2f} for "
            f"{evidence.label(worst.source)} at K = {worst.k}, the furthest of "
            f"{changes.source.nunique()} rows",
        )
        for k, at_k in models.groupby("k"):
            alike = rank_correlation(at_k.before, at_k.after)
            if len(at_k) >= 3 and not math.isnan(alike):
                yield Part(
                    alike >= SAME_ORDER,
                    f"{dataset}, K = {k}: rank correlation {alike:.2f}",
                )
    if not found:
        yield missing("the experiment `claims.clusterings`")


def _changes(evidence: Evidence, dataset: str, again: pd.DataFrame) -> pd.DataFrame:
    """Each score of the tables beside one with other bins: before, after, change."""
    rows = []
    for row in again.itertuples():
        scores = evidence.scores(dataset, row.source, "ndb", runs=True)
        if scores is None:
            continue
        before = scores[(scores.seed == row.seed) & (scores.k == row.k)].ndb_over_k
        for value in before:
            rows.append(
                {
                    "source": row.source,
                    "k": row.k,
                    "before": value,
                    "after": row.ndb_over_k,
                    "change": row.ndb_over_k - value,
                    "allowed": tolerance(value, row.ndb_over_k, row.k),
                }
            )
    return pd.DataFrame(rows)


@claim(
    "c05",
    "The evaluation is consistent over repeated runs.",
    where="section 4",
    criterion="NDB/K of the same samples in bins made again with another seed, and of the "
    "same model trained again with another seed, differ by no more than 0.10 (or, where "
    "K is small, 1.96 standard errors of two shares of K bins)",
)
def repeated_runs(evidence: Evidence) -> Iterator[Part]:
    found = 0
    for dataset, frame in evidence.experiments("clusterings"):
        refits = frame[frame.clustering.str.contains("refit")]
        changes = _changes(evidence, dataset, refits)
        if changes.empty:
            continue
        found += 1
        worst = changes.loc[(changes.change.abs() - changes.allowed).idxmax()]
        yield Part(
            bool((changes.change.abs() <= changes.allowed).all()),
            f"{dataset}: bins made {1 + refits.clustering.nunique()} times, at most from "
            f"{worst.before:.2f} to {worst.after:.2f} ({evidence.label(worst.source)}, "
            f"K = {worst.k})",
        )
    for dataset in evidence.datasets:
        for model in evidence.models(dataset):
            runs = evidence.scores(dataset, model, "ndb", runs=True)
            if runs is None or runs.seed.nunique() < 2:
                continue
            found += 1
            spans = runs.groupby("k").ndb_over_k.agg(["min", "max"])
            allowed = [tolerance(s.min, s.max, s.Index) for s in spans.itertuples()]
            yield Part(
                bool((spans["max"] - spans["min"] <= allowed).all()),
                f"{dataset}: {evidence.label(model)} trained {runs.seed.nunique()} times, "
                f"{of_each_k(spans['min'])} to {of_each_k(spans['max'])} at "
                f"{numbers(spans.index)}",
            )
    if not found:
        yield missing("the experiments `claims.clusterings` and `claims.repeats`")


@claim(
    "c06",
    "Started from K-subspaces or from random images, the mixture scores slightly worse, "
    "but still better than most GANs.",
    where="section 4, supp. 1.2",
    criterion="the mean of NDB/K over K is at most 0.15 above that of the start from "
    "K-means, and no more than 0.05 below it; and it is below that of more than half of "
    "the GANs",
)
def other_starts(evidence: Evidence) -> Iterator[Part]:
    found = False
    for dataset in evidence.datasets:
        gans = ndb_of_gans(evidence, dataset)
        for name in evidence.variant("initialisations", dataset):
            score = evidence.ndb(dataset, name)
            usual = evidence.ndb(dataset, name.split("+initialisation=")[0])
            if score is None or usual is None:
                continue
            found = True
            change = score.mean() - usual.mean()
            yield Part(
                bool(-0.05 <= change <= 0.15),
                f"{dataset}: {evidence.label(name)} {score.mean():.2f}, from K-means "
                f"{usual.mean():.2f}",
            )
            yield beats_most(score.mean(), gans, dataset)
    if not found:
        yield missing("the experiment `claims.initialisations`")


@claim(
    "c07",
    "BEGAN and DCGAN lose the most modes, WGAN fewer, WGAN-GP the fewest.",
    where="section 4, Table 1, Fig. 5",
    criterion="bins with at most half or at least twice their due share (significant at "
    "0.05 / K), summed over all K: more in BEGAN and in DCGAN than in WGAN, and more in "
    "WGAN than in WGAN-GP",
    printed=printed_ndb("began", "dcgan", "wgan", "wgan_gp"),
)
def collapse(evidence: Evidence) -> Iterator[Part]:
    dataset = evidence.place(*GANS)
    counts = {m: misallocated_by(evidence, dataset, m) for m in GANS}
    for model in GANS:
        if counts[model] is None:
            yield missing(f"{evidence.label(model)} in the table of {dataset}")
    for worse, better in [("began", "wgan"), ("dcgan", "wgan"), ("wgan", "wgan_gp")]:
        a, b = counts[worse], counts[better]
        if a is not None and b is not None:
            yield Part(
                a.to_numpy().sum() > b.to_numpy().sum(),
                f"{dataset}: {_said(evidence, worse, a)} against "
                f"{_said(evidence, better, b)}, of {sum(a.index)} bins",
            )


def _said(evidence: Evidence, model: str, counts: pd.DataFrame) -> str:
    return (
        f"{evidence.label(model)} {counts.under.sum():.0f} under + "
        f"{counts.over.sum():.0f} over"
    )


@claim(
    "c08",
    "VAE and VAE-DFC distort the bins too.",
    where="section 4, Table 1",
    criterion="at every K their NDB/K is more than twice that of the test images, and "
    "more than twice the significance level",
    printed=printed_ndb("vae", "vae_dfc"),
)
def vaes_distort(evidence: Evidence) -> Iterator[Part]:
    dataset = evidence.place("vae", "vae_dfc")
    test = evidence.ndb(dataset, "test")
    level = evidence.significance
    for model in ["vae", "vae_dfc"]:
        score = evidence.ndb(dataset, model)
        if score is None or test is None:
            yield missing(f"{evidence.label(model)} and test images in a table")
            continue
        yield Part(
            bool((score > 2 * test.clip(lower=level)).all()),
            f"{dataset}: {evidence.label(model)} {of_each_k(score)} at "
            f"{numbers(score.index)}, test images {of_each_k(test)}",
        )


@claim(
    "c09",
    "While WGAN-GP trains on CIFAR-10, NDB/K and the Inception Score improve together, "
    "except late.",
    where="section 2, Fig. 3",
    criterion="the rank correlation of -NDB/K and the Inception Score over the first three "
    "quarters of the training is at least 0.5 at every K, and lower over the last quarter",
)
def with_inception_score(evidence: Evidence) -> Iterator[Part]:
    dataset = evidence.roles.get("cifar10")
    table = evidence.scores(dataset, "wgan_gp", "snapshots")
    if table is None:
        yield missing(
            "snapshots of WGAN-GP on CIFAR-10 (a figure of kind training_course)"
        )
        return
    end = 0.75 * table.iteration.max()
    for k, at_k in table.groupby("k"):
        early, late = (
            rank_correlation(-part.ndb_over_k, part.inception_score)
            for part in (at_k[at_k.iteration <= end], at_k[at_k.iteration > end])
        )
        if math.isnan(early) or math.isnan(late):
            yield missing(f"more snapshots of {dataset} at K = {k}")
            continue
        yield Part(
            early >= 0.5 and late < early,
            f"{dataset}, K = {k}: {early:.2f}, then {late:.2f} "
            f"({at_k.iteration.nunique()} snapshots, network {at_k.network.iloc[0]})",
        )


@claim(
    "c19",
    "VAE-DFC under-represents some bins, which hold a recognisable kind of image, and "
    "over-represents others.",
    where="supp. Figs. 7-10",
    criterion="at every K at least one bin has at most half, and another at least twice, "
    "its due share (significant at 0.05 / K). That a bin means something, a number "
    "cannot say: see the figures",
    printed="9 of 20,000 samples where there are 61 test images; 0.016 where there is 0.007",
)
def both_ways(evidence: Evidence) -> Iterator[Part]:
    dataset = evidence.place("vae_dfc")
    counts = misallocated_by(evidence, dataset, "vae_dfc")
    if counts is None:
        yield missing("VAE-DFC in a table")
        return
    of_k = ", ".join(f"{c.under:.0f} and {c.over:.0f}" for c in counts.itertuples())
    yield Part(
        bool((counts >= 1).all(axis=None)),
        f"{dataset}: {of_k} bins under and over at {numbers(counts.index)}",
    )
