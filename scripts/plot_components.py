"""Components of an MFA: mean, noise and columns of A (Fig. 6a, supp. Fig. 19).

On top the mean mu and the noise variance D of equation 1, D scaled so that its
largest value is white. Below, in row i: mu + A(i), 0.5 + A(i), mu - A(i). Shown are
components spread evenly by rank of their mixing coefficients, and of each the longest
columns of A in order of length. (The paper shows the first columns in the order of training,
which the likelihood leaves arbitrary.)
"""

from gansgmms.models.mfa import MFA
from gansgmms.plots.components import labelled_components, portrait
from gansgmms.plots.layout import label_columns, panels
from gansgmms.plots.style import CELL, WIDE, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    portraits, titles = [], []
    models = map(MFA.load, snakemake.input.models)
    for component, title in labelled_components(
        models, params.titles, params.components
    ):
        portraits.append(portrait(component, params.vectors))
        titles.append(title)
    figure, axes = panels(
        portraits,
        titles,
        width=WIDE,
        height=(1 + params.vectors) * CELL,
        bottom=0.15,
    )
    for axis in axes:
        label_columns(
            axis, [r"$\mu{+}A^{(i)}$", r"$0.5{+}A^{(i)}$", r"$\mu{-}A^{(i)}$"]
        )
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
