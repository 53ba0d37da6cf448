"""Small trainings of every model, and the images they are given."""

import numpy as np

from gansgmms.models import Task
from gansgmms.models.classifier import Classification
from gansgmms.models.gan.adversarial_mfa import AdversarialMFA
from gansgmms.models.gan.began import BEGAN
from gansgmms.models.gan.dcgan import DCGAN
from gansgmms.models.gan.pix2pix import Pairing
from gansgmms.models.gan.wgan import WGAN
from gansgmms.models.vae import VAE

SMALL = {"iterations": 3, "batch": 4, "width": 4, "learning_rate": 2e-4}
RESIDUAL = {"nets": "residual", "levels": 4}
# name: architecture, its training, and what it needs besides SMALL
MODELS = {
    "dcgan": ("dcgan", DCGAN, {"generator_steps": 2}),
    "wgan": ("wgan", WGAN, {"constraint": "clip", "critic_steps": 2}),
    "wgan_residual": (
        "wgan",
        WGAN,
        {"constraint": "clip", "critic_steps": 1, **RESIDUAL},
    ),
    "wgan_gp": ("wgan", WGAN, {"constraint": "penalty", "critic_steps": 2}),
    "wgan_gp_residual": (
        "wgan",
        WGAN,
        {"constraint": "penalty", "critic_steps": 1, **RESIDUAL},
    ),
    "began": ("began", BEGAN, {"latent": 4}),
    "vae": ("vae", VAE, {"latent": 4}),
    "vae_dfc": (
        "vae",
        VAE,
        {
            "latent": 4,
            "reconstruction": "features",
            "features": "classifier",
            "weights": [1.0, 2.0, 3.0],
        },
    ),
    "pix2pix": ("pix2pix", Pairing, {"mixture": "mfa"}),
    "adversarial_mfa": (
        "adversarial_mfa",
        AdversarialMFA,
        {"components": 3, "factors": 2, "critic_steps": 2},
    ),
    "classifier": ("classifier", Classification, {}),
}


def images(shape, n=60, seed=0):
    """Smooth images in three kinds, and which kind each is."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 3, n)
    height, width, _ = shape
    y, x = np.mgrid[:height, :width] / max(height, width)
    waves = np.sin(
        (2 + kinds[:, None, None]) * (x + y) * 3 + rng.normal(size=(n, 1, 1))
    )
    noisy = 127 + 80 * waves[..., None] + 15 * rng.normal(size=(n, *shape))
    return noisy.clip(0, 255).astype(np.uint8), kinds


def task(name, shape, inputs, checkpoint=None, **changed):
    _, _, own = MODELS[name]
    x, labels = images(shape)
    needed = inputs(shape) if name in ("pix2pix", "vae_dfc") else {}
    settings = SMALL | own | changed
    return Task(x, settings, 7, "cpu", checkpoint, labels, inputs=needed)
