"""Layer normalisation of images, over channels and pixels, in few passes over them.

A gradient penalty is a derivative of a gradient, and torch's own normalisations take some
forty operators for that, each a pass over all activations. The formulas are short: with
y = w x^ + b and x^ = r (x - m), where m is an image's mean and r one over its standard
deviation, the gradient in x^ is g = w dL/dy, and that in x a linear map of it,

    N(g) = r (g - <g> - x^ <g x^>),

which is its own transpose; <.> is the mean over an image. For a loss of N(g) whose
gradient is v,

    d/dg = N(v)
    d/dx = N(-r (<v x^> g + <g x^> v)) - r^2 x^ (<v g> - <g> <v> - <g x^> <v x^>).

Statistics and means are float32 for images in bfloat16; channels may come last in memory,
and stay there.
"""

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable

EPSILON = 1e-5


class LayerNorm(nn.Module):
    """Normalises each image (c, h, w), then a gain and a bias for each channel.

    Parameters are named as those of `nn.GroupNorm(1, channels)`, which gives the same.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        # Outside of autocast, which would make all of it float32.
        with torch.autocast(x.device.type, enabled=False):
            gain, bias = self.weight.to(x.dtype), self.bias.to(x.dtype)
            return _Normalise.apply(x, gain, bias)


class _Normalise(Function):
    """(n, c, h, w), gain (c,) and bias (c,) -> (n, c, h, w)."""

    @staticmethod
    def forward(ctx, x, gain, bias):
        # Channels last is the order in which their memory is contiguous.
        last = x.permute(0, 2, 3, 1)
        shape = last.shape[1:]
        # torch's kernel has a gain for each number: those of all pixels are one image.
        full = gain.expand(shape).contiguous(), bias.expand(shape).contiguous()
        y, mean, rstd = torch.native_layer_norm(last, shape, *full, EPSILON)
        ctx.save_for_backward(x, gain, mean, rstd)
        return y.permute(0, 3, 1, 2)

    @staticmethod
    def backward(ctx, g):
        return _Gradient.apply(g, *ctx.saved_tensors)


class _Gradient(Function):
    """The gradients of `_Normalise` in x, gain and bias, for the gradient g in y."""

    @staticmethod
    def forward(ctx, g, x, gain, mean, rstd):
        ctx.save_for_backward(g, x, gain, mean, rstd)
        ctx.set_materialize_grads(False)
        dx, dgain, dbias = _backward(g, x, gain, mean, rstd)
        return dx, dgain.sum((0, 1)), dbias.sum((0, 1))

    @staticmethod
    @once_differentiable
    def backward(ctx, v, v_gain, v_bias):
        if v_gain is not None or v_bias is not None:
            raise NotImplementedError("derivatives of the gradients of gain and bias")
        if v is None:
            return None, None, None, None, None
        g, x, gain, mean, rstd = ctx.saved_tensors
        w = gain[:, None, None]
        m, r = (s.view(-1, 1, 1, 1).to(_exact(x)) for s in (mean, rstd))
        normed = ((x - m) * r).to(x.dtype)
        scaled = g * w
        along_g, along_v = _mean(scaled * normed), _mean(v * normed)
        rest = _mean(v * scaled) - _mean(scaled) * _mean(v) - along_g * along_v
        inner = (scaled * (-r * along_v)).addcmul_(v, -r * along_g).to(x.dtype)
        through, *_ = _backward(inner, x, None, mean, rstd)
        on_v, *_ = _backward(v, x, None, mean, rstd)
        dx = torch.addcmul(through, normed, (-r * r * rest).to(x.dtype))
        dgain = (g * on_v).sum((0, 2, 3), dtype=_exact(x)).to(gain.dtype)
        return on_v * w, dx, dgain, None, None


def _exact(x: Tensor) -> torch.dtype:
    return torch.float32 if x.dtype == torch.bfloat16 else x.dtype


def _mean(x: Tensor) -> Tensor:
    return x.mean((1, 2, 3), keepdim=True, dtype=_exact(x))


def _backward(
    g: Tensor, x: Tensor, gain: Tensor | None, mean: Tensor, rstd: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """N(w g); and with a gain its gradient and the bias's, (h, w, c) each."""
    g, x = (t.permute(0, 2, 3, 1) for t in (g, x))
    shape, wanted = x.shape[1:], gain is not None
    full = None if gain is None else gain.expand(shape).contiguous()
    # The kernel looks at a bias only to know that there is one.
    made, *rest = torch.ops.aten.native_layer_norm_backward(
        g, x, shape, mean, rstd, full, full, [True, wanted, wanted]
    )
    return made.permute(0, 3, 1, 2), *rest
