"""The Inception Score, against its definition, and the networks it is taken of."""

import hashlib

import numpy as np
import pytest
import torch
from scipy.special import rel_entr
from torch import Tensor, nn

from gansgmms import models
from gansgmms.errors import InputError
from gansgmms.metrics.inception import inception_score, load_classifier
from gansgmms.models import Task


def test_the_score_of_sure_and_even_classes_is_their_number():
    sure = np.eye(10)[np.arange(1000) % 10]
    assert inception_score(sure) == pytest.approx((10.0, 0.0))


def test_the_score_of_a_classifier_that_knows_nothing_is_one():
    assert inception_score(np.full((100, 7), 1 / 7)) == pytest.approx((1.0, 0.0))


def random_probabilities(n, classes=5):
    return np.random.default_rng(0).dirichlet(np.full(classes, 0.3), size=n)


def test_the_score_against_its_definition():
    p = random_probabilities(200)
    expected = np.exp(rel_entr(p, p.mean(0)).sum(1).mean())
    assert inception_score(p, splits=1) == pytest.approx((expected, 0.0))


@pytest.mark.parametrize(("n", "sizes"), [(11, [4, 4, 3]), (6, [2, 2, 2])])
def test_each_part_has_a_p_of_y_of_its_own(n, sizes):
    """The mean over the parts, with s / sqrt(3) as its standard error; none is left out."""
    p, start, scores = random_probabilities(n), 0, []
    for size in sizes:
        part = p[start : start + size]
        scores.append(np.exp(rel_entr(part, part.mean(0)).sum(1).mean()))
        start += size
    mean = sum(scores) / 3
    error = (sum((s - mean) ** 2 for s in scores) / 2) ** 0.5 / 3**0.5
    assert inception_score(p, splits=3) == pytest.approx((mean, error))


def test_ten_parts_are_usual():
    p = random_probabilities(100)
    assert inception_score(p) == inception_score(p, splits=10)
    assert inception_score(p) != inception_score(p, splits=5)


class Means(nn.Module):
    """Its "probabilities" are the mean red, green and blue of the topmost row, if it is
    used rightly.
    """

    def forward(self, x: Tensor, no_output_bias: bool = False) -> Tensor:
        means = x[:, :, 0].mean(2)
        if self.training:
            means = means + 1000.0
        if not no_output_bias:
            means = means + 5000.0
        return means


@pytest.mark.parametrize("channels", [1, 3])
def test_the_inception_network_is_given_pixels_of_0_to_255(tmp_path, channels):
    """Grey images in three channels, in evaluation, without the bias of the last layer."""
    torch.jit.script(Means().train()).save(str(tmp_path / "inception.pt"))
    classify = load_classifier(tmp_path / "inception.pt")
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (250, 5, 4, channels), dtype=np.uint8)
    found = classify(torch.from_numpy(images)).numpy()
    expected = np.broadcast_to(images[:, 0].mean(1), (250, 3))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_what_is_no_network_is_refused_by_name(tmp_path):
    path = tmp_path / "inception.pt"
    path.write_bytes(content := b"no TorchScript")
    found = (
        r"inception\.pt: found no network that can be read \(.+\); needed TorchScript"
    )
    with pytest.raises(InputError, match=found):
        load_classifier(path, sha256=hashlib.sha256(content).hexdigest())


def test_a_classifier_trained_here_can_stand_in(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 1), dtype=np.uint8)
    settings = {"iterations": 2, "batch": 8, "width": 4, "learning_rate": 1e-3}
    task = Task(images, settings, 0, labels=np.arange(40) % 3)
    model, _ = models.train("classifier", task)
    model.save(tmp_path / "classifier.safetensors")
    pixels = torch.from_numpy(images)
    found = load_classifier(tmp_path / "classifier.safetensors")(pixels)
    assert found.shape == (40, 3)
    torch.testing.assert_close(found, model.probabilities(pixels))
    # In evaluation: without dropout the same images have the same probabilities.
    again = load_classifier(str(tmp_path / "classifier.safetensors"))(pixels)
    torch.testing.assert_close(found, again)
