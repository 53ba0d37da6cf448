"""What the kVAE draft claims, each a predicate on the numbers of a run.

Every function yields (holds, text) for each part of a claim; the claim holds where all
of them do.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

RISE = 0.01  # nats by which an estimate of the objective may rise by chance
MOVED = 0.001  # share of the points that still move when a competition has stopped
WON = 0.95  # share of a mode that a VAE has won when it covers the mode
TOLD = (
    0.2  # share of the digit's entropy that the VAE tells, when VAEs have specialised
)
OUTSIDE = 0.01  # share of samples outside the support when nearly none are

Parts = Iterator[tuple[bool, str]]


def k01(histories: Mapping[str, pd.DataFrame]) -> Parts:
    """The objective never rises from one iteration to the next and stops changing.

    Args:
        histories: of each dataset, with columns iteration, after and moved.
    """
    for dataset, history in histories.items():
        rounds = history[history.iteration > 0]
        rises = np.diff(rounds.after) > RISE
        last = rounds.iloc[-1]
        yield (
            not rises.any(),
            f"{dataset}: the objective rises in {rises.sum()} of {len(rises)} iterations",
        )
        yield (
            bool(last.moved <= MOVED),
            (
                f"{dataset}: {last.moved:.2%} of the points move in iteration "
                f"{last.iteration:.0f}"
            ),
        )


def k02(cases: Mapping[str, pd.DataFrame]) -> Parts:
    """With constant encoders and no covariance the algorithm is K-means."""
    for dataset, case in cases.items():
        yield (
            bool((case.differing == 0).all() and (case.distance < 1e-9).all()),
            (
                f"{dataset}: in {len(case)} iterations {case.differing.sum()} points are "
                f"assigned differently, means differ by at most {case.distance.max():.1g}"
            ),
        )


def k03(
    scores: Mapping[tuple[str, str], pd.DataFrame], mixture: str = "kvaes"
) -> Parts:
    """Mixtures reach a higher likelihood than one larger VAE, on train and test.

    Args:
        scores: by dataset and model, as `estimate_likelihood` writes them.
    """
    means = {key: _mean_likelihood(frame) for key, frame in scores.items()}
    for (dataset, model), single in means.items():
        if model == mixture:
            continue
        ours = means[dataset, mixture]
        yield (
            bool((ours > single).all()),
            (
                f"{dataset}: {ours['train']:.2f} / {ours['test']:.2f} against "
                f"{single['train']:.2f} / {single['test']:.2f} of {model}"
            ),
        )


def _mean_likelihood(frame: pd.DataFrame) -> pd.Series:
    """Mean over the points of each split, with the most samples of z."""
    most = max((c for c in frame if c[1:].isdigit()), key=lambda c: int(c[1:]))
    return frame.groupby("split")[most].mean()


def k04(shares: Mapping[str, pd.DataFrame]) -> Parts:
    """Each model ends on one mode."""
    for dataset, frame in shares.items():
        points = _matrix(frame)
        share, winner = points.max(1) / points.sum(1), points.argmax(1)
        yield (
            bool((share >= WON).all() and len(set(winner)) == points.shape[1]),
            (
                f"{dataset}: {len(set(winner))} of {points.shape[1]} VAEs have most of a "
                f"mode, at least {share.min():.1%} of it"
            ),
        )


def k05(shares: Mapping[str, pd.DataFrame]) -> Parts:
    """Models specialise by digit: the VAE of an image tells which digit it is."""
    for dataset, frame in shares.items():
        joint = _matrix(frame) / frame.points.sum()
        digit, model = joint.sum(1), joint.sum(0)
        told = _entropy(digit) + _entropy(model) - _entropy(joint.ravel())
        share = told / _entropy(digit)
        yield (
            bool(share >= TOLD),
            (
                f"{dataset}: mutual information of digit and VAE {told:.2f} nats, "
                f"{share:.0%} of the digit's entropy"
            ),
        )


def k06(
    single: Mapping[str, pd.DataFrame], mixture: Mapping[str, pd.DataFrame]
) -> Parts:
    """Specialising removes samples outside the data's support.

    Args:
        single, mixture: by dataset, as `measure_support` writes them.
    """
    for dataset, frame in mixture.items():
        alone, together = single[dataset].outside.mean(), frame.outside.mean()
        yield (
            bool(together < alone and together <= OUTSIDE),
            (
                f"{dataset}: {together:.2%} of the mixture's samples are outside, "
                f"{alone:.2%} of one VAE's"
            ),
        )


def _matrix(frame: pd.DataFrame) -> np.ndarray:
    """(labels, VAEs) points."""
    return frame.pivot(index="label", columns="component", values="points").to_numpy()


def _entropy(p: np.ndarray) -> float:
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())
