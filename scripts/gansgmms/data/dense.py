"""What an array cannot be made of, told by its name before anything is computed.

Tensors come in forms that hold their numbers in another way than one after the other, or
hold none; arrays come with values that are masked. Needs no torch.
"""

import numpy as np

from gansgmms.data.arrays import is_tensor
from gansgmms.errors import InputError
from gansgmms.io.atomic import is_out_of_memory

NEEDED = "a dense tensor or a NumPy array, with a number everywhere"


def dense(values, thing: str):
    """An array as a plain one of this machine's byte order, a tensor as a readable one.

    Args:
        values: an array or a tensor; what has an array's interface (`__array__`, or
            DLPack in this machine's memory), such as JAX's arrays and pandas's tables,
            becomes one. Anything else passes through.
        thing: what the values are called in messages.

    Returns:
        the values themselves where they are so already; a tensor on its device, with its
        gradients.

    Raises:
        InputError: for tensors that are sparse, quantised, nested, masked or without
            values, for arrays with values that are masked, and where another library
            does not give its array.
    """
    if is_tensor(values):
        return _readable(values, thing)
    if np.ma.is_masked(values):
        hint = "x.filled(value), or leave those images out"
        raise InputError(thing, "masked values", NEEDED, hint)
    if not isinstance(values, np.ndarray):
        values = _of_another_library(values, thing)
    if not isinstance(values, np.ndarray):
        return values
    values = np.asarray(values)  # not a matrix, whose rows are matrices
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _of_another_library(values, thing: str):
    try:
        if hasattr(values, "__array__"):
            return np.asarray(values)
        if hasattr(values, "__dlpack__"):
            return np.from_dlpack(values)
    # Each library refuses in its own way what lies on a GPU, say.
    except Exception as error:
        if is_out_of_memory(error):
            raise
        found = f"a {type(values).__name__} that gives no array ({error})"
        raise InputError(thing, found, NEEDED) from None
    return values


def _readable(values, thing: str):
    try:
        # Of what a view has put off, such as a sign.
        values = values.resolve_conj().resolve_neg()
        if values.is_floating_point() and values.element_size() == 1:
            values = values.float()  # 8-bit floats can be little else than converted
        # Whether an array can be made of it, tried on none of its values.
        none = values.detach()[:0] if values.ndim else values.detach()
        none = none.cpu()
        (none.float() if none.is_floating_point() else none).numpy()
    except (RuntimeError, TypeError) as error:
        if is_out_of_memory(error):
            raise
        found, hint = _kind(values)
        raise InputError(thing, found, NEEDED, hint) from None
    return values


def _kind(values) -> tuple[str, str]:
    """What kind of tensor no array can be made of, and what makes it one."""
    if hasattr(values, "get_mask"):
        return "a masked tensor", "x.to_tensor(value)"
    if values.is_nested:
        return "a nested tensor", "torch.stack(x.unbind()), if all are of one size"
    if values.is_meta:
        return "a tensor without values, of the device meta", ""
    if values.is_quantized:
        return f"a tensor of {values.dtype}", "x.dequantize()"
    if str(values.layout) != "torch.strided":
        return f"a tensor of layout {values.layout}", "x.to_dense()"
    return f"a {type(values).__name__} of {values.dtype}", ""
