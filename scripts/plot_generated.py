"""Images of each dataset above samples of a model of it (Fig. 1).

The first of each file, row by row: nothing is picked. The images of the dataset are a
random draw from the training images.
"""

from gansgmms.arrays import read_images
from gansgmms.jobs import job
from gansgmms.mosaics import mosaic
from gansgmms.plotting import CELL, WIDE, panels, save_figure

with job(snakemake.log[0]):
    params = snakemake.params
    shown = params.rows * params.columns
    figure, _ = panels(
        [
            mosaic(read_images(path)[:shown], params.columns)
            for path in [*snakemake.input.data, *snakemake.input.samples]
        ],
        [*params.datasets, *params.labels],
        columns=len(params.datasets),
        width=WIDE,
        height=params.rows * CELL,
    )
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
