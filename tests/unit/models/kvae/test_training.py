"""Training K VAEs and their classifiers, against numbers by hand and after kills."""

import numpy as np
import pytest
import torch
from torch import nn

from gansgmms import models
from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.models import kvae
from gansgmms.models.kvae.training import Settings, Training
from gansgmms.training.checkpoint import Checkpoint
from tests.unit.models.curves import images_seen
from tests.unit.models.handmade import softplus
from tests.unit.models.kvae.small import seeded

TINY = {
    "components": 2,
    "latent": 2,
    "hidden": [16],
    "filters": [4, 4, 4],
    "classifier_filters": [4, 4],
    "batch": 16,
    "learning_rate": 0.005,
    "pretraining": 1,
    "iterations": 3,
    "epochs": 1,
    "classifier_batches": 4,
    "snapshots": [0, 2],
}


def training(points, seed=0, **settings):
    # A copy takes what a configuration may not say: no steps of the classifiers.
    settings = Settings(**TINY).model_copy(update=settings)
    return Training(FlatImages(np.float32(points)), settings, seeded(seed))


def constant_samples(*places):
    """`KVAE.generate` of VAEs that each make points around one place."""

    def generate(n, generator):
        means = torch.tensor(places)[:, None]
        return means + torch.randn(len(places), n, 2, generator=generator)

    return generate


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


def train_model(images, settings, seed=0, device="cpu", checkpoint=None):
    return kvae.train_model(models.Task(images, settings, seed, device, checkpoint))


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


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_far_modes_are_won_by_one_vae_each(points, seed):
    x, label = points
    settings = TINY | {"pretraining": 4, "iterations": 8, "classifier_batches": 40}
    model, history = train_model(x, settings, seed)
    won = np.zeros((2, 2))
    np.add.at(won, (label, model.assignment.numpy()), 1)
    assert (won.max(1) / won.sum(1) > 0.95).all()
    assert won.argmax(1).tolist() in ([0, 1], [1, 0])
    assert [row["iteration"] for row in history if row["iteration"]] == list(
        range(1, 9)
    )
    shares = [history[-1][f"points_{j}"] / len(x) for j in range(2)]
    assert model.weights.tolist() == pytest.approx(shares)
    # From equal parts of both modes, where F is 0, to one mode each: -log 2 or less.
    assert history[-8]["moved"] > 0.2 and history[-1]["moved"] == 0
    assert history[-1]["after"] == pytest.approx(-np.log(2), abs=0.2)
    # All VAEs together see each point once an epoch: 4 before, 8 times as many after.
    epochs = settings["pretraining"] + 8 * settings["epochs"]
    assert images_seen(history) == pytest.approx(epochs * len(x), rel=0.1)
    assert history[-1]["step"] * 2 * settings["batch"] == pytest.approx(
        images_seen(history)
    )


@pytest.mark.parametrize(
    "settings, own, repeated",
    [
        ({"pretrained_on": "everything"}, 40, False),
        ({"pretrained_on": "parts"}, 20, False),
        ({"split": "everything"}, 40, False),
        ({"split": "parts"}, 20, False),
        ({"split": "bootstrap"}, 40, True),
    ],
)
def test_what_a_vae_is_trained_on_before_any_competition(settings, own, repeated):
    """All points, an equal part, or as many as there are, drawn with replacement."""
    made = training(np.zeros((40, 2)), **settings)
    assert made.shares.count.tolist() == [own, own]
    parts = [
        set(made.shares.order[start : start + own].tolist())
        for start in made.shares.start.tolist()
    ]
    assert all((len(part) < own) == repeated for part in parts)
    if own == 20:  # of no point in common, where the competition begins
        assert not parts[0] & parts[1]
        assert parts[0] == set((made.assignment == 0).nonzero().flatten().tolist())


@pytest.mark.parametrize("split", ["bootstrap", "parts", "everything"])
def test_the_baselines_keep_equal_weights(points, split):
    settings = TINY | {"split": split, "iterations": 0, "snapshots": []}
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
    made = training(points[0])
    made.data.images[:] = float("nan")  # which points that are given may not be
    with pytest.raises(InputError, match="elbo nan at step 1"):
        made.run()
