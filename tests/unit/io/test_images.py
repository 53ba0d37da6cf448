"""Images on disk: they come back as they were, or not at all."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gansgmms.errors import InputError
from gansgmms.io.images import as_vectors, read_images, read_labels, write_images
from tests.unit.files import flipped, pictures, points


@given(
    images=st.one_of(
        hnp.arrays(np.uint8, hnp.array_shapes(min_dims=4, max_dims=4, max_side=5)),
        hnp.arrays(
            np.float32,
            hnp.array_shapes(min_dims=2, max_dims=2, max_side=5),
            elements=st.floats(width=32),
        ),
    ),
    label=st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1)),
)
@settings(max_examples=40, deadline=None)
def test_images_come_back_as_they_were(tmp_path_factory, images, label):
    path = tmp_path_factory.mktemp("images") / "images.arrow"
    labels = None if label is None else np.full(len(images), label)
    write_images(path, images, labels)
    found = read_images(path)
    assert found.dtype == images.dtype
    np.testing.assert_array_equal(found, images)
    stored = read_labels(path)
    if labels is None:
        assert stored is None
    else:
        assert stored.dtype == np.int32
        np.testing.assert_array_equal(stored, labels)


def test_images_of_any_memory_order_come_back(tmp_path):
    images = pictures()[:, ::-1, :, ::-1]
    write_images(tmp_path / "images.arrow", images)
    np.testing.assert_array_equal(read_images(tmp_path / "images.arrow"), images)


def test_images_are_mapped_from_the_file(tmp_path):
    path = tmp_path / "images.arrow"
    write_images(path, pictures(2000, (16, 16, 3)))
    before = pa.total_allocated_bytes()
    images = read_images(path)
    # Nothing was copied: not by numpy, not by Arrow, whose own bookkeeping is small.
    assert pa.total_allocated_bytes() - before < images.nbytes / 100
    assert not images.flags.owndata and not images.flags.writeable


@pytest.mark.skipif(
    not Path("/proc/self/maps").exists(), reason="needs Linux's list of mapped files"
)
def test_pixels_lie_in_the_mapped_file(tmp_path):
    path = tmp_path / "images.arrow"
    write_images(path, pictures(2000, (16, 16, 3)))
    images = read_images(path)
    first = images.__array_interface__["data"][0]
    ranges = [
        [int(number, 16) for number in line.split()[0].split("-")]
        for line in Path("/proc/self/maps").read_text().splitlines()
        if line.endswith(str(path))
    ]
    assert any(a <= first and first + images.nbytes <= b for a, b in ranges)


@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=40, deadline=None)
def test_a_truncated_file_of_images_is_refused(tmp_path_factory, share):
    path = tmp_path_factory.mktemp("images") / "images.arrow"
    write_images(path, pictures(), np.arange(7))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match="images.arrow.*complete Arrow IPC file"):
        read_images(path)


@pytest.mark.parametrize("position", [1000, 1300, 1700, 2000])
def test_an_altered_image_is_refused(tmp_path, position):
    path = tmp_path / "images.arrow"
    write_images(path, pictures(50), np.arange(50))
    whole = path.read_bytes()
    # Inside the pixels: the file can still be read, and says nothing of it.
    start = whole.index(pictures(50).tobytes())
    flipped(path, start + position)
    with pytest.raises(InputError, match="images.arrow.*altered"):
        read_images(path)
    path.write_bytes(whole)
    np.testing.assert_array_equal(read_images(path), pictures(50))


def test_altered_labels_are_refused(tmp_path):
    path = tmp_path / "images.arrow"
    labels = np.arange(500, dtype=np.int32)
    write_images(path, pictures(500), labels)
    flipped(path, path.read_bytes().index(labels.tobytes()) + 40)
    for read in (read_images, read_labels):
        with pytest.raises(InputError, match="images.arrow.*altered"):
            read(path)


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_any_altered_bit_is_refused_or_means_nothing(tmp_path_factory, position, bit):
    """Wherever it is: padding, and what no reader looks at, may be anything."""
    path = tmp_path_factory.mktemp("images") / "images.arrow"
    write_images(path, pictures(), np.arange(7))
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1 << bit
    path.write_bytes(data)
    try:
        images, labels = read_images(path), read_labels(path)
    except InputError as error:
        assert str(path) in str(error)
    else:
        np.testing.assert_array_equal(images, pictures())
        np.testing.assert_array_equal(labels, np.arange(7))


def test_images_of_somebody_else_need_no_checksum(tmp_path):
    path = tmp_path / "images.arrow"
    column = pa.FixedShapeTensorArray.from_numpy_ndarray(pictures())
    table = pa.table({"image": column})
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table, max_chunksize=3)
    np.testing.assert_array_equal(read_images(path), pictures())


def other_column(path):
    table = pa.table({"picture": [1, 2]})
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)


def numbers(path):
    table = pa.table({"image": [1, 2]})
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)


@pytest.mark.parametrize(
    "write, found",
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.write_text("x" * 1000), "unreadable"),
        (other_column, "picture"),
        (numbers, "int64"),
    ],
)
def test_what_holds_no_images_is_refused_by_its_path(tmp_path, write, found):
    path = tmp_path / "images.arrow"
    write(path)
    with pytest.raises(InputError, match=f"images.arrow.*{found}"):
        read_images(path)


@pytest.mark.parametrize(
    "images",
    [
        pictures()[..., 0],
        pictures().astype(np.float32),
        points().astype(np.float64),
        points().astype(np.uint8),
        pictures().astype(np.int16),
    ],
)
def test_other_arrays_are_not_written(tmp_path, images):
    with pytest.raises(InputError, match=str(images.dtype)):
        write_images(tmp_path / "images.arrow", images)
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_older_images(tmp_path):
    path = tmp_path / "images.arrow"
    write_images(path, pictures())
    with pytest.raises(pa.ArrowInvalid):
        write_images(path, pictures(seed=1), np.arange(6))  # one label too few
    np.testing.assert_array_equal(read_images(path), pictures())
    assert len(list(tmp_path.iterdir())) == 1


def test_vectors_of_pixels_are_divided_by_255():
    images = np.arange(256, dtype=np.uint8).reshape(4, 8, 8, 1)
    expected = (np.arange(256, dtype=np.float64) / 255).reshape(4, 64)
    found = as_vectors(images)
    assert found.dtype == np.float32
    # One rounding to float32.
    np.testing.assert_allclose(found, expected, rtol=6e-8)
    np.testing.assert_array_equal(as_vectors(points()), points())
    assert as_vectors(points().astype(np.float64)).dtype == np.float32


def rewritten(path, change):
    """The file with another table in it, under the checksum of the first."""
    with pa.ipc.open_file(str(path)) as reader:
        table = reader.read_all()
    altered = change(table).replace_schema_metadata(table.schema.metadata)
    with pa.ipc.new_file(str(path), altered.schema) as writer:
        writer.write_table(altered)


def as_unsigned(table):
    """The labels' bytes, called uint32."""
    storage = table.column("label").chunk(0)
    other = pa.Array.from_buffers(pa.uint32(), len(storage), storage.buffers())
    return table.set_column(1, "label", other)


@pytest.mark.parametrize(
    "change",
    [as_unsigned, lambda table: table.rename_columns(["image", "lable"])],
    ids=["type", "name"],
)
def test_the_same_bytes_of_another_type_or_name_are_refused(tmp_path, change):
    path = tmp_path / "images.arrow"
    write_images(path, pictures(), np.arange(7))
    rewritten(path, lambda table: table)
    np.testing.assert_array_equal(read_images(path), pictures())
    rewritten(path, change)
    with pytest.raises(InputError, match="images.arrow.*altered"):
        read_images(path)
