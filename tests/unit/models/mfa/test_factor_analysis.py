"""Factor analyses of many groups at once, against scikit-learn's of each."""

import numpy as np
import pytest
import torch

from gansgmms.data.batches import FlatImages
from gansgmms.models.mfa import MFA, factor_analysis
from gansgmms.models.mfa.factor_analysis import factor_analyses
from tests.unit.models.mfa.known import best_score, factor_data, mean_log_prob


def score(analysis, x):
    """Mean log-likelihood of x (n, d) in nats."""
    mean, factors, noise = analysis
    found = MFA(torch.zeros(1), mean[None], factors[None], noise[None], (len(mean),))
    with torch.no_grad():
        return mean_log_prob(found, FlatImages(x))


@pytest.mark.parametrize("n, d", [(500, 10), (120, 150)])
def test_it_is_as_likely_as_scikit_learns(n, d):
    x = factor_data(n, d)
    (found,) = factor_analyses(FlatImages(x), [torch.arange(n)], 3, (1e-3, 5.0))
    # By the stopping rule, which both have: 0.01 nats of all points together.
    assert score(found, x) == pytest.approx(best_score(x, 3), rel=1e-5)


@pytest.mark.parametrize("at_once", [1, 4000, 2**25])
def test_groups_side_by_side_are_as_each_alone(monkeypatch, at_once):
    monkeypatch.setattr(factor_analysis, "AT_ONCE", at_once)
    x = factor_data(300, 20)
    groups = [torch.arange(10), torch.arange(10, 210), torch.arange(210, 300)]
    together = factor_analyses(FlatImages(x), groups, 2, (1e-3, 5.0))
    for group, found in zip(groups, together, strict=True):
        own = x[group.numpy()]
        (alone,) = factor_analyses(
            FlatImages(own), [torch.arange(len(own))], 2, (1e-3, 5.0)
        )
        assert score(found, own) == pytest.approx(score(alone, own), abs=0.01)
        torch.testing.assert_close(found[0], torch.from_numpy(own).mean(0))


def test_blocks_hold_each_group_once_and_no_more_than_fits(monkeypatch):
    """A block is as wide as its largest group: (groups, n, d) values in all."""
    monkeypatch.setattr(factor_analysis, "AT_ONCE", 600)
    sizes, d = [3, 50, 4, 5, 60, 7, 30, 2, 6, 200], 3
    blocks = list(factor_analysis._blocks(sizes, d))
    assert sorted(i for block in blocks for i in block) == list(range(len(sizes)))
    for block in blocks:
        values = len(block) * max(sizes[i] for i in block) * d
        assert values <= 600 or len(block) == 1
    assert len(blocks) == 3  # 200 alone; 60, 50 and 30; the small ones


def test_each_step_gains_and_the_last_gains_least(monkeypatch):
    x, all_of = factor_data(200, 30), [torch.arange(200)]
    steps = [
        score(factor_analyses(FlatImages(x), all_of, 3, (1e-3, 5.0), n)[0], x)
        for n in (1, 2, 4, 8, 16, 1000)
    ]
    assert (np.diff(steps) > -1e-6).all() and steps[-1] > steps[0] + 0.1


def test_noise_stays_within_its_bounds():
    x = factor_data(200, 10)
    x[:, 0], x[:, 1] = 0.5, x[:, 1] * 100  # a pixel that never changes, and a wild one
    ((_, _, noise),) = factor_analyses(
        FlatImages(x), [torch.arange(200)], 1, (0.01, 2.0)
    )
    assert noise.min() == pytest.approx(0.01) and noise.max() <= 2.0 + 1e-6
