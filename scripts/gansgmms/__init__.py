"""Full-image Gaussian mixtures, the NDB metric and the models they are compared with.

The library behind the workflow that reproduces "On GANs and GMMs" (Richardson
& Weiss, NeurIPS 2018). It knows nothing of Snakemake:

    from gansgmms.metrics.ndb import NDB
    from gansgmms.models.mfa import MFA
"""

__version__ = "0.1.0"
