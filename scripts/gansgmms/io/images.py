"""Images on disk: one Arrow IPC file, one fixed-shape-tensor column, memory-mapped.

The file holds a checksum of what is in it, compared whenever it is opened: about a
second a gigabyte, of which the largest, CelebA's training images, are two.
"""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa

from gansgmms.errors import InputError
from gansgmms.io.atomic import atomic
from gansgmms.io.walk import expand, regular_file

CHECKSUM = b"sha256"


def write_images(
    path: str | Path, images: np.ndarray, labels: np.ndarray | None = None
) -> None:
    """Write images, and optionally their labels, as an Arrow IPC file.

    Args:
        path: file to write; appears only when complete.
        images: (n, h, w, c) uint8 pixels, or (n, d) float32 points.
        labels: (n,) integers, stored as int32.

    Raises:
        InputError: for another shape or dtype, or no images.
    """
    images = np.ascontiguousarray(images)
    kinds = [(np.dtype(np.uint8), 4), (np.dtype(np.float32), 2)]
    if (images.dtype, images.ndim) not in kinds or len(images) == 0:
        raise InputError(
            str(path),
            f"an array of shape {images.shape} and dtype {images.dtype}",
            "at least one uint8 image in an array (n, height, width, channels), or one "
            "float32 point in an array (n, d)",
        )
    columns = {"image": pa.FixedShapeTensorArray.from_numpy_ndarray(images)}
    if labels is not None:
        columns["label"] = pa.array(np.asarray(labels, np.int32))
    table = pa.table(columns)
    table = table.replace_schema_metadata({CHECKSUM: _checksum(table)})
    with (
        atomic(path) as temporary,
        pa.OSFile(str(temporary), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as writer,
    ):
        # One record batch, so that the pixels lie in the file in one piece.
        writer.write_table(table, max_chunksize=max(len(images), 1))


def read_images(path: str | Path) -> np.ndarray:
    """The images of a file as a read-only array backed by the file itself.

    Returns:
        (n, h, w, c) uint8, or (n, d) float32 for points.

    Raises:
        InputError: if the file is missing, truncated, altered or holds something else.
    """
    table = _open(path)
    column = table.column("image")
    if not isinstance(column.type, pa.FixedShapeTensorType):
        raise InputError(
            str(path), f"an image column of type {column.type}", "a fixed-shape tensor"
        )
    if column.num_chunks == 1:
        return column.chunk(0).to_numpy_ndarray()
    return np.concatenate([c.to_numpy_ndarray() for c in column.chunks])


def read_labels(path: str | Path) -> np.ndarray | None:
    """(n,) int32 labels of a file, or None where it has none."""
    table = _open(path)
    return table.column("label").to_numpy() if "label" in table.column_names else None


def as_vectors(images: np.ndarray) -> np.ndarray:
    """Flatten images for the metric and the mixtures: (n, d) float32.

    8-bit pixels are divided by 255 (supplementary 1: "divided by 255"); points of
    float dtype are passed through.
    """
    flat = images.reshape(len(images), -1)
    if images.dtype == np.uint8:
        return flat.astype(np.float32) / np.float32(255)
    return flat.astype(np.float32, copy=False)


def _open(path: str | Path) -> pa.Table:
    path = regular_file(expand(path), "an Arrow IPC file of images")
    try:
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_file(source).read_all()
        # A damaged offset would lead outside of the file's memory.
        table.validate(full=True)
        names = table.column_names
        # A file of somebody else's need not have one.
        written = (table.schema.metadata or {}).get(CHECKSUM)
        found = _checksum(table) if written else None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            str(path),
            f"an unreadable file ({error})",
            "a complete Arrow IPC file",
            "delete it and run the rule that makes it again",
        ) from None
    if written and found and found != written:
        raise InputError(
            str(path),
            f"content with SHA-256 {found.decode()}",
            f"what was written, with SHA-256 {written.decode(errors='replace')}",
            "the file was altered or damaged; delete it and run the rule that makes it "
            "again",
        )
    if "image" not in names:
        raise InputError(str(path), f"columns {names}", "a column named 'image'")
    return table


def _checksum(table: pa.Table) -> bytes:
    """SHA-256 of the types and of every value, however they lie in record batches."""
    sha = hashlib.sha256(str(table.schema.remove_metadata()).encode())
    for column in table.columns:
        for chunk in column.chunks:
            values = getattr(chunk, "storage", chunk)
            while hasattr(values, "flatten") and pa.types.is_nested(values.type):
                values = values.flatten()
            sha.update(values.to_numpy())
    return sha.hexdigest().encode()
