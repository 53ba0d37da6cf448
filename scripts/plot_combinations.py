"""Two columns of A combined (Fig. 6b): mu + z_i A(i) + z_j A(j) of equation 1.

z_i changes along the horizontal axis, z_j along the vertical one; both are zero in
the centre, which is the component's mean. Shown are components spread evenly
by rank of their mixing coefficients, and of each the two longest columns.
"""

from gansgmms.models.mfa import MFA
from gansgmms.plots.components import combinations, labelled_components
from gansgmms.plots.layout import label_grid, panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.style import CELL, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    grids, titles = [], []
    models = map(MFA.load, snakemake.input.models)
    for component, title in labelled_components(
        models, params.titles, params.components
    ):
        images = combinations(component, params.steps, params.extent)
        grids.append(mosaic(images, params.steps))
        titles.append(title)
    figure, axes = panels(
        grids,
        titles,
        columns=2,
        height=params.steps * CELL,
        left=0.32,
        bottom=0.28,
    )
    for axis in axes:
        label_grid(axis, params.steps, params.extent)
        axis.set_xlabel("$z_i$", labelpad=0)
        axis.set_ylabel("$z_j$", labelpad=0)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
