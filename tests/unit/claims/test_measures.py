"""What several claims measure alike."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu
from sklearn.metrics import mutual_info_score

from gansgmms.claims.measures import (
    GANS,
    as_sharp_by_chance,
    at_best,
    beats_most,
    explained,
    information,
    means_at_best,
    misallocated,
    purity,
    smaller,
    tolerance,
)
from gansgmms.metrics.result import compare
from tests.unit.claims.made_up import evidence, ndb, score, sharpness

PRINTED = [(100.0, 0.2), (200.0, 0.4)]


def test_misallocated_bins_are_far_off_and_significant():
    reference = np.array([600, 600, 600, 600, 600, 2])
    counts = np.array([40, 500, 240, 170, 245, 4])
    # A sixth of the due share, twice it, as due, 0.7 of it, as due, five times a handful.
    found = misallocated(pd.DataFrame(compare(reference, counts).columns()), 0.05)
    assert found.loc[6].to_dict() == {"under": 1, "over": 1}
    table = pd.DataFrame(compare(reference, counts).columns())
    seeds = pd.concat([table.assign(seed=0), table.assign(seed=1)])
    assert misallocated(seeds, 0.05).loc[6].to_dict() == {"under": 1, "over": 1}


def test_half_and_twice_the_due_share_are_far_off():
    reference, counts = np.full(4, 1000), np.array([500, 2000, 750, 750])
    table = pd.DataFrame(compare(reference, counts).columns())
    assert misallocated(table, 0.05).loc[4].to_dict() == {"under": 1, "over": 1}


def test_scores_may_differ_by_a_tenth_or_by_chance():
    assert tolerance(0.1, 0.2, 300) == 0.10
    # Two shares of 20 bins, both 0.5: 1.96 sqrt(2 x 0.25 / 20)
    assert tolerance(0.5, 0.5, 20) == pytest.approx(
        1.959964 * np.sqrt(0.5 / 20), rel=1e-6
    )
    # The furthest of ten is judged at a tenth of the level: 2.807 standard errors.
    assert tolerance(0.5, 0.5, 20, tests=10) == pytest.approx(
        2.807034 * np.sqrt(0.5 / 20), rel=1e-6
    )


@pytest.mark.parametrize(
    ("gans", "holds"),
    [
        ([0.5], True),
        ([0.2], False),
        ([0.5, 0.2], False),  # half of them is not most
        ([0.5, 0.2, 0.1], False),
        ([0.5, 0.4, 0.1], True),
        ([0.5, 0.4, 0.2, 0.1], False),
        ([0.5, 0.4, 0.35, 0.1], True),
        ([0.3, 0.3, 0.3], False),  # as good as they are is not better
    ],
)
def test_most_are_more_than_half(gans, holds):
    frames = {
        score("celeba", gan, "ndb"): ndb(value)
        for gan, value in zip(GANS, gans, strict=False)
    }
    (part,) = beats_most(evidence(frames), "celeba", 0.3)
    assert part.holds is holds


def test_a_rival_counts_as_the_better_of_ours_and_the_papers():
    printed = {"table": "table1", "model": "wgan", "quantity": "ndb_over_k"}
    published = pd.DataFrame([printed | {"K": k, "value": v} for k, v in PRINTED])
    ours = {score("celeba_part", "wgan", "ndb"): ndb(0.3, 0.3, 0.3)}
    about = {"published": published, "roles": {"celeba": "celeba_part"}}
    found = at_best(evidence(ours, **about), "celeba_part", "wgan")
    assert found.to_dict() == {100: 0.2, 200: 0.3, 300: 0.3}  # not printed at 300
    about_ours = evidence(ours, **about), "celeba_part"
    means = means_at_best(*about_ours, ["wgan", "dcgan"])
    assert means == {"WGAN of the paper": pytest.approx(0.8 / 3)}
    of_other_data = evidence(ours, **about, stand_ins=["celeba_part"])
    assert [*means_at_best(of_other_data, "celeba_part", ["wgan"])] == ["WGAN"]
    assert at_best(of_other_data, "celeba_part", "wgan").eq(0.3).all()


def test_where_there_are_no_gans_none_is_beaten():
    (part,) = beats_most(evidence({}), "celeba", 0.3)
    assert part.holds is None and "celeba" in part.text


def test_as_sharp_by_chance_is_a_part_of_the_way_from_the_mixture_to_the_data():
    names = {"mfa": -5.4, "train": -3.4}
    frames = {score("celeba", m, "sharpness"): sharpness(s) for m, s in names.items()}
    found = evidence(frames)
    assert as_sharp_by_chance(found, "celeba", -3.9) == pytest.approx(0.75 / 2)
    # Around -3.9, a quarter to either side.
    assert as_sharp_by_chance(found, "celeba", -3.9, -3.65) == pytest.approx(0.5 / 2)


def test_information_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    group, label = rng.integers(0, 3, 200), rng.integers(0, 4, 200)
    entropy = mutual_info_score(label, label)
    assert information(group, label) == pytest.approx(
        mutual_info_score(group, label) / entropy
    )
    assert information(group, group) == pytest.approx(1)
    assert information(group, np.zeros(200)) == 0


def test_purity_and_variance_by_hand():
    group = np.array([0, 0, 0, 1, 1])
    assert purity(group, np.array([7, 7, 8, 9, 9])) == pytest.approx(4 / 5)
    # Means 1 and 6 around 3; the variance of 0, 1, 2, 5, 7 is 6.8, that of the means 6.
    assert explained(group, np.array([0, 1, 2, 5, 7.0])) == pytest.approx(6 / 6.8)
    assert explained(group, np.ones(5)) == 0


def test_the_share_of_smaller_pairs_is_mann_and_whitneys():
    """U of b over a, as a share of all pairs; ties count half."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 9, 40) * 1.0, rng.integers(3, 12, 50) * 1.0
    assert smaller(a, b) == pytest.approx(mannwhitneyu(b, a).statistic / (40 * 50))
    assert smaller(b, a) == pytest.approx(1 - smaller(a, b))
