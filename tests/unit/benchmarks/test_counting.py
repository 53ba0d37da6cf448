"""What a step asks of a device: exact for what can be counted by hand, and held."""

import pytest
import torch

from gansgmms.benchmarks.counting import H100, counted
from gansgmms.benchmarks.steps import step_of

FACES, PLANE = (64, 64, 3), (2,)
RESIDUAL = {"nets": "residual", "levels": 4, "critic_steps": 1}
VAES = {"pretraining": 1, "iterations": 1, "hidden": [8, 8], "latent": 2, "batch": 4}
SMALL = {"width": 4, "batch": 4, "learning_rate": 1e-3}
FEATURES = {
    "reconstruction": "features",
    "features": "vgg19",
    "weights": [1.0, 1.0, 1.0],
}
# Settings that decide how many operators there are; widths do not. The most launches and
# megabytes that a step may ask for: what it asks for now.
MOST = {
    "dcgan": ("dcgan", FACES, {"generator_steps": 2}, 400, 20.9),
    "wgan": ("wgan", FACES, {"constraint": "clip"}, 826, 47.3),
    "wgan_gp": ("wgan", FACES, {"constraint": "penalty", **RESIDUAL}, 1612, 138.2),
    "began": ("began", FACES, {}, 723, 59.8),
    "vae": ("vae", FACES, {}, 189, 16.8),
    "vae_dfc": ("vae", FACES, FEATURES, 295, 242.2),
    "pix2pix": ("pix2pix", FACES, {"mixture": "mfa"}, 386, 80.2),
    "adversarial": (
        "adversarial_mfa",
        FACES,
        {"components": 3, "factors": 2, **RESIDUAL},
        1440,
        133.6,
    ),
    "classifier": ("classifier", FACES, {}, 104, 10.3),
    "mfa": (
        "mfa",
        FACES,
        {"components": 3, "latent": 2, "training": "adam"},
        164,
        42.5,
    ),
    "kvaes": ("kvae", PLANE, {"components": 3, **VAES}, 178, 0.2),
}


def cost(name):
    architecture, shape, own, *_ = MOST[name]
    networks = {} if architecture in ("mfa", "kvae") else SMALL
    settings = {"batch": 4, "learning_rate": 1e-3, **networks, **own}
    return counted(step_of(architecture, settings, shape, precision="bfloat16"))


# Each version of torch has operators of its own: these are counted with the newest.
@pytest.mark.skipif(not torch.__version__.startswith("2.13"), reason="of torch 2.13")
@pytest.mark.parametrize("name", MOST)
def test_no_step_asks_for_more_than_it_did(name):
    *_, launches, megabytes = MOST[name]
    found = cost(name)
    assert found.launches <= launches and found.bytes / 1e6 <= megabytes
    assert 0.9 * launches <= found.launches, "fewer: lower the bound"


def test_a_product_is_counted_as_by_hand():
    a, b = torch.zeros(100, 200), torch.zeros(200, 300)

    class Product:
        def __init__(self):
            self.a, self.b = a, b

        def __call__(self):
            return (self.a @ self.b).view(-1)

    found = counted(Product())
    assert (found.launches, found.flops) == (1, 2 * 100 * 200 * 300)
    assert found.bytes == 4 * (100 * 200 + 200 * 300 + 100 * 300)
    assert found.seconds == H100.kernel and found.took() == H100.host


def test_a_step_that_is_read_by_the_host_cannot_be_counted():
    class Read:
        def __init__(self):
            self.a = torch.zeros(3)

        def __call__(self):
            return self.a.sum().item()

    with pytest.raises(Exception, match="data-dependent|data dependent|_local_scalar"):
        counted(Read())
