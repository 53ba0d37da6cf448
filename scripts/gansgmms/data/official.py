"""The files that the authors of MNIST, SVHN and CIFAR-10 distribute.

CelebA's are a zip of JPEGs and a list, which `images.read` reads.
"""

import gzip
import math
import tarfile
import zlib
from pathlib import Path, PurePosixPath

import numpy as np
import scipy.io
from tqdm import tqdm

from gansgmms.errors import InputError
from gansgmms.io.walk import regular_file

SIZE_LIMIT = 2**30  # bytes that one file may hold once decompressed


def mnist(spec, files, threads):
    """Four IDX files, gzipped or not: images (n, 28, 28, 1) uint8, labels 0-9.

    Raises:
        InputError: for another header, or fewer or more bytes than it announces.
    """
    return {
        split: (
            read_idx(files[f"{split}_images"], ndim=3)[..., None],
            read_idx(files[f"{split}_labels"], ndim=1),
        )
        for split in ("train", "test")
    }


def read_idx(path: Path, ndim: int) -> np.ndarray:
    """The uint8 array of `ndim` dimensions in an IDX file, gzipped or not.

    Where the path is not there, the same file by the other names it goes by: without
    .gz, or with a dot before `idx` (train-images.idx3-ubyte).

    Raises:
        InputError: if the file holds anything else.
    """
    path = _by_its_other_names(path)
    header = 4 + 4 * ndim  # magic number, then one big-endian size per dimension
    try:
        with open(path, "rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        with (gzip.open if zipped else open)(path, "rb") as file:
            start = file.read(header)
            magic = bytes([0, 0, 8, ndim])  # 8: unsigned bytes
            if start[:4] != magic or len(start) < header:
                raise InputError(
                    str(path), f"header {start.hex()}", f"an IDX header {magic.hex()}"
                )
            shape = tuple(int(size) for size in np.frombuffer(start, ">u4", ndim, 4))
            if math.prod(shape) > SIZE_LIMIT:
                raise InputError(
                    str(path), f"shape {shape}", f"at most {SIZE_LIMIT} bytes"
                )
            data = file.read(math.prod(shape) + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise _unreadable(path, error, "a complete IDX file") from None
    if len(data) != math.prod(shape):
        raise InputError(
            str(path), f"{len(data)} bytes of data", f"{math.prod(shape)} bytes"
        )
    return np.frombuffer(data, np.uint8).reshape(shape)


def _by_its_other_names(path: Path) -> Path:
    name = path.name.removesuffix(".gz")
    dotted = name.replace("-idx", ".idx"), name.replace(".idx", "-idx")
    forms = [path.name, *(f"{n}{end}" for n in (name, *dotted) for end in (".gz", ""))]
    found = (path.with_name(form) for form in forms)
    return next((p for p in found if p.is_file()), path)


def svhn(spec, files, threads):
    """Two MATLAB files: images (n, 32, 32, 3) uint8, labels 0-9.

    The files number the class of the digit 0 as 10.

    Raises:
        InputError: for a damaged file, or arrays other than X and y.
    """
    return {split: _read_svhn(files[split]) for split in ("train", "test")}


def _read_svhn(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        content = scipy.io.loadmat(path, variable_names=["X", "y"])
    except Exception as error:  # loadmat documents none of its errors
        raise _unreadable(path, error, "a complete MATLAB 5 file") from error
    images, labels = content.get("X"), content.get("y")
    if images is None or images.ndim != 4 or images.dtype != np.uint8:
        raise InputError(str(path), "no images", "X: uint8 of shape (32, 32, 3, n)")
    if labels is None or not np.isin(labels, np.arange(1, 11)).all():
        raise InputError(str(path), "no labels", "y: integers from 1 to 10")
    return np.ascontiguousarray(images.transpose(3, 0, 1, 2)), labels.ravel() % 10


def cifar10(spec, files, threads):
    """The binary archive, read without extracting: (n, 32, 32, 3) uint8, labels 0-9.

    Raises:
        InputError: for a damaged archive, or one that lacks a batch.
    """
    path = regular_file(files["archive"], "cifar-10-binary.tar.gz")
    train = [f"data_batch_{i}.bin" for i in range(1, 6)]
    wanted = {*train, "test_batch.bin"}
    batches: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    others: list[str] = []
    try:
        with tarfile.open(path, "r|gz") as archive, tqdm(total=len(wanted)) as bar:
            for member in archive:
                name = PurePosixPath(member.name).name
                if member.isreg() and name in wanted - batches.keys():
                    batches[name] = _read_cifar10(archive, member, path)
                    bar.update()
                elif member.isreg():
                    others.append(name)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise _unreadable(path, error, "a complete tar.gz archive") from None
    if not batches and "data_batch_1" in others:
        raise InputError(
            str(path),
            "the archive for Python, which is pickled",
            "cifar-10-binary.tar.gz",
            "pickles are never loaded; the binary version has the same images",
        )
    if missing := wanted - batches.keys():
        raise InputError(str(path), f"no {', '.join(sorted(missing))}", "six batches")
    return {
        "train": tuple(
            map(np.concatenate, zip(*(batches[name] for name in train), strict=False))
        ),
        "test": batches["test_batch.bin"],
    }


def _read_cifar10(archive, member, path) -> tuple[np.ndarray, np.ndarray]:
    record = 1 + 3 * 32 * 32  # label, then the red, green and blue planes
    if member.size > SIZE_LIMIT or member.size % record:
        raise InputError(
            f"{member.name} in {path}",
            f"{member.size} bytes",
            f"a multiple of {record} bytes, at most {SIZE_LIMIT}",
        )
    data = archive.extractfile(member).read()
    records = np.frombuffer(data, np.uint8).reshape(-1, record)
    labels = records[:, 0]
    if labels.max(initial=0) > 9:
        raise InputError(
            f"{member.name} in {path}", f"label {labels.max()}", "labels from 0 to 9"
        )
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), labels


def _unreadable(path: Path, error: Exception, needed: str) -> InputError:
    return InputError(
        str(path), f"an unreadable file ({error})", needed, "fetch the file again"
    )
