"""Modes that refuse what makes a GPU wait for its host, on a CPU."""

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

READS = {
    *("_local_scalar_dense", "nonzero", "_unique2", "unique_dim", "masked_select"),
    *("equal", "bincount", "repeat_interleave"),
}
FACTORIES = {
    *(torch.rand, torch.randn, torch.randint, torch.randperm, torch.tensor),
    *(torch.zeros, torch.ones, torch.full, torch.eye, torch.arange, torch.empty),
    *(torch.linspace, torch.as_tensor, torch.from_numpy),
}
COPIES = {torch.Tensor.cpu, torch.Tensor.numpy, torch.Tensor.tolist, torch.Tensor.item}


class NoReads(TorchDispatchMode):
    """Refuses operators whose result the host must see before it goes on."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        name = function.overloadpacket.__name__
        assert name not in READS, f"{name} is read by the host"
        if name.startswith("index"):  # by a mask: how many there are is read
            assert not any(
                t is not None and t.dtype == torch.bool
                for indices in args[1:2]
                if isinstance(indices, list | tuple)
                for t in indices
            ), f"{name} by a mask is read by the host"
        return function(*args, **(kwargs or {}))


class NoCopies(TorchFunctionMode):
    """Refuses copies to the host, and tensors made there, as every factory without a
    device does: their copy to a GPU would be waited for.
    """

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = getattr(function, "__name__", str(function))
        assert function not in COPIES, f"{name} copies to the host"
        if function in FACTORIES:
            assert kwargs.get("device") is not None, f"{name} makes it on the host"
        return function(*args, **kwargs)
