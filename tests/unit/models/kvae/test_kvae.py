"""K VAEs at once, against K of PyTorch's own, and against numerical integration."""

import copy
import math

import numpy as np
import pytest
import torch
from scipy.stats import binomtest, norm
from torch import nn

from gansgmms import models
from gansgmms.errors import InputError
from gansgmms.models import kvae
from gansgmms.models.kvae import KVAE, log_likelihood, networks
from gansgmms.models.kvae.layers import Convolution
from gansgmms.models.kvae.shares import Shares, uniform_assignment
from gansgmms.training.checkpoint import Checkpoint
from tests.unit.models.mfa.test_training import images_seen

HIDDEN = [7, 6]


def train_model(images, settings, seed=0, device="cpu", checkpoint=None):
    return kvae.train_model(models.Task(images, settings, seed, device, checkpoint))


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def small(k=3, latent=2, shape=(2,), seed=0, **more):
    sizes = {"hidden": HIDDEN, "filters": [4, 6, 8], "classifier_filters": [5, 6]}
    options = {"noise": (1e-2, 1.0), "sample_noise": True} | more
    return KVAE(k, latent, sizes, shape, generator=seeded(seed), **options)


def plain(perceptron, j):
    """Network j of a stack, made of PyTorch's own layers."""
    layers = []
    for layer in perceptron.layers:
        if hasattr(layer, "variance"):
            features = len(layer.weight) // perceptron.layers[0].weight.shape[0]
            own = slice(j * features, (j + 1) * features)
            norm = nn.BatchNorm1d(features)
            norm.weight.data, norm.bias.data = layer.weight[own], layer.bias[own]
            layers += [norm, nn.ReLU()]
        else:
            linear = nn.Linear(*layer.weight.shape[:0:-1], bias=layer.bias is not None)
            linear.weight.data = layer.weight[j]
            if layer.bias is not None:
                linear.bias.data = layer.bias[j, :, 0]
            layers.append(linear)
    return copy.deepcopy(nn.Sequential(*layers)).requires_grad_()


def test_stacked_training_is_training_one_by_one():
    """ELBO, ten steps of Adam and the running statistics, for each of K."""
    model = small()
    alone = [(plain(model.encoder, j), plain(model.decoder, j)) for j in range(3)]
    sigmas = [nn.Parameter(model.log_sigma[j].detach().clone()) for j in range(3)]
    optimiser = torch.optim.Adam(model.parameters(), 0.005, (0.5, 0.999))
    optimisers = [
        torch.optim.Adam([*e.parameters(), *d.parameters(), s], 0.005, (0.5, 0.999))
        for (e, d), s in zip(alone, sigmas, strict=True)
    ]
    generator = seeded(1)
    for _ in range(10):
        x = torch.randn(3, 16, 2, generator=generator)
        noise = torch.randn(3, 16, 2, generator=generator)
        elbo = model.elbo(x, noise)
        optimiser.zero_grad()
        (-elbo.mean(1).sum()).backward()
        optimiser.step()
        for j, (encoder, decoder) in enumerate(alone):
            mean, log_variance = encoder(x[j]).chunk(2, dim=1)
            q = torch.distributions.Normal(mean, (log_variance / 2).exp())
            z = mean + q.stddev * noise[j]
            prior = torch.distributions.Normal(torch.zeros(2), 1.0)
            kl = torch.distributions.kl_divergence(q, prior).sum(1)
            given = torch.distributions.Normal(decoder(z), sigmas[j].exp())
            own = given.log_prob(x[j]).sum(1) - kl
            assert elbo[j].detach().numpy() == pytest.approx(
                own.detach().numpy(), rel=2e-3, abs=2e-3
            )
            optimisers[j].zero_grad()
            (-own.mean()).backward()
            optimisers[j].step()
    model.eval()
    x = torch.randn(5, 2, generator=generator)
    stacked = model.encoder(x.expand(3, -1, -1))
    for j, (encoder, _) in enumerate(alone):
        own = encoder.eval()(x).detach().numpy()
        assert stacked[j].detach().numpy() == pytest.approx(own, rel=5e-3, abs=5e-3)


@pytest.mark.parametrize("shape", [(28, 28, 1), (8, 8, 1), (9, 14, 3)])
def test_image_networks_of_any_size(shape):
    model = small(k=2, shape=shape)
    x = torch.rand(2, 4, math.prod(shape), generator=seeded())
    mean, log_variance = model.encode(x)
    assert mean.shape == log_variance.shape == (2, 4, 2)
    images = model.decode(mean)
    assert images.shape == x.shape
    assert images.min() >= 0 and images.max() <= 1


def test_stacked_image_networks_do_not_see_each_other():
    """What network 1 is given changes nothing in network 0."""
    model = small(k=2, shape=(8, 8, 1))
    x = torch.rand(2, 6, 64, generator=seeded())
    other = torch.stack([x[0], 1 - x[1]])
    for network, before, after in [
        (model.encoder, x, other),
        (model.decoder, *(model.encode(images)[0] for images in (x, other))),
    ]:
        first, second = network(before), network(after)
        assert torch.allclose(first[0], second[0], atol=1e-6)
        assert not torch.allclose(first[1], second[1], atol=1e-3)


@pytest.mark.parametrize("shape", [(2,), (9, 14, 3)])
def test_data_that_all_networks_share_need_not_be_repeated(shape):
    sizes = {"hidden": HIDDEN, "classifier_filters": [5, 6]}
    classifier = networks.classifier(3, shape, sizes, seeded()).eval()
    x = torch.rand(1, 4, math.prod(shape), generator=seeded())
    logits = classifier(x)
    assert logits.shape == (3, 4, 1)
    assert torch.allclose(logits, classifier(x.expand(3, -1, -1)), atol=1e-6)
    assert not torch.allclose(logits[0], logits[1], atol=1e-3)


@pytest.mark.parametrize("inputs", [2, 3 * 2])
@pytest.mark.parametrize("bias", [False, True])
def test_convolutions_without_gradients_are_those_of_training(inputs, bias):
    convolution = Convolution(3, 2, 5, seeded(), bias=bias)
    x = torch.rand(4, inputs, 8, 12, generator=seeded())
    trained = convolution(x)
    with torch.no_grad():
        assert torch.allclose(convolution(x), trained, atol=1e-6)


def test_pixels_keep_their_place():
    """An encoder and decoder that only pass images on return them unturned."""
    frame = networks.Frame((9, 14, 1), 2)
    images = torch.arange(126.0).view(1, 1, 9, 14)
    padded = frame.pad(images)
    assert padded.shape[2:] == (12, 16)
    assert torch.equal(frame.cut(padded), images)


@pytest.fixture
def mixture():
    """Two VAEs with one latent dimension, of different weights and noise."""
    model = small(k=2, latent=1).eval().requires_grad_(False)
    model.weights.copy_(torch.tensor([0.3, 0.7]))
    model.log_sigma.copy_(torch.tensor([-0.5, -1.0]))
    model.centre.copy_(torch.tensor([1.0, -2.0]))
    model.scale.fill_(3.0)
    return model


def integrated(model, x):
    """log p(x) by the trapezoid rule over z: (n,)."""
    z = torch.linspace(-8, 8, 4001)
    means = model.decode(z.expand(model.k, -1)[:, :, None]).double().numpy()
    sigma = (model.log_sigma.exp() * model.scale).numpy()
    total = 0
    for weight, mean, s in zip(model.weights.numpy(), means, sigma, strict=True):
        given = norm(mean, s).pdf(np.asarray(x)[:, None]).prod(2)
        total += weight * np.trapezoid(given * norm.pdf(z.numpy()), z.numpy(), axis=1)
    return np.log(total)


def test_importance_sampling_tends_to_the_likelihood(mixture):
    x = mixture.centre + 3 * torch.randn(20, 2, generator=seeded())
    values, errors = log_likelihood(mixture, x, [1, 4000], seeded(1))
    expected = integrated(mixture, x)
    assert (errors < 0.2).all()
    assert (np.abs(values[:, 1].numpy() - expected) < 5 * errors.numpy() + 1e-3).all()
    assert values[:, 0].mean() < values[:, 1].mean()  # a bound when S = 1


def test_the_standard_error_is_the_spread_over_repetitions(mixture):
    x = mixture.centre + torch.ones(1, 2)
    pairs = [log_likelihood(mixture, x, [300], seeded(s)) for s in range(200)]
    values = torch.stack([v[0, 0] for v, _ in pairs])
    error = torch.stack([e[0] for _, e in pairs]).mean()
    assert values.std().item() == pytest.approx(error.item(), rel=0.25)


def test_blocks_change_nothing_but_the_draws(mixture, monkeypatch):
    x = mixture.centre + torch.randn(50, 2, generator=seeded())
    whole, errors = log_likelihood(mixture, x, [2000], seeded())
    monkeypatch.setattr(KVAE, "block", lambda self: 4000)
    parts, _ = log_likelihood(mixture, x, [2000], seeded())
    assert parts.shape == whole.shape
    assert ((whole - parts)[:, 0].abs() < 8 * errors).all()


def test_samples_come_from_the_vaes_by_weight(mixture):
    points, which = mixture.sample_labelled(3000, seeded())
    assert points.shape == (3000, 2) and points.dtype == torch.float32
    assert binomtest(int((which == 1).sum()), 3000, 0.7).pvalue > 1e-4
    again, _ = mixture.sample_labelled(3000, seeded())
    assert torch.equal(points, again)
    assert len(points.unique(dim=0)) == 3000  # no sample is given out twice
    mixture.weights.copy_(torch.tensor([0.0, 1.0]))
    assert (mixture.sample_labelled(500, seeded())[1] == 1).all()


def test_samples_follow_the_density(mixture):
    """The share of samples in a box is the integral of the density over it."""
    points = mixture.sample(20000, seeded()).numpy()
    middle, half = np.median(points, 0), points.std(0) / 2
    inside = (np.abs(points - middle) < half).all(1)
    axis = np.linspace(-1, 1, 61)
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2) * half + middle
    density = np.exp(integrated(mixture, grid)).reshape(61, 61)
    mass = np.trapezoid(np.trapezoid(density, axis), axis) * half.prod()
    assert binomtest(int(inside.sum()), 20000, mass).pvalue > 1e-4


def test_images_are_drawn_as_bytes():
    model = small(k=2, shape=(8, 8, 1), sample_noise=False).eval()
    images = model.sample(7, seeded())
    assert images.shape == (7, 8, 8, 1) and images.dtype == torch.uint8


def test_a_model_survives_its_file(mixture, tmp_path):
    mixture.keep_snapshot(4)
    mixture.assignment = torch.tensor([0, 1, 1], dtype=torch.int16)
    before = mixture.sample(10, seeded())
    mixture.log_sigma.fill_(-0.1)
    mixture.weights.copy_(torch.tensor([0.9, 0.1]))
    mixture.save(tmp_path / "model.safetensors")
    loaded = models.load(tmp_path / "model.safetensors")
    assert torch.equal(loaded.sample(10, seeded()), mixture.sample(10, seeded()))
    assert torch.equal(loaded.assignment, mixture.assignment)
    assert torch.equal(loaded.at(4).sample(10, seeded()), before)


# Shares


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


# Training

TINY = {
    "components": 2,
    "latent": 2,
    "hidden": [16],
    "filters": [4, 4, 4],
    "classifier_filters": [4, 4],
    "batch": 16,
    "pretraining": 1,
    "iterations": 3,
    "epochs": 1,
    "classifier_batches": 4,
    "snapshots": [0, 2],
}


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(0)
    centres = np.array([[-30.0, 0.0], [30.0, 0.0]])
    label = rng.integers(0, 2, 400)
    return (centres[label] + rng.normal(size=(400, 2))).astype(np.float32), label


class Killed(Exception):
    pass


def killed_after(saves, folder, settings):
    """A checkpoint that saves after every step and dies after some saves."""
    checkpoint = Checkpoint(folder, settings, minutes=0)
    save, left = checkpoint.save, [saves]

    def save_or_die(*args):
        save(*args)
        left[0] -= 1
        if not left[0]:
            raise Killed

    checkpoint.save = save_or_die
    return checkpoint


@pytest.mark.parametrize("saves", [3, 14, 30, 42, 60])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_killed_training_ends_the_same(points, tmp_path, saves, fresh):
    """Killed before the competition, among the VAEs' steps, among the classifiers'."""
    settings = TINY | {"fresh_classifier": fresh}

    def train(checkpoint=None):
        return train_model(points[0], settings, 5, "cpu", checkpoint)

    whole, history = train()
    with pytest.raises(Killed):
        train(killed_after(saves, tmp_path, settings))
    model, rest = train(Checkpoint(tmp_path, settings))
    assert model.tensors().keys() == whole.tensors().keys()
    for name, value in whole.tensors().items():
        assert torch.equal(model.tensors()[name], value), name
    clock = {"seconds": 0, "images_per_second": 0}
    for row, other in zip(history, rest, strict=True):
        assert row | clock == pytest.approx(other | clock, nan_ok=True)


def test_two_far_modes_are_won_by_one_vae_each(points):
    x, label = points
    settings = TINY | {"pretraining": 4, "iterations": 8, "classifier_batches": 40}
    model, history = train_model(x, settings, 1, "cpu")
    won = np.zeros((2, 2))
    np.add.at(won, (label, model.assignment.numpy()), 1)
    assert (won.max(1) / won.sum(1) > 0.95).all()
    assert won.argmax(1).tolist() in ([0, 1], [1, 0])
    assert [row["iteration"] for row in history if row["iteration"]] == list(
        range(1, 9)
    )
    shares = [history[-1][f"points_{j}"] / len(x) for j in range(2)]
    assert model.weights.tolist() == pytest.approx(shares)
    for row in history[-8:]:
        assert row["after"] <= row["before"] + 1e-12
    # All VAEs together see each point once an epoch: 4 before, 8 times as many after.
    epochs = settings["pretraining"] + 8 * settings["epochs"]
    assert images_seen(history) == pytest.approx(epochs * len(x), rel=0.1)
    assert history[-1]["step"] * 2 * settings["batch"] == pytest.approx(
        images_seen(history)
    )


@pytest.mark.parametrize("split", ["bootstrap", "everything"])
def test_the_baselines_keep_equal_weights(points, split):
    settings = TINY | {"split": split, "iterations": 0}
    model, history = train_model(points[0], settings, 1, "cpu")
    assert model.weights.tolist() == [0.5, 0.5] and model.assignment is None
    assert all(row["iteration"] == 0 for row in history)


def test_images_compete_too():
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1), dtype=np.uint8)
    settings = TINY | {"sample_noise": False, "fresh_classifier": False}
    model, _ = train_model(images, settings, 1, "cpu")
    assert model.sample(3, seeded()).shape == (3, 8, 8, 1)
    assert len(model.assignment) == 60


def test_a_bound_that_is_not_finite_is_an_error(points):
    broken = points[0].copy()
    broken[0] = np.nan
    with pytest.raises(InputError, match="a bound of nan"):
        train_model(broken, TINY, 1, "cpu")
