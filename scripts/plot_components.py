"""Components of an MFA: mean, noise and columns of A (Fig. 6a, supp. Fig. 15).

On top the mean mu and the noise variance D of equation 1, D scaled so that its
largest value is white. Below, in row i: mu + A(i), 0.5 + A(i), mu - A(i). Shown are
components spread evenly by rank of their mixing coefficients, and of each the longest
columns of A in order of length. (The paper shows the first columns in the order of training,
which the likelihood leaves arbitrary.)
"""

from gansgmms.models.mfa import MFA
from gansgmms.plots.components import labelled_components, portrait
from gansgmms.plots.layout import label_columns, label_rows, label_top, panels
from gansgmms.plots.style import CELL, WIDE, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    models = map(MFA.load, snakemake.input.models)
    chosen = (params.components, params.after)
    shown = [*labelled_components(models, params.titles, *chosen)]
    vectors = min(params.vectors, max(len(c.columns) for c, _ in shown))
    figure, axes = panels(
        [portrait(component, vectors, vectors) for component, _ in shown],
        [title for _, title in shown],
        width=WIDE,
        height=(1 + vectors) * CELL,
        left=0.12,
        bottom=0.15,
        gap=0.1,
    )
    for axis, (component, _) in zip(axes, shown, strict=True):
        label_columns(
            axis, [r"$\mu{+}A^{(i)}$", r"$0.5{+}A^{(i)}$", r"$\mu{-}A^{(i)}$"]
        )
        label_top(axis, [r"$\mu$", "$D$"], 1 / (1 + vectors))
        numbers = [
            str(i + 1) if i < len(component.columns) else "" for i in range(vectors)
        ]
        label_rows(axis, ["", *numbers])
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
