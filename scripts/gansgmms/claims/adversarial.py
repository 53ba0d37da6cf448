"""Claims on the mixture trained against a critic (section 5.2)."""

from collections.abc import Iterator

import pandas as pd

from gansgmms.claims import chance
from gansgmms.claims.budget import given, short
from gansgmms.claims.evidence import Evidence
from gansgmms.claims.formatting import both, printed_ndb, printed_sharpness
from gansgmms.claims.measures import (
    SHARP,
    as_sharp_by_chance,
    is_misallocated,
    sharp_as_a_gan,
    sharpness_of_gans,
)
from gansgmms.claims.registry import Part, claim, missing

WORSE = 0.95  # of the test images are less likely where the likelihood is far worse
EARLY = 0.1  # of the full budget: what comes before is early


@claim(
    "c14",
    "The adversarial mixture is as sharp as a GAN, but loses modes and gives the data a "
    "far worse likelihood.",
    where="section 5.2, Table 1",
    criterion=f"On CelebA its sharpness is at most {SHARP} below WGAN-GP's (without one: below "
    "the mean of the GANs), at the largest K the bins that it alone gives at most half their "
    "due share outnumber those that MFA alone does, beyond a sign test at 0.05, and its "
    f"likelihood is below MFA's on {WORSE:.0%} of the test images, in the median by more than "
    "MFA's own varies over the middle half of them (the interquartile range).",
    null="any sharpness from MFA's to the data's is as likely, a bin is lost by either with "
    "the same probability, and any share of the images is less likely",
    printed=both(
        printed_sharpness("adversarial_mfa", "wgan_gp"),
        printed_ndb("adversarial_mfa", "mfa"),
    ),
)
def adversarial(evidence: Evidence) -> Iterator[Part]:
    name = "adversarial_mfa"
    dataset = evidence.faces
    ours, plain = (_lost(evidence, dataset, m) for m in (name, "mfa"))
    if ours is None or plain is None:
        yield missing("MFA and the adversarial MFA in a table of CelebA")
        return
    sharp, (gan_name, gan) = (
        evidence.sharpness(dataset, name),
        sharp_as_a_gan(evidence, dataset),
    )
    if sharp is None or gan is None:
        yield missing(f"sharpness of a GAN and the adversarial MFA on {dataset}")
    else:
        text = f"{dataset}: sharpness {sharp:.2f}, {gan_name} {gan:.2f}"
        part = Part(
            sharp >= gan - SHARP, text, as_sharp_by_chance(evidence, dataset, gan)
        )
        gans = sharpness_of_gans(evidence, dataset)
        yield from given([part], short(evidence, dataset, name, *gans))
    parts = _without_modes(evidence, dataset, name, ours, plain)
    yield from given(parts, short(evidence, dataset, name))


def _without_modes(evidence: Evidence, dataset, name, ours, plain) -> Iterator[Part]:
    """Whether a mixture has lost bins that MFA has not, and explains the data worse."""
    alone = int((ours & ~plain).sum()), int((plain & ~ours).sum())
    p = chance.of_signs(*alone)
    yield Part(
        p <= evidence.significance,
        f"{dataset}: of {len(ours)} bins {alone[0]} lost by the adversarial MFA alone and "
        f"{alone[1]} by MFA alone (p = {p:.2g}, one training each)",
        evidence.significance,
    )
    refined, mixture = (evidence.log_likelihood(dataset, m) for m in (name, "mfa"))
    if refined is None or mixture is None:
        yield missing(f"likelihood of MFA and the adversarial MFA on {dataset}")
        return
    worse = (mixture - refined).xs("test", level="split")
    usual = mixture.xs("test", level="split").quantile([0.25, 0.75])
    spread = usual[0.75] - usual[0.25]
    yield Part(
        bool((worse > 0).mean() >= WORSE and worse.median() > spread),
        f"{dataset}: {(worse > 0).mean():.1%} of the test images less likely than under "
        f"MFA, in the median by {worse.median():.3g} nats; the middle half of them lie "
        f"within {spread:.3g} under MFA",
        chance.between(WORSE, 1),
    )


def _lost(evidence: Evidence, dataset: str | None, model: str) -> pd.Series | None:
    """Whether each bin of the largest K is lost in the first training: bool by bin."""
    found = evidence.scores(dataset, model, "proportions")
    if found is None:
        return None
    one = found[(found.k == found.k.max()) & (found.seed == found.seed.min())]
    lost = is_misallocated(one, evidence.significance).under
    return lost.set_axis(one["bin"])


@claim(
    "c15",
    "Adversarial training shrinks the mixture's noise early on.",
    where="section 5.2",
    criterion="On CelebA, within the first tenth of the iterations of the full budget "
    "(config.yaml), the noise's mean standard deviation falls below half of what it was at "
    "the start.",
    null="it halves at any iteration of the full budget with the same probability",
)
def noise_shrinks(evidence: Evidence) -> Iterator[Part]:
    name = "adversarial_mfa"
    dataset = evidence.faces
    history = evidence.history(dataset, name)
    budget = evidence.setting(dataset, name, "iterations", full=True)
    if history is None or "noise" not in history or budget is None:
        yield missing("the adversarial MFA in a table of CelebA, and its full budget")
        return
    history = history.dropna(subset="noise")
    start = history.noise.iloc[0]
    halved = history[history.noise < start / 2].step
    said = f"{dataset}: mean standard deviation {start:.2g} at the start"
    if len(halved):
        yield Part(
            bool(halved.iloc[0] <= EARLY * budget),
            f"{said}, below half of it after {halved.iloc[0]:,} iterations, "
            f"{halved.iloc[0] / budget:.1%} of {budget:,}",
            EARLY,
        )
    elif history.step.iloc[-1] < EARLY * budget:
        yield missing(
            f"{EARLY * budget:,.0f} iterations of {dataset}: after "
            f"{history.step.iloc[-1]:,} the noise has {history.noise.iloc[-1] / start:.0%} "
            "of its standard deviation"
        )
    else:
        end = f"{history.noise.iloc[-1]:.2g} after {history.step.iloc[-1]:,} iterations"
        yield Part(False, f"{said}, {end}", EARLY)
