"""Fixtures that several test files share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The data mirror: real files, which not every machine has."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    path = Path(os.environ.get("GANSGMMS_MIRROR", beside))
    if not path.is_dir():
        pytest.skip(f"needs real data: {path} is no folder; set GANSGMMS_MIRROR")
    return path
