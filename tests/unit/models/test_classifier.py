"""The small classifier: its loss by hand, and what it gives of images."""

import numpy as np
import pytest
import torch
from torch import nn

from gansgmms.data.batches import ImageTensor
from gansgmms.errors import InputError
from gansgmms.models import Task
from gansgmms.models.classifier import Classification, Classifier, Maps
from tests.unit.models.handmade import as_float, grey

SETTINGS = {"iterations": 1, "batch": 64, "width": 4, "learning_rate": 1e-3}
LEVELS, LABELS = [0, 102, 255], [2, 0, 1]


class Brightness(nn.Module):
    """Logits of three classes by the mean of the pixels: 0, 2 m and -3 m."""

    def __init__(self):
        super().__init__()
        self.slopes = nn.Parameter(torch.tensor([0.0, 2.0, -3.0]))

    def forward(self, x):
        if self.training:
            self.seen = x.flatten(1).mean(1)
        return x.flatten(1).mean(1, keepdim=True) * self.slopes


def probabilities(level):
    logits = np.array([0.0, 2.0, -3.0]) * as_float(level)
    return np.exp(logits) / np.exp(logits).sum()


def test_the_loss_is_the_cross_entropy_of_each_images_own_label(updates):
    torch.manual_seed(0)
    x = grey(LEVELS)
    task = Task(x, SETTINGS, 0, labels=np.array(LABELS))
    model = Classification(task)
    assert model.classes == 3
    model.network = Brightness()
    row = model.step(ImageTensor(x), 1)
    means = [as_float(level) for level in LEVELS]
    drawn = [
        int(np.abs(np.array(means) - m).argmin()) for m in model.network.seen.tolist()
    ]
    assert set(drawn) == {0, 1, 2}
    losses = [-np.log(probabilities(LEVELS[i])[LABELS[i]]) for i in drawn]
    assert updates.of(model.optimisers["classifier"]) == pytest.approx(
        [np.mean(losses)], rel=1e-5
    )
    assert row["loss"].item() == pytest.approx(np.mean(losses), rel=1e-5)
    right = [probabilities(LEVELS[i]).argmax() == LABELS[i] for i in drawn]
    assert row["accuracy"].item() == pytest.approx(np.mean(right))


def test_probabilities_are_those_of_the_network_in_evaluation():
    model = Classifier(Brightness().train(), (8, 8, 1), 3, {})
    images = torch.from_numpy(np.repeat(grey(LEVELS), 400, 0))  # more than a batch
    found = model.probabilities(images).numpy()
    expected = np.repeat([probabilities(level) for level in LEVELS], 400, 0)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert not hasattr(model.network, "seen")


def test_maps_are_halved_and_their_channels_doubled_from_level_to_level():
    maps = Maps(3, 4)(torch.zeros(2, 3, 9, 6))
    assert [tuple(m.shape) for m in maps] == [(2, 4, 9, 6), (2, 8, 5, 3), (2, 16, 3, 2)]


def test_images_without_labels_are_refused():
    with pytest.raises(InputError, match="images without labels"):
        Classification(Task(grey(LEVELS), SETTINGS, 0))
