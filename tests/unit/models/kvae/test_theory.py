"""The draft's statements on small cases, and divergences beside their formulas."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon

from gansgmms.models.kvae import theory


def test_divergences_are_those_of_the_formulas():
    p = torch.tensor([0.5, 0.3, 0.2, 0.0], dtype=torch.float64)
    q = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)
    found = {n: theory.divergence(q, p, by) for n, by in theory.DIVERGENCES.items()}
    a, b = p.numpy(), q.numpy()
    assert found["total variation"] == pytest.approx(np.abs(a - b).sum() / 2)
    assert found["squared Hellinger"] == pytest.approx(((a**0.5 - b**0.5) ** 2).sum())
    assert found["Jensen-Shannon"] == pytest.approx(jensenshannon(a, b) ** 2)
    kl = (a[:3] * np.log(a[:3] / b[:3])).sum()
    assert found["KL(P||Q)"] == pytest.approx(kl)


def test_nothing_contradicts_the_statements():
    found = theory.findings(trials=5, seed=0)
    assert [f.violations for f in found] == [0, 0, 0, 0]
    assert found[0].trials == 5 * len(theory.DIVERGENCES)


def test_a_wrong_winner_is_found(monkeypatch):
    """Were the least density to win, Theorem 2 would be contradicted."""
    monkeypatch.setattr(theory, "assign", lambda log_p: log_p.argmin(0))
    generator = torch.Generator().manual_seed(0)
    assert theory.theorem_2(5, generator).violations == 5


def test_a_loss_below_its_bound_is_found(monkeypatch):
    monkeypatch.setattr(theory, "objective", lambda *_: -math.log(theory.MODELS) - 0.5)
    found = theory.bound(4, torch.Generator().manual_seed(0))
    assert (found.trials, found.violations) == (4, 4)
    assert found.extreme == pytest.approx(-0.5)
    # Perfect generators are not, at any number of them: all but that one are off.
    assert theory.perfect(5).violations == 4


def test_a_concave_f_breaks_lemma_1(monkeypatch):
    concave = theory.Divergence(lambda t: t.sqrt(), 0.0)
    monkeypatch.setattr(theory, "DIVERGENCES", {"concave": concave})
    found = theory.lemma_1(4, torch.Generator().manual_seed(0))
    assert found.violations == found.trials == 4 and found.extreme < 0


def test_every_case_is_drawn_by_the_seed():
    def found(seed, state):
        torch.manual_seed(state)
        return [f.extreme for f in theory.findings(3, seed)]

    assert found(1, state=5) == found(1, state=6)
    # Of Theorem 2 it is 0: the best assignment itself is among those compared.
    lemma, theorem, loss, _ = zip(found(1, 5), found(2, 5), strict=True)
    assert lemma[0] != lemma[1] and loss[0] != loss[1]
    assert theorem == pytest.approx((0, 0), abs=1e-12)


def test_corollary_3_is_not_bounded_by_0():
    """Three perfect generators of a third of the points each: -log 3 < 0."""
    owner = torch.arange(6) % 3
    log_p = torch.where(owner == torch.arange(3)[:, None], 0.5, 0.0).log()
    assert theory.objective(log_p, owner) == pytest.approx(-math.log(3))


def of_equation_3(generators, owner):
    """sum_j alpha_j D_f(P_gj || P_d^j) for f = -log, of equally likely points."""
    p = torch.full((len(owner),), 1 / len(owner), dtype=torch.float64)
    by, loss = theory.DIVERGENCES["KL(P||Q)"], 0.0
    for j in owner.unique():
        own = torch.where(owner == j, p, 0)
        loss += own.sum().item() * theory.divergence(generators[j], own / own.sum(), by)
    return loss


def test_equation_3_is_equation_6_and_the_entropy_of_the_shares():
    """So that Theorem 2, which is right of equation 6, is wrong of equation 3, whose loss
    is at least 0 (docs/errata.md).
    """
    generators = torch.tensor([[0.51, 0.49], [0.49, 0.51]], dtype=torch.float64)
    largest = theory.assign(generators.log())
    for owner in [largest, torch.tensor([0, 0]), torch.tensor([1, 0])]:
        shares = owner.bincount().double() / len(owner)
        entropy = -torch.xlogy(shares, shares).sum().item()
        loss = of_equation_3(generators, owner)
        assert loss == pytest.approx(
            theory.objective(generators.log(), owner) + entropy
        )
        assert loss >= 0
    assert largest.tolist() == [0, 1]
    assert of_equation_3(generators, largest) == pytest.approx(0.673345, abs=1e-6)
    both = of_equation_3(generators, torch.tensor([0, 0]))
    assert both == pytest.approx(0.00020004, abs=1e-8)
