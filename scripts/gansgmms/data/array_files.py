"""Files of NumPy's arrays: .npy and .npz, bounded and without pickles."""

import math
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from gansgmms.data import splits
from gansgmms.data.arrays import as_data, as_images
from gansgmms.errors import InputError
from gansgmms.io.signatures import NUMPY, ZIP, kind_of
from gansgmms.io.walk import regular_file

ARRAY_LIMIT = 2**33  # bytes of one array of a .npz
# An archive that is small only while it is packed: images pack to a tenth, not less than
# a hundredth. Below so many bytes it does not matter.
UNSUSPECTED, MOST_COMPRESSED = 2**29, 100


def open_array(path: Path) -> np.ndarray:
    """The array of a .npy file, memory-mapped.

    Raises:
        InputError: for a damaged file, a pickle, and for bytes after the array: those of
            further arrays, when batches were saved into one file.
    """
    needed = "a .npy file of numbers"
    regular_file(path, needed)
    try:
        array = np.lib.format.open_memmap(path, mode="r")  # loads no pickle
    # numpy parses the header as Python and raises whatever a broken one leads it to.
    except Exception as error:
        raise _unreadable(path, error, needed, NUMPY) from error
    if more := path.stat().st_size - array.offset - array.nbytes:
        hint = "np.concatenate the batches, and save one array"
        found = f"{more} bytes after its array"
        raise InputError(str(path), found, "one array a file", hint)
    return array


def read_npz_images(path: Path, shape: Sequence[int]) -> np.ndarray:
    """The images, or points, of a .npz: (n, h, w, c) uint8, or (n, d) float32.

    They are in its one array; in one called `samples` or `images`; or in the only one
    that could hold them, as guided-diffusion's `arr_0` is beside the labels in `arr_1`.

    Raises:
        InputError: for other arrays, and as `as_data`.
    """
    headers = _headers(path)
    name = _choose(path, headers, shape)
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
    called = {name: word for name in headers if (word := splits.word_of(name))}
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
            found = ", ".join(f"{name} {headers[name][0]}" for name in names)
            hint = "" if images else "x.reshape(n, h, w, c), if rows are images"
            raise InputError(str(path), found, needed, hint)
        thing = f"{images[0]} in {path}"
        _check_size(thing, headers[images[0]], shape)
        pixels = as_images(_read(path, images[0], headers[images[0]]), shape, thing)
        numbers = [_labels(path, name, headers[name], len(pixels)) for name in labels]
        read[split] = (pixels, numbers[0] if numbers else None)
    return ", ".join(sorted(called)), read


def _labels(path: Path, name: str, header: tuple, n: int) -> np.ndarray:
    labels = _read(path, name, header)
    if labels.dtype.kind not in "iu" or labels.size != n:
        found = f"shape {labels.shape} and dtype {labels.dtype}"
        hint = "x.argmax(1), if they are one-hot" if labels.ndim == 2 else ""
        raise InputError(f"{name} in {path}", found, f"{n} whole numbers", hint)
    if n and not 0 <= labels.min() <= labels.max() < 2**31:
        found = f"{labels.min()} to {labels.max()}"
        raise InputError(f"{name} in {path}", found, "labels from 0 on")
    return labels.reshape(n).astype(np.int64)


def _choose(path: Path, headers: dict[str, tuple], shape: Sequence[int]) -> str:
    """The array that holds the samples."""
    names = list(headers)
    called = [name for name in names if name.casefold() in ("samples", "images")]
    fits = [name for name in names if _fits(headers[name], shape)]
    chosen = called or (fits if len(fits) == 1 else names)
    if len(chosen) != 1:
        found = f"the arrays {', '.join(names)}" if names else "nothing"
        hint = "np.savez(path, samples=x)"
        raise InputError(str(path), found, "one array, or one called samples", hint)
    return chosen[0]


def _check_size(thing: str, header: tuple, shape: Sequence[int]) -> None:
    """Refuse, before it takes memory, what cannot be images of the shape."""
    if not _fits(header, shape):
        needed = f"(n, {', '.join(map(str, shape))})"
        raise InputError(thing, f"shape {header[0]}", needed)


def _fits(header: tuple, shape: Sequence[int]) -> bool:
    sizes = header[0]
    return len(sizes) > 1 and math.prod(sizes[1:]) == math.prod(shape)


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
    if dtype.hasobject:
        raise InputError(thing, "pickled objects", "numbers; pickles are never loaded")

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
        raise _unreadable(path, error, "a sound .npz", ZIP) from error


def _unreadable(path: Path, error: Exception, needed: str, own: str) -> InputError:
    """Of a file of its `own` kind, or of no known one, what was stumbled over."""
    kind = kind_of(path)
    if kind is None or kind.what == own:
        return InputError(str(path), f"an unreadable file ({error})", needed)
    return InputError(str(path), kind.what, needed, kind.hint)


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
    return sizes, dtype, fortran
