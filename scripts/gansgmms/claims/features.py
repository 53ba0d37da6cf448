"""What NDB sees in pixels beside what the features of a deep network do (section 2)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gansgmms.claims.evidence import Evidence
from gansgmms.claims.registry import Part, claim

# Faults of the images themselves: what is shown in them, and how often, stays.
PROPERTIES = ("blurred", "noisy", "shifted", "flattened", "compressed")
MEASURES = ("fid", "kid", "precision", "recall", "density", "coverage")
SURE = 0.8  # of the samples in which a fault is found that is noticed


@claim(
    "c24",
    "NDB notices properties of images that deep features do not.",
    where="section 2",
    criterion="A fault that alters images and not what they show (blur, noise, shift, contrast "
    f"or JPEG) is found by NDB at every K in {SURE:.0%} of samples or more, while nothing "
    "measured in a space of deep features on at least as many images (FID, KID, precision, "
    "recall, density, coverage) differs from sound images beyond its 95% interval.",
    null="the fault moves no image to another bin: NDB then finds it in 5% of samples",
    see="x6",
    needs="a table of kind sensitivity in a deep feature space, with faults of images and "
    "a number of samples up to that of its images",
)
def deep_features_miss(evidence: Evidence) -> Iterator[Part]:
    for dataset, space in evidence.spaces.items():
        power, fidelity = (
            evidence.frames.get(f"{dataset}/sensitivity/{what}")
            for what in ("power", "fidelity")
        )
        if space == "pixels" or power is None or fidelity is None:
            continue
        sound = fidelity[fidelity.fault == "none"].iloc[0]
        sizes = power.n[power.n <= sound.samples]
        altered = fidelity[fidelity.fault.isin(PROPERTIES)]
        if sizes.empty or altered.empty:
            continue
        at_n = power[power.n == sizes.max()]
        found = at_n.groupby(["fault", "strength"]).measured.min()
        only: dict[str, list[str]] = {"NDB alone": [], "the features alone": []}
        for row in altered.itertuples():
            by_ndb = found[row.fault, row.strength] >= SURE
            by_features = _noticed(row, sound)
            if by_ndb != by_features:
                said = f"{row.fault} {row.strength:g} (FID {row.fid:.3g})"
                only["NDB alone" if by_ndb else "the features alone"].append(said)
        said = "; ".join(
            f"{who}: {', '.join(of) or 'none'}" for who, of in only.items()
        )
        yield Part(
            bool(only["NDB alone"]),
            f"{dataset}, {sizes.max():,.0f} images, features: {space} (FID of sound images "
            f"{sound.fid:.3g}); noticed by {said}",
            0.0,
        )


def _noticed(faulty, sound: pd.Series) -> bool:
    """Whether a measure of features has left the interval of a difference by chance."""
    return any(
        abs(getattr(faulty, name) - sound[name])
        > np.hypot(getattr(faulty, f"{name}_half"), sound[f"{name}_half"])
        for name in MEASURES
    )
