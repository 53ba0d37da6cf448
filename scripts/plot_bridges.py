"""Bridges: samples of one VAE where no data are, and of a mixture (draft, Fig. 2).

Samples outside the support of the data are red; their share stands above.
"""

from gansgmms.data.synthetic import is_outside
from gansgmms.io.images import read_images
from gansgmms.io.markup import for_matplotlib
from gansgmms.plots.layout import scatter_panels
from gansgmms.plots.style import save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    names, paths = ["data", *params.labels], [snakemake.input.images]
    points, outside, titles = [], [], []
    for path, name in zip([*paths, *snakemake.input.samples], names, strict=True):
        every = read_images(path)
        share = is_outside(every, params.centres).mean()
        points.append(every[: params.points])
        outside.append(is_outside(points[-1], params.centres).astype(int))
        titles.append(f"{for_matplotlib(name)}\n{share:.1%} outside")
    figure = scatter_panels(points, outside, titles, colours=["0.35", "#D62728"])
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
