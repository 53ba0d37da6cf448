"""Samples of anybody's model, in whichever of the usual forms they come."""

import math
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gansgmms.data.image_files import as_images, decode_all, open_array
from gansgmms.data.image_sources import members
from gansgmms.errors import InputError

ARRAY_LIMIT = 2**33  # bytes of the array of a .npz
FORMS = "a folder or .zip of images, .npy, .npz, .parquet or .arrow"


def read_samples(
    path: str | Path, shape: Sequence[int], least: int = 1, threads: int = 1
) -> np.ndarray:
    """The samples of a file or folder.

    Args:
        path: a folder or .zip of images; a .npy; a .npz of one array, or with one
            called `samples` or `images`; a .parquet or .arrow with a column `image`
            (tensors, lists of numbers, or encoded images), or of one column a pixel.
            Arrays are (n, h, w, c), (n, h, w) where c = 1, or (n, h w c); uint8, or
            floats from 0 to 1.
        shape: (h, w, c) of the images they are compared with; (d,) for points.
        least: how many there must be.
        threads: threads that decode images.

    Returns:
        (n, h, w, c) uint8; or (n, d) float32 points.

    Raises:
        InputError: for anything that is not as above: another shape, dtype or range,
            NaN, too few, a file that is no image, an unsafe archive, a pickle.
    """
    path = Path(path)
    suffix = "" if path.is_dir() else path.suffix.lower()
    if not path.exists():
        raise InputError(str(path), "no such file or folder", FORMS)
    if suffix in ("", ".zip") and len(shape) == 3:
        with members(path) as found:
            images = decode_all(
                sorted(found), found, {"shape": shape}, threads, path.name
            )
    elif suffix in _READERS:
        array = _READERS[suffix](path, shape)
        if array.ndim == 2 and array.shape[1] == math.prod(shape):
            array = array.reshape(len(array), *shape)
        images = (as_images if len(shape) == 3 else _as_points)(array, shape, str(path))
    else:
        raise InputError(str(path), f"'{suffix}'", FORMS)
    if len(images) < least:
        hint = "too few to be told from the reference" if len(images) else ""
        raise InputError(str(path), f"{len(images)} samples", f"at least {least}", hint)
    if images.dtype == np.uint8 and images.max() == 1:
        raise InputError(
            str(path),
            "no pixel brighter than 1 of 255",
            "uint8 from 0 to 255, or floats from 0 to 1",
            "x.astype(np.float32), if 1 is white",
        )
    return images


def _as_points(array: np.ndarray, shape: Sequence[int], thing: str) -> np.ndarray:
    if array.shape[1:] != tuple(shape) or array.dtype.kind != "f":
        found = f"shape {array.shape} and dtype {array.dtype}"
        raise InputError(thing, found, f"floats (n, {shape[0]})")
    if not np.isfinite(array).all():
        raise InputError(thing, "values that are not finite", "finite numbers")
    return np.array(array, np.float32)


# --- .npy and .npz ---


def _read_npy(path: Path, shape: Sequence[int]) -> np.ndarray:
    return open_array(path)


def _read_npz(path: Path, shape: Sequence[int]) -> np.ndarray:
    """One array of a .npz, of which numpy's own reader would believe everything."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [i.filename.removesuffix(".npy") for i in archive.infolist()]
            name = _choose(path, names)
            thing = f"{name} in {path}"
            with archive.open(f"{name}.npy") as file:
                dtype, sizes, fortran = _read_header(file, thing)
                size = math.prod(sizes) * dtype.itemsize
                if not 0 <= size <= ARRAY_LIMIT:
                    needed = f"at most {ARRAY_LIMIT} bytes"
                    raise InputError(thing, f"{size} bytes", needed)
                data = file.read(size)
                more = file.read(1)  # reading the end compares the checksum
    except InputError:
        raise
    except KeyError:
        raise InputError(str(path), ", ".join(names), "arrays (.npy)") from None
    # zipfile and numpy raise whatever a broken file leads them to.
    except Exception as error:
        found = f"an unreadable file ({error})"
        raise InputError(str(path), found, "a sound .npz") from error
    if len(data) != size or more:
        found = f"{len(data)}{' or more' if more else ''} bytes"
        raise InputError(thing, found, f"{size}, as its header says")
    return np.ndarray(sizes, dtype, data, order="F" if fortran else "C")


def _read_header(file: IO[bytes], thing: str):
    """dtype, shape, and whether the order is Fortran's, of the header that opens a .npy stream."""
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
    return dtype, sizes, fortran


def _choose(path: Path, names: list[str]) -> str:
    """The array that holds the samples."""
    chosen = [name for name in names if name in ("samples", "images")]
    chosen = chosen or names
    if len(chosen) != 1:
        found = f"the arrays {', '.join(names)}" if names else "nothing"
        hint = "np.savez(path, samples=x)"
        raise InputError(str(path), found, "one array, or one called samples", hint)
    return chosen[0]


# --- .parquet and .arrow ---


def _read_table(path: Path, shape: Sequence[int]) -> np.ndarray:
    try:
        if path.suffix.lower() == ".parquet":
            table = pq.read_table(path)
        else:
            with pa.memory_map(str(path)) as source:
                table = pa.ipc.open_file(source).read_all()
    except (pa.ArrowException, OSError) as error:
        found = f"an unreadable file ({error})"
        raise InputError(str(path), found, "a sound Parquet or Arrow file") from None
    if table.num_columns == 0 or table.num_rows == 0:
        found = f"{table.num_rows} rows and {table.num_columns} columns"
        raise InputError(str(path), found, "at least one sample")
    if any(column.null_count for column in table.columns):
        raise InputError(str(path), "missing values (null)", "a value everywhere")
    name = next((n for n in ("image", "images") if n in table.column_names), None)
    if name or table.num_columns == 1:
        column = table.column(name or 0).combine_chunks()
        return _from_column(column, f"{name or table.column_names[0]} in {path}", shape)
    if not all(_is_number(field.type) for field in table.schema):
        found = f"columns {', '.join(table.column_names)}"
        raise InputError(str(path), found, "a column called image")
    return np.stack([column.to_numpy() for column in table.columns], axis=1)


def _from_column(column: pa.Array, thing: str, shape: Sequence[int]) -> np.ndarray:
    """(n, ...) numbers of a column of tensors, of lists, or of encoded images."""
    if isinstance(column.type, pa.FixedShapeTensorType):
        return column.to_numpy_ndarray()
    if pa.types.is_struct(column.type) and column.type.get_field_index("bytes") >= 0:
        column = column.field("bytes")
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        rows = {f"row {i} of {thing}": image.as_py for i, image in enumerate(column)}
        return decode_all(list(rows), rows, {"shape": shape}, 1, thing)
    n, sizes = len(column), []
    while pa.types.is_nested(column.type) and hasattr(column, "value_lengths"):
        lengths = np.unique(column.value_lengths())
        if len(lengths) != 1:
            found = f"lists of {lengths[0]} to {lengths[-1]} values"
            raise InputError(thing, found, "lists of one length")
        sizes.append(int(lengths[0]))
        column = column.flatten()
    if not sizes or not _is_number(column.type) or column.null_count:
        raise InputError(
            thing, f"type {column.type}", "tensors, lists of numbers, or encoded images"
        )
    return column.to_numpy().reshape(n, *sizes)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


_READERS = {
    ".npy": _read_npy,
    ".npz": _read_npz,
    ".parquet": _read_table,
    ".arrow": _read_table,
    ".feather": _read_table,
}
