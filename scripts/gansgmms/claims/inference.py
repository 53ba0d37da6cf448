"""Claims on inference with the mixture: outliers and in-painting (section 4, Fig. 7)."""

from collections.abc import Iterator

import numpy as np

from gansgmms.claims import chance
from gansgmms.claims.evidence import Evidence
from gansgmms.claims.measures import smaller
from gansgmms.claims.registry import Part, claim

DETECTED = 0.8  # area under the curve of a detector that works
SURE = 3.0  # standard errors


@claim(
    "c22",
    "The mixture detects outliers: they have the lowest likelihood.",
    where="section 4, Fig. 7a",
    criterion="An altered test image (turned by a right angle, in negative, or the mean of "
    "two) is less likely than an unaltered one in at least "
    f"{DETECTED:.0%} of pairs, for each kind of alteration (the area under the curve): more "
    "than the paper says, which shows the least likely of its faces.",
    null="altered images are as likely as the others",
    see="fig7a",
    needs="the experiment `claims.outliers`",
)
def outliers_are_unlikely(evidence: Evidence) -> Iterator[Part]:
    for dataset, frame in evidence.experiments("outliers"):
        values = {s: f.log_likelihood.to_numpy() for s, f in frame.groupby("images")}
        usual = values.pop("test")
        for kind, altered in values.items():
            area = smaller(altered, usual)
            # Of Mann and Whitney's statistic, where both are of one distribution.
            error = np.sqrt((1 / len(usual) + 1 / len(altered)) / 12)
            yield Part(
                area >= DETECTED,
                f"{dataset}: {kind} less likely in {area:.1%} of pairs",
                chance.beyond((DETECTED - 0.5) / error),
            )


@claim(
    "c23",
    "The mixture fills in what is hidden of an image.",
    where="section 4, Fig. 7b, supp. 1.3",
    criterion="Whatever part is hidden, the mean squared error of the hidden pixels of test "
    "images is below that of the mean image and that of one Gaussian with a full covariance, "
    f"by {SURE:.0f} standard errors of the difference, image by image: more than the paper "
    "says, which shows faces filled in and compares with nothing.",
    null="both fill in equally well",
    see="fig7b",
    needs="the experiment `claims.inpainting`",
)
def inpainting_works(evidence: Evidence) -> Iterator[Part]:
    for dataset, frame in evidence.experiments("inpainting"):
        table = frame.pivot(index=["hidden", "index"], columns="method", values="error")
        for method in ("mean", "gaussian"):
            gain = (table[method] - table["mfa"]).groupby("hidden").agg(["mean", "sem"])
            means = table.groupby("hidden").mean()
            ratio = means["mfa"] / means[method]
            worst = (gain["mean"] / gain["sem"]).idxmin()
            yield Part(
                bool((gain["mean"] > SURE * gain["sem"]).all()),
                f"{dataset}: {ratio.min():.0%} to {ratio.max():.0%} of the error of "
                f"{'the mean image' if method == 'mean' else 'one Gaussian'}, least surely "
                f"with {worst} hidden ({gain['mean'][worst]:.2g} +- {gain['sem'][worst]:.2g})",
                chance.beyond(SURE),
            )
