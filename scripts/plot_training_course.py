"""NDB and the Inception Score along the training of a GAN (Fig. 3).

Left axis: NDB/K for each K, lower is better. Right axis: the Inception Score with its
standard error, higher is better; the axis names the network that gave it.
"""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

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
    for i, k in enumerate(sorted(course["k"].unique())):
        of_k = course[course["k"] == k]
        shade = NDB_COLOURS[i % len(NDB_COLOURS)]
        style = {"color": shade, "label": f"NDB/K, $K$ = {k}"}
        left.plot(of_k["iteration"], of_k["ndb_over_k"], "o-", **style)
    score = course.drop_duplicates("iteration")
    right.errorbar(
        score["iteration"],
        score["inception_score"],
        score["inception_score_se"],
        fmt="s-",
        color=SCORE_COLOUR,
        elinewidth=0.8,
        label="Inception Score",
    )
    left.set(xlabel="training iteration", ylabel="NDB/K")
    left.set_ylim(0, 1.05 * course["ndb_over_k"].max())
    left.xaxis.set_major_locator(MaxNLocator(integer=True))
    network = score["network"].iloc[0]
    right.set_ylabel(f"Inception Score\n(network: {network})", color=SCORE_COLOUR)
    right.tick_params(axis="y", colors=SCORE_COLOUR)
    lines = [
        *left.get_legend_handles_labels()[0],
        *right.get_legend_handles_labels()[0],
    ]
    figure.legend(handles=lines, loc="outside upper center", ncols=len(lines))
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
