"""The official files by the other names, and in the other forms, that people have."""

import gzip
import io
import struct
import tarfile

import numpy as np
import pytest

from gansgmms.data.official import cifar10, read_idx
from gansgmms.errors import InputError


@pytest.mark.parametrize(
    "name",
    [
        "train-images-idx3-ubyte.gz",
        "train-images-idx3-ubyte",
        "train-images.idx3-ubyte",
        "train-images.idx3-ubyte.gz",
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_mnist_by_any_of_its_names(tmp_path, name, zipped):
    x = np.random.default_rng(0).integers(0, 256, (3, 4, 5), dtype=np.uint8)
    data = bytes([0, 0, 8, 3]) + struct.pack(">III", *x.shape) + x.tobytes()
    (tmp_path / name).write_bytes(gzip.compress(data) if zipped else data)
    for asked in ("train-images-idx3-ubyte.gz", "train-images-idx3-ubyte", name):
        np.testing.assert_array_equal(read_idx(tmp_path / asked, 3), x)
    with pytest.raises(InputError, match="t10k"):
        read_idx(tmp_path / "t10k-images-idx3-ubyte.gz", 3)


def test_cifar10_for_python_is_refused_with_the_name_of_the_other(tmp_path):
    path = tmp_path / "cifar-10-python.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("batches.meta", *(f"data_batch_{i}" for i in range(1, 6))):
            info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            info.size = 3
            archive.addfile(info, io.BytesIO(b"abc"))
    with pytest.raises(InputError, match=r"needed cifar-10-binary\.tar\.gz"):
        cifar10({}, {"archive": path}, 1)
