"""Training K VAEs and their classifiers, against numbers by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from gansgmms.data.batches import FlatImages
from gansgmms.models.kvae import networks
from gansgmms.models.kvae.training import Settings, Training
from tests.unit.models.handmade import softplus

TINY = {
    "components": 2,
    "latent": 2,
    "hidden": (16,),
    "batch": 16,
    "learning_rate": 0.005,
}


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def training(points, seed=0, **settings):
    return Training(
        FlatImages(np.float32(points)), Settings(**TINY | settings), seeded(seed)
    )


def constant_samples(*places):
    """`KVAE.generate` of VAEs that each make points around one place."""

    def generate(n, generator):
        means = torch.tensor(places)[:, None]
        return means + torch.randn(len(places), n, 2, generator=generator)

    return generate


# --- The classifiers ---


class Tilted(nn.Module):
    """K classifiers of the first coordinate: logit = slope x + constant."""

    def forward(self, x):
        slopes = torch.tensor([2.0, -1.0])[:, None, None]
        constants = torch.tensor([0.5, 0.2])[:, None, None]
        return slopes * x[:, :, :1] + constants


def test_the_classifiers_loss_is_the_cross_entropy_of_real_and_made():
    """sum over VAEs of -1/2 E log D(x) - 1/2 E log(1 - D(G(z)))."""
    made = training([[3.0, 1.0]] * 40)
    made.model.centre.zero_()
    made.model.scale.fill_(1.0)
    made.classifier = Tilted()
    made.model.generate = lambda n, generator: torch.tensor(
        [[[-1.0, 7.0]], [[0.25, 7.0]]]
    ).expand(2, n, 2)
    logits = [(2 * 3 + 0.5, 2 * -1 + 0.5), (-3 + 0.2, -0.25 + 0.2)]  # real, made
    expected = sum(softplus(-real) + softplus(fake) for real, fake in logits) / 2
    assert made._classifier_loss().item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("swapped", [False, True])
def test_classifiers_tell_which_points_a_vae_makes(seed, swapped):
    """Of two far modes, each VAE has the higher density where its samples are."""
    places = [(-30.0, 0.0), (30.0, 0.0)]
    label = np.arange(200) % 2
    noise = np.random.default_rng(seed).normal(size=(200, 2))
    made = training(
        np.array(places)[label] + noise, seed, classifier_batches=80, learning_rate=0.01
    )
    order = places[::-1] if swapped else places
    made.model.generate = constant_samples(*order)
    log_p = made._log_densities().numpy()
    np.testing.assert_allclose(np.exp(log_p).sum(1), 1)
    own = [log_p[j, label == (1 - j if swapped else j)] for j in range(2)]
    other = [log_p[j, label == (j if swapped else 1 - j)] for j in range(2)]
    for near, far in zip(own, other, strict=True):
        assert near.min() > far.max()


def weights(made):
    return [p.detach().clone() for p in made.classifier.parameters() if p.ndim > 1]


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("fresh", [True, False])
def test_classifiers_start_anew_where_the_settings_say_so(fresh):
    points = np.random.default_rng(0).normal(size=(50, 2))
    made = training(points, fresh_classifier=fresh, classifier_batches=0)
    before, optimiser = weights(made), made.classifier_optimiser
    made._log_densities()
    assert same(before, weights(made)) != fresh
    assert (made.classifier_optimiser is optimiser) != fresh
    stepped = {
        id(p) for g in made.classifier_optimiser.param_groups for p in g["params"]
    }
    assert stepped == {id(p) for p in made.classifier.parameters()}
    # A training that was killed among these steps goes on with the classifiers it has.
    before, made.step = weights(made), 1
    made._log_densities()
    assert same(before, weights(made))


def test_classifiers_take_as_many_steps_as_they_are_told():
    points = np.random.default_rng(0).normal(size=(50, 2))
    made, calls = training(points, classifier_batches=7), []
    loss = made._classifier_loss
    made._classifier_loss = lambda: calls.append(1) or loss()
    before = weights(made)
    made._log_densities()
    assert len(calls) == 7
    assert not same(before, weights(made))


# --- Points and images as the networks see them ---


@pytest.mark.parametrize("place", [(0.0, 0.0), (100.0, -40.0)])
def test_points_are_centred_and_divided_by_one_number(place):
    """The deviation of all coordinates from their means, wherever the data lie."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(500, 2)) * [5.0, 1.0] + place
    model = training(points).model
    assert model.centre.tolist() == pytest.approx(points.mean(0).tolist(), abs=1e-4)
    deviation = (points - points.mean(0)).std(ddof=1)
    assert model.scale.item() == pytest.approx(deviation, rel=1e-5)
    seen = model.standardised(torch.tensor(points, dtype=torch.float32)).numpy()
    assert seen.std(0)[0] / seen.std(0)[1] == pytest.approx(
        points.std(0)[0] / points.std(0)[1], rel=1e-4
    )


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
