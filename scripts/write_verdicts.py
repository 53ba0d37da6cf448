"""Snakemake script: the ledgers of all runs that have a showcase, side by side."""

from pathlib import Path

import pandas as pd

from gansgmms.claims import CLAIMS
from gansgmms.errors import InputError
from gansgmms.io.atomic import atomic
from gansgmms.workflow.formats import markdown
from gansgmms.workflow.job import job
from gansgmms.workflow.showcase import judged_otherwise, verdicts

with job(snakemake.log[0]) as log:
    paths = {Path(path).parts[-3]: path for path in snakemake.input}
    if not paths:
        raise InputError(
            "results/showcase",
            "no run",
            "a folder of at least one",
            "make one by `snakemake --cores all showcase`",
        )
    ledgers = {run: pd.read_csv(path) for run, path in paths.items()}
    table, older = verdicts(ledgers), judged_otherwise(ledgers, CLAIMS.values())
    settled = int(table[list(paths)].notna().any(axis=1).sum())
    links = {run: f"[{run}]({run}/README.md)" for run in paths}
    about = (
        f"What the papers claim, and what became of it in each run: {settled} of "
        f"{len(table)} claims have a verdict in at least one. Where a cell is empty, that "
        "run lacks a model, a dataset or the budget. What was measured, and by which "
        "criterion, stands in the run's own ledger."
    )
    if older:
        about += (
            f" Of today's claims {len(older)} have another criterion than in the ledger of "
            "some run, or are newer: a verdict here is by the criterion of its own ledger. "
            "[The criteria of today](../../docs/claims-reference.md), and "
            "[which of them ask for more](../../docs/claims.md)."
        )
    with atomic(snakemake.output.csv) as path:
        table.to_csv(path, index=False)
    with atomic(snakemake.output.md) as path:
        page = ["# Verdicts", about, markdown(table.rename(columns=links))]
        path.write_text("\n\n".join(page) + "\n", "utf-8")
    log.info("%s", about)
