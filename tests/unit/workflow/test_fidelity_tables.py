"""Tables of the metrics of today."""

import pandas as pd

from gansgmms.workflow.fidelity_tables import (
    MEASURES,
    fidelity_table,
    sensitivity_table,
    significant,
    with_half,
    with_intervals,
)


def row(value, **about):
    half = {f"{name}_half": value / 7 for name in MEASURES}
    ndb = {"ndb_over_k": value / 10, "low_over_k": 0.0, "high_over_k": 0.15}
    return about | dict.fromkeys(MEASURES, value) | half | ndb


def test_seeds_are_averaged_and_each_number_stands_beside_its_space():
    about = {"model": "MFA", "real": 100, "samples": 90, "resizer": "none"}
    scores = pd.DataFrame(
        [row(v, space=s, **about) for s in ("pixels", "vgg19") for v in (1.0, 2.0)]
    )
    table = fidelity_table(scores)
    assert list(table["space"]) == ["pixels", "vgg19"]
    first = table.iloc[0]
    assert (first["FID"], first["FID +-"]) == (1.5, 0.21)
    shown = with_intervals(table)
    assert shown["FID"][0] == "1.5 ± 0.2"
    assert not [name for name in shown if name.endswith("+-")]
    assert (first["NDB/K there"], first["by chance there"]) == (0.15, "0.00 to 0.15")
    assert (first["real"], first["samples"], first["resized"]) == (100, 90, "none")


def test_a_fault_of_one_k_beside_its_measures():
    chance = {"low_over_k": 0.0, "high_over_k": 0.15, "ndb_corrected": 1, "samples": 9}
    ndb = pd.DataFrame(
        [
            {"fault": f, "strength": s, "k": k, "ndb_over_k": k / 100, "js_unbiased": 0.01234,
             "found_from": n} | chance
            for f, s, n in [("none", 0.0, float("nan")), ("class_dropped", 1.0, 77.0)]
            for k in (10, 20)
        ]
    )  # fmt: skip
    fidelity = pd.DataFrame([row(1.0), row(3.0)])
    table = sensitivity_table(ndb, fidelity, 20)
    assert list(table["NDB/K"]) == [0.2, 0.2]
    assert table["fault"][1] == "class dropped"
    assert pd.isna(table["found from"][0]) and table["found from"][1] == 77
    assert list(table["FID"]) == [1.0, 3.0]
    assert table["by chance"][0] == "0.00 to 0.15"
    assert table["JS"][0] == 0.0123


def test_significant_digits():
    assert [significant(v) for v in (1234.5, 0.012345)] == [1230.0, 0.0123]


def test_a_number_has_the_decimals_that_its_interval_gives_a_meaning():
    pairs = {
        (0.0909, 0.082): "0.09 ± 0.08",
        (-0.00048, 0.0024): "0.000 ± 0.002",
        (0.00159, 0.0013): "0.0016 ± 0.0013",
        (1.8, 0.1): "1.80 ± 0.10",
        (212.4, 37.0): "212 ± 37",
        (0.25, 0.0): "0.250 ± 0",
        (-3.21, 0.5): "−3.2 ± 0.5",
    }
    assert [with_half(*pair) for pair in pairs] == list(pairs.values())
