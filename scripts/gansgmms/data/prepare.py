"""Datasets: from raw files to training and test images in memory."""

from pathlib import Path

import numpy as np

from gansgmms.data import builtin, image_files, official
from gansgmms.data.synthetic import modes
from gansgmms.errors import InputError
from gansgmms.io.walk import expand

# Each reader, and the files it cannot do without.
READERS = {
    "digits": (builtin.digits, []),
    "patches": (builtin.patches, []),
    "toy2d": (builtin.toy2d, []),
    "modes": (modes, []),
    "mnist": (
        official.mnist,
        ["train_images", "train_labels", "test_images", "test_labels"],
    ),
    "svhn": (official.svhn, ["train", "test"]),
    "cifar10": (official.cifar10, ["archive"]),
    "images": (image_files.read, []),
}


def prepare(
    spec: dict, files: dict[str, Path] | None = None, threads: int = 1
) -> dict[str, tuple[np.ndarray, np.ndarray | None]]:
    """Read a dataset and check what came out against its description.

    Args:
        spec: an entry of `resources/datasets.yaml`, or one of a user with the
            same keys and `path` in place of `files`: a path, or several by key
            (`images` and `partition`, or `train` and `test`).
        files: the raw files by key; left out for `path` and for embedded datasets.
        threads: threads that decode images.

    Returns:
        {"train": (images, labels), "test": (images, labels)}: images (n, h, w, c)
        uint8, or (n, d) float32 points; labels (n,) integers, or None.

    Raises:
        InputError: if a file cannot be used, or if the counts, the shape, the dtype
            or the labels differ from what `spec` says.
    """
    reader = spec.get("reader")
    if reader not in READERS:
        raise InputError("reader", repr(reader), f"one of {', '.join(READERS)}")
    shape = spec.get("shape")
    if not isinstance(shape, list) or not all(
        type(size) is int and size > 0 for size in shape
    ):
        raise InputError("shape", repr(shape), "[height, width, channels]")
    read, keys = READERS[reader]
    files = {key: expand(path) for key, path in (files or _own_files(spec)).items()}
    if missing := set(keys) - files.keys():
        raise InputError("path", f"no {', '.join(sorted(missing))}", ", ".join(keys))
    splits = read(spec, files, threads)
    for split, (data, labels) in splits.items():
        _check(spec, split, data, labels)
    return splits


def _own_files(spec: dict) -> dict[str, Path]:
    path = spec.get("path", {})
    by_key = path if isinstance(path, dict) else {"images": path}
    return {key: expand(value) for key, value in by_key.items()}


def _check(spec: dict, split: str, data: np.ndarray, labels: np.ndarray | None):
    thing = f"{split} split of {spec.get('title', spec.get('path', spec['reader']))}"
    if len(data) == 0:
        raise InputError(thing, "no images", "at least one")
    if (found := list(data.shape[1:])) != spec["shape"]:
        raise InputError(thing, f"shape {found}", f"shape {spec['shape']}")
    dtype = np.uint8 if data.ndim == 4 else np.float32
    if data.dtype != dtype:
        raise InputError(thing, f"dtype {data.dtype}", f"dtype {np.dtype(dtype)}")
    if labels is not None and len(labels) != len(data):
        raise InputError(thing, f"{len(labels)} labels", f"{len(data)} of them")
    needed = spec.get("counts", {}).get(split, len(data))
    if len(data) != needed:
        raise InputError(thing, f"{len(data)} images", f"{needed} images")
