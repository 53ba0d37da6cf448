"""Forms of numbers that no array can be made of, by every way into the metric."""

import numpy as np
import pytest
import torch
from torch import Tensor

from gansgmms.data.dense import dense
from gansgmms.errors import InputError
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.torchmetric import NumberOfDifferentBins

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 4, 6, 3), dtype=np.uint8)
FLOATS = torch.from_numpy(IMAGES).float() / 255


def masked(x: Tensor):
    return np.ma.masked_array(x.numpy(), mask=x.numpy() > 0.9)


# Of images x (n, h, w, c) in [0, 1]: a form, and what the message says of it.
NOT_DENSE = {
    "COO": (lambda x: x.to_sparse(), r"torch\.sparse_coo.*x\.to_dense\(\)"),
    "CSR": (lambda x: x.flatten(1).to_sparse_csr(), r"sparse_csr.*x\.to_dense\(\)"),
    "oneDNN": (lambda x: x.to_mkldnn(), r"mkldnn.*x\.to_dense\(\)"),
    "quantised": (
        lambda x: torch.quantize_per_tensor(x, 1 / 255, 0, torch.quint8),
        r"torch\.quint8.*x\.dequantize\(\)",
    ),
    "nested": (lambda x: torch.nested.nested_tensor(list(x)), r"nested.*torch\.stack"),
    "jagged": (
        lambda x: torch.nested.nested_tensor(
            [*x.flatten(1)[:, :5], x[0, 0, 0]], layout=torch.jagged
        ),
        "a nested tensor",
    ),
    "masked": (masked, r"masked values.*x\.filled"),
    "masked tensor": (
        lambda x: torch.masked.masked_tensor(x, x > 0.1),
        r"masked tensor.*x\.to_tensor",
    ),
    "without values": (lambda x: x.to("meta"), "device meta"),
}
# Unusual, and yet a number everywhere: read as if it were usual.
READ = {
    "a sign put off": lambda x: torch._neg_view(-x),
    "big-endian": lambda x: x.numpy().astype(">f4"),
    "masked nowhere": lambda x: np.ma.masked_array(x.numpy()),
    "float64": lambda x: x.double().numpy(),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # torch's prototypes
@pytest.mark.parametrize("form", NOT_DENSE)
def test_what_no_array_can_be_made_of_is_refused_by_name(form):
    make, message = NOT_DENSE[form]
    bins = NDB.fit(IMAGES, 3, initialisations=1)
    made = make(FLOATS)
    for take in (
        bins.evaluate,
        lambda x: NDB.fit(x, 3),
        lambda x: NDB.fit(IMAGES, 3, transform=lambda _: x),
        NumberOfDifferentBins(k=3).update,
    ):
        with pytest.raises(InputError, match=message):
            take(made)


@pytest.mark.parametrize("form", READ)
def test_what_is_only_unusual_is_read(form):
    bins = NDB.fit(IMAGES, 3, initialisations=1)
    found = bins.evaluate(READ[form](FLOATS))
    np.testing.assert_array_equal(found.counts, bins.counts)


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_points_of_a_matrix_are_points():
    """Each row of a matrix is a matrix, which no bins could be found for."""
    points = np.random.default_rng(0).normal(size=(60, 3))
    bins = NDB.fit(points, 4, initialisations=1)
    found = bins.evaluate(np.matrix(points))
    np.testing.assert_array_equal(found.counts, bins.counts)


def test_eight_bit_floats_become_what_can_be_computed_with():
    x = torch.tensor([[0.5, 0.25]]).to(torch.float8_e4m3fn)
    assert dense(x, "x").tolist() == [[0.5, 0.25]]
    assert dense(x, "x").dtype == torch.float32


def test_a_dense_tensor_stays_as_it_is_with_its_gradients():
    x = torch.zeros(3, 2, requires_grad=True)
    assert dense(x, "x") is x
    assert dense([1, 2], "x") == [1, 2]  # who needs an array says so


def test_memory_that_has_run_out_is_no_fault_of_the_form():
    class Full(Tensor):
        def resolve_conj(self):
            raise RuntimeError("CUDA out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        dense(torch.zeros(2).as_subclass(Full), "x")
