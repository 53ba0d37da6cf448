"""Samples component by component are those of one sample after the other."""

import numpy as np
import torch

from gansgmms.data.batches import as_images
from gansgmms.models.mfa import MFA


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def mixture(k=7, shape=(4, 3, 2), latent=3):
    d, generator = int(np.prod(shape)), seeded(5)
    return MFA(
        # The first component is never drawn.
        torch.tensor([-100.0] + [0.0] * (k - 1)),
        torch.rand(k, d, generator=generator),
        0.3 * torch.randn(k, d, latent, generator=generator),
        0.1 + 0.1 * torch.rand(k, d, generator=generator),
        shape,
    ).requires_grad_(False)


def test_decoding_is_that_of_one_after_the_other():
    model, z = mixture(), torch.randn(200, 3, generator=seeded(1))
    components = torch.randint(1, 7, (200,), generator=seeded(2))
    found = model.decode(z, components).double()
    for i, k in enumerate(components.tolist()):
        expected = model.factors[k].double() @ z[i].double() + model.means[k].double()
        torch.testing.assert_close(found[i], expected, rtol=0, atol=1e-6)


def test_images_are_the_vectors_in_bytes():
    model = mixture()
    for noise in (False, True):
        x, components = model.draw(500, seeded(), noise)
        pixels = np.rint(x.numpy().clip(0, 1) * np.float32(255)).astype(np.uint8)
        images = model.sample(500, seeded(), noise).numpy()
        np.testing.assert_array_equal(images, pixels.reshape(500, 4, 3, 2))
        # Both ends are clipped, and the order is that of the draws.
        assert {0, 255} <= set(pixels.ravel()) and components.unique().numel() > 1
        assert (components.diff() < 0).any()


def test_as_images_is_in_place_and_leaves_points():
    x = torch.tensor([[-0.5, 0.1, 0.5, 2.0]])
    assert as_images(x.clone(), (2, 2, 1)).flatten().tolist() == [0, 26, 128, 255]
    assert as_images(x, (4,)) is x
