"""Files that are whole or absent: atomic writes, images, weights, resumable state."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.torch import save_file

from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.io.atomic import atomic, digest, exclusive_lock
from gansgmms.io.images import as_vectors, read_images, read_labels, write_images
from gansgmms.io.weights import read_meta, read_tensors, write_tensors
from gansgmms.training.checkpoint import Checkpoint
from tests import ROOT


def pictures(n=7, shape=(4, 6, 3), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def points(n=7, d=3):
    return np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)


# Atomic writes


def test_a_block_that_succeeds_leaves_its_file_alone(tmp_path):
    path = tmp_path / "new" / "folder" / "result.csv"
    with atomic(path) as temporary:
        assert temporary.parent == path.parent and temporary.suffix == ".csv"
        temporary.write_text("whole")
        assert not path.exists()
    assert [p.name for p in path.parent.iterdir()] == ["result.csv"]
    assert path.read_text() == "whole"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError, SystemExit])
@pytest.mark.parametrize("before", ["old", None])
def test_a_block_that_fails_changes_nothing(tmp_path, error, before):
    path = tmp_path / "result.csv"
    if before:
        path.write_text(before)
    with pytest.raises(error), atomic(path) as temporary:
        temporary.write_text("half")
        raise error
    assert [p.read_text() for p in tmp_path.iterdir()] == ([before] if before else [])


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077, 0o002])
def test_permissions_are_those_of_any_new_file(tmp_path, mask):
    before = os.umask(mask)
    try:
        with atomic(tmp_path / "ours") as temporary:
            temporary.write_text("text")
        (tmp_path / "plain").write_text("text")
        assert os.umask(mask) == mask  # read, and put back
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert modes == {0o666 & ~mask}


def test_an_older_file_is_replaced(tmp_path):
    path = tmp_path / "result"
    for text in ("old", "new"):
        with atomic(path) as temporary:
            temporary.write_text(text)
    assert path.read_text() == "new"


@given(content=st.binary(max_size=300_000))
@settings(max_examples=10, deadline=None)
def test_digest_is_that_of_the_content(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("digest") / "file"
    path.write_bytes(content)
    assert digest(path) == hashlib.sha256(content).hexdigest()
    assert digest(path, "md5") == hashlib.md5(content).hexdigest()


@pytest.fixture
def small_disk(tmp_path):
    """A folder with 256 KiB of room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can mount the small disk that this test fills")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def some_images(path, n):
    write_images(path, pictures(n, (16, 16, 3)))


def some_weights(path, n):
    write_tensors(path, {"a": torch.zeros(n, 192)}, "test", {})


def some_state(path, n):
    Checkpoint(path.parent, {}).save({"a": torch.zeros(n, 192)}, {})


def some_numbers(path, n):
    with atomic(path) as temporary:
        numbers = np.random.default_rng(0).normal(size=(n, 96))
        pd.DataFrame(numbers).rename(columns=str).to_parquet(temporary)


def some_text(path, n):
    with atomic(path) as temporary:
        temporary.write_text("x" * 768 * n)


@pytest.mark.parametrize(
    "write", [some_images, some_weights, some_state, some_numbers, some_text]
)
def test_on_a_full_disk_the_older_file_stays(small_disk, write):
    path = small_disk / "set" / "state.safetensors"
    write(path, 10)
    before = digest(path)
    with pytest.raises(InputError, match=f"{path}: found a full disk"):
        write(path, 1000)
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert digest(path) == before
    write(path, 20)
    assert digest(path) != before


def test_a_folder_that_cannot_be_written_is_named(small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for path in (small_disk / "file", small_disk / "new" / "file"):
        with pytest.raises(InputError, match=f"{small_disk}.*no permission"):
            some_text(path, 1)


HOLD = """
import sys
from gansgmms.io.atomic import exclusive_lock
with exclusive_lock(sys.argv[1]):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_a_folder_belongs_to_one_process_at_a_time(tmp_path):
    folder = tmp_path / "state"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline() == "mine\n"
    found = rf"{folder}.*process {other.pid} on"
    with pytest.raises(InputError, match=found), exclusive_lock(folder, wait=0.2):
        pass
    other.kill()
    other.communicate()
    with exclusive_lock(folder, wait=5):
        shutil.rmtree(folder)  # as a training that is complete does
    with exclusive_lock(folder, wait=0):
        pass


# Images


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


def flipped(path, position):
    """The file with one bit changed."""
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1
    path.write_bytes(data)


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


# Data sets on a device


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_vectors_are_the_images_and_their_mirror_images(mirror, size):
    images = pictures()
    everything = images
    if mirror:
        everything = np.concatenate([images, images[:, :, ::-1]])
    expected = torch.from_numpy(as_vectors(everything))
    data = FlatImages(images, mirror=mirror)
    assert len(data) == len(expected) and data.shape == (4, 6, 3)
    batches = list(data.batches(size))
    assert all(0 < len(batch) <= size for batch in batches)
    # One division by 255 may be rounded otherwise than a multiplication.
    torch.testing.assert_close(torch.cat(batches), expected, rtol=1e-7, atol=0)
    index = torch.randperm(len(data))
    torch.testing.assert_close(data[index], expected[index], rtol=1e-7, atol=0)
    part = data.subset(index[:5])
    assert len(part) == 5 and part.shape == data.shape
    torch.testing.assert_close(
        torch.cat(list(part.batches(2))), expected[index[:5]], rtol=1e-7, atol=0
    )


def test_points_have_no_mirror_images():
    data = FlatImages(points(), mirror=True)
    assert len(data) == 7 and data.shape == (3,)
    assert torch.equal(data[torch.arange(7)], torch.from_numpy(points()))


def test_vectors_of_a_mapped_file_do_not_change_it(tmp_path):
    path = tmp_path / "images.arrow"
    write_images(path, pictures())
    data = FlatImages(read_images(path))
    data.images.zero_()
    np.testing.assert_array_equal(read_images(path), pictures())


# Weights


def tensors():
    base = torch.arange(12.0)
    return {
        "slice": base[::2],
        "same memory": base,
        "again": base,
        "transposed": base.view(3, 4).T,
        "scalar": torch.tensor(3),
        "bytes": torch.arange(5, dtype=torch.uint8),
        "double": torch.rand(2, 3, dtype=torch.float64),
        "bool": torch.tensor([True, False]),
        "gradient": torch.rand(3, requires_grad=True),
    }


def test_tensors_come_back_as_they_were(tmp_path):
    path = tmp_path / "folder" / "weights.safetensors"
    written = tensors()
    write_tensors(path, written, "test", {"ä": [1, None], "b": 0.1})
    found, meta = read_tensors(path, "test")
    assert meta == {"ä": [1, None], "b": 0.1}
    assert found.keys() == written.keys()
    for name, value in written.items():
        assert torch.equal(found[name], value) and found[name].dtype == value.dtype
        assert not found[name].requires_grad
    assert read_meta(path, "test") == meta
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_same_tensors_give_the_same_file(tmp_path):
    files = [tmp_path / f"{i}.safetensors" for i in range(8)]
    same = tensors()
    for file in files:
        write_tensors(file, same, "test", {"a": 1, "b": 2, "c": 3})
    assert len({digest(file) for file in files}) == 1


@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=30, deadline=None)
def test_a_truncated_file_of_weights_is_refused(tmp_path_factory, share):
    path = tmp_path_factory.mktemp("weights") / "weights.safetensors"
    write_tensors(path, tensors(), "test", {})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    for read in (read_tensors, read_meta):
        with pytest.raises(InputError, match="weights.safetensors.*complete"):
            read(path, "test")


@pytest.mark.parametrize("where", ["first value", "last value", "meta"])
def test_an_altered_file_of_weights_is_refused(tmp_path, where):
    path = tmp_path / "weights.safetensors"
    weights = {"a": torch.arange(100.0), "b": torch.ones(3, dtype=torch.bfloat16)}
    write_tensors(path, weights, "test", {"shape": [8, 8, 1]})
    whole = path.read_bytes()
    start = whole.index(weights["a"].numpy().tobytes())
    positions = {
        "first value": start + 5,
        "last value": len(whole) - 1,
        "meta": whole.index(b"[8, 8, 1]") + 1,
    }
    flipped(path, positions[where])
    with pytest.raises(InputError, match="weights.safetensors.*altered"):
        read_tensors(path, "test")


def test_weights_of_somebody_else_need_no_checksum(tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file({"a": torch.arange(3)}, path, {"test": json.dumps({"b": 1})})
    found, meta = read_tensors(path, "test")
    assert torch.equal(found["a"], torch.arange(3)) and meta == {"b": 1}


@pytest.mark.parametrize(
    "write, found",
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.write_text("no weights"), "unreadable"),
        (lambda path: save_file({"a": torch.zeros(1)}, path), r"metadata \[\]"),
        (lambda path: write_tensors(path, {}, "other", {}), "other"),
    ],
)
def test_what_is_no_such_file_is_refused_by_its_path(tmp_path, write, found):
    path = tmp_path / "weights.safetensors"
    write(path)
    with pytest.raises(InputError, match=f"weights.safetensors.*{found}"):
        read_tensors(path, "test")


# Resumable state


def test_a_state_comes_back(tmp_path):
    options = {"rate": 0.1, "bounds": (1, 2)}
    checkpoint = Checkpoint(tmp_path / "state", options)
    assert checkpoint.load() is None
    checkpoint.save({"a": torch.arange(3)}, {"step": 7, "history": [{"loss": 0.1}]})
    # Another process has the same settings from a file: tuples became lists.
    again = Checkpoint(tmp_path / "state", json.loads(json.dumps(options))).load()
    assert torch.equal(again.tensors["a"], torch.arange(3))
    assert again.meta == {"step": 7, "history": [{"loss": 0.1}]}
    checkpoint.clear()
    assert checkpoint.load() is None and not (tmp_path / "state").exists()
    checkpoint.clear()


@pytest.mark.parametrize(
    "now, message",
    [
        ({"rate": 0.2, "size": 3}, "found rate: 0.1; needed rate: 0.2"),
        ({"rate": 0.1}, "found size: 3; needed size: None"),
        (
            {"rate": 0.1, "size": 3, "new": True},
            "found new: None; needed new: True",
        ),
    ],
)
def test_a_state_of_other_settings_is_refused(tmp_path, now, message):
    Checkpoint(tmp_path, {"rate": 0.1, "size": 3}).save({}, {})
    with pytest.raises(InputError) as caught:
        Checkpoint(tmp_path, now).load()
    assert message in str(caught.value) and str(tmp_path) in str(caught.value)
    assert Checkpoint(tmp_path, {"rate": 0.1, "size": 3}).load() is not None


def test_a_damaged_state_is_refused(tmp_path):
    checkpoint = Checkpoint(tmp_path, {})
    checkpoint.save({"a": torch.zeros(100)}, {})
    checkpoint.path.write_bytes(checkpoint.path.read_bytes()[:-10])
    with pytest.raises(InputError, match="state.safetensors"):
        checkpoint.load()


def test_a_state_is_saved_when_it_is_due(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("gansgmms.training.checkpoint.time.monotonic", lambda: now[0])
    checkpoint = Checkpoint(tmp_path, {}, minutes=2)
    assert not checkpoint.due()
    now[0] += 121
    assert checkpoint.due()
    checkpoint.save({}, {})
    assert not checkpoint.due()
    assert Checkpoint(tmp_path, {}, minutes=0).due()


def test_a_restored_optimiser_goes_on_as_if_never_stopped(tmp_path):
    def start():
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 1))
        return model, torch.optim.Adam(model.parameters()), torch.Generator()

    def step(model, optimiser, generator):
        x = torch.randn(8, 3, generator=generator)
        optimiser.zero_grad()
        model(x).square().mean().backward()
        optimiser.step()

    whole, stopped, resumed = start(), start(), start()
    for _ in range(6):
        step(*whole)
    for _ in range(3):
        step(*stopped)
    model, optimiser, generator = stopped
    Checkpoint(tmp_path, {}).save_training(
        model, {"adam": optimiser}, {"step": 3}, generator
    )
    state = Checkpoint(tmp_path, {}).load()
    assert state.meta["step"] == 3
    model, optimiser, generator = resumed
    state.restore(model, {"adam": optimiser}, generator)
    for _ in range(3):
        step(*resumed)
    for ours, theirs in zip(
        resumed[0].parameters(), whole[0].parameters(), strict=True
    ):
        assert torch.equal(ours, theirs)
    assert torch.equal(resumed[2].get_state(), whole[2].get_state())
