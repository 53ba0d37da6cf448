"""Claims on what groups of images mean: components, bins and VAEs (section 4, App. B)."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from gansgmms.claims import chance
from gansgmms.claims.budget import given, unsettled
from gansgmms.claims.evidence import Evidence
from gansgmms.claims.measures import contingency, explained, information, purity
from gansgmms.claims.registry import Part, claim, missing

TYPICAL = 0.75  # of the components have a digit, and of a component's images show it
TWICE = 2.0  # times the purity of random groups, where groups are meaningful
TOLD = 0.2  # of a digit's entropy, or a style's variance, when VAEs have specialised
SURE = 0.05
ALIKE = 5  # the most alike fifth of the pairs of digits are grouped together
PAIRS = ((3, 8), (4, 6))  # that the draft names
STYLES = ("slant", "thickness")


def _groups(
    evidence: Evidence, role: str, column: str
) -> tuple[str, pd.DataFrame] | None:
    """The images of a role's dataset with a column that groups them, or None."""
    dataset = evidence.roles.get(role)
    frame = evidence.frames.get(f"{dataset}/claims/groups")
    if dataset is None or frame is None or column not in frame:
        return None
    return dataset, frame


@claim(
    "c20",
    "Each component typically learns one digit, and very different styles of a digit are "
    "represented by different components.",
    where="section 4, Fig. 6a",
    criterion=f"On MNIST at least {TYPICAL:.0%} of the components have {TYPICAL:.0%} or more "
    "of their images of one digit, and among the images of each digit the component "
    f"explains at least {TOLD:.0%} of the variance of slant or of thickness, beyond {SURE:.0%} "
    "of random components of the same sizes.",
    null="the images are dealt out at random to components of the same sizes",
    see="fig6a",
)
def components_learn_digits(evidence: Evidence) -> Iterator[Part]:
    found = _groups(evidence, "mnist", "mfa")
    if found is None:
        yield missing("the experiment `claims.groups` with MFA on MNIST")
        return
    dataset, frame = found
    component, label = frame.mfa.to_numpy(), frame.label.to_numpy()
    typical = _share_of_pure(component, label)
    random, rate = chance.shuffled(_share_of_pure, component, label)
    yield Part(
        typical >= TYPICAL,
        f"{dataset}: {typical:.0%} of {len(np.unique(component))} components have a digit "
        f"({random:.0%} of random ones)",
        rate,
    )
    for digit, own in frame.groupby("label"):
        shares = {s: explained(own.mfa.to_numpy(), own[s].to_numpy()) for s in STYLES}
        style = max(shares, key=lambda s: shares[s])
        random, rate = chance.shuffled(
            explained, own.mfa.to_numpy(), own[style].to_numpy()
        )
        yield Part(
            shares[style] >= TOLD and rate <= SURE,
            f"{digit}: {own.mfa.nunique()} components explain {shares[style]:.0%} of its "
            f"{style} ({random:.0%} at random)",
            rate,
        )


def _share_of_pure(groups: np.ndarray, labels: np.ndarray) -> float:
    """The share of groups of which one label has `TYPICAL` or more."""
    counts = contingency(groups, labels)
    return float((counts.max(1) >= TYPICAL * counts.sum(1)).mean())


@claim(
    "c21",
    "The bins are semantically meaningful.",
    where="section 2, App. B",
    criterion="At every K the share of training images whose label is the commonest of their "
    f"bin is at least {TWICE:.0f} times that of random bins of the same sizes (meaning is the "
    "class here, all that labels tell; the paper counts pose, shade and contrast too).",
    null="the images are dealt out at random to bins of the same sizes",
    see="s1, s2, s3, s4: hats, glasses, hair, pose, for which there are no labels",
    needs="the experiment `claims.groups` on images with labels",
)
def bins_mean_something(evidence: Evidence) -> Iterator[Part]:
    for dataset, frame in evidence.experiments("groups"):
        for name in (c for c in frame if c.startswith(("kmeans", "agglomerative"))):
            bins, label = frame[name].to_numpy(), frame.label.to_numpy()
            own, (random, rate) = (
                purity(bins, label),
                chance.shuffled(purity, bins, label),
            )
            yield Part(
                own >= TWICE * random,
                f"{dataset}, {name}: {own:.0%} of the images, {random:.0%} in random bins",
                rate,
            )


@claim(
    "k05",
    "On MNIST the models specialise by digit and style.",
    where="draft, section 8.2, Figs. 6 and 7",
    criterion=f"The VAE that has won an image tells at least {TOLD:.0%} of the entropy of its "
    "digit (mutual information) and of the variance of its slant and of its thickness "
    f"(image moments), beyond {SURE:.0%} of random assignments with the same shares.",
    null="the images are dealt out to the VAEs at random",
    see="k7",
)
def digits_and_styles_are_shared_out(evidence: Evidence) -> Iterator[Part]:
    found = _groups(evidence, "mnist", "kvaes")
    if found is None:
        yield missing("the experiment `claims.groups` with kVAEs on MNIST")
        return
    dataset, frame = found
    lacks = unsettled(evidence, dataset, "kvaes")
    yield from given(_specialised(dataset, frame), lacks, anyway=True)


def _specialised(dataset: str, frame: pd.DataFrame) -> Iterator[Part]:
    for name, measure in [("label", information), *((s, explained) for s in STYLES)]:
        vae, values = frame.kvaes.to_numpy(), frame[name].to_numpy()
        told, (random, rate) = (
            measure(vae, values),
            chance.shuffled(measure, vae, values),
        )
        what = "digit's entropy" if name == "label" else f"variance of {name}"
        yield Part(
            told >= TOLD and rate <= SURE,
            f"{dataset}: the VAE tells {told:.1%} of the {what} ({random:.1%} at random)",
            rate,
        )


@claim(
    "k10",
    "Similar digits tend to be grouped together, as 3 and 8, 4 and 6.",
    where="draft, section 8.2",
    criterion="By the share of images that two digits give to the same VAEs, 3 and 8, and 4 "
    "and 6, are each among the most alike fifth of the 45 pairs of digits.",
    null="the pairs stand in random order",
    see="k6",
)
def similar_digits_together(evidence: Evidence) -> Iterator[Part]:
    found = _groups(evidence, "mnist", "kvaes")
    if found is None or found[1].label.nunique() < 10:
        yield missing("the experiment `claims.groups` with kVAEs on ten digits")
        return
    dataset, frame = found
    yield from given(_alike(dataset, frame), unsettled(evidence, dataset, "kvaes"))


def _alike(dataset: str, frame: pd.DataFrame) -> Iterator[Part]:
    shares = pd.crosstab(frame.label, frame.kvaes, normalize="index")
    overlap = {
        (a, b): float(np.minimum(shares.loc[a], shares.loc[b]).sum())
        for a, b in combinations(shares.index, 2)
    }
    order = sorted(overlap, key=lambda pair: -overlap[pair])
    most = len(order) // ALIKE
    both = most / len(order) * (most - 1) / (len(order) - 1)
    for pair in PAIRS:
        rank = 1 + order.index(pair)
        yield Part(
            rank <= most,
            f"{dataset}: {pair[0]} and {pair[1]} are the pair number {rank} of {len(order)}, "
            f"overlap {overlap[pair]:.2f} (the most alike: {order[0][0]} and {order[0][1]}, "
            f"{overlap[order[0]]:.2f})",
            both,
        )
