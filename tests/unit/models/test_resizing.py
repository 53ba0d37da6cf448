"""Enlarging and shrinking, against each other and against numbers by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gansgmms.models.resizing import enlarge, resize, shrink


@given(
    height=st.integers(1, 20),
    width=st.integers(1, 20),
    more=st.integers(0, 30),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_shrinking_undoes_enlarging_exactly(height, width, more, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (2, 3, height, width))
    x = torch.tensor(pixels, dtype=torch.uint8)
    large = enlarge(x, max(height, width) + more)
    assert large.dtype == torch.uint8
    assert torch.equal(shrink(large, height, width), x)


def test_a_pixel_becomes_a_block_and_a_block_its_mean():
    x = torch.tensor([[[[1, 2], [3, 4]]]], dtype=torch.uint8)
    blocks = [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    assert enlarge(x, 4)[0, 0].tolist() == blocks
    noisy = torch.tensor(blocks, dtype=torch.float32)[None, None]
    noisy[0, 0, 0, 0] += 1  # a quarter of it reaches the pixel
    assert shrink(noisy, 2, 2)[0, 0].tolist() == [[1.25, 2.0], [3.0, 4.0]]
    assert shrink(noisy.byte(), 2, 2)[0, 0].tolist() == [[1, 2], [3, 4]]


def test_sizes_that_do_not_divide_share_the_room():
    x = torch.tensor([[[[10, 20, 30]] * 3]], dtype=torch.uint8)
    assert enlarge(x, 4)[0, 0, 0].tolist() == [10, 10, 20, 30]


def test_bilinear_there_and_back_keeps_smooth_images_and_blurs_others():
    y, x = np.mgrid[:64, :64] / 64
    smooth = torch.tensor(np.sin(3 * x + 2 * y), dtype=torch.float32)[None, None]
    back = resize(resize(smooth, 128), (64, 64))
    assert (back - smooth).abs().max() < 0.02
    fine = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    back = resize(resize(fine, 128), (64, 64))
    assert back.std() < 0.8 * fine.std()


@pytest.mark.parametrize("size", [(5, 4), (6, 16), (21, 30)])
def test_bilinear_is_pillows_which_smooths_where_it_shrinks(size):
    x = np.random.default_rng(0).random((12, 10)).astype(np.float32)
    expected = Image.fromarray(x).resize(size[::-1], Image.Resampling.BILINEAR)
    found = resize(torch.tensor(x)[None, None], size)
    np.testing.assert_allclose(found[0, 0], np.asarray(expected), atol=1e-5)


@pytest.mark.parametrize("side", [8, 16])
def test_floats_come_back_too(side):
    x = torch.rand(2, 3, 8, 7, dtype=torch.float32)
    assert torch.allclose(shrink(enlarge(x, side), 8, 7), x, rtol=0, atol=1e-6)
