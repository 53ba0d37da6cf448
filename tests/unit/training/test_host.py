"""No step of any training waits for the host: nothing is read, nothing is copied."""

import contextlib

import numpy as np
import pytest
import torch

from gansgmms.data.batches import FlatImages, ImageTensor
from gansgmms.models import kvae
from gansgmms.models.mfa import MFA
from gansgmms.models.mfa.training import Moments, adam_step, add_block
from gansgmms.training.losses import Losses
from tests.unit.training.host import NoCopies, NoReads
from tests.unit.training.small import MODELS, images, task


@contextlib.contextmanager
def alone():
    """What runs here needs no host."""
    with NoReads(), NoCopies():
        yield


@pytest.mark.parametrize("name", MODELS)
def test_a_step_of_every_model(name, inputs):
    job = task(name, (16, 16, 3), inputs)
    built = MODELS[name][1](job).train()
    data, losses = ImageTensor(job.images), Losses(3)
    losses.add(built.step(data, 1))  # optimisers make their state
    with alone():
        losses.add(built.step(data, 2))
    assert set(losses.read(2)) == set(losses.names)


@pytest.fixture
def mixture():
    return MFA(
        torch.zeros(3),
        torch.rand(3, 12),
        torch.rand(3, 12, 2),
        torch.full((3, 12), 0.1),
        (12,),
    )


def test_a_step_of_adam_on_a_mixture(mixture):
    optimiser = torch.optim.Adam(mixture.parameters(), fused=True)
    data = FlatImages(np.random.default_rng(0).random((40, 12), np.float32))
    generator, losses = torch.Generator(), Losses(2)
    with alone():
        index = torch.randint(40, (8,), generator=generator, device=generator.device)
        losses.add({"log_likelihood": adam_step(mixture, optimiser, data[index])})
    assert losses.read(1)["log_likelihood"].isfinite().all()


def test_a_block_of_em(mixture):
    x = torch.rand(40, 12)
    mixture.requires_grad_(False)
    with alone():
        moments, projection = Moments.zeros(mixture), mixture.projection()
        total = add_block(mixture, x, projection, moments)
    assert total.isfinite() and moments.count.sum() == pytest.approx(40)


@pytest.mark.parametrize("shape", [(8, 8, 1), (2,)], ids=["images", "points"])
def test_a_step_of_kvaes(shape):
    settings = kvae.Settings(
        components=2,
        latent=2,
        hidden=[8],
        filters=[4],
        classifier_filters=[4],
        batch=4,
        learning_rate=0.005,
        pretraining=1,
        iterations=1,
    )
    points = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    data = FlatImages(images(shape)[0] if len(shape) == 3 else points)
    made = kvae.Training(data, settings, torch.Generator().manual_seed(0))
    with alone():
        made.losses.add({"elbo": made.vae_step()})
        made.classifier_step()
    assert made.losses.count == 1


def test_what_the_modes_refuse():
    x = torch.rand(5)
    for read in (
        *(lambda: x.max().item(), lambda: x.tolist()),
        *(lambda: x.nonzero(), lambda: x[x > 0.5], lambda: x.unique(), lambda: x.cpu()),
        *(lambda: bool(x.sum() > 0), lambda: torch.randint(5, (2,)), lambda: int(x[0])),
    ):
        with alone(), pytest.raises(AssertionError, match="host"):
            read()


def test_a_reading_names_the_first_loss_that_is_not_finite():
    losses = Losses(4)
    for value in (1.0, 2.0, float("nan"), float("inf")):
        losses.add({"a": torch.tensor(value), "b": torch.tensor(0.0)})
    assert losses.full
    with pytest.raises(Exception, match="a nan at step 12"):
        losses.read(13)
    losses.add({"a": torch.tensor(5.0), "b": torch.tensor(6.0)})
    assert {k: v.tolist() for k, v in losses.read(14).items()} == {
        "a": [5.0],
        "b": [6.0],
    }


def test_the_posterior_and_the_images_of_a_mixture_read_once(mixture, monkeypatch):
    """The number of vectors of each component, to work on them together."""
    reads = []
    tolist = torch.Tensor.tolist
    monkeypatch.setattr(
        torch.Tensor, "tolist", lambda self: reads.append(1) or tolist(self)
    )
    x, components = torch.rand(9, 12), torch.tensor([2, 0, 2, 2, 0, 0, 2, 0, 2])
    mixture.requires_grad_(False)
    z, _ = mixture.posterior(x, components)
    assert len(reads) == 1
    mixture.decode(z, components)
    assert len(reads) == 2
    mixture.sample(5, torch.Generator())
    assert len(reads) == 3
