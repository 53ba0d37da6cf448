"""NDB and the Inception Score along the training of a GAN (Fig. 3).

Left axis: NDB/K for each K, lower is better. Right axis: the Inception Score with its
standard error, higher is better; of another network it is named after that.
"""

import seaborn
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gansgmms.io.markup import for_matplotlib
from gansgmms.io.numbers import read_numbers
from gansgmms.plots.style import TEXT, save_figure
from gansgmms.workflow.job import job

NDB_COLOURS = ("#0072B2", "#56B4E9", "#332288")
SCORE_COLOUR = "#D55E00"

with job(snakemake.log[0]):
    course = read_numbers(snakemake.input.snapshots).sort_values("iteration")
    figure = Figure(figsize=(TEXT, 2.6), layout="constrained")
    left = figure.subplots()
    right = left.twinx()
    right.spines.right.set_visible(True)
    course["of"] = [f"NDB/K, $K$ = {k}" for k in course["k"]]
    seaborn.lineplot(
        course,
        x="iteration",
        y="ndb_over_k",
        hue="of",
        style="of",
        palette=[*NDB_COLOURS][: course["of"].nunique()],
        markers=["o", "^", "v"][: course["of"].nunique()],
        markeredgewidth=0,
        ax=left,
    )
    left.get_legend().remove()
    score = course.drop_duplicates("iteration")
    network = score["network"].iloc[0]
    # What another network gives is no Inception Score.
    name = (
        "Inception Score"
        if network == "inception"
        else f"{for_matplotlib(network)} score"
    )
    right.errorbar(
        score["iteration"],
        score["inception_score"],
        score["inception_score_se"],
        fmt="s:",
        color=SCORE_COLOUR,
        elinewidth=0.8,
        label=name,
    )
    left.set(xlabel="training iteration", ylabel="NDB/K")
    left.set_ylim(0, 1.05 * course["ndb_over_k"].max())
    left.xaxis.set_major_locator(MaxNLocator(integer=True))
    right.set_ylabel(name, color=SCORE_COLOUR)
    right.tick_params(axis="y", colors=SCORE_COLOUR)
    lines = [
        *left.get_legend_handles_labels()[0],
        *right.get_legend_handles_labels()[0],
    ]
    figure.legend(handles=lines, loc="outside upper center", ncols=len(lines))
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
