"""Evidence made by hand, on which claims are tried."""

import re

import numpy as np
import pandas as pd

from gansgmms.claims import CLAIMS, Evidence
from gansgmms.metrics.result import compare

K = (100, 200, 300)
HOLDS, FAILS, UNKNOWN = "holds", "does not hold", "not testable"
ARCHITECTURES = {
    "mfa": "mfa",
    "mfa_em": "mfa",
    "mfa_20x": "mfa",
    "mfa_pix2pix": "pix2pix",
    "adversarial_mfa": "adversarial_mfa",
    "vae": "vae",
    "vae_dfc": "vae",
    "dcgan": "dcgan",
    "began": "began",
    "wgan": "wgan",
    "wgan_gp": "wgan",
}


def ndb(*values, k=K):
    return pd.DataFrame({"k": k[: len(values)], "ndb_over_k": values})


def score(dataset, source, kind, seed=0):
    return f"{dataset}/scores/{source}/seed{seed}/{kind}"


def sharpness(value):
    return pd.DataFrame({"sharpness": [value], "standard_error": [0.01]})


def likelihood(train, test, spread=1.0, n=50):
    """n images a split, spread around a mean."""
    around = np.linspace(-spread, spread, n)
    parts = [
        pd.DataFrame(
            {"split": split, "index": range(n), "log_likelihood": mean + around}
        )
        for split, mean in [("train", train), ("test", test)]
    ]
    return pd.concat(parts, ignore_index=True)


def proportions(under, over, k=100):
    """20,000 samples that all but miss `under` bins, and fill `over` bins twice over."""
    reference = np.full(k, 600)
    counts = np.full(k, 200)
    counts[:under] = 20
    counts[k - over :] = 500 if over else 200
    return pd.DataFrame(compare(reference, counts).columns())


def evidence(frames, rows=None, **about):
    about.setdefault("architectures", ARCHITECTURES)
    about.setdefault("roles", {"celeba": "celeba"})
    return Evidence(frames, rows=rows or {}, **about)


def table(dataset="celeba", **scores):
    """The NDB of some models, and the rows that name them."""
    frames = {score(dataset, m, "ndb"): ndb(*values) for m, values in scores.items()}
    return frames, {dataset: list(scores)}


def allocated(**counts):
    """Models of CelebA with so many under- and over-allocated bins of 100."""
    frames = {
        score("celeba", m, "proportions"): proportions(*c) for m, c in counts.items()
    }
    return evidence(frames, {"celeba": list(counts)}, roles={"celeba": "celeba"})


ONLY_MFA = evidence(*table(mfa=(0.2, 0.1, 0.2), mfa_em=(0.2, 0.2, 0.3)))


def try_claim(id, evidence, expected):
    """The verdict, and that the ledger says why."""
    row = CLAIMS[id].row(evidence)
    assert row["verdict"] == expected, row
    assert bool(row["missing"]) == (expected == UNKNOWN) or expected == FAILS
    if expected != UNKNOWN:
        assert re.search(r"\d", row["measured"])
    assert row["criterion"].endswith(".") and row["by chance"]
