"""Files that are none of those that are read: named for what they are."""

import io
import pickle
import tarfile
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from gansgmms.data.array_files import open_array, read_npz_images
from gansgmms.data.image_sources import members
from gansgmms.data.prepare import prepare
from gansgmms.data.user_samples import read_samples
from gansgmms.errors import InputError
from gansgmms.io.signatures import kind_of

SHAPE = (6, 4, 3)
X = np.zeros((5, *SHAPE), np.uint8)


def written(write):
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def tar(buffer):
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x"))


def bundle(buffer):
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x.png", b"")


FILES = {
    "an array of NumPy's": written(lambda f: np.save(f, X)),
    "a zip": written(bundle),
    "what torch.save wrote": written(lambda f: torch.save(torch.zeros(3), f)),
    "a pickle": pickle.dumps([1, 2]),
    "a Parquet table": written(lambda f: pq.write_table(pa.table({"a": [1]}), f)),
    "a tar archive": written(tar),
    "a gzip archive": b"\x1f\x8b\x08\0",
    "one picture": written(lambda f: Image.new("L", (4, 4)).save(f, "JPEG")),
    "a HEIC file": b"\0\0\0\x18ftypheic\0\0\0\0mif1",
    "an AVIF file": b"\0\0\0\x1cftypavif\0\0\0\0",
    "a JPEG XL file": b"\xff\x0a\0",
    "a JPEG 2000 file": written(lambda f: Image.new("RGB", (4, 4)).save(f, "JPEG2000")),
    "a DICOM file": bytes(128) + b"DICM\2\0",
    "an icon": written(lambda f: Image.new("RGB", (16, 16)).save(f, "ICO")),
    "an LMDB database": bytes(16) + b"\xde\xc0\xef\xbe\1\0\0\0",
    "an SVG drawing": b"<?xml version='1.0'?>\n<svg xmlns='x'></svg>",
    "an HDF5 file": b"\x89HDF\r\n\x1a\n\0",
    "a page of the web": b"\n<!DOCTYPE html>\n<title>Sign in</title>",
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\n",
    "an empty file": b"",
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_is_known_by_its_first_bytes(tmp_path, what):
    path = tmp_path / "x.h5"
    path.write_bytes(FILES[what])
    for source in (path, FILES[what]):
        assert kind_of(source).what == what and kind_of(source).hint
    # By every route the message names it, and not what a decoder stumbled over.
    with pytest.raises(InputError, match=f"'.h5', {what}.*Hint: "):
        read_samples(path, SHAPE)
    if what != "a zip":
        spec = {"reader": "images", "path": str(path), "shape": [*SHAPE]}
        with pytest.raises(InputError, match=f"x.h5: found {what}"):
            prepare(spec)
    if what != "one picture":
        (tmp_path / "of").mkdir()
        (tmp_path / "of/x.png").write_bytes(FILES[what])
        with pytest.raises(InputError, match=f"x.png: found {what}.*Hint: "):
            read_samples(tmp_path / "of", SHAPE)


def test_what_is_not_known_stays_unknown(tmp_path):
    assert kind_of(b"hello") is None
    assert kind_of(tmp_path / "none") is None


def test_a_wrong_ending_is_said(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(FILES["an array of NumPy's"])
    with pytest.raises(InputError, match="found an array of NumPy's; needed a sound"):
        read_npz_images(path, SHAPE)
    with pytest.raises(InputError, match="array of NumPy's.*npy"), members(path):
        pass
    path.write_bytes(FILES["a zip"])
    with pytest.raises(InputError, match="found a zip; needed a .npy"):
        open_array(path)
    # Of its own kind, what is wrong with it.
    path.write_bytes(FILES["a zip"][:-30])
    with pytest.raises(InputError, match="unreadable"):
        read_npz_images(path, SHAPE)
