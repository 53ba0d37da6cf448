"""Fixtures that several test files share."""

import os
import signal
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


@pytest.fixture(scope="session", autouse=True)
def hear_ctrl_c() -> None:
    """As in a terminal: what a shell starts with & ignores SIGINT, and so would all that
    the tests start.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
