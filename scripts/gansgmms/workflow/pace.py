"""How long a training would have taken on a machine that did nothing else."""

import pandas as pd

FAST = 0.9  # quantile of the speed


def undisturbed(curve: pd.DataFrame) -> pd.Series:
    """Seconds since a training began at each row of its curve, at an undisturbed pace.

    A training that waited, was stopped or shared its cores has slow rows. Each row counts
    as long as its images take at the speed of the fastest tenth of the rows (of the same
    part of a mixture that is trained in parts). The first row, with the start of a mixture
    or of a part before it, counts as the clock said.

    Args:
        curve: the rows of a training in order: seconds, images_per_second since the row
            before, split where there are parts. Without a speed, the clock's seconds.
    """
    if "images_per_second" not in curve:
        return curve["seconds"]
    part = curve.get("split", pd.Series(0, curve.index))
    speed = curve["images_per_second"]
    fast = speed.groupby(part).transform("quantile", FAST)
    started = part != part.shift()  # its first row holds its start, too
    share = (speed / fast).clip(upper=1).mask(started, 1)
    return (curve["seconds"].diff().fillna(curve["seconds"]) * share).cumsum()
