"""Claims on the mixture itself (sections 3 and 5.2, supp. 2.2)."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from gansgmms.claims.evidence import Evidence
from gansgmms.claims.registry import Part, claim, missing

LINEAR = 1.5  # an exponent below this is nearer to linear than to quadratic
LEVEL = 0.25  # the last step gains at most this part of what the first one did
COPY = 0.01  # quantile of the test images below which a nearest neighbour is a copy


@claim(
    "c15",
    "Adversarial training shrinks the mixture's noise early on.",
    where="section 5.2",
    criterion="within the first half of the training the noise's mean standard deviation "
    "falls below half of what it was at the start",
)
def noise_shrinks(evidence: Evidence) -> Iterator[Part]:
    dataset = evidence.place("adversarial_mfa")
    name = f"{dataset}/models/adversarial_mfa/seed{evidence.seeds[0]}/history"
    history = evidence.frames.get(name)
    if history is None or "noise" not in history:
        yield missing("the adversarial MFA in a table")
        return
    noise = history.noise.dropna().to_numpy()
    half = noise[: math.ceil(len(noise) / 2)]
    yield Part(
        bool(half.min() < noise[0] / 2),
        f"{dataset}: mean standard deviation {noise[0]:.2g} at the start, "
        f"{half[-1]:.2g} half way, {noise[-1]:.2g} at the end",
    )


@claim(
    "c16",
    "Test likelihood and reconstruction improve quickly with the number of components, "
    "then level off.",
    where="section 4, supp. Fig. 11",
    criterion="the test log-likelihood rises, and the error of reconstructed test images "
    "falls, from the first number of components to the last; and each doubling gains "
    f"at most {LEVEL} times as much in the last step as in the first",
)
def components_enough(evidence: Evidence) -> Iterator[Part]:
    found = False
    for dataset, frame in evidence.experiments("reconstruction"):
        each = [evidence.log_likelihood(dataset, s) for s in frame.source]
        likelihoods = [values for values in each if values is not None]
        if len(frame) < 3 or len(likelihoods) < len(each):
            continue
        found = True
        test = np.array([values["test"].mean() for values in likelihoods])
        sizes, error = frame.components.to_numpy(), frame.error.to_numpy()
        for what, values, sign in [
            ("test log-likelihood", test, 1),
            ("root-mean-square error of reconstructed pixels", error, -1),
        ]:
            first, last = _gain_of_doubling(sizes, sign * values)
            rises = sign * (values[-1] - values[0]) > 0
            yield Part(
                bool(rises and first > 0 and last <= LEVEL * first),
                f"{dataset}: {what} from {values[0]:.4g} to {values[-1]:.4g} with "
                f"{sizes[0]} to {sizes[-1]} components; a doubling changes it by "
                f"{sign * first:.2g} first and {sign * last:.2g} last",
            )
    if not found:
        yield missing(
            "three numbers of components in a figure of kind components_sweep"
        )


def _gain_of_doubling(sizes: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """The gain of each doubling in the first and in the last step."""
    slopes = np.diff(values) / np.diff(np.log2(sizes))
    return float(slopes[0]), float(slopes[-1])


@claim(
    "c17",
    "Cost and memory of the mixture's likelihood grow linearly with the number of pixels.",
    where="section 3.1",
    criterion="in time and in memory the exponent of d, by least squares on logarithms, "
    f"is below {LINEAR}; a full covariance needs 2",
)
def linear_in_d(evidence: Evidence) -> Iterator[Part]:
    frame = evidence.frames.get("claims/scaling")
    if frame is None:
        yield missing("the experiment `claims.scaling`")
        return
    for what in ["time", "memory"]:
        ratio = frame[what] / frame[what].iloc[0]
        exponent = np.polyfit(np.log(frame.d), np.log(ratio), 1)[0]
        yield Part(
            bool(exponent < LINEAR),
            f"{what}: exponent {exponent:.2f}, {ratio.iloc[-1]:.1f} times as much at d = "
            f"{frame.d.iloc[-1]} as at d = {frame.d.iloc[0]} "
            f"({frame.d.iloc[-1] / frame.d.iloc[0]:.0f} times the pixels)",
        )


@claim(
    "c18",
    "The mixture's samples are no copies of training images.",
    where="supp. Fig. 19",
    criterion="copies are no more than twice as frequent as among test images; a copy is an "
    "image whose nearest training image is, against its second nearest, nearer than for "
    "1% of the test images. (Distances themselves are given beside it: samples are "
    "smooth, and smooth images are near to all others.)",
)
def no_copies(evidence: Evidence) -> Iterator[Part]:
    found = False
    for dataset, frame in evidence.experiments("neighbours"):
        ratio = pd.Series(
            np.divide(
                frame.nearest,
                frame.second,
                out=np.ones(len(frame)),
                where=frame.second.to_numpy() > 0,
            ),
            index=frame.index,
        )
        threshold = ratio[frame.source == "test"].quantile(COPY)
        medians = frame.groupby("source").nearest.median()
        for source in frame.source.unique():
            if source == "test":
                continue
            found = True
            share = float((ratio[frame.source == source] < threshold).mean())
            yield Part(
                share <= 2 * COPY,
                f"{dataset}: {share:.1%} copies among {evidence.label(source)}'s samples; "
                f"median distance to the nearest training image {medians[source]:.2f}, of "
                f"test images {medians['test']:.2f}",
            )
    if not found:
        yield missing("the experiment `claims.neighbours`")
