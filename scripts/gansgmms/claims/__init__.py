"""The claims of the papers' text, each a predicate on the results of a run.

Importing this package registers every claim in `CLAIMS`, in the order of their ids. A
new one is a function in one of the files here:

    @claim("c99", "What is claimed.", where="section 4", criterion="When it holds.")
    def a_name(evidence):
        yield Part(holds=True, text="what was measured")
"""

from gansgmms.claims.evidence import Evidence
from gansgmms.claims.registry import CLAIMS, Part, claim, ledger, missing

from . import bins, mixtures, sharp, trivial, vaes  # noqa: F401 (they register their claims)

__all__ = ["CLAIMS", "Evidence", "Part", "claim", "ledger", "missing"]
