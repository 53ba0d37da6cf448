"""What one Gaussian fills in, beside the formula for the conditional mean."""

import numpy as np
import torch

from gansgmms.metrics.inpainting import gaussian_fill


def test_the_conditional_mean():
    rng = np.random.default_rng(0)
    factor = np.tril(rng.normal(size=(6, 6))) + 3 * np.eye(6)
    mean, x = rng.normal(size=6), rng.normal(size=(4, 6))
    seen = np.array([True, False, True, True, False, True])
    covariance = factor @ factor.T
    gain = covariance[~seen][:, seen] @ np.linalg.inv(covariance[seen][:, seen])
    expected = mean[~seen] + (x[:, seen] - mean[seen]) @ gain.T
    x[:, ~seen] = np.nan  # hidden pixels are not looked at
    tensors = (torch.from_numpy(a) for a in (x, seen, mean, factor))
    np.testing.assert_allclose(gaussian_fill(*tensors).numpy(), expected)
