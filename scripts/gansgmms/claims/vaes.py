"""Claims of the draft on kVAEs: mixtures of VAEs that compete for the points."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gansgmms.claims.evidence import Evidence, base
from gansgmms.claims.registry import Part, claim, missing

KVAES = "kvaes"
POINTS = ("modes3", "modes5", "modes9")  # roles of synthetic data
RISE = 0.01  # nats by which an estimate of the objective may rise by chance
MOVED = 0.001  # share of the points that still move when a competition has stopped
WON = 0.95  # share of a mode that a VAE has won when it covers the mode
TOLD = (
    0.2  # share of the digit's entropy that the VAE tells, when VAEs have specialised
)
OUTSIDE = 0.01  # share of samples outside the support when nearly none are


@claim(
    "k01",
    "The objective of kVAEs never rises from one iteration to the next, and stops "
    "changing.",
    where="draft, Corollary 3 and Theorem 4",
    criterion=f"no iteration's objective is more than {RISE} above the one before, and "
    f"at most {MOVED:.1%} of the points move in the last; the objective is estimated by "
    "new classifiers in each iteration",
)
def objective_falls(evidence: Evidence) -> Iterator[Part]:
    found = False
    for dataset in _datasets(evidence, *POINTS, "mnist"):
        name = f"{dataset}/models/{KVAES}/seed{evidence.seeds[0]}/history"
        history = evidence.frames.get(name)
        if history is None:
            continue
        found = True
        rounds = history[history.iteration > 0]
        rises = (np.diff(rounds.after) > RISE).sum()
        last = rounds.iloc[-1]
        yield Part(
            bool(rises == 0),
            f"{dataset}: the objective rises in {rises} of {len(rounds)} iterations",
        )
        yield Part(
            bool(last.moved <= MOVED),
            f"{dataset}: {last.moved:.2%} of the points move in iteration "
            f"{last.iteration:.0f}",
        )
    if not found:
        yield missing("a history of kVAEs")


@claim(
    "k02",
    "With a constant encoder mean and no covariance the algorithm is K-means.",
    where="draft, section 6",
    criterion="Algorithm 1 and Lloyd's algorithm, from the same means, assign every point "
    "alike in every iteration",
)
def kmeans_is_a_case(evidence: Evidence) -> Iterator[Part]:
    found = False
    for dataset in _datasets(evidence, *POINTS):
        case = evidence.frames.get(f"{dataset}/scores/kmeans/case")
        if case is None:
            continue
        found = True
        yield Part(
            bool((case.differing == 0).all() and (case.distance < 1e-9).all()),
            f"{dataset}: in {len(case)} iterations {case.differing.sum()} points are "
            f"assigned differently, means differ by at most {case.distance.max():.1g}",
        )
    if not found:
        yield missing("points to cluster")


def _printed_likelihoods(evidence: Evidence) -> str:
    p, said = evidence.published, []
    if p is None:
        return ""
    p = p[(p.table == "table_synthetic") & (p.quantity == "log_likelihood_test")]
    for role in POINTS if len(p) else ():
        own = p[p.dataset == role].set_index("model").value
        names = ", ".join(f"{evidence.label(m)} {value:g}" for m, value in own.items())
        said.append(f"{role}, test: {names}")
    return "; ".join(said)


@claim(
    "k03",
    "kVAEs reach a higher likelihood than one larger VAE on synthetic points.",
    where="draft, section 8.1 and its table",
    criterion="the mean log-likelihood of the mixture is above that of every single VAE, "
    "on training and on test points",
    printed=_printed_likelihoods,
)
def likelier_than_one(evidence: Evidence) -> Iterator[Part]:
    found = False
    for dataset in _datasets(evidence, *POINTS):
        means = {
            source: _mean_likelihood(frame)
            for source in _sources(evidence, dataset, "importance")
            if (frame := evidence.scores(dataset, source, "importance")) is not None
        }
        singles = [s for s in means if base(s) in ("vae_50", "vae_150", "vae_matched")]
        if KVAES not in means or not singles:
            continue
        found, ours = True, means[KVAES]
        for source in singles:
            single = means[source]
            yield Part(
                bool((ours > single).all()),
                f"{dataset}: {ours['train']:.2f} / {ours['test']:.2f} nats against "
                f"{single['train']:.2f} / {single['test']:.2f} of "
                f"{evidence.label(source)}",
            )
    if not found:
        yield missing("kVAEs beside a single VAE on synthetic points")


@claim(
    "k04",
    "With three and with five modes each model ends on one mode.",
    where="draft, section 8.1",
    criterion=f"every mode has one VAE that won at least {WON:.0%} of its points, and no "
    "VAE has two modes",
)
def one_mode_each(evidence: Evidence) -> Iterator[Part]:
    found = False
    for dataset in _datasets(evidence, "modes3", "modes5"):
        points = _shares(evidence, dataset)
        if points is None:
            continue
        found = True
        share, winners = points.max(1) / points.sum(1), set(points.argmax(1))
        yield Part(
            bool((share >= WON).all() and len(winners) == points.shape[1]),
            f"{dataset}: {len(winners)} of {points.shape[1]} VAEs have won most of a "
            f"mode, at least {share.min():.1%} of it",
        )
    if not found:
        yield missing("kVAEs on points in three or five modes")


@claim(
    "k05",
    "On MNIST the models specialise by digit and style.",
    where="draft, section 8.2, Figs. 6 and 7",
    criterion="the VAE that has won an image tells at least "
    f"{TOLD:.0%} of the entropy of its digit (of style there is no label)",
)
def digits_are_shared_out(evidence: Evidence) -> Iterator[Part]:
    found = False
    for dataset in _datasets(evidence, "mnist"):
        points = _shares(evidence, dataset)
        if points is None:
            continue
        found = True
        joint = points / points.sum()
        digit = _entropy(joint.sum(1))
        told = digit + _entropy(joint.sum(0)) - _entropy(joint.ravel())
        yield Part(
            bool(told >= TOLD * digit),
            f"{dataset}: mutual information of digit and VAE {told:.2f} nats, "
            f"{told / digit:.0%} of the digit's entropy",
        )
    if not found:
        yield missing("kVAEs on MNIST")


@claim(
    "k06",
    "Specialising removes samples outside the data's support.",
    where="draft, section 5, Fig. 2",
    criterion="fewer of the mixture's samples than of one VAE's lie where no data are, "
    f"and at most {OUTSIDE:.0%}",
)
def no_bridges(evidence: Evidence) -> Iterator[Part]:
    found = False
    for dataset in _datasets(evidence, *POINTS):
        outside = {
            source: float(frame.outside.mean())
            for source in _sources(evidence, dataset, "support")
            if (frame := evidence.scores(dataset, source, "support")) is not None
        }
        together = outside.pop(KVAES, None)
        if together is None or not outside:
            continue
        found = True
        for source, alone in outside.items():
            yield Part(
                together < alone and together <= OUTSIDE,
                f"{dataset}: {together:.2%} of the mixture's samples are outside, "
                f"{alone:.2%} of {evidence.label(source)}'s",
            )
    if not found:
        yield missing("samples of kVAEs and of one VAE on synthetic points")


def _datasets(evidence: Evidence, *roles: str) -> list[str]:
    """The datasets of these roles; one of two roles is named once."""
    return list(
        dict.fromkeys(evidence.roles[role] for role in roles if role in evidence.roles)
    )


def _sources(evidence: Evidence, dataset: str, kind: str) -> list[str]:
    """The models of which a dataset has a kind of scores."""
    split = [path.split("/") for path in evidence.frames]
    names = [s[2] for s in split if s[:2] == [dataset, "scores"] and s[-1] == kind]
    return list(dict.fromkeys(names))


def _shares(evidence: Evidence, dataset: str) -> np.ndarray | None:
    """(labels, VAEs) training points that each VAE of the first seed has won."""
    name = f"{dataset}/scores/{KVAES}/seed{evidence.seeds[0]}/shares"
    frame = evidence.frames.get(name)
    if frame is None:
        return None
    return frame.pivot(index="label", columns="component", values="points").to_numpy()


def _mean_likelihood(frame: pd.DataFrame) -> pd.Series:
    """Mean over the points of each split, with the most samples of z."""
    most = max((c for c in frame if c[1:].isdigit()), key=lambda c: int(c[1:]))
    return frame.groupby("split")[most].mean()


def _entropy(p: np.ndarray) -> float:
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())
