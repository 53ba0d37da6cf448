"""Descriptions of datasets: the registry, and what is refused."""

import re

import pytest

from gansgmms.data.prepare import prepare
from gansgmms.errors import InputError
from tests.unit.data.raw import GOOD, REGISTRY, own, write_zip


@pytest.mark.parametrize("name", REGISTRY)
def test_registry_entry_is_complete(name):
    spec = REGISTRY[name]
    assert {"title", "licence", "source", "reader", "shape", "counts"} <= spec.keys()
    for file in spec.get("files", {}).values():
        assert "mirror" in spec
        assert re.fullmatch("[0-9a-f]{64}", file["sha256"])
        assert file["bytes"] > 0 and ("urls" in file) != ("bring" in file)
        assert all(url.endswith(file["name"]) for url in file.get("urls", []))


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
