"""Layer normalisation: torch's GroupNorm of one group, to its second derivatives."""

import pytest
import torch
from torch import nn

from gansgmms.models.layer_norm import LayerNorm


@pytest.fixture(params=[torch.contiguous_format, torch.channels_last], ids=str)
def x(request):
    generator = torch.Generator().manual_seed(0)
    values = 3 * torch.randn(3, 4, 3, 2, generator=generator, dtype=torch.double) + 1
    return values.contiguous(memory_format=request.param).requires_grad_(True)


@pytest.fixture
def norms():
    ours, torchs = LayerNorm(4).double(), nn.GroupNorm(1, 4).double()
    with torch.no_grad():
        ours.weight.copy_(torch.tensor([0.5, -1.0, 2.0, 0.1]))
        ours.bias.copy_(torch.tensor([0.3, 0.0, -1.0, 4.0]))
    torchs.load_state_dict(ours.state_dict())
    return ours, torchs


def test_first_and_second_derivatives(x, norms):
    def function(x, weight, bias):
        return torch.func.functional_call(norms[0], {"weight": weight, "bias": bias}, x)

    inputs = (x, *norms[0].parameters())
    assert torch.autograd.gradcheck(function, inputs)
    assert torch.autograd.gradgradcheck(norms[0], x)


def test_a_penalty_has_the_gradients_of_group_norm(x, norms):
    found = []
    for norm in norms:
        (gradient,) = torch.autograd.grad(norm(x).pow(3).sum(), x, create_graph=True)
        penalty = (gradient.flatten(1).norm(dim=1) - 1).square().sum()
        found.append([norm(x), *torch.autograd.grad(penalty, [x, norm.weight])])
    for ours, torchs in zip(*found, strict=True):
        torch.testing.assert_close(ours, torchs)


def test_bfloat16_stays_and_is_as_near_as_its_digits(norms):
    x = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(1))
    exact = norms[1].float()(x)
    ours, half = norms[0].float(), x.bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        made = ours(half)
    assert made.dtype == torch.bfloat16
    torch.testing.assert_close(made.float(), exact, rtol=0.02, atol=0.02)


def test_channels_stay_last(x, norms):
    assert norms[0](x.contiguous(memory_format=torch.channels_last)).is_contiguous(
        memory_format=torch.channels_last
    )
