"""Training mixtures: EM, Adam, starts, hierarchy, and going on after a kill."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.datasets import load_digits
from sklearn.decomposition import FactorAnalysis

from gansgmms import models
from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.models.mfa import MFA, Settings, em_step, fit, initialise
from gansgmms.models.mfa import density as density_module
from gansgmms.models.mfa import training as training_module
from gansgmms.models.mfa.initialisation import factor_analysis
from gansgmms.models.mfa.training import split, train_adam, train_em
from gansgmms.training.checkpoint import Checkpoint
from tests.unit.models.curves import images_seen

STARTS = ["kmeans", "random", "ksubspaces"]
BOUNDS = (1e-3, 1.0)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def digits(n=600):
    """(n, 8, 8, 1) uint8; the outer columns are almost always black."""
    return (load_digits().images[:n] * 15).astype(np.uint8)[..., None]


def known_mixture(k=3, d=8, l=2, seed=0):
    """Components far apart, so that each image tells where it came from."""
    generator = seeded(seed)
    return MFA(
        torch.tensor([0.5, 0.3, 0.2])[:k].log(),
        3 * torch.randn(k, d, generator=generator),
        0.5 * torch.randn(k, d, l, generator=generator),
        0.1 + 0.2 * torch.rand(k, d, generator=generator),
        (d,),
    ).requires_grad_(False)


def gaussian_points(n=400, d=8):
    return known_mixture(d=d).draw(n, seeded(), noise=True)[0].numpy()


def mean_log_prob(mixture, data):
    return mixture.log_prob(data[torch.arange(len(data))]).double().mean().item()


def assert_finite(mixture):
    assert all(p.isfinite().all() for p in mixture.parameters())


# EM


def double(mixture):
    parts = [p.double() for p in mixture.parameters()]
    return MFA(*parts, mixture.shape).requires_grad_(False)


def never_falls(mixture, data, bounds, rounding=1e-5, steps=30):
    """The mean log-likelihoods of `steps` EM steps, checked to rise.

    Whether they rise is asked of the density in float64. What a step itself reports
    may be off by `rounding` of its size, or of d where it is near zero.
    """
    x = data[torch.arange(len(data))].double()
    values, reported = [], []
    for _ in range(steps):
        values.append(double(mixture).log_prob(x).mean().item())
        mixture, value = em_step(mixture, data, bounds)
        reported.append(value)
    assert np.isfinite(values).all()
    scale = max(np.abs(values).max(), x.shape[1])
    # The parameters between two steps are rounded to float32.
    assert np.diff(values).min() >= -1e-7 * scale
    np.testing.assert_allclose(reported, values, rtol=0, atol=rounding * scale)
    return values


def copies():
    """One image many times, and few others."""
    return np.concatenate([np.repeat(digits(1), 200, 0), digits(60)])


# Where a component has few or equal images, a pixel may be constant in each of two
# components, at two values: squares of their difference, divided by the variance at
# its floor of 1e-6, then cancel in float32.
FEW = 3e-4


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    "images, components, bounds, rounding",
    [
        (gaussian_points, 3, BOUNDS, 1e-5),
        (digits, 5, BOUNDS, 1e-5),  # most noise of the outer columns at its floor
        (digits, 5, (0.1, 0.12), 1e-5),  # most noise at one bound or the other
        (lambda: digits(60), 20, BOUNDS, FEW),  # tiny and empty components
        (copies, 4, BOUNDS, FEW),
    ],
    ids=["points", "digits", "clipped", "few", "copies"],
)
def test_em_never_lowers_the_likelihood(start, images, components, bounds, rounding):
    data = FlatImages(images())
    settings = Settings(components, 2, initialisation=start, noise=bounds)
    mixture = initialise(data, components, settings, seeded())
    values = never_falls(mixture, data, bounds, rounding)
    assert values[-1] > values[0]


def test_em_keeps_a_component_without_images():
    data = FlatImages(gaussian_points())
    mixture = known_mixture()
    mixture.means[2] = 100.0
    updated, _ = em_step(mixture, data, BOUNDS)
    for name in ("means", "factors", "noise"):
        assert torch.equal(getattr(updated, name)[2], getattr(mixture, name)[2])
    assert updated.mixing[2] < 1e-9
    never_falls(mixture, data, BOUNDS)


def textbook_step(mixture, x, bounds):
    """Ghahramani & Hinton (1996), one image at a time, in float64; D for each k."""
    weights = mixture.mixing.double().numpy()
    means, factors, noise = (
        p.detach().double().numpy()
        for p in (mixture.means, mixture.factors, mixture.noise)
    )
    k, d, l = factors.shape
    log_joint = np.empty((len(x), k))
    for j in range(k):
        sigma = factors[j] @ factors[j].T + np.diag(noise[j] ** 2)
        for n, point in enumerate(x - means[j]):
            distance = point @ np.linalg.solve(sigma, point)
            log_joint[n, j] = np.log(weights[j]) - 0.5 * (
                distance + np.linalg.slogdet(2 * np.pi * sigma)[1]
            )
    joint = np.exp(log_joint - log_joint.max(1, keepdims=True))
    h = joint / joint.sum(1, keepdims=True)

    result = []
    for j in range(k):
        sigma = factors[j] @ factors[j].T + np.diag(noise[j] ** 2)
        beta = np.linalg.solve(sigma, factors[j]).T
        cross, gram = np.zeros((d, l + 1)), np.zeros((l + 1, l + 1))
        expected = []
        for n, point in enumerate(x):
            z = beta @ (point - means[j])
            z1 = np.append(z, 1)
            zz = np.zeros((l + 1, l + 1))
            zz[:l, :l] = np.eye(l) - beta @ factors[j]
            zz += np.outer(z1, z1)
            cross += h[n, j] * np.outer(point, z1)
            gram += h[n, j] * zz
            expected.append(z1)
        loading = cross @ np.linalg.inv(gram)
        variance = np.zeros(d)
        for n, point in enumerate(x):
            variance += h[n, j] * (point - loading @ expected[n]) * point
        variance = np.clip(variance / h[:, j].sum(), bounds[0] ** 2, bounds[1] ** 2)
        result.append((h[:, j].mean(), loading[:, -1], loading[:, :-1], variance**0.5))
    return [np.stack(p) for p in zip(*result, strict=True)]


@pytest.mark.parametrize("bounds", [BOUNDS, (0.25, 0.3)])
def test_one_em_step_is_the_textbooks(bounds):
    x = gaussian_points(60)
    mixture = known_mixture()
    mixture.means += 0.3 * torch.randn(mixture.means.shape, generator=seeded(1))
    updated, _ = em_step(mixture, FlatImages(x), bounds)
    found = [updated.mixing, updated.means, updated.factors, updated.noise]
    expected = textbook_step(mixture, x.astype(np.float64), bounds)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs, rtol=1e-4, atol=1e-5)


def test_em_does_not_depend_on_the_batches(monkeypatch):
    data = FlatImages(gaussian_points(500))
    whole, value = em_step(known_mixture(), data, BOUNDS)
    monkeypatch.setattr(density_module, "BLOCK", 1)
    parts, again = em_step(known_mixture(), data, BOUNDS)
    assert again == pytest.approx(value, rel=1e-6)
    for name, expected in whole.named_parameters():
        # Squares of means over noise, up to (3 / 0.1)^2, are rounded to 6e-8.
        torch.testing.assert_close(getattr(parts, name), expected, rtol=0, atol=1e-4)


def factor_data(n, d, l=3, seed=0):
    random = np.random.default_rng(seed)
    loading = random.normal(size=(d, l))
    noise = 0.3 + random.random(d)
    x = random.normal(size=(n, l)) @ loading.T + noise * random.normal(size=(n, d))
    return (x + random.normal(size=d)).astype(np.float32)


def best_score(x, l):
    """Mean log-likelihood of scikit-learn's factor analysis, run to its end."""
    analysis = FactorAnalysis(l, tol=1e-10, max_iter=20_000, svd_method="lapack")
    return analysis.fit(x.astype(np.float64)).score(x.astype(np.float64))


def test_em_of_one_component_converges_to_factor_analysis():
    x = factor_data(500, 10)
    data = FlatImages(x)
    settings = Settings(1, 3, initialisation="random", noise=(1e-3, 5.0))
    mixture = initialise(data, 1, settings, seeded())
    settings = replace(settings, passes=2000, tolerance=1e-7)
    mixture, _ = train_em(mixture, data, settings)
    # Both stop on a plateau: their values agree to a hundred of the last gains.
    assert mean_log_prob(mixture, data) == pytest.approx(best_score(x, 3), abs=1e-4)


def test_em_recovers_a_known_mixture():
    n = 9000
    truth = known_mixture()
    x = truth.draw(n, seeded(), noise=True)[0]
    data = FlatImages(x.numpy())
    settings = Settings(3, 2, passes=100, tolerance=1e-6)
    found, _ = fit(data, settings, seeded(1), initialise)
    order = torch.cdist(truth.means, found.means).argmin(1)
    assert order.unique().numel() == 3

    def covariance(mixture):
        noise = torch.diag_embed(mixture.noise.square())
        return mixture.factors @ mixture.factors.mT + noise

    # Five standard errors of the sample estimates of Gaussians.
    weights, sigma = truth.mixing, covariance(truth)
    error = 5 * (weights * (1 - weights) / n).sqrt()
    assert ((found.mixing[order] - weights).abs() <= error).all()
    counts = n * weights
    variance = sigma.diagonal(dim1=1, dim2=2)
    error = 5 * (variance / counts[:, None]).sqrt()
    assert ((found.means[order] - truth.means).abs() <= error).all()
    spread = variance[:, :, None] * variance[:, None] + sigma.square()
    error = 5 * (spread / counts[:, None, None]).sqrt()
    assert ((covariance(found)[order] - sigma).abs() <= error).all()


def test_em_stops_when_a_pass_gains_too_little():
    data = FlatImages(gaussian_points())
    settings = Settings(3, 2, passes=50, tolerance=1e-2)
    _, history = fit(data, settings, seeded(), initialise)
    gains = np.diff([row["log_likelihood"] for row in history])
    assert len(history) < 50
    assert gains[-1] < 1e-2 and (gains[:-1] >= 1e-2).all()
    assert [row["step"] for row in history] == list(range(1, len(history) + 1))
    # A pass sees every image.
    assert images_seen(history) == pytest.approx(len(history) * len(data))


# Starts


@pytest.mark.parametrize("n, d", [(500, 10), (120, 150)])
def test_factor_analysis_is_that_of_scikit_learn(n, d):
    x = factor_data(n, d)
    mean, factors, noise = factor_analysis(
        torch.from_numpy(x), 3, (1e-3, 5.0), steps=1000
    )
    found = MFA(torch.zeros(1), mean[None], factors[None], noise[None], (d,))
    with torch.no_grad():
        score = mean_log_prob(found, FlatImages(x))
    # scikit-learn's own stopping rule leaves this much in 150 dimensions.
    assert score == pytest.approx(best_score(x, 3), rel=1e-5)


def test_factor_analysis_starts_from_principal_components():
    x = factor_data(500, 10)
    _, factors, noise = factor_analysis(torch.from_numpy(x), 3, (1e-3, 5.0), steps=0)
    covariance = np.cov(x.astype(np.float64), rowvar=False, bias=True)
    values, vectors = np.linalg.eigh(covariance)
    expected = vectors[:, -3:] * values[-3:] @ vectors[:, -3:].T
    found = (factors @ factors.T).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    # What the components leave is noise: the variance of each dimension is kept.
    np.testing.assert_allclose(
        found.diagonal() + noise.numpy() ** 2, covariance.diagonal(), rtol=1e-5
    )


def test_a_random_component_is_spanned_by_its_images():
    data = FlatImages(digits())
    latent = 4
    settings = Settings(6, latent, initialisation="random")
    mixture = initialise(data, 6, settings, seeded())
    x = data[torch.arange(len(data))]
    for mean, factors in zip(mixture.means, mixture.factors, strict=True):
        basis = torch.linalg.qr(factors)[0]
        centred = x - mean
        residual = (centred - centred @ basis @ basis.T).norm(dim=1)
        inside = residual < 1e-5
        assert inside.sum() == latent + 1  # no other image lies there by chance
        torch.testing.assert_close(x[inside].mean(0), mean)
    assert mixture.mixing.tolist() == pytest.approx([1 / 6] * 6)
    assert (mixture.noise == 0.15).all()


@pytest.mark.parametrize("seed", range(3))
def test_subspaces_of_all_images_beat_random_ones(seed):
    data = FlatImages(digits())
    values = [
        mean_log_prob(
            initialise(data, 8, Settings(8, 3, initialisation=start), seeded(seed)),
            data,
        )
        for start in ("random", "ksubspaces")
    ]
    assert values[1] > values[0]


def test_subspaces_take_the_images_nearest_to_them():
    data, latent = FlatImages(digits()), 3
    seeded_start, found = (
        initialise(data, 6, Settings(6, latent, initialisation=start), seeded())
        for start in ("random", "ksubspaces")
    )
    x = data[torch.arange(len(data))].double()
    distances = []
    for mean, factors in zip(seeded_start.means, seeded_start.factors, strict=True):
        basis = torch.linalg.qr(factors.double())[0]
        centred = x - mean
        distances.append((centred - centred @ basis @ basis.T).norm(dim=1))
    labels = torch.stack(distances).argmin(0)
    counts = torch.bincount(labels, minlength=6)
    assert counts.min() >= latent + 2  # all are analysed
    for k in range(6):
        torch.testing.assert_close(
            found.means[k].double(), x[labels == k].mean(0), rtol=0, atol=1e-5
        )
    expected = (counts / counts.sum()).tolist()
    assert found.mixing.tolist() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    "images, components",
    [
        (lambda: digits(100), 1),
        (lambda: digits(1), 1),
        (lambda: digits(3), 3),  # fewer images than a factor analysis needs
        (lambda: np.repeat(digits(1), 50, 0), 3),  # all equal
    ],
)
def test_starts_from_too_little_are_finite(start, images, components):
    data = FlatImages(images())
    settings = Settings(components, 4, initialisation=start)
    mixture = initialise(data, components, settings, seeded())
    assert mixture.factors.shape == (components, 64, 4)
    for _ in range(3):
        assert_finite(mixture)
        mixture, value = em_step(mixture, data, BOUNDS)
        assert np.isfinite(value)


def test_more_components_than_images():
    data = FlatImages(digits(5))
    for start in ("random", "ksubspaces"):
        settings = Settings(9, 2, initialisation=start)
        assert_finite(initialise(data, 9, settings, seeded()))
    with pytest.raises(InputError, match="5 points; needed at least k = 9"):
        initialise(data, 9, Settings(9, 2), seeded())


@pytest.mark.parametrize("start", STARTS)
def test_same_seed_same_start(start):
    data = FlatImages(digits())
    settings = Settings(5, 3, initialisation=start)
    first, again = (initialise(data, 5, settings, seeded(7)) for _ in range(2))
    for name, value in first.named_parameters():
        assert torch.equal(getattr(again, name), value)


# Adam


def test_adam_raises_the_likelihood_within_the_noises_bounds():
    data = FlatImages(digits())
    settings = Settings(
        4,
        3,
        initialisation="random",
        training="adam",
        learning_rate=5e-3,
        batch=64,
        iterations=150,
        noise=(0.05, 0.16),
    )
    start = initialise(data, 4, settings, seeded())
    before = mean_log_prob(start, data)
    mixture, history = train_adam(start, data, settings, seeded())
    assert mean_log_prob(mixture, data) > before + 5
    assert len(history) == 150
    assert images_seen(history) == pytest.approx(150 * settings.batch)
    assert_finite(mixture)
    assert not any(p.requires_grad for p in mixture.parameters())
    # Both bounds are reached: flat pixels below, lively ones above.
    low, high = (torch.tensor(bound) for bound in settings.noise)
    assert mixture.noise.min() == low and mixture.noise.max() == high


def test_adam_follows_the_gradient_of_the_dense_density():
    """Steps on the whole data by torch's Adam on float64 dense Gaussians."""
    x = torch.from_numpy(gaussian_points(1))
    settings = Settings(
        3, 2, training="adam", learning_rate=1e-2, batch=4, iterations=5
    )
    mixture = known_mixture()
    leaves = [p.double().clone().requires_grad_() for p in mixture.parameters()]
    optimiser = torch.optim.Adam(leaves, lr=settings.learning_rate)
    for _ in range(settings.iterations):
        logits, means, factors, noise = leaves
        sigma = factors @ factors.mT + torch.diag_embed(noise.square())
        normal = torch.distributions.MultivariateNormal(means, sigma)
        joint = logits.log_softmax(0) + normal.log_prob(x.double()[:, None])
        optimiser.zero_grad()
        (-joint.logsumexp(1).mean()).backward()
        optimiser.step()
    found, _ = train_adam(mixture, FlatImages(x.numpy()), settings, seeded())
    # Only the likeliest component is asked: Adam divides the others' vanishing
    # gradients by their own size, rounding errors included.
    j = joint.argmax(1).item()
    for name, leaf in zip(("means", "factors", "noise"), leaves[1:], strict=True):
        torch.testing.assert_close(
            getattr(found, name)[j].double(), leaf.detach()[j], rtol=0, atol=1e-4
        )


def test_the_curve_has_the_mean_log_likelihood_of_a_batch():
    """Of images that are all one, it is that of the image, whatever the batch."""
    x = np.repeat(gaussian_points(1), 10, 0)
    settings = Settings(
        components=3,
        latent=2,
        training="adam",
        learning_rate=0.0,
        batch=7,
        iterations=4,
    )
    mixture = known_mixture()
    expected = 0.0
    for weight, mean, factors, noise in zip(
        mixture.mixing, mixture.means, mixture.factors, mixture.noise, strict=True
    ):
        a, d = factors.double().numpy(), noise.double().numpy()
        normal = multivariate_normal(mean.double().numpy(), a @ a.T + np.diag(d**2))
        expected += weight.item() * normal.pdf(x[0].astype(np.float64))
    _, history = train_adam(mixture, FlatImages(x), settings, seeded())
    assert [row["log_likelihood"] for row in history] == pytest.approx(
        [np.log(expected)] * 4, abs=1e-3
    )


@pytest.mark.parametrize("iterations", [5, 5000])
def test_adam_names_the_step_at_which_it_breaks(iterations):
    data = FlatImages(gaussian_points())
    settings = Settings(
        3, 2, training="adam", learning_rate=1e20, batch=32, iterations=iterations
    )
    with pytest.raises(InputError, match=r"at step [12];.*lower learning_rate"):
        train_adam(known_mixture(), data, settings, seeded())


# Hierarchy


@given(
    sizes=st.lists(st.integers(1, 500), min_size=1, max_size=12),
    extra=st.integers(0, 60),
    latent=st.integers(1, 6),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_split_is_whole_fair_and_capped(sizes, extra, latent):
    components = len(sizes) + extra
    shares = split(torch.tensor(sizes), components, latent).tolist()
    most = [max(size // (latent + 2), 1) for size in sizes]
    assert sum(shares) == min(components, sum(most))
    assert all(1 <= s <= m for s, m in zip(shares, most, strict=True))
    # In proportion: no sub-component of one would be better used by another.
    triples = list(zip(sizes, shares, most, strict=True))
    waiting = [size / share for size, share, m in triples if share < m]
    given_last = [size / (share - 1) for size, share, _ in triples if share > 1]
    if waiting and given_last:
        assert min(given_last) >= max(waiting) * (1 - 1e-6)


def test_split_of_round_numbers():
    assert split(torch.tensor([100, 200, 300]), 6, 4).tolist() == [1, 2, 3]
    assert split(torch.tensor([5, 5, 590]), 10, 4).tolist() == [1, 1, 8]


@pytest.mark.parametrize("training", ["em", "adam"])
def test_hierarchical_training_beats_its_root(training):
    data = FlatImages(digits())
    settings = Settings(
        3,
        2,
        training=training,
        learning_rate=1e-3,
        batch=64,
        iterations=40,
        split_iterations=20,
    )
    root, _ = fit(data, settings, seeded(), initialise)
    settings = replace(settings, components=12, root=3)
    mixture, _ = fit(data, settings, seeded(), initialise)
    assert mixture.factors.shape == (12, 64, 2) and mixture.shape == (8, 8, 1)
    # The parts of a root component share the weight of its images.
    best = root.responsibilities(data[torch.arange(len(data))]).argmax(1)
    sizes = torch.bincount(best, minlength=3)
    parts = mixture.mixing.split(split(sizes, 12, 2).tolist())
    found = [part.sum().item() for part in parts]
    assert found == pytest.approx((sizes / len(data)).tolist(), abs=1e-5)
    assert mean_log_prob(mixture, data) > mean_log_prob(root, data) + 5


def test_the_parts_of_a_hierarchy_take_their_own_number_of_steps(monkeypatch):
    taken = []

    def recorded(mixture, data, settings, generator, checkpoint, iterations):
        taken.append(iterations)
        return train_adam(mixture, data, settings, generator, checkpoint, iterations)

    monkeypatch.setattr(training_module, "train_adam", recorded)
    settings = Settings(
        components=6,
        latent=2,
        training="adam",
        learning_rate=1e-3,
        batch=32,
        root=2,
        iterations=5,
        split_iterations=3,
    )
    _, history = fit(FlatImages(digits(200)), settings, seeded(), initialise)
    assert taken == [5, 3, 3]
    assert history[-1]["step"] == 5


# Going on after a kill


class Killed(Exception):
    pass


def train(folder, settings, kill_after=None, monkeypatch=None):
    """`fit` with a checkpoint at each step, killed right after one of them."""
    checkpoint = Checkpoint(folder, vars(settings), minutes=0)
    if kill_after:
        save, calls = Checkpoint.save, []

        def save_and_die(self, *args):
            save(self, *args)
            calls.append(None)
            if len(calls) == kill_after:
                raise Killed

        monkeypatch.setattr(Checkpoint, "save", save_and_die)
    return fit(FlatImages(digits(300)), settings, seeded(), initialise, checkpoint)


EM = Settings(4, 2, passes=30, tolerance=0.1)
ADAM = Settings(4, 2, training="adam", learning_rate=1e-3, batch=32, iterations=20)


@pytest.mark.parametrize(
    "settings",
    [
        EM,
        ADAM,
        replace(EM, components=8, root=3),
        replace(ADAM, components=8, root=3, split_iterations=5),
    ],
    ids=["em", "adam", "em hierarchical", "adam hierarchical"],
)
@pytest.mark.parametrize("when", ["first", "middle", "last"])
def test_a_killed_training_ends_with_the_same_weights(
    tmp_path, monkeypatch, settings, when
):
    whole, history = train(tmp_path / "whole", settings)
    steps = len(history)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        kill_after = {"first": 1, "middle": steps // 2, "last": steps}[when]
        train(tmp_path / "killed", settings, kill_after, patch)
    resumed, rows = train(tmp_path / "killed", settings)
    for name, value in whole.named_parameters():
        assert torch.equal(getattr(resumed, name), value)
    assert [(r["step"], r["log_likelihood"]) for r in rows] == [
        (r["step"], r["log_likelihood"]) for r in history
    ]


@pytest.mark.parametrize(
    "settings",
    [
        replace(EM, components=8, root=3, passes=6),
        replace(ADAM, components=8, root=3, iterations=6, split_iterations=5),
    ],
    ids=["em", "adam"],
)
def test_hierarchical_training_may_be_killed_at_any_save(
    tmp_path, monkeypatch, settings
):
    """Again and again, three saves further each time, in the root and in every part."""
    whole, history = train(tmp_path / "whole", settings)
    kills = 0
    for _ in range(100):
        try:
            with monkeypatch.context() as patch:
                resumed, rows = train(tmp_path / "killed", settings, 3, patch)
            break
        except Killed:
            kills += 1
    assert kills >= 4
    for name, value in whole.named_parameters():
        assert torch.equal(getattr(resumed, name), value)
    assert [r["log_likelihood"] for r in rows] == [r["log_likelihood"] for r in history]


def test_a_state_of_other_settings_is_refused_with_the_difference(tmp_path):
    train(tmp_path, ADAM)
    other = replace(ADAM, learning_rate=2e-3, batch=64)
    with pytest.raises(InputError) as caught:
        train(tmp_path, other)
    assert "batch: 32, learning_rate: 0.001; needed batch: 64" in str(caught.value)
    assert "components" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_train_model_as_a_job_does(tmp_path):
    settings = {"components": 1, "latent": 2, "noise": [1e-3, 1.0], "mirror": True}
    images = digits(200)
    checkpoint = Checkpoint(tmp_path / "state", settings)
    task = models.Task(images, settings, 5, "cpu", checkpoint)
    model, history = models.train("mfa", task)
    assert len(history) > 1
    model.save(tmp_path / "model.safetensors")
    assert models.load(tmp_path / "model.safetensors").shape == (8, 8, 1)
    # Trained on the mirrored images too: one component's mean is that of both.
    both = np.concatenate([images, images[:, :, ::-1]]).reshape(400, -1) / 255
    np.testing.assert_allclose(model.means[0].numpy(), both.mean(0), atol=1e-5)
