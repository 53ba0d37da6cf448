"""Images of each dataset above samples of a model of it (Fig. 1).

The first of each file, row by row: nothing is picked. The images of the dataset are a
random draw from the training images.
"""

from gansgmms.io.images import read_images
from gansgmms.io.markup import for_matplotlib
from gansgmms.plots.layout import panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.style import CELL, WIDE, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    shown = params.rows * params.columns
    figure, _ = panels(
        [
            mosaic(read_images(path)[:shown], params.columns)
            for path in [*snakemake.input.data, *snakemake.input.samples]
        ],
        [*map(for_matplotlib, [*params.datasets, *params.labels])],
        columns=len(params.datasets),
        width=WIDE,
        height=params.rows * CELL,
    )
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
