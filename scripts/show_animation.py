"""Snakemake script: a page that plays an animation."""

from pathlib import Path

from gansgmms.io.atomic import atomic
from gansgmms.workflow.formats import PAGE
from gansgmms.workflow.job import job
from gansgmms.workflow.overview import picture

with job(snakemake.log[0]):
    path, name = Path(snakemake.input[0]), snakemake.params.figure
    shown = f'<img src="{picture(path)}" alt="{name}, animated">'
    with atomic(snakemake.output[0]) as page:
        page.write_text(PAGE.substitute(title=name, content=shown), "utf-8")
