"""Images of any origin, and how they are divided."""

from pathlib import Path

import numpy as np
import pytest

from gansgmms.data.prepare import prepare
from gansgmms.errors import InputError
from tests.unit.data.raw import REGISTRY, encode, own, random_images, write_zip


def numbered(path, n):
    """A .npy file of n images, each of the grey that is its number."""
    np.save(path, np.broadcast_to(np.uint8(np.arange(n))[:, None, None], (n, 4, 4)))
    return {"reader": "images", "path": str(path), "shape": [4, 4, 1]}


@pytest.mark.parametrize("fraction", [0.2, 0.5])
def test_images_are_held_out_at_random_from_everywhere(tmp_path, fraction):
    """Sorted by class, as archives often are, the first or last would be of one class."""
    spec = numbered(tmp_path / "x.npy", 200) | {"test_fraction": fraction}
    splits = prepare(spec)
    train, test = (splits[s][0][:, 0, 0, 0].tolist() for s in ("train", "test"))
    assert sorted(train + test) == list(range(200))
    assert len(test) == 200 * fraction
    assert train == sorted(train) and test == sorted(test)
    # Of each of four quarters, a share within four standard errors of the fraction.
    quarters = np.bincount(np.array(test) // 50, minlength=4)
    error = 4 * (fraction * (1 - fraction) * 50) ** 0.5
    assert quarters == pytest.approx(50 * fraction, abs=error)
    # No stride either: the gaps between those held out differ.
    assert len(set(np.diff(test))) > 3


def test_a_fifth_is_held_out_where_nothing_is_said(tmp_path):
    splits = prepare(numbered(tmp_path / "x.npy", 50))
    assert (len(splits["train"][0]), len(splits["test"][0])) == (40, 10)


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
