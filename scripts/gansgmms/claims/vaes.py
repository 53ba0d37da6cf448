"""Claims of the draft on kVAEs: mixtures of VAEs that compete for the points."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from gansgmms.claims import chance
from gansgmms.claims.budget import AT_REST, given, unsettled
from gansgmms.claims.evidence import Evidence, base
from gansgmms.claims.registry import Part, beside, claim

KVAES = "kvaes"
POINTS = ("modes3", "modes5", "modes9")  # roles of synthetic data
RISE = 0.01  # nats: what is less is no rise
STILL = 0.01  # share of the points that move where hardly any do
WON = 0.95  # share of a mode that a VAE has won when it covers the mode
OUTSIDE = 0.01  # share of samples outside the support when nearly none are
SURE = 3.0  # standard errors
AS_MANY = 0.99  # of the mixture's parameters: layers come in whole units


@claim(
    "k01",
    "The objective of kVAEs never rises from one iteration to the next, and stops "
    "changing.",
    where="draft, Corollary 3 and Theorem 4",
    criterion="No iteration's objective, which new classifiers estimate each time, is more "
    f"than {RISE} above the one before, and at most {AT_REST:.1%} of the points move in the "
    "last. The noise of the estimate and of the training counts, which the draft's perfect "
    "classifiers and minimised losses have not: where hardly a point moves, a rise may be that.",
    null="each iteration changes the objective by as much, up or down with the same "
    "probability",
    needs="a history of kVAEs",
)
def objective_falls(evidence: Evidence) -> Iterator[Part]:
    for dataset in _datasets(evidence, *POINTS, "mnist"):
        name = f"{dataset}/models/{KVAES}/seed{evidence.seeds[0]}/history"
        history = evidence.frames.get(name)
        if history is None:
            continue
        rounds = history[history.iteration > 0]
        changes = np.diff(rounds.after)
        rises = changes > RISE
        still = (rises & (rounds.moved.to_numpy()[1:] <= STILL)).sum()
        last = rounds.iloc[-1]
        yield Part(
            not rises.any(),
            f"{dataset}: the objective rises in {rises.sum()} of {len(changes)} steps, by "
            f"{changes.max(initial=0):.2g} at most; in {still} of these at most {STILL:.0%} "
            "of the points move",
            0.5 ** (np.abs(changes) > RISE).sum(),
        )
        rest = Part(
            bool(last.moved <= AT_REST),
            f"{dataset}: {last.moved:.2%} of the points move in iteration "
            f"{last.iteration:.0f}",
        )
        yield from given([rest], unsettled(evidence, dataset, KVAES))


@claim(
    "k02",
    "With a constant encoder mean and no covariance the algorithm is K-means.",
    where="draft, section 6",
    criterion="Algorithm 1 with the VAEs of section 6, trained by their own loss, and the "
    "K-means of scikit-learn, from the same means, assign every point alike in every "
    "iteration, and their means differ by less than 1e-6.",
    null="nothing is random: one point, and it fails",
    needs="points to cluster",
)
def kmeans_is_a_case(evidence: Evidence) -> Iterator[Part]:
    for dataset in _datasets(evidence, *POINTS):
        case = evidence.frames.get(f"{dataset}/scores/kmeans/case")
        if case is None:
            continue
        yield Part(
            bool((case.differing == 0).all() and (case.distance < 1e-6).all()),
            f"{dataset}: in {len(case)} iterations {case.differing.sum()} points are "
            f"assigned differently, means differ by at most {case.distance.max():.1g}",
            0.0,
        )


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
    "On synthetic points kVAEs reach a higher likelihood than a single VAE.",
    where="draft, section 8.1 and its table",
    criterion="The mean log-likelihood of the mixture is above that of each single VAE with "
    f"as many parameters ({AS_MANY:.0%} or more), on training and on test points, by "
    f"{SURE:.0f} standard errors over the points (smaller VAEs, as the draft's are if the number "
    "in their names is that of latent dimensions, are told beside).",
    null="both explain the points alike",
    printed=_printed_likelihoods,
    needs="a single VAE with as many parameters as kVAEs on synthetic points",
)
def likelier_than_one(evidence: Evidence) -> Iterator[Part]:
    for dataset in _datasets(evidence, *POINTS):
        frames = {
            source: frame
            for source in _sources(evidence, dataset, "importance")
            if (frame := evidence.scores(dataset, source, "importance")) is not None
        }
        ours = frames.get(KVAES)
        if ours is None or "parameters" not in ours:
            continue
        for source, theirs in frames.items():
            if not base(source).startswith("vae_") or base(source) == "vae_bag":
                continue
            part = _likelier(evidence, dataset, ours, source, theirs)
            if theirs.parameters.iloc[0] < AS_MANY * ours.parameters.iloc[0]:
                yield beside(part.text)
            else:
                yield from given([part], unsettled(evidence, dataset, KVAES))


def _likelier(evidence: Evidence, dataset: str, ours, source: str, theirs) -> Part:
    """Whether kVAEs are likelier than one VAE on both splits, beyond chance."""
    a, b = _mean_likelihood(ours), _mean_likelihood(theirs)
    gain, error = a["mean"] - b["mean"], np.hypot(a["sem"], b["sem"])
    sizes = (f"{f.parameters.iloc[0]:,}" for f in (ours, theirs))
    return Part(
        bool((gain > SURE * error).all()),
        f"{dataset}: {a['mean']['train']:.2f} / {a['mean']['test']:.2f} nats against "
        f"{b['mean']['train']:.2f} / {b['mean']['test']:.2f} of {evidence.label(source)} "
        f"({' and '.join(sizes)} parameters; standard error {error.max():.2g})",
        chance.beyond(SURE),
    )


@claim(
    "k04",
    "With three and with five modes each model ends on one mode.",
    where="draft, section 8.1",
    criterion=f"Every mode has one VAE that won at least {WON:.0%} of its points, and no "
    "VAE has two modes.",
    null="each mode goes to a VAE at random",
    needs="kVAEs on points in three or five modes",
)
def one_mode_each(evidence: Evidence) -> Iterator[Part]:
    for dataset in _datasets(evidence, "modes3", "modes5"):
        points = _shares(evidence, dataset)
        if points is None:
            continue
        share, winners = points.max(1) / points.sum(1), set(points.argmax(1))
        part = Part(
            bool((share >= WON).all() and len(winners) == points.shape[1]),
            f"{dataset}: {len(winners)} of {points.shape[1]} VAEs have won most of a "
            f"mode, at least {share.min():.1%} of it",
            math.perm(points.shape[1], len(points)) / points.shape[1] ** len(points),
        )
        yield from given([part], unsettled(evidence, dataset, KVAES), anyway=True)


@claim(
    "k06",
    "Specialising removes samples outside the data's support.",
    where="draft, section 5, Fig. 2",
    criterion="Fewer of the mixture's samples than of one VAE's lie where no data are, "
    f"and at most {OUTSIDE:.0%} of them.",
    null="as many of the mixture's samples are outside as of the VAE's",
    needs="samples of kVAEs and of one VAE on synthetic points",
)
def no_bridges(evidence: Evidence) -> Iterator[Part]:
    for dataset in _datasets(evidence, *POINTS):
        outside = {
            source: (float(frame.outside.mean()), int(frame.samples.sum()))
            for source in _sources(evidence, dataset, "support")
            if (frame := evidence.scores(dataset, source, "support")) is not None
        }
        together = outside.pop(KVAES, None)
        if together is None or not outside:
            continue
        share, n = together
        parts = [
            Part(
                share < alone and share <= OUTSIDE,
                f"{dataset}: {share:.2%} of the mixture's samples are outside, "
                f"{alone:.2%} of {evidence.label(source)}'s",
                chance.as_few(n, alone, min(OUTSIDE, alone) * n),
            )
            for source, (alone, _) in outside.items()
        ]
        yield from given(parts, unsettled(evidence, dataset, KVAES), anyway=True)


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


def _mean_likelihood(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean over the points of each split, and its standard error, with the most z."""
    most = max((c for c in frame if c[1:].isdigit()), key=lambda c: int(c[1:]))
    return frame.groupby("split")[most].agg(["mean", "sem"])
