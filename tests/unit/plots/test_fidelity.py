"""Distances from chance, by hand; rank correlations against a formula; the drawings."""

import numpy as np
import pandas as pd
import pytest

from gansgmms.plots.fidelity import (
    METRICS,
    correlations,
    distances,
    draw_correlations,
    draw_sensitivity,
    metric_values,
)

SHARES = ["precision", "recall", "density", "coverage"]


def scores(fault, strength, ndb, js):
    chance = {"expected_over_k": 0.05, "low_over_k": 0.01, "high_over_k": 0.09}
    ends = {"js_unbiased": js, "js_low": 0.0, "js_high": js + 0.01}
    return {
        "fault": fault,
        "strength": strength,
        "k": 10,
        "ndb_over_k": ndb,
        **chance,
        **ends,
    }


def measures(fault, strength, fid, share):
    values = {"fid": fid, "kid": fid / 10, **dict.fromkeys(SHARES, share)}
    halves = {f"{name}_half": 0.1 for name in values}
    return {"fault": fault, "strength": strength, **values, **halves}


NDB = pd.DataFrame([scores("none", 0, 0.05, 0.0), scores("noisy", 1, 0.25, 0.02)])
FIDELITY = pd.DataFrame([measures("none", 0, 1.0, 0.9), measures("noisy", 1, 2.0, 0.7)])
POWER = pd.DataFrame(
    [
        {"fault": "noisy", "strength": 1, "k": 10, "n": n, "theory": p, "measured": p}
        for n, p in [(100, 0.1), (1000, 0.9)]
    ]
)


def test_distances_are_in_units_of_chance_and_up_is_worse():
    found = distances(NDB, FIDELITY, 10).set_index(["fault", "metric"]).distance
    assert list(found["none"].round(12)) == [0.0] * len(METRICS)
    assert found["noisy", "NDB/K"] == pytest.approx(0.2 / 0.04)
    assert found["noisy", "JS"] == pytest.approx(2)
    assert found["noisy", "FID"] == pytest.approx(10)
    assert found["noisy", "KID"] == pytest.approx(1)
    assert [found["noisy", name] for name in SHARES] == pytest.approx([2.0] * 4)


def test_every_fault_has_a_panel_and_power_has_two():
    figure = draw_sensitivity(NDB, FIDELITY, POWER, 10, "noisy")
    titles = [axis.get_title() for axis in figure.axes if axis.get_title()]
    assert titles == ["noisy", "power: noisy, $K$ = 10", "power: strength 1"]
    assert len(figure.axes[0].lines) == len(METRICS)


def test_rank_correlations_of_values_that_are_worse_upwards():
    ndb = [
        pd.DataFrame({"ndb_over_k": [v, v + 0.1], "js": [v, v]})
        for v in (0.1, 0.3, 0.2)
    ]
    spaces = [
        pd.DataFrame(
            [measures("", 0, fid, share) | {"space": "pixels", "ndb_over_k": fid}]
        )
        for fid, share in [(1, 0.9), (2, 0.7), (3, 0.8)]
    ]
    values = metric_values(ndb, spaces)
    assert list(values["NDB/K"]) == pytest.approx([0.15, 0.35, 0.25])
    found = correlations(values)
    assert np.allclose(np.diag(found), 1)
    # Ranks 1 3 2 against 1 2 3: 1 - 6 (0 + 1 + 1) / (3 (9 - 1)).
    assert found.loc["NDB/K", "FID, pixels"] == pytest.approx(0.5)
    assert found.loc["NDB/K, pixels", "FID, pixels"] == pytest.approx(1)
    # The better share has the lower rank: the same order as NDB/K's.
    assert found.loc["NDB/K", "recall, pixels"] == pytest.approx(1)
    axis = draw_correlations(values).axes[0]
    texts = [text.get_text() for text in axis.texts]
    assert len(texts) == len(values.columns) ** 2
    assert "0.50" in texts
