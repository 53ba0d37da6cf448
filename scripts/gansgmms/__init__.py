"""Full-image Gaussian mixtures, the NDB metric and the models they are compared with.

The library behind the workflow that reproduces "On GANs and GMMs" (Richardson
& Weiss, NeurIPS 2018). It knows nothing of Snakemake:

    from gansgmms import MFA, NDB

What is imported so is loaded when it is first named: scoring needs no torch, and its
import takes seconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gansgmms.errors import InputError
    from gansgmms.metrics.ndb import NDB
    from gansgmms.models.mfa import MFA

__version__ = "0.1.0"

__all__ = ["MFA", "NDB", "InputError"]

_MODULES = {
    "InputError": "gansgmms.errors",
    "MFA": "gansgmms.models.mfa",
    "NDB": "gansgmms.metrics.ndb",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
