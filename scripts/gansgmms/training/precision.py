"""Matrix products whose every digit counts, whatever torch was told of speed."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

# Of a GPU and of a CPU: each may take fewer digits for a float32 product.
PRODUCTS = (
    torch.backends.cuda.matmul,
    torch.backends.mkldnn.matmul,  # type: ignore[attr-defined]
)


@contextmanager
def exact_products() -> Iterator[None]:
    """Products in all 24 bits of float32 inside; afterwards as the user wants them.

    TF32 keeps 11 bits and bfloat16 8, which in a density with small noise are hundreds
    of nats. torch has two ways to ask for them, `float32_matmul_precision` (and
    `allow_tf32`) and `fp32_precision`, and refuses to be asked the first where they
    disagree: so both are set, and both restored. A decorator, too. Not for threads that
    multiply side by side, which share what torch was told.
    """
    kept = [products.fp32_precision for products in PRODUCTS]
    if set(kept) <= {"ieee", "none"}:  # nothing was asked for
        yield
        return
    try:
        older = torch.get_float32_matmul_precision()
    except RuntimeError:  # by the newer way alone
        older = "highest"
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(older)
        for products, before in zip(PRODUCTS, kept, strict=True):
            # "none": as all of torch is told, now and later.
            for value in ("none", before):
                if products.fp32_precision != before:
                    products.fp32_precision = value
