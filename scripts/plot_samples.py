"""Random samples of a model, one panel per dataset (Fig. 4, supp. Figs. 13 and 14).

The first samples of each file, row by row, or those that follow the ones another figure
shows: nothing is picked.
"""

from gansgmms.io.images import read_images
from gansgmms.io.markup import for_matplotlib
from gansgmms.plots.layout import panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.style import CELL, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    shown = slice(params.after, params.after + params.rows * params.columns)
    figure, _ = panels(
        [
            mosaic(read_images(path)[shown], params.columns)
            for path in snakemake.input.samples
        ],
        [*map(for_matplotlib, params.titles)],
        height=params.rows * CELL,
    )
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
