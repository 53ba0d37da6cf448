"""The claims of the papers' text, each a predicate on the results of a run.

Importing this package registers every claim in `CLAIMS`, in the order of their ids. A
new one is a function in one of the files here:

    @claim("c99", "What is claimed.", where="section 4", criterion="When it holds.",
           null="What chance is.")
    def a_name(evidence):
        yield Part(holds=True, text="what was measured", chance=0.01)
"""

from gansgmms.claims.evidence import Evidence
from gansgmms.claims.registry import CLAIMS, Part, beside, claim, ledger, missing

from . import (  # noqa: F401 (they register their claims)
    adversarial,
    bins,
    comparison,
    draft,
    features,
    inference,
    meaning,
    mixtures,
    sharp,
    training,
    trivial,
    vaes,
)

__all__ = ["CLAIMS", "Evidence", "Part", "beside", "claim", "ledger", "missing"]
