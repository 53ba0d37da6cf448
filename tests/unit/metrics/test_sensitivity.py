"""Planted faults: what is planted, what is measured of it, and its power."""

from typing import get_args

import numpy as np
import pytest
from sklearn.datasets import load_digits

from gansgmms.io.images import as_vectors
from gansgmms.metrics import sensitivity
from gansgmms.metrics.faults import CLASS_FAULTS, FAULTS
from gansgmms.metrics.fidelity import expected_coverage
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.power import ndb_power
from gansgmms.metrics.sensitivity import (
    NONE,
    TARGET,
    Plan,
    compared,
    found_from,
    halves,
    measured,
    planted,
    power_rows,
)
from gansgmms.settings.tables import Fault


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return (found.images[..., None] * 15).astype(np.uint8), found.target


def test_the_configuration_names_every_fault():
    assert set(get_args(Fault)) == {*FAULTS, *CLASS_FAULTS}


def test_halves_share_no_image_and_leave_none_out():
    first, second = halves(101, 0)
    assert len(first) == 50
    assert sorted([*first, *second]) == list(range(101))
    assert not np.array_equal(first, np.sort(first))


def test_sound_images_come_first_and_faults_of_classes_need_labels(digits):
    images, labels = digits
    faults = {"class_dropped": [1.0], "noisy": [0.1, 0.2]}
    found = list(planted(images, labels, faults, 0))
    assert [(f, s) for f, s, _ in found] == [
        *((NONE, 0.0), ("class_dropped", 1.0), ("noisy", 0.1), ("noisy", 0.2))
    ]
    assert found[0][2] is images
    assert len(found[1][2]) == (labels != 0).sum()
    # The same noise, twice as strong: what is compared is the strength alone.
    weak, strong = (np.float64(f[2]) - images for f in found[2:])
    middle = (images > 100) & (images < 150)
    assert np.corrcoef(weak[middle], strong[middle])[0, 1] > 0.95
    without = planted(images, None, faults, 0)
    assert [f for f, *_ in without] == [NONE, "noisy", "noisy"]


def test_under_the_null_each_measure_is_at_its_null_value(digits):
    x = as_vectors(digits[0])
    first, second = halves(len(x), 1)
    found = compared(x[first], x[second], 20)
    assert (found["real"], found["samples"]) == (898, 899)
    assert abs(found["kid"]) < found["kid_half"]
    assert abs(found["density"] - 1) < found["density_half"]
    coverage = expected_coverage(898, 899)
    assert abs(found["coverage"] - coverage) < found["coverage_half"]
    assert found["low_over_k"] <= found["ndb_over_k"] <= found["high_over_k"]
    assert found["precision"] > 0.9 and found["recall"] > 0.9
    # Of bins from one start, as each fault has bins of its own.
    one = NDB.fit(x[first], 20, initialisations=1).evaluate(x[second]).summary()
    assert {name: found[name] for name in one if name.endswith("_over_k")} == {
        name: value for name, value in one.items() if name.endswith("_over_k")
    }


def test_a_sample_is_found_where_one_in_twenty_sound_ones_are(monkeypatch):
    """Of 40 sound samples two may be above the threshold: those of 38 and 39."""
    null, found = np.arange(40), np.repeat([37, 38], [10, 30])
    given = iter([null, found])
    monkeypatch.setattr(sensitivity, "_ndb", lambda *_: next(given))
    k = np.full(4, 100)
    (row,) = power_rows(k, k, k, [50], 40, np.random.default_rng(0))
    assert row["measured"] == 0.75
    assert row["ndb_over_k"] == (370 + 1140) / 40 / 4


def test_power_by_theory_is_power_measured():
    """Half of ten bins are a fifth too empty: both find it from the same n on.

    One empty bin alone would not do: two of ten may differ by chance.
    """
    sound, reference = np.full(10, 3000), np.full(10, 30_000)
    faulty = sound.copy()
    faulty[:5] = 2400
    sizes = [100, 300, 1000, 3000]
    rows = power_rows(reference, sound, faulty, sizes, 2000, np.random.default_rng(0))
    for row in rows:
        assert row["measured"] == pytest.approx(row["theory"], abs=0.05)
    assert rows[0]["measured"] < 0.5
    assert rows[-1]["measured"] > 0.9
    n = int(found_from(reference, sound, faulty, 0.05))
    p, q = sound / sound.sum(), faulty / faulty.sum()
    assert ndb_power(p, q, 300_000, n) >= TARGET
    assert np.isnan(found_from(reference, sound, sound, 0.05))


def test_every_metric_of_every_fault(digits):
    images, labels = digits
    first, second = halves(len(images), 0)
    bins = [NDB.fit(images[first], k, initialisations=1) for k in (5, 10)]
    plan = Plan({"class_dropped": [1.0], "blurred": [1.0]}, 300, 10, 3, [100, 400], 100)
    statistics = {"draws": 100}
    found = measured(
        bins, images[first[:300]], images[second], labels[second], as_vectors, plan, 0,
        statistics,
    )  # fmt: skip
    assert [len(found[name]) for name in ("ndb", "fidelity", "power")] == [6, 3, 12]
    scores = {(row["fault"], row["k"]): row for row in found["ndb"]}
    assert scores["class_dropped", 10]["ndb"] > scores[NONE, 10]["ndb"]
    assert scores["blurred", 10]["found_from"] < 10**4
    sound, dropped, blurred = found["fidelity"]
    assert sound["fid"] < dropped["fid"] < blurred["fid"]
    assert blurred["precision"] < sound["precision"] - sound["precision_half"]
    powers = [r for r in found["power"] if r["fault"] == "class_dropped"]
    assert powers[0]["measured"] <= powers[1]["measured"]
