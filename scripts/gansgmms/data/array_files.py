"""Files of NumPy's arrays: .npy and .npz, bounded and without pickles."""

import math
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from gansgmms.data import splits
from gansgmms.data.arrays import as_data, as_images
from gansgmms.errors import InputError
from gansgmms.io.walk import regular_file

ARRAY_LIMIT = 2**33  # bytes of one array of a .npz
# An archive that is small only while it is packed: images pack to a tenth, not less than
# a hundredth. Below so many bytes it does not matter.
UNSUSPECTED, MOST_COMPRESSED = 2**29, 100


def open_array(path: Path) -> np.ndarray:
    """The array of a .npy file, memory-mapped."""
    regular_file(path, "a .npy file of numbers")
    try:
        return np.lib.format.open_memmap(path, mode="r")  # loads no pickle
    # numpy parses the header as Python and raises whatever a broken one leads it to.
    except Exception as error:
        raise InputError(
            str(path), f"an unreadable file ({error})", "a .npy file of numbers"
        ) from error


def read_npz_images(path: Path, shape: Sequence[int]) -> np.ndarray:
    """The images, or points, of a .npz: (n, h, w, c) uint8, or (n, d) float32.

    They are in its one array; in one called `samples` or `images`; or, as
    guided-diffusion writes them, in `arr_0` beside the labels in `arr_1`.

    Raises:
        InputError: for other arrays, and as `as_data`.
    """
    headers = _headers(path)
    name = _choose(path, headers)
    _check_size(f"{name} in {path}", headers[name], shape)
    return as_data(_read(path, name, headers[name]), shape, str(path))


def read_npz_splits(path: Path, shape: Sequence[int]) -> tuple[str, dict]:
    """The splits of a .npz whose arrays name them; nothing where they do not.

    x_train, y_train, x_test, y_test, as Keras names them; or train_images, train_labels
    and so on. One array of images a split, and one of whole numbers, the labels, or none.

    Returns:
        the arrays' names; and {"train": (images, labels), "test": (images, labels)}.

    Raises:
        InputError: for splits that do not fit (`splits.choose`), and as `as_images`.
    """
    headers = _headers(path)
    called = {name: word for name in headers if (word := _split_of(name))}
    if not called:
        return "", {}
    if beside := sorted(headers.keys() - called.keys()):
        found = f"{', '.join(beside)} beside {', '.join(sorted(called))}"
        raise InputError(str(path), found, "arrays that all name their split")
    chosen = splits.choose(called)
    read: dict[str, tuple] = {}
    for split in ("train", "test"):
        names = [name for name, s in chosen.items() if s == split]
        images = [name for name in names if len(headers[name][0]) >= 3]
        labels = [name for name in names if name not in images]
        if len(images) != 1 or len(labels) > 1:
            needed = f"one array of images for {split}, and one of labels or none"
            raise InputError(str(path), ", ".join(names), needed)
        thing = f"{images[0]} in {path}"
        _check_size(thing, headers[images[0]], shape)
        pixels = as_images(_read(path, images[0], headers[images[0]]), shape, thing)
        numbers = [_labels(path, name, headers[name], len(pixels)) for name in labels]
        read[split] = (pixels, numbers[0] if numbers else None)
    return ", ".join(sorted(called)), read


def _split_of(name: str) -> str | None:
    words = re.split(r"[^a-zA-Z]+", name)
    return next((word for word in words if word.casefold() in splits.NAMES), None)


def _labels(path: Path, name: str, header: tuple, n: int) -> np.ndarray:
    labels = _read(path, name, header)
    if labels.dtype.kind not in "iu" or labels.size != n:
        found = f"shape {labels.shape} and dtype {labels.dtype}"
        raise InputError(f"{name} in {path}", found, f"{n} whole numbers")
    return labels.reshape(n).astype(np.int64)


def _choose(path: Path, headers: dict[str, tuple]) -> str:
    """The array that holds the samples."""
    names = list(headers)
    chosen = [name for name in names if name in ("samples", "images")] or names
    if sorted(chosen) == ["arr_0", "arr_1"]:
        # guided-diffusion: images and their labels.
        (images, _), (labels, kind) = (headers[name][:2] for name in sorted(chosen))
        if len(images) > 1 and len(labels) == 1 and kind.kind in "iu":
            return "arr_0"
    if len(chosen) != 1:
        found = f"the arrays {', '.join(names)}" if names else "nothing"
        hint = "np.savez(path, samples=x)"
        raise InputError(str(path), found, "one array, or one called samples", hint)
    return chosen[0]


def _check_size(thing: str, header: tuple, shape: Sequence[int]) -> None:
    """Refuse, before it takes memory, what cannot be images of the shape."""
    sizes = header[0]
    each = math.prod(sizes[1:])
    if len(sizes) < 2 or each != math.prod(shape):
        needed = f"(n, {', '.join(map(str, shape))})"
        raise InputError(thing, f"shape {sizes}", needed)


# --- The archive, of which numpy's own reader would believe everything ---


def _headers(path: Path) -> dict[str, tuple]:
    """Shape, dtype and whether the order is Fortran's, of each array by its name."""
    regular_file(path, "a .npz file")

    def read(archive: zipfile.ZipFile) -> dict[str, tuple]:
        found = {}
        for info in archive.infolist():
            name = info.filename.removesuffix(".npy")
            if name == info.filename:
                raise InputError(str(path), info.filename, "arrays (.npy)")
            if name in found:
                raise InputError(str(path), f"{name} twice", "one array of each name")
            thing = f"{name} in {path}"
            with archive.open(info) as file:
                found[name] = _read_header(file, thing)
            sizes, dtype, _ = found[name]
            size = math.prod(sizes) * dtype.itemsize
            if not 0 <= size <= ARRAY_LIMIT:
                raise InputError(thing, f"{size} bytes", f"at most {ARRAY_LIMIT} bytes")
            if size > max(UNSUSPECTED, MOST_COMPRESSED * info.compress_size):
                what = f"{size} bytes that are {info.compress_size} in the archive"
                needed = f"at most {MOST_COMPRESSED} times as many"
                raise InputError(thing, what, needed, "np.savez, which compresses none")
        return found

    return _in_archive(path, read)


def _read(path: Path, name: str, header: tuple) -> np.ndarray:
    sizes, dtype, fortran = header
    size, thing = math.prod(sizes) * dtype.itemsize, f"{name} in {path}"

    def read(archive: zipfile.ZipFile) -> tuple[bytearray, bytes]:
        with archive.open(f"{name}.npy") as file:
            _read_header(file, thing)
            # What the header promises is not believed before it is there.
            data = bytearray()
            while len(data) < size and (
                part := file.read(min(2**24, size - len(data)))
            ):
                data += part
            return data, file.read(1)  # reading the end compares the checksum

    data, more = _in_archive(path, read)
    if len(data) != size or more:
        found = f"{len(data)}{' or more' if more else ''} bytes"
        raise InputError(thing, found, f"{size}, as its header says")
    return np.ndarray(sizes, dtype, data, order="F" if fortran else "C")


def _in_archive(path: Path, read: Callable[[zipfile.ZipFile], object]):
    try:
        with zipfile.ZipFile(path) as archive:
            return read(archive)
    except InputError:
        raise
    # zipfile and numpy raise whatever a broken file leads them to.
    except Exception as error:
        found = f"an unreadable file ({error})"
        raise InputError(str(path), found, "a sound .npz") from error


def _read_header(file: IO[bytes], thing: str) -> tuple:
    """Shape, dtype, and whether the order is Fortran's, of a .npy stream's header."""
    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read is None:
        raise InputError(thing, f"version {version} of .npy", "version 1.0 or 2.0")
    sizes, fortran, dtype = read(file)
    if dtype.hasobject:
        raise InputError(thing, "pickled objects", "numbers; pickles are never loaded")
    return sizes, dtype, fortran
