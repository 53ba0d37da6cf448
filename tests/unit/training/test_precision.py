"""Training in bfloat16, and on a device that is not the CPU, as far as a CPU can tell."""

import numpy as np
import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from gansgmms import models
from gansgmms.data.batches import FlatImages, ImageTensor
from gansgmms.models import Task
from gansgmms.models.gan import wgan
from gansgmms.models.gan.pix2pix import UNet
from gansgmms.models.gan.wgan import WGAN
from gansgmms.models.mfa import Settings, initialise
from gansgmms.models.networks import ConvGenerator, ResidualGenerator
from gansgmms.models.vae import Decoder
from gansgmms.models.vae import Settings as VAESettings
from gansgmms.training import loop
from gansgmms.training.precision import PRODUCTS, exact_products
from tests.unit.training.small import MODELS, images, task

RANDOM = {torch.rand, torch.randn, torch.randint, torch.randperm}
CRITICS = ["wgan", "wgan_gp"]


@pytest.mark.parametrize("name", CRITICS)
def test_every_update_of_a_critic_sees_the_last(name, inputs):
    """On one batch, E D(x) - E D(G(z)) moves at each of the five updates in bfloat16,
    as it does in float32. With autocast's copies of the weights it would not.
    """
    found = {}
    for precision in ("float32", "bfloat16"):
        job = task(name, (16, 16, 3), inputs, clip=0.5, learning_rate=1e-3)
        job.precision = precision
        torch.manual_seed(0)
        built = WGAN(job).train()
        real, fake = ImageTensor(job.images).draw(4), built._fake().detach()
        # One context, as around a step of the loop.
        with loop.half_precision(job):
            distances = [
                wgan.critic_step(
                    built.critic, built.optimisers["critic"], real, fake, built.settings
                ).item()
                for _ in range(5)
            ]
        found[precision] = np.array(distances)
    assert (np.abs(np.diff(found["bfloat16"])) > 0).all()
    scale = np.abs(found["float32"]).max()
    np.testing.assert_allclose(found["bfloat16"], found["float32"], atol=0.05 * scale)


@pytest.mark.parametrize("name", MODELS)
def test_bfloat16_trains_every_weight_as_float32_does(name, inputs):
    """After three steps every weight of two dimensions or more has moved, in float32,
    and the losses are float32's within 5% of the largest.
    """
    curves = {}
    for precision in ("float32", "bfloat16"):
        job = task(name, (16, 16, 3), inputs)
        job.precision = precision
        torch.manual_seed(0)
        built = MODELS[name][1](job).train()
        before = {n: p.detach().clone() for n, p in built.named_parameters()}
        data = ImageTensor(job.images)
        rows = []
        for step in range(1, 4):
            with loop.half_precision(job):
                values = built.step(data, step)
            assert all(v.dtype == torch.float32 for v in values.values()), values
            rows.append(torch.stack([v.detach() for v in values.values()]))
        curves[precision] = torch.stack(rows)
    for n, p in built.named_parameters():
        assert p.dtype == torch.float32
        if p.requires_grad and p.ndim > 1:
            assert not torch.equal(p, before[n]), n
    names = list(values)
    error = (curves["bfloat16"] - curves["float32"]).abs().amax(0)
    scale = curves["float32"].abs().amax(0).clamp_min(0.5)
    for i, column in enumerate(names):
        if column != "accuracy":  # a share of four images
            assert error[i] <= 0.05 * scale[i], (column, curves)


def test_points_of_the_plane_train_in_float32(inputs):
    points = Task(
        np.zeros((10, 2), np.float32), {"iterations": 1}, 0, precision="bfloat16"
    )
    with loop.half_precision(points):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
    pixels = Task(
        np.zeros((10, 8, 8, 1), np.uint8), {"iterations": 1}, 0, precision="bfloat16"
    )
    with loop.half_precision(pixels):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16


@pytest.mark.parametrize(
    "network",
    [
        ConvGenerator((16, 16, 1), 4, 4, 2),
        ResidualGenerator((16, 16, 1), 4, 4, 2, "none"),
        Decoder(
            (16, 16, 1),
            VAESettings(iterations=1, learning_rate=2e-4, latent=4, width=4),
        ),
    ],
    ids=lambda network: type(network).__name__,
)
def test_a_black_background_still_has_a_gradient_in_bfloat16(network):
    """Where a generator is sure of -1, tanh of bfloat16 is -1 exactly, and flat."""

    convolutions = [
        m
        for m in network.modules()
        if isinstance(m, torch.nn.Conv2d | torch.nn.ConvTranspose2d)
        and m.out_channels == 1
    ]
    last = convolutions[-1]
    with torch.no_grad():
        last.weight.mul_(1e-3)
        last.bias.fill_(-4.0)
    z = torch.randn(3, 4)
    with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):
        made = network(z)
        (made + 1).sum().backward()
    assert made.dtype == torch.float32
    assert last.bias.grad.abs().sum() > 0


def test_pix2pix_gives_float32_in_bfloat16():
    network = UNet(1, 4, 4, 0.0)
    with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):
        assert network(torch.zeros(2, 1, 16, 16)).dtype == torch.float32


class DrawsNameTheirDevice(TorchFunctionMode):
    """Refuses a draw from a generator that leaves its device to torch's default.

    Networks are built under a default device, a GPU where there is one. A generator of
    the CPU cannot draw there.
    """

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function in RANDOM and kwargs.get("generator") is not None:
            assert "device" in kwargs, f"{function.__name__} without a device"
        return function(*args, **kwargs)


@pytest.mark.parametrize("start", ["kmeans", "random", "ksubspaces"])
def test_the_starts_of_a_mixture_draw_where_their_generator_is(start):
    x, _ = images((8, 8, 1))
    settings = Settings(components=3, latent=2, initialisation=start, whiten=True)
    with torch.device("cpu"), DrawsNameTheirDevice():
        mixture = initialise(
            FlatImages(x), 3, settings, torch.Generator().manual_seed(0)
        )
        mixture.sample(5, torch.Generator().manual_seed(1), noise=True)


@pytest.mark.parametrize("name", MODELS)
def test_models_draw_where_their_generator_is(name, inputs):
    job = task(name, (8, 8, 1), inputs)
    with torch.device("cpu"), DrawsNameTheirDevice():
        built = MODELS[name][1](job).train()
        built.step(ImageTensor(job.images), 1)
        if hasattr(built.model(), "sample"):
            built.model().sample(3, torch.Generator().manual_seed(0))


def test_what_the_mode_refuses():
    generator = torch.Generator()
    with DrawsNameTheirDevice(), pytest.raises(AssertionError, match="randperm"):
        torch.randperm(3, generator=generator)


def asked():
    """What torch says of its products, in its older words and its newer; None: neither."""
    try:
        older = torch.get_float32_matmul_precision()
    except RuntimeError:
        older = None
    return older, *(products.fp32_precision for products in PRODUCTS)


WAYS = {
    "set_float32_matmul_precision": lambda: torch.set_float32_matmul_precision("high"),
    "medium": lambda: torch.set_float32_matmul_precision("medium"),
    "allow_tf32": lambda: setattr(torch.backends.cuda.matmul, "allow_tf32", True),
    "of one": lambda: setattr(torch.backends.cuda.matmul, "fp32_precision", "tf32"),
    "of a CPU": lambda: setattr(torch.backends.mkldnn, "fp32_precision", "bf16"),
    "of all": lambda: setattr(torch.backends, "fp32_precision", "tf32"),
}


@pytest.fixture(params=WAYS)
def fast_products(request):
    """A user's torch that takes fewer digits, asked in one of its ways."""
    WAYS[request.param]()
    yield
    torch.set_float32_matmul_precision("highest")
    for each in (torch.backends, torch.backends.mkldnn, *PRODUCTS):
        each.fp32_precision = "none"


def test_products_are_exact_inside_and_as_asked_for_outside(fast_products):
    before = asked()
    assert {"tf32", "bf16"} & set(before)
    with pytest.raises(KeyError), exact_products():
        assert asked() == ("highest", "ieee", "ieee")
        raise KeyError
    assert asked() == before


def test_what_torch_as_a_whole_says_is_inherited_still():
    torch.backends.fp32_precision = "tf32"
    try:
        with exact_products():
            pass
        torch.backends.fp32_precision = "ieee"
        assert asked()[1:] == ("ieee", "ieee")
    finally:
        torch.backends.fp32_precision = "none"


class ExactProducts(TorchDispatchMode):
    """Counts matrix products of float32, and refuses those with fewer digits."""

    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        name, tensor = function.overloadpacket.__name__, args[0]
        if name in ("mm", "addmm", "bmm") and tensor.dtype == torch.float32:
            assert asked()[1:] == ("ieee", "ieee"), f"{name} in {asked()}"
            self.count += 1
        return function(*args, **(kwargs or {}))


@pytest.mark.parametrize("training", ["em", "adam"])
def test_a_mixture_is_trained_and_scored_in_exact_products(training, fast_products):
    x, _ = images((4, 4, 1), 60)
    settings = {"components": 2, "latent": 2, "training": training}
    settings |= {"learning_rate": 1e-3, "iterations": 2, "passes": 2}
    with ExactProducts() as trained:
        model, _ = models.train("mfa", Task(x, settings, 0))
    with ExactProducts() as scored:
        model.log_prob(x)
        model.reconstruct(x)
    assert trained.count and scored.count
