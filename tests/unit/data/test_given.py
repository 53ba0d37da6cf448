"""What users hand to the metric: read where it means one thing, else refused with a way out."""

import numpy as np
import pandas as pd
import pytest
import torch

from gansgmms.data.given import given
from gansgmms.errors import InputError
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.torchmetric import NumberOfDifferentBins

RANDOM = np.random.default_rng(0)
SHAPE = (8, 6, 3)
COLOURS = RANDOM.integers(0, 256, (40, *SHAPE), dtype=np.uint8)
POINTS = RANDOM.normal(size=(60, 5))


class Other:
    """An array of another library."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return self.array


class Exchanged:
    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


class Elsewhere:
    def __array__(self, dtype=None, copy=None):
        raise TypeError("use .get()")


def first(x):
    return torch.from_numpy(x).movedim(-1, 1)


@pytest.mark.parametrize(
    "make", [Other, Exchanged, lambda x: pd.DataFrame(x.reshape(len(x), -1))]
)
def test_arrays_of_other_libraries_are_arrays(make):
    found = given(make(COLOURS), SHAPE)
    np.testing.assert_array_equal(found, COLOURS)


@pytest.mark.parametrize(
    ("values", "shape", "message"),
    [
        (list(COLOURS), SHAPE, r"a list; .* np\.stack"),
        ((image for image in COLOURS), SHAPE, r"a generator; .* np\.concatenate"),
        ({"images": COLOURS}, SHAPE, "the images alone"),
        ("x.npy", SHAPE, r"a str; .* np\.load"),
        (Elsewhere(), SHAPE, r"an? Elsewhere that gives no array \(use .get\(\)\)"),
        (COLOURS.astype(object), SHAPE, r"objects, .*x\.astype\(float\)"),
        (COLOURS[0], SHAPE, r"\(8, 6, 3\); needed \(n, 8, 6, 3\).*x\[None\]"),
        (first(COLOURS)[0], SHAPE, r"\(3, 8, 6\); needed .*x\[None\]"),
        (COLOURS[0], None, r"x\[None\], if it is one image"),
        (COLOURS.reshape(4, 10, *SHAPE), SHAPE, r"x\.reshape\(-1.*videos"),
        (first(COLOURS).flatten(1), SHAPE, r"needed \(n, 3, 8, 6\) or \(n, 8, 6, 3\)"),
        (first(COLOURS)[..., :3], None, "surely first, or surely last"),
        (first(COLOURS)[..., :3, :3], (3, 3, 3), "surely first, or surely last"),
        (COLOURS[:, :0], None, "at least one value each"),
        (POINTS[:, :0], None, "at least one value each"),
    ],
)
def test_what_means_nothing_or_two_things_is_refused(values, shape, message):
    with pytest.raises(InputError, match=message):
        given(values, shape)


def test_what_means_one_thing_is_read():
    grey = COLOURS[..., :1]
    for values, shape in [
        (first(COLOURS), None),
        (torch.from_numpy(COLOURS), None),
        (first(COLOURS), SHAPE),
        (COLOURS.reshape(40, -1), SHAPE),
    ]:
        np.testing.assert_array_equal(given(values, shape), COLOURS)
    square = COLOURS[:, :3, :3]  # of NumPy's arrays the channels are last
    np.testing.assert_array_equal(given(square), square)
    for values in (grey[..., 0], torch.from_numpy(grey).flatten(1), first(grey)):
        np.testing.assert_array_equal(given(values, (8, 6, 1)), grey)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: x * 1e30, "points .* apart"),
        (lambda x: x * 1e-30, "points .* apart"),
        (lambda x: x + 1e8, "what float32 tells apart.*mean"),
        (lambda x: torch.from_numpy(x) + 1e8, "what float32 tells apart"),
    ],
)
def test_points_that_float32_confuses_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        NDB.fit(change(POINTS), 4, initialisations=1)
    with pytest.raises(InputError, match="transform: .*"):
        NDB.fit(COLOURS, 4, transform=lambda x: x.reshape(len(x), -1) * 1e-30)


def test_points_of_any_usual_scale_have_the_same_bins():
    bins = NDB.fit(POINTS, 4, initialisations=1)
    for x in (POINTS * 1e9, POINTS * 1e-9, POINTS + 10):
        found = NDB.fit(x, 4, initialisations=1)
        np.testing.assert_array_equal(found.reference_bin, bins.reference_bin)


def test_as_many_different_images_as_bins():
    twice = np.repeat(COLOURS[:3], 20, 0)
    assert NDB.fit(twice, 3, initialisations=1).counts.tolist() == [20, 20, 20]
    for method in ("kmeans", "agglomerative"):
        with pytest.raises(InputError, match="3 different reference .* k = 4"):
            NDB.fit(twice, 4, method=method)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "k: found 0"),
        ({"bins": 3}, "bins: found a int"),
        ({"settings": [1]}, "settings: found"),
        ({"settings": {"initialization": 1}}, "settings: found initialization"),
        ({"settings": {"k": 1}}, "arguments of the metric"),
    ],
)
def test_a_metric_of_nothing_is_refused_when_it_is_made(options, message):
    with pytest.raises(InputError, match=message):
        NumberOfDifferentBins(**options)


def test_what_is_real_is_said_by_true_or_false():
    with pytest.raises(InputError, match="real: found 'fake'"):
        NumberOfDifferentBins(k=2).update(first(COLOURS), "fake")


def test_a_transform_gives_samples_as_many_values_as_the_reference():
    sizes = iter([144, 100])
    bins = NDB.fit(
        COLOURS, 3, transform=lambda x: x.reshape(len(x), -1)[:, : next(sizes)]
    )
    with pytest.raises(InputError, match="transform: found 100 values; needed 144"):
        bins.evaluate(COLOURS)


@pytest.mark.parametrize("switch", ["whiten", "mirror"])
def test_switches_are_true_or_false(switch):
    with pytest.raises(InputError, match=f"{switch}: found 'no'"):
        NDB.fit(COLOURS, 2, **{switch: "no"})
