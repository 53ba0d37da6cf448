"""Images of any origin: a folder, a zip or a .npy array.

A description (`spec`) has `shape` and, where they apply: `crop` and `resize` (see
`sources.decode`), `partitions` (the numbers that mean train and test in a partition
file) and `test_fraction` (the share of images held out where nothing else says).
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import numpy as np
from tqdm import tqdm

from gansgmms.data.image_sources import RESIZES, decode, members
from gansgmms.errors import InputError

SEED = 2018  # of the split: fixed, so that all runs hold out the same images
TEST_FRACTION = 0.2
BLOCK = 256  # images handed to a thread, or converted, at a time


def read(spec, files, threads):
    """Read images and divide them into train and test.

    Args:
        spec: see above.
        files: `images`: a folder or zip of images, or a .npy file; or `train` and
            `test`: a .npy file each. With `partition`, a text file of lines
            "name number" as in CelebA, that file says which image goes where, and
            images it does not list are left out. Otherwise folders named train and
            test do, or else a fixed random choice. Folders below are classes.
        threads: threads that decode.

    Returns:
        {"train": (images, labels), "test": (images, labels)}: (n, h, w, c) uint8 in
        the order of their names; labels number the sorted class names, or None
        where some image lies in no class folder.

    Raises:
        InputError: for anything that is not an image of the right shape, anything
            that climbs out of an archive or is larger than `sources` allows, pickles,
            NaN, and values outside [0, 1].
    """
    _check_spec(spec)
    if {"train", "test"} <= files.keys():
        return {s: (_read_array(files[s], spec), None) for s in ("train", "test")}
    if "images" not in files:
        raise InputError(
            "path", ", ".join(files) or "nothing", "`images`, or `train` and `test`"
        )
    if files["images"].suffix == ".npy":
        images = _read_array(files["images"], spec)
        return {s: (images[i], None) for s, i in _choose(len(images), spec).items()}
    with members(files["images"]) as found:
        names = sorted(found)
        split_of, class_of = _read_layout(names)
        if "partition" in files:
            split_of = _read_partition(files["partition"], names, spec)
        elif not split_of:
            chosen = _choose(len(names), spec)
            split_of = {names[i]: s for s in chosen for i in chosen[s]}
        classes = {c: i for i, c in enumerate(sorted(set(class_of.values())))}
        splits = {}
        for split in ("train", "test"):
            mine = [name for name in names if split_of.get(name) == split]
            images = decode_all(mine, found, spec, threads, split)
            labels = np.array([classes[class_of[name]] for name in mine])
            splits[split] = (images, None if "" in classes else labels)
    return splits


def _check_spec(spec: dict) -> None:
    shape = spec["shape"]
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise InputError("shape", repr(shape), "[height, width, channels (1 or 3)]")
    crop = spec.get("crop")
    if crop is not None and not (
        isinstance(crop, list)
        and len(crop) == 4
        and all(isinstance(value, int) for value in crop)
        and min(crop[:2]) >= 0 < min(crop[2:])
    ):
        raise InputError("crop", repr(crop), "[x, y, width, height] in pixels")
    resize = spec.get("resize")
    if resize is not None and resize not in RESIZES:
        raise InputError("resize", repr(resize), f"one of {', '.join(RESIZES)}")


def _read_layout(names: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Split and class of each file by its folders; no splits where none are named."""
    parts = {name: PurePosixPath(name).parts for name in names}
    while True:
        top = {part[0] if len(part) > 1 else "" for part in parts.values()}
        if len(top) != 1 or top & {"", "train", "test"}:
            break
        parts = {name: part[1:] for name, part in parts.items()}
    split_of = {}
    if top and top <= {"train", "test"}:
        split_of = {name: part[0] for name, part in parts.items()}
        parts = {name: part[1:] for name, part in parts.items()}
    return split_of, {name: "/".join(part[:-1]) for name, part in parts.items()}


def _read_partition(path: Path, names: list[str], spec: dict) -> dict[str, str]:
    """Split of each listed file; the list has file names without their folders."""
    partitions = spec.get("partitions", {})
    if not {"train", "test"} <= partitions.keys():
        raise InputError(
            "partitions", repr(partitions), "the numbers that mean train and test"
        )
    full_name = {PurePosixPath(name).name: name for name in names}
    if len(full_name) < len(names):
        raise InputError(str(path), "several images of one name", "distinct names")
    split_of_number = {str(partitions[split]): split for split in ("train", "test")}
    split_of = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"no list ({error})", "a text file") from None
    for number, line in enumerate(lines, 1):
        fields = line.split()
        if len(fields) != 2 or not fields[1].isdecimal():
            raise InputError(
                f"line {number} of {path}", repr(line[:80]), "a name and a number"
            )
        if split := split_of_number.get(fields[1]):
            if fields[0] not in full_name:
                raise InputError(
                    f"line {number} of {path}",
                    f"{fields[0]}, which is not there",
                    "the name of an image",
                )
            split_of[full_name[fields[0]]] = split
    return split_of


def _choose(n: int, spec: dict) -> dict[str, np.ndarray]:
    """A fixed random division of `n` images, each part in ascending order."""
    fraction = spec.get("test_fraction", TEST_FRACTION)
    if not isinstance(fraction, float) or not 0 < fraction < 1:
        raise InputError("test_fraction", repr(fraction), "a number between 0 and 1")
    order = np.random.default_rng(SEED).permutation(n)
    n_test = round(n * fraction)
    return {"train": np.sort(order[n_test:]), "test": np.sort(order[:n_test])}


def decode_all(
    names: Sequence[str],
    found: Mapping[str, Callable[[], bytes]],
    spec: dict,
    threads: int,
    what: str,
) -> np.ndarray:
    """Decode the files of these names: (n, h, w, c) uint8, in their order.

    Args:
        found: a function that reads each file, as `sources.members` gives them.
        spec: see above.
        what: is being decoded, for the progress bar.
    """
    images = np.empty((len(names), *spec["shape"]), np.uint8)

    def fill(start: int) -> int:
        block = names[start : start + BLOCK]
        for i, name in enumerate(block, start):
            images[i] = decode(
                name, found[name](), spec["shape"], spec.get("crop"), spec.get("resize")
            )
        return len(block)

    with (
        ThreadPoolExecutor(threads) as pool,
        tqdm(total=len(names), desc=what, unit="image") as bar,
    ):
        try:
            for done in pool.map(fill, range(0, len(names), BLOCK)):
                bar.update(done)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return images


def _read_array(path: Path, spec: dict) -> np.ndarray:
    return as_images(open_array(path), spec["shape"], str(path))


def open_array(path: Path) -> np.ndarray:
    """The array of a .npy file, memory-mapped."""
    try:
        return np.lib.format.open_memmap(path, mode="r")  # loads no pickle
    # numpy parses the header as Python and raises whatever a broken one leads it to.
    except Exception as error:
        raise InputError(
            str(path), f"an unreadable file ({error})", "a .npy file of numbers"
        ) from error


def as_images(array: np.ndarray, shape: Sequence[int], thing: str) -> np.ndarray:
    """An array of images as (n, h, w, c) uint8; floats in [0, 1] are rounded.

    Args:
        array: (n, h, w, c), or (n, h, w) where c = 1; uint8, or floats in [0, 1].
        shape: (h, w, c).
        thing: what the array is called in messages.

    Raises:
        InputError: for another shape, another dtype, NaN, and values outside [0, 1].
    """
    height, width, channels = shape
    if array.ndim == 3 and channels == 1:
        array = array[..., None]
    if array.shape[1:] != (height, width, channels):
        first = array.shape[1:] == (channels, height, width)
        hint = "put the channels last: np.moveaxis(x, 1, -1)" if first else ""
        needed = f"(n, {height}, {width}, {channels})"
        raise InputError(thing, f"shape {array.shape}", needed, hint)
    if array.dtype == np.uint8:
        return np.array(array)
    if array.dtype.kind != "f":
        hints = {
            "i": "x.astype(np.uint8), if its values go from 0 to 255",
            "b": "x.astype(np.float32), if True is white",
        }
        hint = hints.get(array.dtype.kind.replace("u", "i"), "")
        needed = "uint8, or floats from 0 to 1"
        raise InputError(thing, f"dtype {array.dtype}", needed, hint)
    images = np.empty(array.shape, np.uint8)
    for start in tqdm(range(0, len(array), BLOCK), desc=Path(thing).name):
        block = array[start : start + BLOCK]
        low, high = block.min(initial=0), block.max(initial=1)
        # Written so that NaN fails it.
        if not (low >= 0 and high <= 1):
            raise _out_of_range(thing, float(low), float(high))
        images[start : start + BLOCK] = np.rint(block * 255)
    return images


def _out_of_range(thing: str, low: float, high: float) -> InputError:
    if np.isnan(low):
        return InputError(thing, "NaN", "numbers from 0 to 1")
    hint = ""
    if -1 <= low < 0 and high <= 1:
        hint = "(x + 1) / 2, if -1 is black and 1 is white"
    elif low >= 0 and high <= 255:
        hint = "x / 255, if 255 is white"
    found = f"values from {low:.3g} to {high:.3g}, outside [0, 1]"
    return InputError(thing, found, "floats from 0 (black) to 1 (white)", hint)
