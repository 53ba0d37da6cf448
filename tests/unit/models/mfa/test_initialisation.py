"""Where a mixture of factor analyzers starts."""

import numpy as np
import pytest
import torch

from gansgmms.data.batches import FlatImages
from gansgmms.models.mfa import Settings, initialise


@pytest.mark.parametrize("whiten", [True, False])
def test_whitening_lets_k_means_see_what_varies_little(whiten):
    """Two groups in the small dimensions, beside one that is large and has none."""
    rng = np.random.default_rng(0)
    group = np.arange(600) % 2
    small = 2 * group[:, None] - 1 + 0.1 * rng.normal(size=(600, 3))
    large = 1000 * rng.normal(size=(600, 1))
    data = FlatImages(np.hstack([large, small]).astype(np.float32))
    settings = Settings(
        components=2,
        latent=1,
        initialisation="kmeans",
        whiten=whiten,
        noise=(1e-3, 1e4),
    )
    start = initialise(data, 2, settings, torch.Generator().manual_seed(0))
    places = start.means[:, 1:].sort(0).values
    if whiten:
        expected = [small[group == g].mean(0) for g in (0, 1)]
        np.testing.assert_allclose(places.numpy(), expected, atol=1e-3)
        np.testing.assert_allclose(start.mixing.numpy(), [0.5, 0.5], atol=1e-6)
    else:  # the large dimension is cut in two, and the groups with it
        assert places.abs().max() < 0.2
        assert start.means[:, 0].abs().min() > 500
