"""Two columns of A combined (Fig. 6b): mu + z_i A(i) + z_j A(j) of equation 1.

z_i changes along the horizontal axis, z_j along the vertical one; both are zero in
the centre, which is the component's mean. Shown are components spread evenly
by rank of their mixing coefficients, and of each the two longest columns.
"""

from gansgmms.figures import combinations, components
from gansgmms.jobs import job
from gansgmms.models.mfa import MFA
from gansgmms.plotting import CELL, label_grid, mosaic, panels, save_figure

with job(snakemake.log[0]):
    params = snakemake.params
    grids, titles = [], []
    for path, title in zip(snakemake.input.models, params.titles, strict=True):
        for component in components(MFA.load(path), params.components):
            images = combinations(component, params.steps, params.extent)
            grids.append(mosaic(images, params.steps))
            weight = rf"$\pi = {component.mixing:.2g}$"
            titles.append(f"{title}, {weight}" if title else weight)
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
