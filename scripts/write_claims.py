"""Snakemake script: the verdict on every claim of the papers' text."""

from pathlib import Path

import pandas as pd

from gansgmms.claims import Evidence, ledger
from gansgmms.io.numbers import write_numbers
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import write_table

CAPTION = (
    "**claims**: what the papers say, when it would hold, and what this run measured."
)
STAND_INS = "{} stand in for the papers' data: verdicts there are of these data alone."

with job(snakemake.log[0]) as log:
    params, outputs = snakemake.params, dict(snakemake.output.items())
    evidence = Evidence.load(
        Path("results", snakemake.config["run"]),
        snakemake.input.evidence,
        published=pd.read_csv(snakemake.input.published),
        **params.about,
    )
    table = ledger(evidence)
    write_numbers(outputs.pop("parquet"), table)
    shown = table.rename(columns={"printed": "paper"})
    others = ", ".join(params.about["stand_ins"])
    caption = f"{CAPTION} {STAND_INS.format(others)}" if others else CAPTION
    write_table(table, caption, **outputs, shown=shown)
    for row in table.itertuples():
        log.info("%s %s: %s", row.id, row.verdict, row.measured or row.missing)
