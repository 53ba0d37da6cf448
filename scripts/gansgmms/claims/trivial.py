"""Claims that neither paper makes: what trivial models say of NDB, and of the mixture.

They are ours, and the ledger says so.
"""

from collections.abc import Iterator

import pandas as pd

from gansgmms.claims import chance
from gansgmms.claims.budget import given, short
from gansgmms.claims.evidence import Evidence
from gansgmms.claims.formatting import numbers, of_each_k
from gansgmms.claims.measures import means_at_best, unprinted
from gansgmms.claims.registry import Part, claim

WHERE = "ours, of no paper: docs/what-ndb-sees.md"


@claim(
    "x01",
    "The mixture beats its own codebook: K-means centres drawn by their weights, without "
    "any variation.",
    where=WHERE,
    criterion="On every dataset and at every K, NDB/K of MFA is below that of each codebook.",
    null="either is below the other, at every K, with the same probability",
    needs="a dataset with MFA and a codebook in its table",
)
def beats_codebook(evidence: Evidence) -> Iterator[Part]:
    for dataset in evidence.datasets:
        ours = evidence.ndb(dataset, "mfa")
        for name in evidence.trivial(dataset, "codebook"):
            theirs = evidence.ndb(dataset, name)
            if ours is None or theirs is None:
                continue
            yield Part(
                bool((ours < theirs).all()),
                f"{dataset}: {of_each_k(ours)} at {numbers(ours.index)}, "
                f"{evidence.label(name)} {of_each_k(theirs)}",
                0.5,
            )


@claim(
    "x02",
    "NDB alone does not exclude that a model has memorised its training images.",
    where=WHERE,
    criterion="On every dataset some number of training images drawn with replacement has a "
    "mean NDB/K over K below that of more than half of the models that are no mixture "
    "trained by likelihood, as measured here or as the paper prints it, whichever is lower.",
    null="each number of images stands anywhere among the models with the same probability",
    needs="a dataset with memorised images and another model in its table",
)
def memorising(evidence: Evidence) -> Iterator[Part]:
    for dataset in evidence.datasets:
        names = evidence.rivals(dataset)
        memorised = evidence.trivial(dataset, "memorised")
        own, rivals = (
            pd.Series(means_at_best(evidence, dataset, of), dtype=float)
            for of in (memorised, names)
        )
        if own.empty or rivals.empty:
            continue
        said = ", ".join(f"{name} {value:.2f}" for name, value in rivals.items())
        part = Part(
            bool((own.min() < rivals).mean() > 0.5),
            f"{dataset}: {own.idxmin()} {own.min():.2f}, {said}",
            1 - (1 - chance.beating_most(len(rivals))) ** len(own),
        )
        lacks = short(evidence, dataset, *unprinted(evidence, dataset, names))
        yield from given([part], lacks, anyway=False)
