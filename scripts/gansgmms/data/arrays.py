"""Anybody's arrays and tensors as what the library works with: pixels, or points.

Files, bins, mixtures and trainings all take their numbers from here, so that an array
is taken, or refused in the same words, whichever way it comes. Images are 8-bit pixels
(n, h, w, c); points are float32 (n, d). Needs no torch: tensors are known by what they
can do.
"""

from collections.abc import Sequence

import numpy as np

from gansgmms.errors import InputError

BLOCK = 256  # images converted at a time
# Of the distance from black to white: what lies no further outside rounds to a bound.
HALF_STEP = 0.5 / 255


def as_data(
    values,
    shape: Sequence[int] | None = None,
    thing: str = "images",
    range: tuple[float, float] | None = None,
) -> np.ndarray:
    """Images or points, checked, in the library's form.

    Args:
        values: an array or a tensor of any device. Images are (n, h, w, c), (n, h, w)
            where c = 1, or (n, h w c) where `shape` is given; tensors may be
            (n, c, h, w). uint8, or floats from 0 to 1; with `range`, any numbers.
            Points are floats (n, d).
        shape: (h, w, c) of one image, or (d,) of one point; where it is left out, two
            dimensions are points, and three or four are images.
        thing: what the values are called in messages.
        range: the values that mean black and white, such as (-1, 1) or (0, 255).

    Returns:
        (n, h, w, c) uint8, or (n, d) float32; the array itself where it is so already.

    Raises:
        InputError: for another shape, another dtype, NaN, and values out of range.
    """
    channels_first = is_tensor(values)
    array = as_array(values, thing)
    if shape is None:
        shape = _shape_of(array, channels_first, thing)
    if len(shape) == 1:
        if range is not None:
            found = f"{range!r} for points of {shape[0]} dimensions"
            raise InputError("range", found, "none: points are taken as they are")
        return as_points(array, shape, thing)
    h, w, c = shape
    if channels_first and array.shape[1:] == (c, h, w) != (h, w, c):
        array = np.moveaxis(array, 1, -1)
    if array.shape[1:] == (h * w * c,):
        array = array.reshape(len(array), h, w, c)
    return as_images(array, shape, thing, range)


def is_tensor(values) -> bool:
    return hasattr(values, "detach") and hasattr(values, "cpu")


def as_array(values, thing: str) -> np.ndarray:
    """An array or a tensor of any device as an array; nothing else is taken."""
    if is_tensor(values):
        values = values.detach().cpu()
        # NumPy has no bfloat16.
        return (values.float() if values.is_floating_point() else values).numpy()
    if not isinstance(values, np.ndarray):
        found = f"a {type(values).__name__}"
        raise InputError(thing, found, "a NumPy array or a tensor of numbers")
    return values


def as_images(
    array: np.ndarray,
    shape: Sequence[int],
    thing: str,
    range: tuple[float, float] | None = None,
) -> np.ndarray:
    """An array of images as (n, h, w, c) uint8; what is not 8-bit yet is rounded.

    Args:
        array: (n, h, w, c), or (n, h, w) where c = 1.
        shape: (h, w, c).
        thing, range: as of `as_data`.

    Raises:
        InputError: as `as_data`; and for pixels of 0 and 1 that claim to be 8-bit.
    """
    low, high = check_range(range)
    array = _with_shape(array, tuple(shape), thing)
    if array.dtype == np.uint8 and range is None:
        images = array
    else:
        _check_dtype(array, thing, any_number=range is not None)
        images = np.empty(array.shape, np.uint8)
        for start in np.arange(0, len(array), BLOCK):
            block = array[start : start + BLOCK]
            share = (block.astype(np.float64, copy=False) - low) / (high - low)
            least, most = share.min(initial=0), share.max(initial=1)
            # Written so that NaN fails it.
            if not (least >= -HALF_STEP and most <= 1 + HALF_STEP):
                lowest = np.nan if np.isnan(least) else float(block.min())
                raise out_of_range(thing, lowest, float(block.max()), (low, high))
            images[start : start + BLOCK] = np.rint(share * 255).clip(0, 255)
    if images.max(initial=0) == 1:
        raise InputError(
            thing,
            "no pixel brighter than 1 of 255",
            "uint8 from 0 to 255, or floats from 0 to 1",
            "x.astype(np.float32), if 1 is white",
        )
    return images


def as_points(array: np.ndarray, shape: Sequence[int], thing: str) -> np.ndarray:
    """An array of points as (n, d) float32.

    Raises:
        InputError: for another shape, another dtype, and what is not finite.
    """
    if array.shape[1:] != tuple(shape) or array.dtype.kind != "f":
        found = f"shape {array.shape} and dtype {array.dtype}"
        hint = ""
        if array.ndim == 2 and array.dtype == np.uint8:
            hint = "x.reshape(n, h, w, c), if they are images"
        raise InputError(thing, found, f"floats (n, {shape[0]})", hint)
    if len(array) and not np.isfinite([array.min(), array.max()]).all():
        raise InputError(thing, "values that are not finite", "finite numbers")
    with np.errstate(over="ignore"):
        points = array.astype(np.float32, copy=False)
    if points is not array and not np.isfinite(points).all():
        found = "values that are not finite in float32"
        raise InputError(thing, found, "numbers below 3e38")
    return points


def _shape_of(array: np.ndarray, channels_first: bool, thing: str) -> tuple[int, ...]:
    """(h, w, c) or (d,) of values of which nothing else is known."""
    sizes = array.shape[1:]
    match array.ndim:
        case 2:
            return sizes
        case 3:
            return (*sizes, 1)
        case 4:
            if sizes[2] in (1, 3) or sizes[0] not in (1, 3):
                return sizes
            if channels_first:
                return (sizes[1], sizes[2], sizes[0])
            raise _wrong_shape(thing, array, "(n, h, w, c)", first=True)
    raise _wrong_shape(thing, array, "images (n, h, w, c), or points (n, d)", False)


def _with_shape(array: np.ndarray, shape: tuple, thing: str) -> np.ndarray:
    height, width, channels = shape
    if array.ndim == 3 and channels == 1:
        array = array[..., None]
    if array.shape[1:] != shape:
        first = array.shape[1:] == (channels, height, width)
        raise _wrong_shape(thing, array, f"(n, {height}, {width}, {channels})", first)
    return array


def _wrong_shape(thing: str, array: np.ndarray, needed: str, first: bool) -> InputError:
    hint = "put the channels last: np.moveaxis(x, 1, -1)" if first else ""
    return InputError(thing, f"shape {array.shape}", needed, hint)


def check_range(range) -> tuple[float, float]:
    """The values that mean black and white; (0, 1) where none are given."""
    if range is None:
        return 0.0, 1.0
    try:
        low, high = map(float, range)
    except (TypeError, ValueError):
        low = high = np.nan
    if not (np.isfinite([low, high]).all() and low < high):
        needed = "the numbers that mean black and white, such as (-1, 1)"
        raise InputError("range", repr(range), needed)
    return low, high


def _check_dtype(array: np.ndarray, thing: str, any_number: bool) -> None:
    kind = array.dtype.kind
    if kind == "f" or (any_number and kind in "iub"):
        return
    hints = {
        "i": "x.astype(np.uint8), if its values go from 0 to 255",
        "b": "x.astype(np.float32), if True is white",
    }
    needed = "numbers" if any_number else "uint8, or floats from 0 to 1"
    hint = "" if any_number else hints.get(kind.replace("u", "i"), "")
    raise InputError(thing, f"dtype {array.dtype}", needed, hint)


def out_of_range(thing: str, low: float, high: float, bounds: tuple) -> InputError:
    """The refusal of values from `low`, or NaN, to `high`, with a hint that applies."""
    black, white = (f"{bound:g}" for bound in bounds)
    if np.isnan(low):
        return InputError(thing, "NaN", f"numbers from {black} to {white}")
    hint = f"np.clip(x, {black}, {white}), if only a little lies outside"
    if bounds == (0, 1):
        if -1 - 2 * HALF_STEP <= low < -0.1 and high <= 1 + HALF_STEP:
            hint = "(x + 1) / 2, if -1 is black and 1 is white"
        elif low >= -0.5 and 2 < high <= 255.5:
            hint = "x / 255, if 255 is white"
        elif low < -1.1 or high > 255.5:
            hint = ""
    found = f"values from {low:.9g} to {high:.9g}, outside [{black}, {white}]"
    needed = f"floats from {black} (black) to {white} (white)"
    return InputError(thing, found, needed, hint)
