"""Images in the tables of Parquet and Arrow, as this project and others write them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gansgmms.data.image_files import SAME_SIZE, decode_all
from gansgmms.errors import InputError
from gansgmms.io.images import CHECKSUM, read_images
from gansgmms.io.walk import files_below

ENDINGS = (".parquet", ".arrow", ".feather")
BESIDE = (".json", ".md", ".txt")  # what tells of tables
NAMES = ("image", "images", "img")  # of the column that holds the samples


def shards_of(folder: Path) -> list[Path]:
    """The tables of a folder that has them in place of images, in the order of their names.

    Raises:
        InputError: for tables of several folders, such as those of several splits.
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
    return [folder / name for name in sorted(names)]


def read_table(path: Path, shape: Sequence[int]) -> np.ndarray:
    """The samples of a .parquet or .arrow file, as numbers (n, ...).

    Arrow files may be IPC files or the streams that Hugging Face's `save_to_disk`
    writes. The samples are in the column `image`, `images` or `img`, as tensors, lists
    of numbers or encoded images; in the only column; or in one column a pixel. Other
    columns beside a named one are not looked at.

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
    name = next((n for n in NAMES if n in table.column_names), None)
    name = name or (table.column_names[0] if table.num_columns == 1 else None)
    if name is not None:
        thing = f"{name} in {path}"
        _refuse_null(table.column(name), thing)
        return _from_column(table.column(name).combine_chunks(), thing, shape)
    for other in table.column_names:
        _refuse_null(table.column(other), f"{other} in {path}")
    if not all(_is_number(field.type) for field in table.schema):
        found = f"columns {', '.join(table.column_names)}"
        raise InputError(str(path), found, "a column called image")
    return np.stack([column.to_numpy() for column in table.columns], axis=1)


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
