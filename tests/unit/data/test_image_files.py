"""Images of any origin, and how they are divided."""

import numpy as np
import pytest

from gansgmms.data.prepare import prepare


def numbered(path, n):
    """A .npy file of n images, each of the grey that is its number."""
    np.save(path, np.broadcast_to(np.uint8(np.arange(n))[:, None, None], (n, 4, 4)))
    return {"reader": "images", "path": str(path), "shape": [4, 4, 1]}


@pytest.mark.parametrize("fraction", [0.2, 0.5])
def test_images_are_held_out_at_random_from_everywhere(tmp_path, fraction):
    """Sorted by class, as archives often are, the first or last would be of one class."""
    spec = numbered(tmp_path / "x.npy", 200) | {"test_fraction": fraction}
    splits = prepare(spec)
    train, test = (splits[s][0][:, 0, 0, 0].tolist() for s in ("train", "test"))
    assert sorted(train + test) == list(range(200))
    assert len(test) == 200 * fraction
    assert train == sorted(train) and test == sorted(test)
    # Of each of four quarters, a share within four standard errors of the fraction.
    quarters = np.bincount(np.array(test) // 50, minlength=4)
    error = 4 * (fraction * (1 - fraction) * 50) ** 0.5
    assert quarters == pytest.approx(50 * fraction, abs=error)
    # No stride either: the gaps between those held out differ.
    assert len(set(np.diff(test))) > 3


def test_a_fifth_is_held_out_where_nothing_is_said(tmp_path):
    splits = prepare(numbered(tmp_path / "x.npy", 50))
    assert (len(splits["train"][0]), len(splits["test"][0])) == (40, 10)
