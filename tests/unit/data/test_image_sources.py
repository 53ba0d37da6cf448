"""Image files in folders and archives."""

import re
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gansgmms.data import image_sources
from gansgmms.data.image_sources import members
from gansgmms.data.prepare import prepare
from gansgmms.errors import InputError
from tests.unit.data.raw import GOOD, REGISTRY, encode, own, random_images, write_zip


def test_two_members_of_one_name_are_refused(tmp_path):
    """Which of them is meant nobody knows, and readers of archives differ."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", b"1")
        archive.writestr("b.png", b"2")
        with pytest.warns(UserWarning, match="a.png"):
            archive.writestr("a.png", b"3")
    with pytest.raises(InputError, match="a.png in .*second member"), members(path):
        pass


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


@pytest.mark.parametrize(
    "name", ["../up.png", "a/../../up.png", "/root.png", "c:/x.png", "a\\..\\..\\x.png"]
)
def test_names_that_climb_out_are_refused(tmp_path, name):
    path = write_zip(tmp_path / "x.zip", {"a.png": GOOD, name: GOOD})
    with pytest.raises(InputError, match=re.escape(name)):
        prepare(own(path))


def test_archives_that_begin_with_a_dot(tmp_path):
    path = write_zip(tmp_path / "x.zip", {"./a/b.png": GOOD, ".hidden.png": b"x"})
    with members(path) as found:
        assert list(found) == ["a/b.png"] and found["a/b.png"]() == GOOD


def test_links_and_passwords_in_archives_are_named(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "a.png")
    with pytest.raises(InputError, match=r"link\.png .*found a link"), members(path):
        pass
    data = bytearray(write_zip(path, {"a.png": GOOD}).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"a\.png .*an encrypted"), members(path):
        pass


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
        (b"", "an empty file"),
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
