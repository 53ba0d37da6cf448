"""Which training points belong to which VAE."""

import numpy as np
import pytest
import torch

from gansgmms.models.kvae.shares import Shares, uniform_assignment
from tests.unit.models.kvae.small import seeded


def test_each_vae_is_given_its_own_points_evenly():
    assignment = torch.tensor([2, 0, 2, 2, 0])
    index = Shares.of_assignment(assignment, 3).draw(4000, seeded())
    assert index.shape == (3, 4000)
    assert (assignment[index[0]] == 0).all() and (assignment[index[2]] == 2).all()
    for j, points in [(0, 2), (2, 3)]:
        counts = np.unique(index[j], return_counts=True)[1]
        assert len(counts) == points
        assert counts == pytest.approx(4000 / points, rel=0.1)


def test_a_vae_without_points_is_given_all_of_them():
    index = Shares.of_assignment(torch.tensor([2, 0, 2]), 3).draw(300, seeded())
    assert set(index[1].tolist()) == {0, 1, 2}


def test_a_bag_has_samples_with_replacement():
    shares = Shares.bootstrap(1000, 2, seeded())
    seen = [set(part.tolist()) for part in shares.order.split(1000)]
    for own, drawn in zip(seen, shares.draw(5000, seeded()), strict=True):
        assert len(own) == pytest.approx(632, abs=60)  # 1 - 1/e of them
        assert set(drawn.tolist()) <= own
    assert seen[0] != seen[1]


def test_parts_before_the_competition_are_equal():
    counts = uniform_assignment(10, 3, seeded()).bincount()
    assert sorted(counts.tolist()) == [3, 3, 4]
