"""The page of all criteria, docs/claims-reference.md, which `make reference` writes."""

import math

from gansgmms.claims import chance
from gansgmms.claims.draft import rate_of_few
from gansgmms.claims.measures import GANS, SAME_ORDER
from gansgmms.claims.registry import CLAIMS, said_rate

HEADER = """# Criteria of the claims

<!-- Written by `make reference` from scripts/gansgmms/claims. -->

When each claim of the [ledger](claims.md) holds, and at what rate it would hold by chance. The
rate in the last column is that of the papers' own sizes (their tables, and `config.yaml`); the
ledger of a run computes it again from what that run has. Where it depends on what was measured
there, or nothing is random, no number stands here. Rates are upper bounds: of a claim's
parts the least likely one counts. Where networks had less than the papers' budget, only that
part of a claim is judged which [more training would but confirm](claims.md).
"""

K, RIVALS = (100, 200, 300), 8  # bins; models beside MFA in Table 1


def rates() -> dict[str, float]:
    """By claim: the rate of chance at the papers' sizes, where it depends on these alone."""
    errors = [1.96 * math.sqrt(0.05 * 0.95 / (5 * k)) for k in K]  # five cuts
    by_three = chance.beyond(3)
    pairs = [("wgan", "began"), ("wgan", "dcgan"), ("wgan_gp", "wgan")]
    return {
        "c01": chance.lowest_of(RIVALS + 1),
        "c02": min(chance.between(0.025 - error, 0.1 + error) for error in errors),
        "c03": chance.alike(RIVALS + 1, len(K), SAME_ORDER),
        "c06": chance.between(0, 0.2),
        "c07": chance.ordered(GANS, pairs),
        "c08": min(chance.more_than(k, 0.05, 0.1 * k) for k in K),
        "c09": 0.05,
        "c10": 1 / math.factorial(6),
        "c12": by_three,
        "c13": chance.beating_most(len(GANS)),
        "c14": 0.05,
        "c15": 0.1,
        "c19": 0.05,
        "c20": 0.01,
        "c21": 0.01,
        "c22": chance.beyond(0.3 / math.sqrt(2 / 2000 / 12)),
        "c23": by_three,
        "k03": by_three,
        "k04": math.perm(5, 5) / 5**5,
        "c24": 0.0,
        "k05": 0.01,
        "k08": rate_of_few(6, 3),
        "k10": 9 / 45 * 8 / 44,
        "k11": 0.5**3,
    }


def page() -> str:
    """Markdown: one row a claim."""
    of_the_papers = rates()
    lines = [
        "| id | claim | it holds where | chance is that | rate |",
        "|:--|:--|:--|:--|:--|",
    ]
    for name in sorted(CLAIMS):
        c = CLAIMS[name]
        rate = said_rate(of_the_papers[name]) if name in of_the_papers else ""
        lines.append(f"| {name} | {c.sentence} | {c.criterion} | {c.null} | {rate} |")
    return HEADER + "\n" + "\n".join(lines) + "\n"
