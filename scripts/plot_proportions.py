"""Snakemake script: proportions of the samples in each bin (supp. Fig. 6)."""

from gansgmms.io.numbers import read_numbers
from gansgmms.metrics.statistics import same_bins
from gansgmms.plots.proportions import draw_proportions
from gansgmms.plots.style import save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    tables = [read_numbers(path) for path in snakemake.input.proportions]
    # Scores that are shown as they are (rules/own.smk) may be older than the bins.
    kept = [i for i, table in enumerate(tables) if same_bins(table, tables[0])]
    shown = [[each[i] for i in kept] for each in (tables, params.names, params.labels)]
    figure = draw_proportions(*shown, params.about, params.significance)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
