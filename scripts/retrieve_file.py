"""Snakemake script: one raw file of a dataset, checked."""

from gansgmms.jobs import job
from gansgmms.retrieval import retrieve

with job(snakemake.log[0]):
    retrieve(
        snakemake.params.file,
        snakemake.output[0],
        folder=snakemake.params.folder,
        brought=snakemake.params.brought,
        mirror=snakemake.params.mirror,
    )
