"""Lists of which image goes where: every form they come in, and what is refused."""

import pytest

from gansgmms.data.partitions import read_partition
from gansgmms.errors import InputError

NAMES = ["x/a.png", "x/my b.png", "y/c.png"]
SPEC = {"partitions": {"train": 0, "test": 2}}
RIGHT = {"x/a.png": "train", "x/my b.png": "test"}


def read(tmp_path, text, spec=SPEC):
    (tmp_path / "list").write_text(text, encoding="utf-8")
    return read_partition(tmp_path / "list", NAMES, spec)


@pytest.mark.parametrize(
    "text",
    [
        "a.png 0\nmy b.png 2\nc.png 1\n",
        "a.png\t00\nmy b.png\t2",
        "image_id,partition\na.png,0\nmy b.png,2\nc.png,1\n",
        'name;split\n"x/a.png"; 0\n"x/my b.png"; 2\n',
        "\ufeffx/a.png 0\r\n\r\nx/my b.png 2\r\n",
        "./x/a.png 0\nx\\my b.png 2\n",
        f"a.png 0\nmy b.png 2\nc.png {'9' * 5000}\n",
    ],
)
def test_every_form(tmp_path, text):
    assert read(tmp_path, text) == RIGHT
    words = {"partitions": {"train": "0", "test": "2"}}
    assert read(tmp_path, text, words) == RIGHT


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3\na.png 0\n", "line 1 of .*'3'"),
        ("# name split\na.png 0\n", "line 1"),
        ("a.png,0\nname,partition\n", "line 2 .*'name,partition'"),
        ("a.png 0\na.png 2\n", "line 2 .*a.png again; needed each image once"),
        ("d.png 2\n", "line 1 .*d.png, which is not there"),
        ("a.png -1\n", "line 1"),
        ("a.png \u0660\n", "line 1"),
    ],
)
def test_what_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


@pytest.mark.parametrize("test", [0, "b", -1])
def test_the_numbers_of_splits_are_two(tmp_path, test):
    with pytest.raises(InputError, match="two whole numbers"):
        read(tmp_path, "a.png 0\n", {"partitions": {"train": 0, "test": test}})


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "list").write_bytes("a.png 0".encode("utf-16"))
    with pytest.raises(InputError, match="no list"):
        read_partition(tmp_path / "list", NAMES, SPEC)
