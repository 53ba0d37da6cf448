"""NDB/K of models against the minutes that they were trained for (x4)."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.plots.scores import draw_courses
from gansgmms.plots.style import save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params, files = snakemake.params, snakemake.input.snapshots
    named = zip(params.names, params.labels, files, strict=True)
    courses = [read_numbers(path).assign(name=n, label=l) for n, l, path in named]
    courses = pd.concat(courses).query("k == @params.k")
    figure = draw_courses(courses.assign(minutes=courses["seconds"] / 60), params.k)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
