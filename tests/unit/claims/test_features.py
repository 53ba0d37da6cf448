"""What NDB sees beside deep features, on evidence for every verdict."""

import pandas as pd
import pytest

from gansgmms.claims import CLAIMS
from gansgmms.claims.features import MEASURES
from tests.unit.claims.made_up import FAILS, HOLDS, UNKNOWN, evidence, try_claim

SIZES = (1000, 2000, 5000)


def planted(space="classifier", sizes=SIZES, images=2000, **faults):
    """Faults with how often NDB finds each at K = 10 and 20, and how far FID moves.

    Intervals are 2 wide on each side, so that a difference of 2.8 is one by chance.
    """
    faults = {"none": ((0.05, 0.05), 0.0)} | faults
    power, fidelity = [], []
    for fault, (found, moved) in faults.items():
        about = {"fault": fault, "strength": 0.0 if fault == "none" else 1.0}
        for k, share in zip((10, 20), found, strict=True):
            # Of more images than the features see, every fault is found.
            shares = {n: share if n <= images else 1.0 for n in sizes}
            power += [
                about | {"k": k, "n": n, "measured": s} for n, s in shares.items()
            ]
        values = dict.fromkeys(MEASURES, 1.0) | {"fid": 1.0 + moved}
        widths = {f"{name}_half": 2.0 for name in MEASURES}
        fidelity.append(about | {"samples": images} | values | widths)
    frames = {"power": pd.DataFrame(power), "fidelity": pd.DataFrame(fidelity)}
    named = {f"mnist/sensitivity/{what}": frame for what, frame in frames.items()}
    return evidence(named, spaces={"mnist": space})


SEEN, MISSED = (0.9, 0.8), (0.9, 0.5)
VERDICTS = [
    ("c24", planted(shifted=(SEEN, 2.5)), HOLDS),
    ("c24", planted(shifted=(SEEN, 2.5), noisy=(MISSED, 50.0)), HOLDS),
    ("c24", planted(shifted=(SEEN, 3.0)), FAILS),  # the features see it too
    ("c24", planted(shifted=(MISSED, 0.0)), FAILS),  # not at every K
    # What is shown, and how often, is no property of an image.
    ("c24", planted(duplicated=(SEEN, 0.0), shifted=(MISSED, 0.0)), FAILS),
    ("c24", planted(duplicated=(SEEN, 0.0)), UNKNOWN),
    ("c24", planted(space="pixels", shifted=(SEEN, 0.0)), UNKNOWN),
    ("c24", planted(sizes=(5000,), shifted=(SEEN, 0.0)), UNKNOWN),
    ("c24", evidence({}), UNKNOWN),
]


@pytest.mark.parametrize("id, evidence, expected", VERDICTS)
def test_verdicts(id, evidence, expected):
    try_claim(id, evidence, expected)


def test_the_row_says_what_either_sees_alone():
    found = planted(shifted=(SEEN, 0.5), noisy=(MISSED, 50.0), blurred=(SEEN, 9.0))
    row = CLAIMS["c24"].row(found)
    assert "NDB alone: shifted 1 (FID 1.5)" in row["measured"]
    assert "the features alone: noisy 1 (FID 51)" in row["measured"]
    assert "blurred" not in row["measured"] and "2,000 images" in row["measured"]
