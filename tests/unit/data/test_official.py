"""The files that authors distribute, and what they may not be."""

import gzip
import io
import struct
import tarfile

import numpy as np
import pytest
import scipy.io

from gansgmms.data.prepare import prepare
from gansgmms.errors import InputError
from tests.unit.data.raw import REGISTRY, random_images


def idx(array):
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


@pytest.fixture
def tiny_mnist(tmp_path):
    spec = {"reader": "mnist", "shape": [28, 28, 1], "counts": {"train": 7, "test": 3}}
    arrays, files = {}, {}
    for split, n in spec["counts"].items():
        arrays[f"{split}_images"] = random_images(n, 28, 28)
        arrays[f"{split}_labels"] = np.arange(n, dtype=np.uint8)
    for key, array in arrays.items():
        files[key] = tmp_path / key
        files[key].write_bytes(gzip.compress(idx(array)))
    return spec, files, arrays


def test_mnist(tiny_mnist):
    spec, files, arrays = tiny_mnist
    for split, (images, labels) in prepare(spec, files).items():
        np.testing.assert_array_equal(images[..., 0], arrays[f"{split}_images"])
        np.testing.assert_array_equal(labels, arrays[f"{split}_labels"])


def damaged_idx():
    whole = idx(random_images(7, 28, 28))
    huge = struct.pack(">BBBB3I", 0, 0, 8, 3, 2**31, 2**31, 2**31)
    return {
        "no IDX": bytes(range(200)),
        "half a gzip": gzip.compress(whole)[:-2000],
        "labels": gzip.compress(idx(np.arange(7, dtype=np.uint8))),
        "empty": gzip.compress(b""),
        "one byte less": gzip.compress(whole[:-1]),
        "one byte more": gzip.compress(whole + b"x"),
        "huge": gzip.compress(huge),
        "fewer images": gzip.compress(idx(random_images(6, 28, 28))),
        "other shape": gzip.compress(idx(random_images(7, 28, 27))),
    }


@pytest.mark.parametrize("damage", damaged_idx())
def test_damaged_mnist_is_refused(tiny_mnist, damage):
    spec, files, _ = tiny_mnist
    files["train_images"].write_bytes(damaged_idx()[damage])
    with pytest.raises(InputError):
        prepare(spec, files)


def test_real_mnist(mirror):
    spec = REGISTRY["mnist"]
    folder = mirror / spec["mirror"]
    files = {key: folder / file["name"] for key, file in spec["files"].items()}
    images, labels = prepare(spec, files)["train"]
    assert images.shape == (60000, 28, 28, 1)
    assert images.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert images.std() / 255 == pytest.approx(0.3081, abs=5e-5)
    assert labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


def test_svhn(tmp_path):
    spec = {"reader": "svhn", "shape": [32, 32, 3], "counts": {"train": 12, "test": 5}}
    images = {s: random_images(n, 32, 32, 3) for s, n in spec["counts"].items()}
    files = {split: tmp_path / f"{split}.mat" for split in images}
    for split, path in files.items():
        n = len(images[split])
        y = np.arange(n, dtype=np.uint8)[:, None] % 10 + 1
        x = np.moveaxis(images[split], 0, 3)
        scipy.io.savemat(path, {"X": x, "y": y}, do_compression=True)
    for split, (found, labels) in prepare(spec, files).items():
        np.testing.assert_array_equal(found, images[split])
        assert set(labels) <= set(range(10))
    assert prepare(spec, files)["train"][1].tolist() == [*range(1, 10), 0, 1, 2]

    whole = files["test"].read_bytes()
    files["test"].write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="test.mat"):
        prepare(spec, files)
    scipy.io.savemat(files["test"], {"X": np.zeros((32, 32, 3, 5)), "y": np.ones(5)})
    with pytest.raises(InputError, match="uint8"):
        prepare(spec, files)


def write_cifar10(path, batches):
    with tarfile.open(path, "w:gz") as archive:
        for name, data in batches.items():
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return {"archive": path}


def test_cifar10(tmp_path):
    images = random_images(12, 32, 32, 3)
    labels = np.arange(12) % 10

    def batch(i):  # two records: a label, then three planes
        planes = [(labels[j], images[j].transpose(2, 0, 1)) for j in (2 * i, 2 * i + 1)]
        return b"".join(bytes([label]) + plane.tobytes() for label, plane in planes)

    # As in the official archive, the batches are not in order.
    batches = {f"data_batch_{i + 1}.bin": batch(i) for i in (0, 3, 2, 1, 4)}
    batches |= {"readme.html": b"hello", "test_batch.bin": batch(5)}
    path = tmp_path / "cifar.tar.gz"
    spec = {**REGISTRY["cifar10"], "counts": {"train": 10, "test": 2}}
    splits = prepare(spec, write_cifar10(path, batches))
    np.testing.assert_array_equal(splits["train"][0], images[:10])
    np.testing.assert_array_equal(splits["train"][1], labels[:10])
    np.testing.assert_array_equal(splits["test"][0], images[10:])

    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(InputError, match="unreadable"):
        prepare(spec, {"archive": path})
    lacking = {name: data for name, data in batches.items() if "_3" not in name}
    with pytest.raises(InputError, match="no data_batch_3.bin"):
        prepare(spec, write_cifar10(path, lacking))
    with pytest.raises(InputError, match="3073"):
        prepare(spec, write_cifar10(path, batches | {"test_batch.bin": b"short"}))
    with pytest.raises(InputError, match="label 200"):
        prepare(spec, write_cifar10(path, batches | {"test_batch.bin": b"\xc8" * 3073}))
