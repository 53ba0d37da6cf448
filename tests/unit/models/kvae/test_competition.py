"""Algorithm 1 of the kVAE draft, against enumeration, other formulas and K-means."""

import itertools

import numpy as np
import pytest
import torch
from scipy.special import rel_entr
from scipy.stats import norm
from sklearn.cluster import KMeans

from gansgmms.models.kvae.competition import (
    assign,
    compete,
    kl,
    log_density,
    objective,
)
from gansgmms.models.kvae.special_case import ConstantVAEs


def random_densities(k, n, seed=0):
    logits = torch.randn(k, n, dtype=torch.float64, generator=seeded(seed))
    return logits.log_softmax(1)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("seed", range(3))
def test_the_divergence_is_kullback_and_leiblers(seed):
    """D_f(Q||P) of two discrete distributions by equation 1."""
    p, q = np.random.default_rng(seed).dirichlet(np.ones(6), 2)
    found = (torch.from_numpy(p) * kl(torch.from_numpy(np.log(q / p)))).sum()
    assert found.item() == pytest.approx(rel_entr(p, q).sum())


def test_perfect_classifiers_give_the_density_back():
    """Of points drawn from p_d, the sum of p_g / p_d is the normaliser."""
    x = np.random.default_rng(0).normal(size=500)
    own = np.stack([norm(0.3, 0.8).pdf(x), norm(-1, 2).pdf(x)])
    d = norm.pdf(x) / (norm.pdf(x) + own)  # the probability that a point is real
    found = log_density(torch.from_numpy(np.log(d / (1 - d)))).exp().numpy()
    expected = own / norm.pdf(x)
    assert found == pytest.approx(expected / expected.sum(1, keepdims=True))


def test_a_point_that_looks_made_by_a_generator_goes_to_it():
    # Generator 0's classifier takes point 0 for a sample, generator 1's point 1.
    logits = torch.tensor([[-3.0, 3.0, 0.0], [3.0, -3.0, 0.1]])
    assert assign(log_density(logits)).tolist()[:2] == [0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_the_assignment_minimises_the_objective(seed):
    """Theorem 2 for f = -log, by trying all K^n assignments."""
    log_p = random_densities(3, 5, seed)
    every = [torch.tensor(a) for a in itertools.product(range(3), repeat=5)]
    best = min(objective(log_p, a) for a in every)
    assert objective(log_p, assign(log_p)) == pytest.approx(best)


def test_for_other_divergences_the_assignment_need_not_minimise_it():
    """(t - 1)^2 rises beyond t = 1: there the largest density costs most."""

    def pearson(log_t):
        return log_t.expm1().square()

    log_p = torch.tensor([[0.9, 0.05, 0.05], [0.4, 0.3, 0.3]]).log()
    other = torch.ones(3, dtype=torch.int64)
    assert objective(log_p, other, pearson) < objective(log_p, assign(log_p), pearson)


def test_the_objective_is_equation_6():
    log_p = random_densities(2, 4)
    assignment = torch.tensor([0, 1, 1, 0])
    terms = [-np.log(4 * np.exp(log_p[j, i].item())) for i, j in enumerate(assignment)]
    assert objective(log_p, assignment) == pytest.approx(np.mean(terms))


@pytest.fixture
def blobs():
    rng = np.random.default_rng(3)
    return torch.from_numpy(
        rng.normal(size=(600, 2)) + rng.integers(0, 4, (600, 2)) * 3
    )


def test_constant_vaes_in_competition_are_kmeans(blobs):
    """Section 6, iteration by iteration."""
    start = blobs[:5]
    vaes = ConstantVAEs(blobs, start)
    first = assign(vaes.log_density())
    rounds = compete(vaes.fit, vaes.log_density, first, 12)
    for result in rounds:
        lloyd = KMeans(5, init=start, n_init=1, max_iter=result.iteration, tol=0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("warnings.warn", lambda *args, **kwargs: None)
            lloyd.fit(blobs.numpy())
        assert vaes.bias.detach().numpy() == pytest.approx(lloyd.cluster_centers_)
        assert (result.assignment.numpy() == lloyd.labels_).all()


def test_exact_steps_never_raise_the_loss_and_stop(blobs):
    """Corollary 3 and Theorem 4 where fits and densities are exact."""
    vaes = ConstantVAEs(blobs, blobs[:5])
    first = assign(vaes.log_density())
    rounds = compete(vaes.fit, vaes.log_density, first, 100)
    losses = [v for r in rounds for v in (r.before, r.after)]
    assert all(b <= a + 1e-12 for a, b in itertools.pairwise(losses))
    assert losses[-1] == losses[-2]


def test_a_vae_without_points_stays():
    points = torch.tensor([[0.0], [1.0], [2.0]])
    vaes = ConstantVAEs(points, torch.tensor([[1.0], [50.0]]))
    vaes.fit(torch.zeros(3, dtype=torch.int64))
    assert vaes.bias.tolist() == [[1.0], [50.0]]


def test_a_competition_goes_on_where_it_was(blobs):
    def rounds(start, means, assignment):
        vaes = ConstantVAEs(blobs, means)
        steps = compete(vaes.fit, vaes.log_density, assignment, 6, start=start)
        return [
            (r.iteration, r.moved, r.assignment, vaes.bias.detach().clone())
            for r in steps
        ]

    first = assign(ConstantVAEs(blobs, blobs[:5]).log_density())
    whole = rounds(0, blobs[:5], first)
    rest = rounds(3, whole[2][3], whole[2][2])
    assert [r[:2] for r in rest] == [r[:2] for r in whole[3:]]


def test_a_round_counts_the_points_that_changed_hands():
    """One of four moves: from a density of 0.1 to one of 0.4, which F is taken of."""
    log_p = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]]).log()
    start = torch.tensor([1, 1, 0, 1])
    fitted = []
    rounds = compete(fitted.append, lambda: log_p, start, 2)
    first, second = rounds
    assert first.assignment.tolist() == second.assignment.tolist() == [1, 1, 0, 0]
    assert (first.moved, second.moved) == (0.25, 0.0)
    before = -np.log(4 * np.array([0.4, 0.3, 0.3, 0.1])).mean()
    after = -np.log(4 * np.array([0.4, 0.3, 0.3, 0.4])).mean()
    assert first.before == pytest.approx(before)
    assert first.after == second.before == second.after == pytest.approx(after)
    assert [a.tolist() for a in fitted] == [[1, 1, 0, 1], [1, 1, 0, 0]]
