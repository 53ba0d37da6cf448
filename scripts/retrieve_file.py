"""Snakemake script: one raw file of a dataset, checked."""

from gansgmms.data.download import retrieve
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    retrieve(
        snakemake.params.file,
        snakemake.output[0],
        folder=snakemake.params.folder,
        brought=snakemake.params.brought,
        mirror=snakemake.params.mirror,
    )
