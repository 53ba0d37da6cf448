"""The device that these tests are about.

GANSGMMS_TEST_DEVICE=cpu runs them on the CPU: what they compare is then trivially the
same, but that they run is shown.
"""

import os

import pytest
import torch


@pytest.fixture(scope="session")
def device() -> torch.device:
    name = os.environ.get("GANSGMMS_TEST_DEVICE", "cuda")
    if name == "cuda" and not torch.cuda.is_available():
        pytest.skip("needs a CUDA device: torch sees none")
    return torch.device(name)
