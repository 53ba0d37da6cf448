"""Image files in folders and archives."""

import zipfile

import pytest

from gansgmms.data.image_sources import members
from gansgmms.errors import InputError


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
