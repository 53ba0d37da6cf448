"""What somebody gives to the metric, taken only where it can be read in one way.

`arrays.as_data` reads images by their shape. Here the shapes that mean two things are
refused, and what is no array is told what makes it one. Needs no torch.
"""

import math
import os
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from gansgmms.data.arrays import as_data, is_tensor
from gansgmms.data.dense import dense
from gansgmms.errors import InputError

ARRAY = "a NumPy array or a tensor of numbers"
# What distances may be, so that their squares neither overflow in float32 nor vanish.
SHORTEST, LONGEST = 1e-15, 1e18
RESOLUTION = 1e-3  # of the points' extent: what rounding to float32 may take
LAST = "a NumPy array in place of the tensor has its channels last"
_HINTS: list[tuple[type | tuple[type, ...], str]] = [
    ((list, tuple), "np.stack(x), if these are images of one size"),
    ((str, bytes, os.PathLike), "np.load(path), or `ndb score` for files"),
    (Mapping, "give the images alone, as in x['images']"),
    (Iterable, "np.concatenate(list(x)), if it gives batches of images alone"),
]


def given(
    values,
    shape: Sequence[int] | None = None,
    thing: str = "images",
    range: tuple[float, float] | None = None,
) -> np.ndarray:
    """Images or points of anybody's, in the library's form.

    Args:
        values, shape, thing, range: as of `arrays.as_data`; also arrays of other libraries.

    Returns:
        (n, h, w, c) uint8, or (n, d) float32.

    Raises:
        InputError: as `dense` and `as_data`; for no values at all; for one image in place
            of several, frames of videos, tensors whose channels could be first and last,
            and tensors of colour images in rows.
    """
    values = dense(values, thing)
    if not is_tensor(values) and not isinstance(values, np.ndarray):
        found = f"a {type(values).__name__}"
        hint = next((hint for kind, hint in _HINTS if isinstance(values, kind)), "")
        if hasattr(values, "toarray"):  # SciPy's sparse ones
            hint = "x.toarray()"
        raise InputError(thing, found, ARRAY, hint)
    if getattr(values.dtype, "hasobject", False):
        hint = "x.astype(float), if each is a number"
        raise InputError(thing, f"objects, dtype {values.dtype}", ARRAY, hint)
    _refuse_two_meanings(values, shape, thing)
    return as_data(values, shape, thing, range)


def _refuse_two_meanings(values, shape: Sequence[int] | None, thing: str) -> None:
    sizes, first = tuple(values.shape), is_tensor(values)
    one = sizes[1:]  # of one image, it may be
    found, needed = f"shape {sizes}", "images (n, h, w, c)"
    if len(sizes) > 1 and math.prod(one) == 0:
        raise InputError(thing, found, "at least one value each")
    if len(sizes) == 5:
        hint = "x.reshape(-1, *x.shape[2:]), if they are frames of videos"
        raise InputError(thing, found, needed, hint)
    if shape is None:
        if len(sizes) == 3 and sizes[2] in (1, 3):
            hint = "x[None], if it is one image; x[..., None], if there are several"
            raise InputError(thing, found, needed, hint)
        if first and len(one) == 3 and {one[0], one[2]} <= {1, 3} and one != (1, 1, 1):
            needed = "channels that are surely first, or surely last"
            raise InputError(thing, found, needed, LAST)
    elif len(shape) == 3:
        h, w, c = shape
        whole = [(h, w, c), (c, h, w)] if first else [(h, w, c)]
        if sizes in whole and (c > 1 or one != (h, w)):
            hint = "x[None], if it is one image"
            raise InputError(thing, found, f"(n, {h}, {w}, {c})", hint)
        if first and one == (h * w * c,) and min(h * w, c) > 1:
            needed = f"(n, {c}, {h}, {w}) or (n, {h}, {w}, {c})"
            hint = "rows do not tell where the channels are"
            raise InputError(thing, found, needed, hint)
        if first and one == (h, w, c) == (c, h, w) and h > 1:
            needed = "channels that are surely first, or surely last"
            raise InputError(thing, found, needed, LAST)


def refuse_unresolved(values, thing: str) -> None:
    """Refuse points whose distances float32, in which they are computed, cannot hold.

    Args:
        values: (n, d) as they were given, array or tensor.

    Raises:
        InputError: for points that differ by too little or too much.
    """
    exact = values.detach().cpu().double().numpy() if is_tensor(values) else values
    exact = np.asarray(exact, np.float64)
    if not len(exact):
        return
    reach = float(np.abs(exact - exact.mean(0)).max())
    lost = float(np.finfo(np.float32).eps * np.abs(exact).max())
    if reach and not SHORTEST < reach < LONGEST:
        needed = f"distances between {SHORTEST:g} and {LONGEST:g}"
        hint = "divide the samples and the reference by one number"
        raise InputError(thing, f"points {reach:.3g} apart", needed, hint)
    if lost > RESOLUTION * reach > 0:
        found = f"values up to {np.abs(exact).max():.9g} that differ by {reach:.3g}"
        hint = "take the reference's mean from the samples and the reference"
        raise InputError(thing, found, "what float32 tells apart", hint)
