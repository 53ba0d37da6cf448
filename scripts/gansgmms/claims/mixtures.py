"""Claims on the mixture itself (section 3, supp. 2.2 and Figs. 11 and 19)."""

from collections.abc import Iterator

import numpy as np

from gansgmms.claims import chance
from gansgmms.claims.evidence import Evidence
from gansgmms.claims.measures import smaller
from gansgmms.claims.registry import Part, claim, missing

LINEAR = 1.5  # an exponent below this is nearer to linear than to quadratic
LEVEL = 0.25  # the last step gains at most this part of what the first one did
NEARER = 0.6  # of the pairs at most, if samples are no copies
FEWER = 10  # how many times fewer parameters are far fewer


@claim(
    "c16",
    "Test likelihood and reconstruction improve quickly with the number of components, "
    "then level off.",
    where="section 4, supp. Fig. 11",
    criterion="On CelebA the test log-likelihood rises, and the error of reconstructed test "
    "images falls, from the first number of components to the last, and a doubling gains "
    f"at most {LEVEL} times as much in the last step as in the first.",
    null="the gains of the steps come in random order",
    needs="three numbers of components of CelebA, of which the supplement speaks, in a "
    "figure of kind components_sweep",
)
def components_enough(evidence: Evidence) -> Iterator[Part]:
    for dataset, frame in evidence.experiments("reconstruction"):
        if dataset != evidence.faces:
            continue
        each = [evidence.log_likelihood(dataset, s) for s in frame.source]
        likelihoods = [values for values in each if values is not None]
        if len(frame) < 3 or len(likelihoods) < len(each):
            continue
        test = np.array([values["test"].mean() for values in likelihoods])
        sizes, error = frame.components.to_numpy(), frame.error.to_numpy()
        for what, values, sign in [
            ("test log-likelihood", test, 1),
            ("root-mean-square error of reconstructed pixels", error, -1),
        ]:
            doublings = np.diff(np.log2(sizes))
            gains = sign * np.diff(values) / doublings
            yield Part(
                _levels_off(gains, doublings),
                f"{dataset}: {what} from {values[0]:.4g} to {values[-1]:.4g} with "
                f"{sizes[0]} to {sizes[-1]} components; a doubling changes it by "
                f"{sign * gains[0]:.2g} first and {sign * gains[-1]:.2g} last",
                _by_order(gains, doublings),
            )


def _levels_off(gains: np.ndarray, doublings: np.ndarray) -> bool:
    """Whether gains per doubling add up to one, and the last is small beside the first."""
    first, last = gains[0], gains[-1]
    return bool(gains @ doublings > 0 and first > 0 and last <= LEVEL * first)


def _by_order(gains: np.ndarray, doublings: np.ndarray) -> float:
    """How often the same gains in another order level off."""
    return chance.dealt(lambda order: _levels_off(gains[order], doublings), len(gains))


@claim(
    "c17",
    "Cost and memory of the mixture's likelihood grow linearly with the number of pixels.",
    where="section 3.1",
    criterion="In time and in memory the exponent of d, by least squares on logarithms, is "
    f"below {LINEAR}.",
    null="cost grows with the square of d, as with a full covariance, and scatters as "
    "measured around its line",
)
def linear_in_d(evidence: Evidence) -> Iterator[Part]:
    frame = evidence.frames.get("claims/scaling")
    if frame is None:
        yield missing("the experiment `claims.scaling`")
        return
    for what in ["time", "memory"]:
        ratio = frame[what] / frame[what].iloc[0]
        d, cost = np.log(frame.d.to_numpy()), np.log(ratio.to_numpy())
        exponent = np.polyfit(d, cost, 1)[0]
        yield Part(
            bool(exponent < LINEAR),
            f"{what}: exponent {exponent:.2f}, {ratio.iloc[-1]:.1f} times as much at d = "
            f"{frame.d.iloc[-1]} as at d = {frame.d.iloc[0]} "
            f"({frame.d.iloc[-1] / frame.d.iloc[0]:.0f} times the pixels)",
            chance.slope_below(d, cost, LINEAR, true=2) if len(d) > 2 else None,
        )


@claim(
    "c18",
    "The mixture does not memorise training images.",
    where="supp. Fig. 19",
    criterion="Of a sample and a reconstructed test image, which is as smooth, the sample has "
    f"the nearer training image in at most {NEARER:.0%} of pairs, and in more for the control, "
    "a mixture of many more components, which overfits (20 times as many in the paper).",
    null="the samples are as near to training images as the control's",
    see="s19",
    needs="the experiment `claims.neighbours`",
)
def no_copies(evidence: Evidence) -> Iterator[Part]:
    for dataset, frame in evidence.experiments("neighbours"):
        nearest = {s: own.nearest.to_numpy() for s, own in frame.groupby("source")}
        pairs = [(s, f"{s}, reconstructed") for s in nearest if "reconst" not in s]
        pairs = [(s, smooth) for s, smooth in pairs if smooth in nearest]
        shares = {s: smaller(nearest[s], nearest[smooth]) for s, smooth in pairs}
        control = shares.pop("mfa_20x", None)
        if not shares:
            continue
        if control is None or control <= NEARER:
            said = "none" if control is None else f"in {control:.0%} of pairs"
            yield missing(
                f"a control on {dataset} whose samples are nearer to training images "
                f"({evidence.label('mfa_20x')}: {said})"
            )
        for source, share in shares.items():
            medians = [
                np.median(nearest[f"{source}{s}"]) for s in ("", ", reconstructed")
            ]
            n = len(nearest[source])
            said = (
                f"{dataset}: nearer in {share:.0%} of pairs for {evidence.label(source)} "
                f"(median distances {medians[0]:.2f} and {medians[1]:.2f})"
            )
            if control is not None:
                said += f", {control:.0%} for the control"
            rate = None if control is None else chance.as_few(n, control, NEARER * n)
            yield Part(share <= NEARER, said, rate)


@claim(
    "c25",
    "A mixture of K factor analyzers has K [d (l + 2) + 1] parameters, far fewer than one "
    "with full covariances.",
    where="section 3",
    criterion="The mixture as it is built holds K [d (l + 2) + 1] numbers at every d, and at "
    "the largest d those of full covariances, K [d (d + 3) / 2 + 1], are at least "
    f"{FEWER} times as many.",
    null="nothing is random: one number more or less, and it fails",
)
def few_parameters(evidence: Evidence) -> Iterator[Part]:
    frame = evidence.frames.get("claims/scaling")
    if frame is None or "parameters" not in frame:
        yield missing("the experiment `claims.scaling`")
        return
    k, d, l = frame.components, frame.d, frame.latent
    formula = k * (d * (l + 2) + 1)
    last = frame.iloc[-1]
    full = int(last.components * (last.d * (last.d + 3) // 2 + 1))
    yield Part(
        bool((frame.parameters == formula).all()),
        f"{last.parameters:,.0f} numbers with K = {last.components:.0f}, d = {last.d:.0f}, "
        f"l = {last.latent:.0f}, by the formula {formula.iloc[-1]:,.0f}",
        0.0,
    )
    yield Part(
        bool(last.parameters * FEWER <= full),
        f"full covariances would have {full:,}, {full / last.parameters:,.0f} times as many",
        0.0,
    )
