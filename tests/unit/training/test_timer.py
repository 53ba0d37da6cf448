"""Time and pace along a training, by a clock of our own."""

import pytest

from gansgmms.training import timer
from gansgmms.training.timer import Timer


@pytest.fixture
def clock(monkeypatch):
    """What `time.monotonic` says."""
    now = [1000.0]
    monkeypatch.setattr(timer.time, "monotonic", lambda: now[0])
    return now


def test_pace_is_that_since_the_last_row(clock):
    history = []
    running = Timer(history, images_per_step=8)
    clock[0] += 4
    history.append(running.row(10))
    assert history[0] == {"step": 10, "seconds": 4, "images_per_second": 20}
    clock[0] += 1
    assert running.row(15) == {"step": 15, "seconds": 5, "images_per_second": 40}


def test_what_came_before_the_first_step_is_time_but_no_pace(clock):
    clock[0] += 6
    running = Timer([], images_per_step=8, began=1000.0)
    clock[0] += 4
    assert running.row(10) == {"step": 10, "seconds": 10, "images_per_second": 20}
    # Building again after a stop is no part of it.
    kept = [{"step": 10, "seconds": 10.0, "images_per_second": 20.0}]
    resumed = Timer(kept, images_per_step=8, began=1000.0)
    clock[0] += 1
    assert resumed.row(15) == {"step": 15, "seconds": 11, "images_per_second": 40}


def test_the_time_between_a_stop_and_its_resumption_does_not_count(clock):
    history = [{"step": 10, "seconds": 4.0, "images_per_second": 20.0}]
    clock[0] += 3600
    resumed = Timer(history, images_per_step=8)
    clock[0] += 2
    assert resumed.row(20) == {"step": 20, "seconds": 6, "images_per_second": 40}
