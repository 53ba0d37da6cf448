"""Images in the tables of Parquet and Arrow, as this project and others write them."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gansgmms.data import splits
from gansgmms.data.image_files import SAME_SIZE, decode_all
from gansgmms.errors import InputError
from gansgmms.io.images import CHECKSUM, read_images
from gansgmms.io.walk import files_below

ENDINGS = (".parquet", ".arrow", ".feather")
# What tells of tables; of Spark's _SUCCESS, the whole name.
BESIDE = (".json", ".md", ".txt", "")
NAMES = ("image", "images", "img")  # of the column that holds the samples
SHARD = re.compile(r"[-_.]?\d+([-_]of[-_]\d+)?$")
SHOWN = 8  # columns that a message names


def shards_of(folder: Path) -> list[Path]:
    """The tables of a folder that has them in place of images, in the order of their names.

    Raises:
        InputError: for tables of several splits, in folders or by their names.
    """
    files = files_below(folder)
    names = [name for name in files if Path(name).suffix.lower() in ENDINGS]
    if {Path(name).suffix.lower() for name in files} - {*ENDINGS, *BESIDE}:
        return []  # images, it may be
    # What Hugging Face's `map` keeps of an older state of the data.
    names = [name for name in names if not Path(name).name.startswith("cache-")]
    folders = sorted({str(Path(name).parent) for name in names})
    if len(folders) > 1:
        hint = f"give one of them: {folder / folders[0]}"
        found = f"tables in {', '.join(folders)}"
        raise InputError(str(folder), found, "those of one folder", hint)
    # Hugging Face's Hub has train-00000-of-00002 and test-00000-of-00001 in one.
    parts = {SHARD.sub("", Path(name).stem) for name in names}
    if len(parts) > 1 and any(map(splits.word_of, parts)):
        hint = f"give one of them: {folder / min(names)}, or a folder of its shards"
        found = f"tables of {', '.join(sorted(parts))}"
        raise InputError(str(folder), found, "those of one split", hint)
    return [folder / name for name in sorted(names)]


def read_table(path: Path, shape: Sequence[int]) -> np.ndarray:
    """The samples of a .parquet or .arrow file, as numbers (n, ...).

    Arrow files may be IPC files or the streams that Hugging Face's `save_to_disk`
    writes. The samples are in the column `image`, `images` or `img`, as tensors, lists
    of numbers or encoded images; in the only column that could hold them; or in one
    column a pixel, in order. Other columns beside a named one are not looked at.

    Raises:
        InputError: for a damaged file, and for columns that are not as above.
    """
    table = _open(path)
    if CHECKSUM in (table.schema.metadata or {}):
        return read_images(path)  # of this project's own, whose content is checked
    # pandas's index, which is no column of the user's.
    index = [n for n in table.column_names if n.startswith("__index_level_")]
    table = table.drop_columns(index)
    if table.num_columns == 0 or table.num_rows == 0:
        found = f"{table.num_rows} rows and {table.num_columns} columns"
        raise InputError(str(path), found, "at least one sample")
    if (name := _column_of(table, path)) is not None:
        thing = f"{name} in {path}"
        _refuse_null(table.column(name), thing)
        return _from_column(_plain(table.column(name)), thing, shape)
    for other in table.column_names:
        _refuse_null(table.column(other), f"{other} in {path}")
    if not all(_is_number(field.type) for field in table.schema):
        raise InputError(str(path), _named(table), "a column called image")
    if len(shape) == 3 and table.num_columns != (pixels := math.prod(shape)):
        needed = f"{pixels} columns, one a pixel, or a column called image"
        hint = "leave out what is no pixel, such as labels"
        raise InputError(str(path), _named(table), needed, hint)
    numbers = [re.findall(r"[0-9]+", n) for n in table.column_names]
    if all(numbers) and len(set(map(len, numbers))) == 1:
        order = [[int(n) for n in each] for each in numbers]
        if order != sorted(order):
            needed = "one column a pixel, in the order of their numbers"
            hint = "sort them by number"
            if len(numbers[0]) > 1:  # px_3_5 may be row and column, or column and row
                hint = "sort them by row, column and channel, and number them in this order"
            raise InputError(str(path), _named(table), needed, hint)
    return np.stack([column.to_numpy() for column in table.columns], axis=1)


def _column_of(table: pa.Table, path: Path) -> str | None:
    """The column that holds the samples; None where each is a pixel."""
    named = [n for n in table.column_names if n.casefold() in NAMES]
    if len(named) > 1:
        hint = f"leave one of them: table.select([{named[0]!r}])"
        raise InputError(str(path), _named(table), "one column of images", hint)
    could = [f.name for f in table.schema if _could_hold(f.type)]
    if named or table.num_columns == 1:
        return (named or table.column_names)[0]
    return could[0] if len(could) == 1 else None


def _could_hold(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return kind.get_field_index("bytes") >= 0
    types = pa.types
    tests = (types.is_binary, types.is_large_binary, types.is_binary_view)
    return (
        any(test(kind) for test in tests)
        or _is_list(kind)
        or isinstance(kind, pa.FixedShapeTensorType)
    )


def _plain(column: pa.ChunkedArray) -> pa.Array:
    """A column without the indirections that writers save space by."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    elif pa.types.is_binary_view(kind):
        column = column.cast(pa.large_binary())
    return column.combine_chunks()


def _named(table: pa.Table) -> str:
    names = table.column_names
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"columns {', '.join(names[:SHOWN])}{more}"


def _open(path: Path) -> pa.Table:
    try:
        if path.suffix.lower() == ".parquet":
            table = pq.read_table(path)
        else:
            with pa.memory_map(str(path)) as source:
                try:
                    table = pa.ipc.open_file(source).read_all()
                except pa.ArrowInvalid:
                    source.seek(0)
                    table = pa.ipc.open_stream(source).read_all()
        # A damaged offset would lead outside of the file's memory.
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        found = f"an unreadable file ({error})"
        raise InputError(str(path), found, "a sound Parquet or Arrow file") from None
    return table


def _refuse_null(column: pa.ChunkedArray, thing: str) -> None:
    if column.null_count:
        raise InputError(thing, "missing values (null)", "a value everywhere")


def _from_column(column: pa.Array, thing: str, shape: Sequence[int]) -> np.ndarray:
    """(n, ...) numbers of a column of tensors, of lists, or of encoded images."""
    if isinstance(column.type, pa.FixedShapeTensorType):
        return column.to_numpy_ndarray()
    if pa.types.is_struct(column.type) and column.type.get_field_index("bytes") >= 0:
        column = column.field("bytes")
        if column.null_count:
            hint = "write the images themselves into the table, or give their folder"
            found = "images whose bytes are null, with a path in their place"
            raise InputError(thing, found, "the bytes of every image", hint)
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        rows = {f"row {i} of {thing}": image.as_py for i, image in enumerate(column)}
        return decode_all(list(rows), rows, {"shape": shape}, 1, thing, SAME_SIZE)
    n, sizes = len(column), []
    while _is_list(column.type):
        if column.null_count:
            raise InputError(thing, "missing values (null)", "a value everywhere")
        if pa.types.is_fixed_size_list(column.type):
            lengths = np.array([column.type.list_size])
        else:
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


def _is_list(kind: pa.DataType) -> bool:
    tests = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(test(kind) for test in tests)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)
