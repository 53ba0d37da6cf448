"""Claims of the draft's theory, and of what its competition does to the models."""

import math
from collections.abc import Iterator

import numpy as np

from gansgmms.claims import chance
from gansgmms.claims.budget import given, hurried, unsettled
from gansgmms.claims.evidence import Evidence, base
from gansgmms.claims.measures import information
from gansgmms.claims.registry import Part, claim, missing

FEW = 0.1  # of the points, which the extra models share
SPLIT = 0.5  # of the entropy of its mode that a sample's VAE tells, when VAEs are apart
ITERATIONS = 10  # after which nine modes are told apart
COLUMNS = ("component", "mode")


@claim(
    "k07",
    "Lemma 1 is right, and Theorem 2 of the loss that its proof writes, which is bounded by "
    "-log K and not, as Corollary 3 has it, by 0.",
    where="draft, sections 3 and 4",
    criterion="No case among random distributions, generators and assignments contradicts "
    "Lemma 1, Theorem 2 (for f = -log and the empirical loss of equation 6, against every other "
    "assignment; of equation 3 it is wrong, see docs/errata.md) or the bound -log K, and perfect "
    "generators reach it.",
    null="any assignment is as likely to have the lowest loss of all",
)
def theorems(evidence: Evidence) -> Iterator[Part]:
    frame = evidence.frames.get("claims/theorems")
    if frame is None:
        yield missing("the experiment `claims.theorems`")
        return
    for row in frame.itertuples():
        yield Part(
            row.violations == 0,
            f"{row.statement}: {row.violations} of {row.trials} cases against it, "
            f"{row.what} {row.extreme:.3g}",
            row.chance if math.isfinite(row.chance) else None,
        )


@claim(
    "k08",
    "Where there are more models than modes, the extra models get very few points.",
    where="draft, Selecting K",
    criterion="With more VAEs than modes, all VAEs but as many as there are modes have "
    f"together at most {FEW:.0%} of the training points.",
    null="the shares of the points are drawn evenly among all that add up to 1",
    needs="the experiment `claims.extra`: more VAEs than modes",
)
def extra_models_starve(evidence: Evidence) -> Iterator[Part]:
    for dataset, names in evidence.variants.get("extra", {}).items():
        for name in names:
            frame = evidence.scores(dataset, name, "shares")
            if frame is None:
                continue
            modes = frame.label.nunique()
            points = frame.groupby("component").points.sum().sort_values()
            extra = points.iloc[: len(points) - modes].sum() / points.sum()
            part = Part(
                bool(extra <= FEW),
                f"{dataset}: of {len(points)} VAEs the {len(points) - modes} smallest have "
                f"{extra:.1%} of the points of {modes} modes",
                rate_of_few(len(points), modes),
            )
            yield from given([part], unsettled(evidence, dataset, name), anyway=True)


def rate_of_few(k: int, modes: int) -> float:
    """How often the smallest of k even shares, all but so many, are `FEW` together."""
    shares = np.random.default_rng(0).dirichlet(np.ones(k), chance.DRAWS)
    extra = np.sort(shares, axis=1)[:, : k - modes].sum(1)
    return float((extra <= FEW).mean())


@claim(
    "k09",
    "With nine modes, ten iterations of the competition separate the VAEs, which the "
    "training before them has not.",
    where="draft, section 8.1, Fig. 5",
    criterion=f"After {ITERATIONS} iterations the VAE that a sample is from tells at least "
    f"{SPLIT:.0%} of the entropy of the mode that it is nearest to, and before the first "
    "iteration less than half as much.",
    null="the samples come from the VAEs at random",
    see="k5",
)
def nine_modes_split(evidence: Evidence) -> Iterator[Part]:
    dataset = evidence.roles.get("modes9")
    frame = evidence.frames.get(f"{dataset}/claims/separation")
    if frame is None or not {0, ITERATIONS} <= set(frame.iteration):
        yield missing(
            f"snapshots of nine VAEs before and after {ITERATIONS} iterations"
        )
        return
    told = {
        i: information(
            *(f.loc[f.index.repeat(f.samples), c].to_numpy() for c in COLUMNS)
        )
        for i, f in frame.groupby("iteration")
    }
    then = frame[frame.iteration == ITERATIONS]
    each = then.loc[then.index.repeat(then.samples)]
    vae, mode = (each[c].to_numpy() for c in COLUMNS)
    part = Part(
        told[ITERATIONS] >= SPLIT and told[0] < told[ITERATIONS] / 2,
        f"{dataset}: a sample's VAE tells {told[0]:.0%} of its mode before the competition, "
        f"{told[ITERATIONS]:.0%} after {ITERATIONS} iterations",
        chance.shuffled(information, vae, mode)[1],
    )
    yield from given([part], hurried(evidence, dataset, "kvaes"))


@claim(
    "k11",
    "The normalisation Z helps weaker generators to compete.",
    where="draft, section 3",
    criterion="On each synthetic dataset the VAE with the fewest points has a larger share of "
    "them than where the same competition was run without Z.",
    null="with or without Z it has more with the same probability; one training each",
)
def z_helps_the_weak(evidence: Evidence) -> Iterator[Part]:
    found = []
    for dataset, names in evidence.variants.get("unnormalised", {}).items():
        for name in names:
            with_z, without = (
                _smallest(evidence, dataset, model) for model in (base(name), name)
            )
            if with_z is not None and without is not None:
                found.append((dataset, name, with_z, without))
    for dataset, name, with_z, without in found:
        part = Part(
            with_z > without,
            f"{dataset}: the smallest share is {with_z:.1%} with Z and {without:.1%} without",
            0.5 ** len(found),
        )
        lacks = (unsettled(evidence, dataset, model) for model in (base(name), name))
        yield from given([part], next(filter(None, lacks), ""))
    if not found:
        yield missing("the experiment `claims.unnormalised`: kVAEs without Z")


def _smallest(evidence: Evidence, dataset: str, model: str) -> float | None:
    """The smallest share of the training points that a VAE has in the end."""
    frame = evidence.scores(dataset, model, "shares")
    if frame is None:
        return None
    points = frame.groupby("component").points.sum()
    return float(points.min() / points.sum())
