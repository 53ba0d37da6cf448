"""Whether the metrics put the models in the same order: rank correlation of every pair."""

from gansgmms.io.numbers import read_numbers
from gansgmms.plots.fidelity import draw_correlations, metric_values
from gansgmms.plots.style import save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    files = (snakemake.input.ndb, snakemake.input.fidelity)
    values = metric_values(*([*map(read_numbers, paths)] for paths in files))
    save_figure(draw_correlations(values), [snakemake.output.png, snakemake.output.pdf])
