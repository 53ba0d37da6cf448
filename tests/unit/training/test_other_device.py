"""Every model is built and stepped, backward included, on a device that is not the CPU.

On `meta`, whose tensors have no content and are refused beside others: what a GPU would
refuse, too, is found without one. A generator there is a CPU's that says otherwise.
"""

import contextlib

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from gansgmms.benchmarks.steps import mixture
from gansgmms.data.batches import FlatImages, ImageTensor
from gansgmms.models import kvae, vae
from gansgmms.models.gan import pix2pix
from gansgmms.models.mfa.training import Moments, adam_step, add_block
from tests.unit.training.small import MODELS, images, task

META = torch.device("meta")
RANDOM = {torch.rand, torch.randn, torch.randint, torch.randperm}


class Generator(torch.Generator):
    """One that says it is of a device which has no generators."""

    def __new__(cls, device="cpu"):
        made = super().__new__(cls)
        made.target = torch.device(device)
        return made

    @property
    def device(self):
        return self.target


class DrawsAtHome(TorchFunctionMode):
    """Refuses draws on another device than their generator's, as CUDA does."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function in RANDOM and (generator := kwargs.get("generator")) is not None:
            target = torch.device(kwargs.get("device") or "cpu")
            name = function.__name__
            assert target == generator.device, f"{name} of {generator.device} there"
        return function(*args, **kwargs)


class Apart(TorchDispatchMode):
    """Refuses operators on tensors of two devices: meta's own checks leave some out.

    One number of the CPU may stand beside tensors of a GPU.
    """

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        found = [t for t in tree_leaves((args, kwargs)) if isinstance(t, Tensor)]
        copies = function.overloadpacket.__name__ in ("copy_", "_to_copy")
        devices = {t.device for t in found if t.ndim or t.device == META}
        assert copies or len(devices) < 2, f"{function} mixes devices"
        return function(*args, **(kwargs or {}))


@contextlib.contextmanager
def strict():
    with DrawsAtHome(), Apart():
        yield


@pytest.fixture
def elsewhere(monkeypatch):
    """What `meta` lacks: generators, fused optimisers, autocast, and contents to read."""
    adam = torch.optim.Adam

    def unfused(*args, fused=None, **more):
        return adam(*args, **more)

    monkeypatch.setattr(torch, "Generator", Generator)
    monkeypatch.setattr(torch.optim, "Adam", unfused)
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: contextlib.nullcontext())
    monkeypatch.setattr(
        pix2pix, "reconstructions", lambda _, job: ImageTensor(job.images, job.device)
    )


@pytest.mark.parametrize("name", MODELS)
def test_every_network(name, inputs, monkeypatch, request):
    settings = {"initialisation": "random"} if name == "adversarial_mfa" else {}
    job = task(name, (16, 16, 3), inputs, **settings)
    if name == "vae_dfc":  # from a file, which has content
        network = vae.load_features(job.inputs["features"])
        monkeypatch.setattr(vae, "load_features", lambda _: network)
    request.getfixturevalue("elsewhere")
    job.device = META
    with strict():
        with META:  # as the loop does
            built = MODELS[name][1](job).train()
        found = built.step(ImageTensor(job.images, META), 1)
    assert {p.device for p in built.parameters()} == {META}
    assert {value.device for value in found.values()} == {META}


@pytest.fixture
def flat(elsewhere):
    return FlatImages(np.random.default_rng(0).random((40, 12), np.float32), META)


def test_a_step_of_adam_and_a_block_of_em(flat):
    model = mixture(3, 12, 2, (12,)).to(META)
    optimiser = torch.optim.Adam(model.parameters())
    with strict():
        index = torch.randint(40, (8,), generator=Generator(META), device=META)
        assert adam_step(model, optimiser, flat[index]).device == META
        model.requires_grad_(False)
        moments, projection = Moments.zeros(model), model.projection()
        assert add_block(model, flat[index], projection, moments).device == META


@pytest.mark.parametrize("split", ["competition", "bootstrap", "everything"])
@pytest.mark.parametrize("shape", [(8, 8, 1), (2,)], ids=["images", "points"])
def test_kvaes(shape, split, elsewhere):
    settings = kvae.Settings(
        components=2,
        latent=2,
        batch=4,
        pretraining=1,
        iterations=1,
        hidden=[8],
        filters=[4],
        classifier_filters=[4],
        split=split,
    )
    points = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    data = FlatImages(images(shape)[0] if len(shape) == 3 else points, META)
    with strict():
        made = kvae.Training(data, settings, Generator())
        assert made.vae_step().device == META
        made.classifier_step()


def test_what_the_modes_refuse(elsewhere):
    x, here = torch.zeros(3, device=META), torch.zeros(3)
    with strict():
        for mixed in (
            lambda: torch.randperm(3, generator=Generator(), device=META),
            lambda: torch.rand(3, generator=Generator(META)),
            lambda: x + here,
            lambda: x[torch.tensor([0, 1])],
            lambda: torch.cat([x, here]),
        ):
            with pytest.raises((AssertionError, RuntimeError), match="there|device"):
                mixed()
        assert (x + torch.tensor(1.0)).device == META
        torch.randperm(3, generator=Generator(), device="cpu")
