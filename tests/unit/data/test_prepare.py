"""Datasets: builtin, official and one's own, against independent references."""

import gzip
import io
import re
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.datasets import load_digits, load_sample_images

from gansgmms.data import builtin, image_sources
from gansgmms.data.prepare import prepare
from gansgmms.errors import InputError
from tests import ROOT

REGISTRY = yaml.safe_load((ROOT / "resources" / "datasets.yaml").read_text())


def random_images(n, *shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def encode(image, kind="PNG"):
    buffer = io.BytesIO()
    Image.fromarray(image.squeeze()).save(buffer, kind)
    return buffer.getvalue()


def write_zip(path, contents):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def own(path, shape=(8, 8, 3), **more):
    return {"reader": "images", "path": path, "shape": list(shape), **more}


# The registry


@pytest.mark.parametrize("name", REGISTRY)
def test_registry_entry_is_complete(name):
    spec = REGISTRY[name]
    assert {"title", "licence", "source", "reader", "shape", "counts"} <= spec.keys()
    for file in spec.get("files", {}).values():
        assert "mirror" in spec
        assert re.fullmatch("[0-9a-f]{64}", file["sha256"])
        assert file["bytes"] > 0 and ("urls" in file) != ("bring" in file)
        assert all(url.endswith(file["name"]) for url in file.get("urls", []))


# Embedded


def test_digits_are_those_of_scikit_learn():
    splits = prepare(REGISTRY["digits"])
    images = np.concatenate([splits["train"][0], splits["test"][0]])
    labels = np.concatenate([splits["train"][1], splits["test"][1]])
    bunch = load_digits()
    expected = np.floor(bunch.data * 255 / 16 + 0.5)

    def rows(data, target):
        return sorted(map(tuple, np.column_stack([data, target]).astype(int)))

    assert rows(images.reshape(-1, 64), labels) == rows(expected, bunch.target)


def test_digits_are_stratified():
    splits = prepare(REGISTRY["digits"])
    share = [np.bincount(splits[s][1]) / len(splits[s][1]) for s in ("train", "test")]
    np.testing.assert_allclose(*share, atol=0.003)


def test_patches_of_train_and_test_share_no_pixel(monkeypatch):
    # Photographs whose colours number their pixels say where each patch was cut.
    photographs = np.stack(load_sample_images().images)
    number = np.arange(photographs[..., 0].size).reshape(photographs.shape[:3])
    numbered = np.stack([number >> 16, number >> 8, number], axis=-1).astype(np.uint8)
    monkeypatch.setattr(builtin, "CONTRAST", 0)  # numbers have none to go by
    with monkeypatch.context() as patched:
        patched.setattr(
            "sklearn.datasets.load_sample_images",
            lambda: type("Bunch", (), {"images": numbered}),
        )
        cut = prepare(REGISTRY["patches"])
    pixels = {}
    for split, (images, _) in cut.items():
        channels = images.astype(int)
        pixels[split] = channels @ [1 << 16, 1 << 8, 1]  # (n, 16, 16)
    width = photographs.shape[2]
    square = np.arange(16)[:, None] * width + np.arange(16)
    used = {split: np.zeros(number.size, bool) for split in pixels}
    for split, numbers in pixels.items():
        corners = numbers[:, 0, 0]
        assert (numbers == corners[:, None, None] + square).all()
        assert len(np.unique(corners)) == len(corners)
        assert set(corners // number[0].size) == {0, 1}  # from both photographs
        used[split][numbers] = True
    assert not (used["train"] & used["test"]).any()
    real = prepare(REGISTRY["patches"])["test"][0]
    colours = photographs.reshape(-1, 3)
    np.testing.assert_array_equal(real, colours[pixels["test"]])


def test_every_patch_shows_something():
    for images, _ in prepare(REGISTRY["patches"]).values():
        deviation = images.astype(float).std((1, 2)).max(1)
        assert deviation.min() >= builtin.CONTRAST - 1e-3


def test_toy2d_has_six_unequal_modes_of_the_same_shape_in_both_splits():
    splits = prepare(REGISTRY["toy2d"])
    shares, centres = [], []
    for points, modes in splits.values():
        assert np.abs(points).max() < 1.2
        shares.append(np.bincount(modes) / len(modes))
        centres.append([points[modes == mode].mean(0) for mode in range(6)])
    np.testing.assert_allclose(*shares, atol=0.02)
    np.testing.assert_allclose(*centres, atol=0.02)
    assert shares[0].max() > 4 * shares[0].min()


@pytest.mark.parametrize("name", ["digits", "patches", "toy2d"])
def test_embedded_datasets_are_always_the_same(name):
    first, second = prepare(REGISTRY[name]), prepare(REGISTRY[name])
    for split in ("train", "test"):
        np.testing.assert_array_equal(first[split][0], second[split][0])


# MNIST


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


# SVHN and CIFAR-10


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


# CelebA


def halve(image):
    """Half the size by a triangle of four pixels a side, away from the border."""
    for axis in (0, 1):
        x = np.moveaxis(image, axis, 0)
        x = (x[1:-3:2] + 3 * x[2:-2:2] + 3 * x[3:-1:2] + x[4::2]) / 8
        image = np.moveaxis(x, 0, axis)
    return image


def test_celeba(tmp_path):
    photographs = random_images(6, 218, 178, 3)
    names = [f"{i:06}.jpg" for i in range(1, 7)]
    contents = {
        f"img_align_celeba/{n}": encode(p)
        for n, p in zip(names, photographs, strict=False)
    }
    partition = tmp_path / "list_eval_partition.txt"
    lines = [
        f"{name} {number}\r\n"
        for name, number in zip(names, [0, 1, 2, 0, 1, 0], strict=False)
    ]
    partition.write_text("".join(lines))
    files = {
        "images": write_zip(tmp_path / "img_align_celeba.zip", contents),
        "partition": partition,
    }
    spec = {**REGISTRY["celeba"], "counts": {"train": 3, "test": 2}}
    splits = prepare(spec, files, threads=2)
    for split, numbers in {"train": [0, 3, 5], "test": [1, 4]}.items():
        images, labels = splits[split]
        assert labels is None
        for image, number in zip(images, numbers, strict=False):
            crop = photographs[number, 50 : 50 + 128, 25 : 25 + 128].astype(float)
            np.testing.assert_allclose(image[1:-1, 1:-1], halve(crop), atol=1.01)

    partition.write_text("".join(lines) + "000007.jpg 0\n")
    with pytest.raises(InputError, match="line 7 .*000007.jpg"):
        prepare(spec, files)
    partition.write_text("000001.jpg\n")
    with pytest.raises(InputError, match="line 1 .*a name and a number"):
        prepare(spec, files)
    with pytest.raises(InputError, match="partitions"):
        prepare({k: v for k, v in spec.items() if k != "partitions"}, files)


def test_real_subsets(mirror):
    """The first images of the archives, decoded by hand; not all, for time."""
    for name in ("celeba_subset", "cifar10_subset"):
        spec = REGISTRY[name]
        path = mirror / spec["mirror"] / spec["files"]["images"]["name"]
        with image_sources.members(path) as found, zipfile.ZipFile(path) as archive:
            assert len(found) == sum(spec["counts"].values())
            for member in list(found)[:5]:
                expected = np.asarray(Image.open(archive.open(member)).convert("RGB"))
                image = image_sources.decode(member, found[member](), spec["shape"])
                np.testing.assert_array_equal(image, expected)


# One's own images


def test_folder_with_splits_and_classes(tmp_path):
    images = random_images(6, 8, 8, 3)
    layout = ["train/dog/0", "train/cat/1", "train/cat/2", "test/dog/3", "test/cat/4"]
    for name, image in zip(layout, images, strict=False):
        path = tmp_path / "data" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(image))
    (tmp_path / "data" / ".DS_Store").write_bytes(b"not an image")
    splits = prepare(own(str(tmp_path)))
    np.testing.assert_array_equal(splits["train"][0], images[[1, 2, 0]])
    np.testing.assert_array_equal(splits["train"][1], [0, 0, 1])
    np.testing.assert_array_equal(splits["test"][0], images[[4, 3]])
    np.testing.assert_array_equal(splits["test"][1], [0, 1])


def test_without_splits_a_fixed_share_is_held_out(tmp_path):
    images = random_images(20, 8, 8, 3)
    contents = {f"faces/{i:02}": encode(x, "BMP") for i, x in enumerate(images)}
    path = write_zip(tmp_path / "own.zip", contents)
    splits = prepare(own(path, test_fraction=0.25), threads=2)
    assert splits["train"][1] is None
    assert (len(splits["train"][0]), len(splits["test"][0])) == (15, 5)
    every = np.concatenate([splits["train"][0], splits["test"][0]])
    assert {x.tobytes() for x in every} == {x.tobytes() for x in images}
    again = prepare(own(path, test_fraction=0.25))
    np.testing.assert_array_equal(again["test"][0], splits["test"][0])


def test_grey_images_and_centred_cut(tmp_path):
    image = np.zeros((8, 12), np.uint8)
    image[:, 1:11] = 200
    for name in ("a", "b"):
        (tmp_path / f"{name}.png").write_bytes(encode(image))
    spec = own(tmp_path, shape=(4, 4, 1), resize="bilinear", test_fraction=0.5)
    assert (prepare(spec)["train"][0] == 200).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_npy(tmp_path, dtype):
    images = random_images(600, 4, 5)
    scale = 1 if dtype == np.uint8 else 255
    np.save(tmp_path / "x.npy", (images / scale).astype(dtype))
    splits = prepare(own(tmp_path / "x.npy", (4, 5, 1), test_fraction=0.1))
    assert (len(splits["train"][0]), len(splits["test"][0])) == (540, 60)
    every = np.concatenate([splits["train"][0], splits["test"][0]])[..., 0]
    assert sorted(x.tobytes() for x in every) == sorted(x.tobytes() for x in images)


def test_npy_with_its_own_test_file(tmp_path):
    images = random_images(9, 4, 5, 3)
    np.save(tmp_path / "a.npy", images[:7])
    np.save(tmp_path / "b.npy", images[7:])
    path = {"train": str(tmp_path / "a.npy"), "test": str(tmp_path / "b.npy")}
    splits = prepare(own(path, (4, 5, 3)))
    np.testing.assert_array_equal(splits["train"][0], images[:7])
    np.testing.assert_array_equal(splits["test"][0], images[7:])


class Trap:
    """Whoever unpickles this creates a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_pickle_in_npy_is_refused_and_not_run(tmp_path):
    sprung = tmp_path / "sprung"
    np.save(tmp_path / "x.npy", np.array([Trap(sprung)]), allow_pickle=True)
    with pytest.raises(InputError, match="x.npy"):
        prepare(own(tmp_path / "x.npy"))
    assert not sprung.exists()


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.full((4, 8, 8, 3), np.nan), "NaN"),
        (np.full((4, 8, 8, 3), 1.5), "outside"),
        (np.full((4, 8, 8, 3), -0.1, np.float32), "outside"),
        (np.zeros((4, 8, 8, 3), np.int64), "int64"),
        (np.zeros((4, 8, 8, 3), complex), "complex"),
        (np.zeros((4, 192), np.uint8), "shape"),
        (np.zeros((4, 8, 9, 3), np.uint8), "shape"),
        (np.zeros((0, 8, 8, 3), np.uint8), "no images"),
    ],
)
def test_bad_arrays_are_refused(tmp_path, array, message):
    np.save(tmp_path / "x.npy", array)
    with pytest.raises(InputError, match=message):
        prepare(own(tmp_path / "x.npy"))


def test_truncated_npy_is_refused(tmp_path):
    np.save(tmp_path / "x.npy", random_images(9, 8, 8, 3))
    whole = (tmp_path / "x.npy").read_bytes()
    for size in (0, 50, len(whole) - 1):
        (tmp_path / "x.npy").write_bytes(whole[:size])
        with pytest.raises(InputError, match="x.npy"):
            prepare(own(tmp_path / "x.npy"))


# Hostile archives and images

GOOD = encode(random_images(1, 8, 8, 3)[0])


@pytest.mark.parametrize(
    "name", ["../up.png", "a/../../up.png", "/root.png", "c:/x.png", "a\\..\\..\\x.png"]
)
def test_names_that_climb_out_are_refused(tmp_path, name):
    path = write_zip(tmp_path / "x.zip", {"a.png": GOOD, name: GOOD})
    with pytest.raises(InputError, match=re.escape(name)):
        prepare(own(path))


def test_large_member_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(image_sources, "MEMBER_LIMIT", 10_000)
    path = write_zip(tmp_path / "x.zip", {"a.png": GOOD, "bomb.png": bytes(10_001)})
    with pytest.raises(InputError, match="bomb.png.*10001 bytes.*10000"):
        prepare(own(path))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "bomb.png").write_bytes(bytes(10_001))
    with pytest.raises(InputError, match="bomb.png.*10001 bytes.*10000"):
        prepare(own(tmp_path / "folder", test_fraction=0.9))


def test_many_members_together_too_large_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(image_sources, "TOTAL_LIMIT", 10_000)
    path = write_zip(tmp_path / "x.zip", {f"{i}.png": bytes(1001) for i in range(10)})
    with pytest.raises(InputError, match="x.zip: found 10010 bytes.*10000"):
        prepare(own(path))


@pytest.mark.parametrize("checked", [0, 1, 5000])  # bytes too many in the checksum
def test_member_that_expands_beyond_its_declared_size_is_refused(tmp_path, checked):
    content = GOOD + bytes(5000)
    path = write_zip(tmp_path / "x.zip", {"bomb.png": content, "b.png": GOOD})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        start = data.index(signature) + offset  # checksum, packed size, size
        checksum = zipfile.crc32(content[: len(GOOD) + checked])
        data[start : start + 4] = struct.pack("<I", checksum)
        data[start + 8 : start + 12] = struct.pack("<I", len(GOOD))
    path.write_bytes(data)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("bomb.png").file_size == len(GOOD)
    with pytest.raises(InputError, match="bomb.png"):
        prepare(own(path, test_fraction=0.5))


@pytest.mark.parametrize(
    ("side", "message"), [(20_000, "exceeds limit"), (5_800, "5800 x 5800 pixels")]
)
def test_image_bomb_is_refused_before_it_is_decoded(tmp_path, side, message):
    def chunk(kind, body):
        checksum = zipfile.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)

    header = chunk(b"IHDR", struct.pack(">II5B", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"")
    path = write_zip(tmp_path / "x.zip", {"bomb.png": bomb, "b.png": GOOD})
    with pytest.raises(InputError, match=f"bomb.png.*{message}"):
        prepare(own(path))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"hello", "no image"),
        (b"", "no image"),
        (GOOD[:-60], "no image"),
        (encode(random_images(1, 8, 9, 3)[0]), "9 x 8 pixels; needed 8 x 8"),
        (encode(np.zeros((8, 8), np.uint16)), "8 bits"),
        (encode(random_images(1, 8, 8, 3)[0], "PCX"), "no image"),
    ],
)
def test_bad_images_are_refused_by_name(tmp_path, data, message):
    path = write_zip(tmp_path / "x.zip", {"a.png": GOOD, "b/bad.png": data})
    with pytest.raises(InputError, match=f"b/bad.png.*{message}"):
        prepare(own(path, test_fraction=0.5))


def test_crop_outside_the_image_is_refused(tmp_path):
    path = write_zip(tmp_path / "x.zip", {"a.png": GOOD, "b.png": GOOD})
    with pytest.raises(InputError, match=r"crop \[1, 0, 8, 8\]"):
        prepare(own(path, crop=[1, 0, 8, 8]))


@pytest.mark.parametrize(
    "change",
    [
        {"reader": "pickle"},
        {"reader": "svhn"},
        {"shape": [8, 8]},
        {"shape": "8x8"},
        {"shape": [8, 8, 2]},
        {"crop": [0, 0, 8]},
        {"crop": [0, 0, 0, 8]},
        {"crop": [-1, 0, 8, 8]},
        {"resize": "magic"},
        {"test_fraction": 0.0},
        {"test_fraction": "half"},
        {"counts": {"train": 3, "test": 1}},
        {"path": "/nowhere"},
        {"path": __file__},
        {"path": {}},
    ],
)
def test_bad_descriptions_are_refused(tmp_path, change):
    spec = own(write_zip(tmp_path / "x.zip", {"a.png": GOOD, "b.png": GOOD}))
    spec["test_fraction"] = 0.5
    prepare(spec)
    with pytest.raises(InputError):
        prepare(spec | change)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_damaged_archives_raise_nothing_else(tmp_path, data):
    path = write_zip(tmp_path / "x.zip", {"a.png": GOOD, "b.png": GOOD})
    whole = bytearray(path.read_bytes())
    directory = whole.index(b"PK\x01\x02")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.sampled_from([0, directory]))
        position = data.draw(st.integers(start, len(whole) - 1))
        whole[position] = data.draw(st.integers(0, 255))
    path.write_bytes(whole)
    try:
        splits = prepare(own(path, test_fraction=0.5))
    except InputError:
        return
    assert splits["train"][0].shape == splits["test"][0].shape == (1, 8, 8, 3)
