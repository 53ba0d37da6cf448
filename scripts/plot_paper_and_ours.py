"""NDB/K of every model, the paper's beside ours, with what chance would give (x2)."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.plots.scores import beside_paper, draw_dumbbells
from gansgmms.plots.style import save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    published = pd.read_csv(snakemake.input.published)
    scores = map(read_numbers, snakemake.input.ndb)
    figure = draw_dumbbells(beside_paper(snakemake.params.rows, [*scores], published))
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
