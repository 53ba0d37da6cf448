"""Images of any origin: a folder, a zip or a .npy array.

A description (`spec`) has `shape` and, where they apply: `crop` and `resize` (see
`sources.decode`), `partitions` (the numbers that mean train and test in a partition
file) and `test_fraction` (the share of images held out where nothing else says).
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tqdm import tqdm

from gansgmms.data import splits
from gansgmms.data.array_files import open_array, read_npz_images, read_npz_splits
from gansgmms.data.arrays import as_images
from gansgmms.data.image_sources import RESIZES, decode, members
from gansgmms.data.partitions import read_partition
from gansgmms.errors import InputError

SEED = 2018  # of the split: fixed, so that all runs hold out the same images
TEST_FRACTION = 0.2
# Of samples, which are scored as they are.
SAME_SIZE = "scale them to the size of the images that they are compared with"
RANDOM = "none is named, so a fixed random choice"
ARRAYS = (".npy", ".npz")
TABLES = (".parquet", ".arrow", ".feather")  # whose images samples alone are read from
BLOCK = 256  # images handed to a thread at a time


def read(spec, files, threads):
    """Read images and divide them into train and test.

    Args:
        spec: see above.
        files: `images`, or `train` and `test`: each a folder or zip of images, a .npy,
            or a .npz (`gansgmms.data.array_files`). With `partition`, a text file of
            lines "name number" as in CelebA, that file says which image goes where
            (`gansgmms.data.partitions`), and images it does not list are left out.
            Otherwise folders named train and test do (`gansgmms.data.splits`), or else
            a fixed random choice. Folders below are classes.
        threads: threads that decode.

    Returns:
        {"train": (images, labels), "test": (images, labels)}: (n, h, w, c) uint8 in
        the order of their names; labels number the sorted class names, or None
        where some image lies in no class folder.

    Raises:
        InputError: for anything that is not an image of the right shape, anything
            that climbs out of an archive or is larger than `sources` allows, pickles,
            NaN, values outside [0, 1], and test images that are those of training.
    """
    _check_spec(spec)
    if {"train", "test"} <= files.keys():
        read_splits = _read_each(files, spec, threads)
        how = "`train` and `test` of path"
    elif "images" not in files:
        raise InputError(
            "path", ", ".join(files) or "nothing", "`images`, or `train` and `test`"
        )
    elif _is_array(files["images"]):
        how, read_splits = _read_arrays(files["images"], spec)
    else:
        how, read_splits = _read_pictures(files, spec, threads)
    train, test = (read_splits[split][0] for split in ("train", "test"))
    if how != RANDOM and len(train) and np.array_equal(train, test):
        needed = "images that are not trained on"
        raise InputError("the test images", "the training images again", needed)
    splits.report(how, {s: len(images) for s, (images, _) in read_splits.items()})
    if again := _in_both(train, test):
        splits.log.warning(
            "%s of %s test images are among the training images, pixel by pixel",
            f"{again:,}",
            f"{len(test):,}",
        )
    return read_splits


def _read_each(files: dict[str, Path], spec: dict, threads: int) -> dict:
    """Train and test, each of a folder, zip, .npy or .npz of its own."""
    if extra := sorted(files.keys() - {"train", "test"}):
        needed = "`train` and `test` alone"
        raise InputError("path", f"{', '.join(extra)} beside them", needed)
    train, test = (files[split].resolve() for split in ("train", "test"))
    if train.is_relative_to(test) or test.is_relative_to(train):
        both = f"{files['train']} and {files['test']}, one inside the other"
        raise InputError("path", both, "images for `test` that `train` has not")
    images, class_of = {}, {}
    for split in ("train", "test"):
        if _is_array(files[split]):
            images[split] = _read_array(files[split], spec)
            class_of[split] = {"": ""}  # an array has no classes
            continue
        with members(files[split]) as found:
            names = sorted(found)
            if splits.both_named(names):
                needed = "images of one split"
                hint = f"give the folder of {split} alone"
                raise InputError(f"path.{split}", "both splits in it", needed, hint)
            class_of[split] = splits.classes(names)
            images[split] = decode_all(names, found, spec, threads, split)
    return _labelled(images, class_of)


def _read_arrays(path: Path, spec: dict) -> tuple[str, dict]:
    if path.suffix.lower() == ".npz":
        how, found = read_npz_splits(path, spec["shape"])
        if found:
            return how, found
    images = _read_array(path, spec)
    chosen = _choose(len(images), spec)
    return RANDOM, {s: (images[i], None) for s, i in chosen.items()}


def _read_pictures(files: dict[str, Path], spec: dict, threads: int):
    if files["images"].name.lower().endswith(TABLES) and files["images"].is_file():
        raise _table(str(files["images"]))
    with members(files["images"]) as found:
        names = sorted(found)
        if tables := [n for n in names if n.lower().endswith(TABLES)]:
            raise _table(tables[0])
        if "partition" in files:
            how = f"{files['partition'].name}"
            split_of = read_partition(files["partition"], names, spec)
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


def _in_both(train: np.ndarray, test: np.ndarray) -> int:
    """How many test images are training images as well."""
    of_test = [hash(image.tobytes()) for image in test]
    known = set(of_test)
    found = {h for image in train if (h := hash(image.tobytes())) in known}
    return sum(h in found for h in of_test)


def _is_array(path: Path) -> bool:
    return path.suffix.lower() in ARRAYS and not path.is_dir()


def _table(name: str) -> InputError:
    hint = "save the images themselves: row['image'].save(f'train/{i}.png')"
    return InputError(name, "a table", "images", hint)


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
    if path.suffix.lower() == ".npz":
        return read_npz_images(path, spec["shape"])
    # A copy: the file is only mapped into memory.
    return np.array(as_images(open_array(path), spec["shape"], str(path)))
