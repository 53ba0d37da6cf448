"""Splits that people name win, whatever they call them; what is left over is refused."""

import io
import logging
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gansgmms.data.prepare import prepare
from gansgmms.data.splits import of_folders
from gansgmms.errors import InputError

SHAPE = [4, 4, 3]


def png(value):
    buffer = io.BytesIO()
    Image.fromarray(np.full(SHAPE, value, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def put(folder, names):
    """Files of these names, each of its number's brightness, which tells it."""
    for i, name in enumerate(names):
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(i))
    return folder


def read(path, **options):
    path = path if isinstance(path, dict) else str(path)
    return prepare({"reader": "images", "path": path, "shape": SHAPE, **options})


def numbers(splits):
    return {s: images[:, 0, 0, 0].tolist() for s, (images, _) in splits.items()}


def tree(*folders, n=3):
    return [f"{folder}/{i}.png" for folder in folders for i in range(n)]


@pytest.mark.parametrize(
    "folders",
    [
        ("train", "test"),
        ("Train", "Test"),
        ("TRAINING", "testing"),
        ("train", "val"),
        ("Train", "valid"),
        ("above/train", "above/test"),
    ],
)
def test_named_splits_win(tmp_path, folders, caplog):
    caplog.set_level(logging.INFO, "gansgmms")
    names = tree(*(f"{f}/{c}" for f in folders for c in ("cat", "dog")))
    found = read(put(tmp_path, names))
    assert numbers(found) == {"train": [*range(6)], "test": [*range(6, 12)]}
    for _, labels in found.values():
        np.testing.assert_array_equal(labels, [0, 0, 0, 1, 1, 1])
    assert "split: folders: 6 train, 6 test" in caplog.text


def test_splits_may_lie_below_classes(tmp_path):
    names = tree("cat/train", "cat/test", "dog/train", "dog/test")
    found = read(put(tmp_path, names))
    assert numbers(found) == {"train": [0, 1, 2, 6, 7, 8], "test": [3, 4, 5, 9, 10, 11]}
    np.testing.assert_array_equal(found["test"][1], [0, 0, 0, 1, 1, 1])


@pytest.mark.parametrize(
    ("folders", "extra", "message"),
    [
        (("train", "test", "val"), [], r"val/ \(3 of 9\) beside test/ and train/"),
        (("Train", "Test"), ["preview.png"], "preview.png beside Test/ and Train/"),
        (("train", "test"), ["more/a.png", "more/b.png"], "more/a.png and 1 more"),
        (("train",), [], "train/ alone"),
        (("train", "holdout"), [], "train/ alone"),
        (("test", "val"), [], "test/, val/"),
        (("train", "Train", "test"), [], "Train/ and train/"),
    ],
)
def test_what_is_left_over_is_refused_by_name(tmp_path, folders, extra, message):
    put(tmp_path, [*tree(*folders), *extra])
    with pytest.raises(InputError, match=message):
        read(tmp_path)
    # As the hint says, what is named by key needs no folder of that name.
    first, other = [*folders, "rest"][:2]
    put(tmp_path, tree("rest", n=2))
    by_key = {"train": tmp_path / first, "test": tmp_path / other}
    assert len(read(by_key)["train"][0]) == 3


@pytest.mark.parametrize(
    ("train", "test"),
    [
        *(("train_set", "test_set"), ("train-images", "test-images")),
        *(("trainA", "testA"), ("train2017", "val2017"), ("seg_train", "seg_test")),
        *(("TrainImages", "TestImages"), ("1 TRAIN", "2 TEST"), ("train ", "test ")),
        *(("trainset", "testset"), ("train", "Test Set"), ("train", "evaluation")),
        *(("trn", "tst"), ("trainval", "test")),
        *(("mytrain", "mytest"), ("Xtrain", "xtest"), ("train/train", "test/test")),
    ],
)
def test_names_with_the_words_in_them_are_splits(tmp_path, train, test):
    found = read(put(tmp_path, tree(f"{train}/cat", f"{test}/cat")))
    assert numbers(found) == {"train": [0, 1, 2], "test": [3, 4, 5]}
    for _, labels in found.values():  # of one class
        np.testing.assert_array_equal(labels, [0, 0, 0])


def test_files_may_name_their_split(tmp_path):
    names = [f"cat/{split}_{i}.png" for split in ("train", "test") for i in range(3)]
    found = read(put(tmp_path, names))
    assert numbers(found) == {"train": [0, 1, 2], "test": [3, 4, 5]}
    put(tmp_path, [*names, "cat/7.png"])
    with pytest.raises(InputError, match="cat/7.png beside test and train"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["train station", "test-tube", "trains", "contest"])
def test_a_class_may_have_such_a_word_in_its_name(tmp_path, name):
    found = read(put(tmp_path, tree(name, "harbour", n=5)))
    train, test = numbers(found).values()
    assert sorted(train + test) == [*range(10)]
    assert set(found["train"][1]) == {0, 1}


def test_several_folders_of_one_split_are_refused(tmp_path):
    put(tmp_path, tree("trainA", "trainB", "testA", "testB"))
    with pytest.raises(InputError, match="testA/ and testB/|trainA/ and trainB/"):
        read(tmp_path)


def test_test_images_are_never_those_of_training(tmp_path):
    put(tmp_path, tree("a/train", "a/test", "b"))
    os.symlink(tmp_path / "b", tmp_path / "again")
    for train, test, message in [
        ("b", "b", "one inside the other"),
        ("b", "again", "one inside the other"),
        ("a", "a/test", "one inside the other"),
        ("a", "b", "path.train: found both splits"),
    ]:
        with pytest.raises(InputError, match=message):
            read({"train": tmp_path / train, "test": tmp_path / test})
    (tmp_path / "c").mkdir()
    for split in ("train", "test"):
        os.symlink(tmp_path / "b", tmp_path / "c" / split)
    with pytest.raises(InputError, match="c/t.* and .*c/t.*: found one folder"):
        read(tmp_path / "c")
    for split in ("train", "test"):
        (tmp_path / "c" / split).unlink()
        put(tmp_path / "c" / split, ["1.png", "2.png"])
    with pytest.raises(InputError, match="the training images again"):
        read(tmp_path / "c")


def test_test_images_that_are_trained_on_are_told(tmp_path, caplog):
    put(tmp_path / "train", ["1.png", "2.png", "3.png"])
    put(tmp_path / "test", ["5.png", "4.png"])
    (tmp_path / "test/6.png").write_bytes(png(200))
    read(tmp_path)
    assert "2 of 3 test images are among the training images" in caplog.text


def test_a_class_may_have_the_name_of_its_split(tmp_path):
    found = read(put(tmp_path, tree("train/train", "train/car", "test/train")))
    assert [np.unique(found[s][1]).tolist() for s in found] == [[0, 1], [1]]


def test_no_split_is_a_random_choice_and_said(tmp_path, caplog):
    caplog.set_level(logging.INFO, "gansgmms")
    found = read(put(tmp_path, tree("cat", "dog", n=5)))
    train, test = numbers(found).values()
    assert sorted(train + test) == [*range(10)] and len(test) == 2
    assert "a fixed random choice: 8 train, 2 test" in caplog.text


def test_a_zip_made_on_windows(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for i, name in enumerate(tree("Train\\cat", "Test\\cat")):
            info = zipfile.ZipInfo("x")
            info.filename = name.replace("/", "\\")
            archive.writestr(info, png(i))
    found = read(tmp_path / "x.zip")
    assert numbers(found) == {"train": [0, 1, 2], "test": [3, 4, 5]}


def test_keys_may_be_zips_and_folders(tmp_path):
    put(tmp_path / "a", tree("cat", "dog"))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for name in tree("cat", "dog", n=2):
            archive.writestr(name, png(9))
    found = read({"train": tmp_path / "a", "test": tmp_path / "b.zip"})
    np.testing.assert_array_equal(found["train"][1], [0, 0, 0, 1, 1, 1])
    np.testing.assert_array_equal(found["test"][1], [0, 0, 1, 1])


@given(
    words=st.tuples(st.sampled_from(["train", "training"]), st.sampled_from(["test"])),
    upper=st.lists(st.booleans(), min_size=20, max_size=20),
    above=st.lists(st.sampled_from(["a", "b c", "ä"]), max_size=3),
)
def test_case_and_depth_make_no_difference(words, upper, above):
    def spelt(word):
        return "".join(c.upper() if u else c for c, u in zip(word, upper, strict=False))

    names = ["/".join((*above, spelt(w), "x", "0.png")) for w in words]
    split_of, class_of = of_folders(names)
    assert [split_of[n] for n in names] == ["train", "test"]
    assert set(class_of.values()) == {"x"}


# Arrays


def arrays(n=5):
    return np.random.default_rng(0).integers(0, 256, (n, *SHAPE), dtype=np.uint8)


@pytest.mark.parametrize("style", ["x_{}", "{}_images", "{}", "X_{}"])
def test_a_npz_names_its_splits(tmp_path, style):
    x, y = arrays(), np.arange(5)
    labels = {} if style == "{}" else {"y_train": y[:3], "y_test": y[3:, None]}
    images = {style.format("train"): x[:3], style.format("test"): x[3:]}
    np.savez(tmp_path / "x.npz", **images, **labels)
    found = read(tmp_path / "x.npz")
    np.testing.assert_array_equal(found["train"][0], x[:3])
    np.testing.assert_array_equal(found["test"][0], x[3:])
    if labels:
        np.testing.assert_array_equal(found["test"][1], [3, 4])
    else:
        assert found["test"][1] is None


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["x_train", "x_test", "x_val"], r"val \(1 of 3\)"),
        (["x_train", "x_test", "more"], "more beside"),
        (["x_train"], "train alone"),
        (["x_train", "z_train", "x_test"], "one array of images for train"),
    ],
)
def test_splits_of_a_npz_that_do_not_fit(tmp_path, names, message):
    np.savez(tmp_path / "x.npz", **dict.fromkeys(names, arrays()))
    with pytest.raises(InputError, match=message):
        read(tmp_path / "x.npz")


def test_tables_in_place_of_images_are_named(tmp_path):
    """Before what lies beside them: Hugging Face's dataset_dict.json is no mistake."""
    for name in ("train/data.arrow", "test/data.arrow", "dataset_dict.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match=r"test/data\.arrow: found a table.*\.save"):
        read(tmp_path)


def test_what_a_dataset_is_not_read_from_is_told(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="x.parquet: found a table; .*row"):
        read(tmp_path / "x.parquet")
    put(tmp_path / "x.npy", tree(".", n=10))
    assert len(read(tmp_path / "x.npy")["train"][0]) == 8  # a folder, whatever its name
    with pytest.raises(InputError, match="shape: found"):
        prepare({"reader": "images", "path": str(tmp_path), "shape": [True, 4, 3]})


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.eye(3), r"x\.argmax\(1\)"),
        (np.array([0, -1, 2]), "-1 to 2; needed labels from 0"),
        (np.array([0, 1, 2**63 + 1], np.uint64), "needed labels from 0"),
    ],
)
def test_labels_are_numbers_from_0(tmp_path, labels, message):
    x = np.zeros((3, *SHAPE), np.uint8)
    arrays = {"x_train": x, "y_train": labels, "x_test": x + 9, "y_test": labels}
    np.savez(tmp_path / "x.npz", **arrays)
    with pytest.raises(InputError, match=message):
        read(tmp_path / "x.npz")


def test_keys_may_be_arrays_and_folders(tmp_path):
    put(tmp_path / "b", tree("cat", "dog"))
    np.savez(tmp_path / "a.npz", arrays(), np.arange(5))
    found = read({"train": tmp_path / "a.npz", "test": tmp_path / "b"})
    np.testing.assert_array_equal(found["train"][0], arrays())
    assert found["train"][1] is None and found["test"][1] is None
    assert len(found["test"][0]) == 6


@pytest.mark.parametrize("name", ["x.npy", "X.NPY", "x.npz", "X.NPZ"])
def test_one_array_is_divided_at_random(tmp_path, name):
    with open(tmp_path / name, "wb") as file:
        (np.save if name.lower().endswith("npy") else np.savez)(file, arrays(10))
    assert [len(x) for x, _ in read(tmp_path / name).values()] == [8, 2]


def test_a_partition_of_a_windows_editor(tmp_path, caplog):
    caplog.set_level(logging.INFO, "gansgmms")
    put(tmp_path / "x", ["a.png", "b.png", "c.png"])
    text = "\ufeffa.png 0\r\n\r\nb.png 2\r\n  \r\n"
    (tmp_path / "list.txt").write_text(text, encoding="utf-8")
    files = {"images": tmp_path / "x", "partition": tmp_path / "list.txt"}
    found = read(files, partitions={"train": 0, "test": 2})
    assert numbers(found) == {"train": [0], "test": [1]}
    assert "1 images that it does not list left out" in caplog.text


# Links


def test_links_are_followed_and_loops_guarded(tmp_path):
    put(tmp_path / "store", tree("train", "test"))
    put(tmp_path / "x", tree("train/cat", "test/cat"))
    for split in ("train", "test"):
        os.symlink(tmp_path / "store" / split, tmp_path / f"x/{split}/dog")
    os.symlink(tmp_path / "x", tmp_path / "x/train/again")
    found = read(tmp_path / "x")
    assert [len(images) for images, _ in found.values()] == [6, 6]
    np.testing.assert_array_equal(found["train"][1], [0, 0, 0, 1, 1, 1])


def test_a_dangling_link_is_named(tmp_path):
    put(tmp_path, tree("cat"))
    os.symlink("nowhere.png", tmp_path / "cat/x.png")
    with pytest.raises(InputError, match=r"cat/x\.png: found a link to nowhere\.png"):
        read(tmp_path)
