"""Files that some of the small trainings need."""

import numpy as np
import pytest
import torch

from gansgmms import models
from gansgmms.models import Task
from gansgmms.models.mfa import MFA
from tests.unit.training.small import SMALL, images


@pytest.fixture
def inputs(tmp_path, request):
    """A mixture and a network of features for images of this shape."""

    def make(shape):
        d = int(np.prod(shape))
        generator = torch.Generator().manual_seed(0)
        mixture = MFA(
            torch.zeros(2),
            torch.rand(2, d, generator=generator),
            0.1 * torch.rand(2, d, 2, generator=generator),
            torch.full((2, d), 0.1),
            shape,
        )
        mixture.save(tmp_path / "mixture.safetensors")
        x, labels = images(shape)
        task = Task(x, SMALL | {"iterations": 1}, 0, labels=labels)
        classifier, _ = models.train("classifier", task)
        classifier.save(tmp_path / "classifier.safetensors")
        return {
            "mixture": str(tmp_path / "mixture.safetensors"),
            "features": str(tmp_path / "classifier.safetensors"),
        }

    return make
