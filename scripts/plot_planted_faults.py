"""What each metric makes of planted faults, and the power of NDB.

A panel a fault: each metric's distance from its value without a fault, in units of half its
interval there. Then how often NDB finds one fault in n samples: by theory, and measured.
"""

from gansgmms.io.numbers import read_numbers
from gansgmms.plots.fidelity import draw_sensitivity
from gansgmms.plots.style import save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    names = ("ndb", "fidelity", "power")
    frames = [read_numbers(snakemake.input[name]) for name in names]
    figure = draw_sensitivity(*frames, params.k, params.fault)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
