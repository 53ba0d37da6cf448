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

from gansgmms.data import splits
from gansgmms.data.array_files import open_array, read_npz_images, read_npz_splits
from gansgmms.data.arrays import as_images
from gansgmms.data.image_sources import RESIZES, decode, members
from gansgmms.errors import InputError

SEED = 2018  # of the split: fixed, so that all runs hold out the same images
TEST_FRACTION = 0.2
# Of samples, which are scored as they are.
SAME_SIZE = "scale them to the size of the images that they are compared with"
RANDOM = "none is named, so a fixed random choice"
BLOCK = 256  # images handed to a thread at a time


def read(spec, files, threads):
    """Read images and divide them into train and test.

    Args:
        spec: see above.
        files: `images`, or `train` and `test`: each a folder or zip of images, or a
            .npy file. With `partition`, a text file of lines "name number" as in
            CelebA, that file says which image goes where, and images it does not list
            are left out. Otherwise folders named train and test do
            (`gansgmms.data.splits`), or else a fixed random choice. Folders below are
            classes. `images` may also be a .npz (`gansgmms.data.array_files`).
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
        read_splits = _read_each(files, spec, threads)
        how = "`train` and `test` of path"
    elif "images" not in files:
        raise InputError(
            "path", ", ".join(files) or "nothing", "`images`, or `train` and `test`"
        )
    elif files["images"].suffix.lower() in (".npy", ".npz"):
        how, read_splits = _read_arrays(files["images"], spec)
    else:
        how, read_splits = _read_pictures(files, spec, threads)
    splits.report(how, {s: len(images) for s, (images, _) in read_splits.items()})
    return read_splits


def _read_each(files: dict[str, Path], spec: dict, threads: int) -> dict:
    """Train and test, each of a folder, zip or .npy of its own."""
    if extra := sorted(files.keys() - {"train", "test"}):
        needed = "`train` and `test` alone"
        raise InputError("path", f"{', '.join(extra)} beside them", needed)
    if all(path.suffix.lower() == ".npy" for path in files.values()):
        return {s: (_read_array(files[s], spec), None) for s in ("train", "test")}
    images, class_of = {}, {}
    for split in ("train", "test"):
        with members(files[split]) as found:
            names = sorted(found)
            class_of[split] = splits.classes(names)
            images[split] = decode_all(names, found, spec, threads, split)
    return _labelled(images, class_of)


def _read_arrays(path: Path, spec: dict) -> tuple[str, dict]:
    if path.suffix.lower() == ".npz":
        how, found = read_npz_splits(path, spec["shape"])
        if found:
            return how, found
    images = (
        read_npz_images(path, spec["shape"])
        if path.suffix.lower() == ".npz"
        else _read_array(path, spec)
    )
    chosen = _choose(len(images), spec)
    return RANDOM, {s: (images[i], None) for s, i in chosen.items()}


def _read_pictures(files: dict[str, Path], spec: dict, threads: int):
    with members(files["images"]) as found:
        if "dataset.json" in found:  # StyleGAN's list of labels, beside the images
            found.pop("dataset.json")
        names = sorted(found)
        if "partition" in files:
            how = f"{files['partition'].name}"
            split_of = _read_partition(files["partition"], names, spec)
            class_of = splits.classes(names)
            if left := len(names) - len(split_of):
                how += f" ({left:,} images that it does not list left out)"
        else:
            how = "folders"
            split_of, class_of = splits.of_folders(names)
        if not split_of and "partition" not in files:
            how, chosen = RANDOM, _choose(len(names), spec)
            split_of = {names[i]: s for s in chosen for i in chosen[s]}
        mine = {
            s: [name for name in names if split_of.get(name) == s]
            for s in ("train", "test")
        }
        images = {s: decode_all(mine[s], found, spec, threads, s) for s in mine}
    of_split = {s: {name: class_of[name] for name in mine[s]} for s in mine}
    return how, _labelled(images, of_split, set(class_of.values()))


def _labelled(
    images: dict[str, np.ndarray],
    class_of: dict[str, dict[str, str]],
    classes: set[str] | None = None,
) -> dict[str, tuple[np.ndarray, np.ndarray | None]]:
    """Images with the numbers of their classes, in the order of their names."""
    if classes is None:
        classes = {c for of_split in class_of.values() for c in of_split.values()}
    number = {c: i for i, c in enumerate(sorted(classes))}
    return {
        split: (
            of_split,
            None
            if "" in classes
            else np.array([number[c] for c in class_of[split].values()]),
        )
        for split, of_split in images.items()
    }


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
        # Windows's editors begin a file with a byte order mark.
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"no list ({error})", "a text file") from None
    for number, line in enumerate(lines, 1):
        fields = line.split()
        if not fields:
            continue
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
    hint: str | None = None,
) -> np.ndarray:
    """Decode the files of these names: (n, h, w, c) uint8, in their order.

    Args:
        found: a function that reads each file, as `sources.members` gives them.
        spec: see above.
        what: is being decoded, for the progress bar.
        hint: what to do where an image has another size; `decode`'s where left out.
    """
    images = np.empty((len(names), *spec["shape"]), np.uint8)
    options = {} if hint is None else {"hint": hint}

    def fill(start: int) -> int:
        block = names[start : start + BLOCK]
        for i, name in enumerate(block, start):
            images[i] = decode(
                name,
                found[name](),
                spec["shape"],
                spec.get("crop"),
                spec.get("resize"),
                **options,
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
    # A copy: the file is only mapped into memory.
    return np.array(as_images(open_array(path), spec["shape"], str(path)))
