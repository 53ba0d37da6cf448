"""Images small enough to be written down."""

import numpy as np

W = (255, 255, 255)


def grey(*values: int) -> np.ndarray:
    """One 1x1 image per value."""
    return np.array(values, np.uint8).reshape(-1, 1, 1, 1)


def pixels(*rows: list) -> np.ndarray:
    """An RGB image written down: numbers are greys, tuples are colours."""
    return np.array(
        [[(p, p, p) if isinstance(p, int) else p for p in row] for row in rows],
        np.uint8,
    )
