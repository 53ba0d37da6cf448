"""What the history of a training says."""

import numpy as np


def images_seen(history):
    """What the pace of each row amounts to."""
    seconds = np.diff([0.0, *(row["seconds"] for row in history)])
    return seconds @ [row["images_per_second"] for row in history]
