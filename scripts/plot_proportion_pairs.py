"""Snakemake script: proportions of the bins, two models a plot (supp. Fig. 5)."""

from gansgmms.io.numbers import read_numbers
from gansgmms.plots.proportions import Points, draw_plots, of_bins
from gansgmms.plots.style import save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    sources = zip(params.names, snakemake.input.proportions, params.labels, strict=True)
    points = {
        name: Points(of_bins(read_numbers(path), params.k), name, label)
        for name, path, label in sources
    }
    title = f"$K$ = {params.k}{params.about}"
    pairs = [(title, [points[name] for name in pair]) for pair in params.pairs]
    figure = draw_plots(pairs, params.significance)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
