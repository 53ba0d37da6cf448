"""K networks at once, against K of PyTorch's own."""

import copy
import math

import pytest
import torch
from torch import nn

from gansgmms.models.kvae import networks
from gansgmms.models.kvae.mixture import KVAE
from gansgmms.settings.architectures import KVAE as Settings
from gansgmms.workflow.experiment import Experiment
from tests import ROOT
from tests.unit.models.kvae.small import HIDDEN, seeded, small


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


@pytest.mark.parametrize("dataset", ["modes3", "modes5", "modes9"])
def test_a_single_vae_has_as_many_parameters_as_the_mixture(dataset):
    full = Experiment.full(ROOT)
    sizes = {}
    for model in ("kvaes", "vae_matched"):
        s = Settings(**full.settings_of(model, dataset))
        made = KVAE(
            s.components, s.latent, s.sizes, (2,), s.noise, s.sample_noise, seeded()
        )
        sizes[model] = sum(p.numel() for p in made.parameters())
    assert sizes["vae_matched"] == pytest.approx(sizes["kvaes"], rel=0.005)


@pytest.mark.parametrize(
    ("shape", "halvings", "framed", "corner"),
    [
        ((9, 14, 1), 2, (12, 16), (1, 1)),
        ((28, 28, 1), 4, (32, 32), (2, 2)),
        ((8, 8, 1), 3, (8, 8), (0, 0)),
        ((9, 8, 1), 3, (16, 8), (3, 0)),
    ],
)
def test_images_stand_in_the_middle_of_their_frame(shape, halvings, framed, corner):
    height, width, _ = shape
    images = 1 + torch.rand(1, 1, height, width, generator=seeded())
    padded = networks.Frame(shape, halvings).pad(images)[0, 0]
    assert padded.shape == framed
    expected = torch.zeros(framed)
    rows = slice(corner[0], corner[0] + height)
    expected[rows, corner[1] : corner[1] + width] = images[0, 0]
    assert torch.equal(padded, expected)
