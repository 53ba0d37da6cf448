"""Training mixtures: EM against the textbook, Adam against dense Gaussians."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.models.mfa import MFA, Settings, em_step, fit, initialise
from gansgmms.models.mfa import density as density_module
from gansgmms.models.mfa.training import train_adam, train_em
from gansgmms.settings.refusals import ConfigError
from tests.unit.models.curves import images_seen
from tests.unit.models.mfa.known import (
    BOUNDS,
    STARTS,
    assert_finite,
    best_score,
    changed,
    digits,
    double,
    factor_data,
    mean_log_prob,
    seeded,
)


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


def cancelling(mixture, x):
    """Mean size of the squares that cancel in a log-likelihood: nats.

    Half the square of |x - mu| + |mu|, in units of the noise of the nearest component,
    from the origin where they are least: the mean of mu weighted by pi / D.
    """
    means, noise = mixture.means.double(), mixture.noise.double()
    weight = mixture.mixing.double()[:, None] / noise**2
    origin = (weight * means).sum(0) / weight.sum(0)
    distance = ((x[:, None] - means) / noise).norm(dim=-1)  # (n, K)
    size = 0.5 * (distance + ((means - origin) / noise).norm(dim=-1)) ** 2
    return size.amin(1).mean().item()


def never_falls(mixture, data, bounds, rounding=None, steps=30):
    """The mean log-likelihoods of `steps` EM steps, checked to rise.

    Whether they rise is asked of the density in float64. What a step itself reports
    may be off by four roundings of what cancels in it; with `rounding`, by so much of
    its size. Which way sums are rounded depends on the number of threads.
    """
    x = data[torch.arange(len(data))].double()
    values, reported, squares = [], [], []
    for _ in range(steps):
        values.append(double(mixture).log_prob(x).mean().item())
        squares.append(cancelling(mixture, x))
        mixture, value = em_step(mixture, data, bounds)
        reported.append(value)
    assert np.isfinite(values).all()
    scale = max(np.abs(values).max(), x.shape[1])
    # The parameters between two steps are rounded to float32.
    assert np.diff(values).min() >= -1e-7 * scale
    allowed = 4 * np.finfo(np.float32).eps * np.array(squares)
    off = np.abs(np.subtract(reported, values))
    assert (off <= (rounding * scale if rounding else allowed)).all()
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
        (gaussian_points, 3, BOUNDS, None),
        (digits, 5, BOUNDS, None),  # most noise of the outer columns at its floor
        (digits, 5, (0.1, 0.12), None),  # most noise at one bound or the other
        (lambda: digits(60), 20, BOUNDS, FEW),  # tiny and empty components
        (copies, 4, BOUNDS, FEW),
    ],
    ids=["points", "digits", "clipped", "few", "copies"],
)
def test_em_never_lowers_the_likelihood(start, images, components, bounds, rounding):
    data = FlatImages(images())
    settings = Settings(
        components=components,
        latent=2,
        initialisation=start,
        noise=bounds,
        training="em",
    )
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
    assert updated.mixing[2] < 1e-9 and updated.logits.isfinite().all()
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


def test_em_of_one_component_converges_to_factor_analysis():
    x = factor_data(500, 10)
    data = FlatImages(x)
    settings = Settings(
        components=1,
        latent=3,
        initialisation="random",
        noise=(1e-3, 5.0),
        training="em",
    )
    mixture = initialise(data, 1, settings, seeded())
    settings = changed(settings, passes=2000, tolerance=1e-7)
    mixture, _ = train_em(mixture, data, settings)
    # Both stop on a plateau: their values agree to a hundred of the last gains.
    assert mean_log_prob(mixture, data) == pytest.approx(best_score(x, 3), abs=1e-4)


def test_em_recovers_a_known_mixture():
    n = 9000
    truth = known_mixture()
    x = truth.draw(n, seeded(), noise=True)[0]
    data = FlatImages(x.numpy())
    settings = Settings(
        components=3, latent=2, passes=100, tolerance=1e-6, training="em"
    )
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


def test_passes_without_em_would_be_steps_of_adam():
    with pytest.raises(ConfigError, match=r"MFA.passes: found 7; needed training: em"):
        Settings(components=3, latent=2, passes=7)


def test_em_stops_when_a_pass_gains_too_little():
    data = FlatImages(gaussian_points())
    settings = Settings(
        components=3, latent=2, passes=50, tolerance=1e-2, training="em"
    )
    start = initialise(data, 3, settings, seeded())
    _, history = train_em(start, data, settings)
    gains = np.diff([row["log_likelihood"] for row in history])
    assert len(history) < 50
    assert gains[-1] < 1e-2 and (gains[:-1] >= 1e-2).all()
    assert [row["step"] for row in history] == list(range(1, len(history) + 1))
    # A pass sees every image.
    assert images_seen(history) == pytest.approx(len(history) * len(data))


def test_adam_raises_the_likelihood_within_the_noises_bounds():
    data = FlatImages(digits())
    settings = Settings(
        components=4,
        latent=3,
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
        components=3,
        latent=2,
        training="adam",
        learning_rate=1e-2,
        batch=4,
        iterations=5,
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
        learning_rate=1e-30,  # nothing moves
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
        components=3,
        latent=2,
        training="adam",
        learning_rate=1e20,
        batch=32,
        iterations=iterations,
    )
    with pytest.raises(InputError, match=r"at step [12];.*lower learning_rate"):
        train_adam(known_mixture(), data, settings, seeded())
