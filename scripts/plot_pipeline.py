"""How VAEs compete for the data: a drawing (draft, Fig. 1).

Each VAE is trained on the points it has won, and makes samples; a classifier tells the
samples from the data, which gives the VAE's density of each training point; and each
point goes to the VAE of the highest density.
"""

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from gansgmms.plots.style import MEMBERS, TEXT, save_figure
from gansgmms.workflow.job import job

HEIGHT, WIDTH = 0.42, 1.04  # inches of a box
STEP = 0.66  # inches from one VAE to the next
COLUMNS = (0.45, 1.81, 3.36, 4.94)  # inches: middles of the columns of boxes

with job(snakemake.log[0]):
    k = snakemake.params.components
    top, foot = 0.0, 0.36
    height = top + STEP * k + foot
    figure = Figure(figsize=(TEXT, height))
    axis = figure.add_axes((0, 0, 1, 1), xlim=(0, TEXT), ylim=(0, height))
    axis.set_axis_off()

    def box(x, y, text, colour="black", tall=HEIGHT, width=WIDTH):
        """A box with its middle at (x, y)."""
        shape = FancyBboxPatch(
            (x - width / 2, y - tall / 2),
            width,
            tall,
            "round,pad=0,rounding_size=0.06",
            facecolor="white",
            edgecolor=colour,
            linewidth=1,
        )
        axis.add_patch(shape)
        axis.text(x, y, text, ha="center", va="center", linespacing=1.25)

    def arrow(start, end, colour="black"):
        """An arrow from a point to a point."""
        axis.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle="-|>",
                mutation_scale=8,
                shrinkA=0,
                shrinkB=0,
                color=colour,
                linewidth=0.9,
            )
        )

    middle = foot + STEP * k / 2
    tall = STEP * (k - 1) + HEIGHT
    data, vae, judge, winner = COLUMNS
    box(data, middle, "data\n$\\mathbf{X}$", tall=tall, width=0.8)
    box(winner, middle, "the largest\n$P_{g_j}(x_i)$\nwins $x_i$", tall=tall)
    for j in range(k):
        y, colour = foot + STEP * (k - j - 0.5), MEMBERS[j]
        box(vae, y, f"VAE {j + 1}", colour)
        box(judge, y, f"classifier $D_{{g_{j + 1}}}$", colour)
        arrow((data + 0.4, y), (vae - WIDTH / 2, y), colour)
        arrow((vae + WIDTH / 2, y), (judge - WIDTH / 2, y), colour)
        arrow((judge + WIDTH / 2, y), (winner - WIDTH / 2, y), colour)
        share = (data + 0.4 + vae - WIDTH / 2) / 2
        axis.text(share, y + 0.04, f"$c_{j + 1}$", ha="center", va="bottom", size=8)
        between = (vae + judge) / 2
        axis.text(between, y + 0.04, "samples", ha="center", va="bottom", size=6.5)
        between = (judge + winner) / 2
        ratio = r"$\frac{1-D}{D}$"
        axis.text(between, y + 0.05, ratio, ha="center", va="bottom", size=8)
    low = middle - tall / 2
    turn = low - 0.2
    corners = [data, data, winner, winner], [low - 0.05, turn, turn, low]
    axis.plot(*corners, color="black", linewidth=0.9)
    arrow((data, turn), (data, low))
    axis.text(
        (data + winner) / 2,
        turn - 0.05,
        "each point goes to its winner; then all VAEs are trained again",
        ha="center",
        va="top",
        size=8,
    )
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
