"""How VAEs compete for the data: a drawing (draft, Fig. 1).

Each VAE is trained on the points it has won, and makes samples; a classifier tells the
samples from the data, which gives the VAE's density of each training point; and each
point goes to the VAE of the highest density.
"""

from gansgmms.plots.drawings import arrow, box, canvas, caption
from gansgmms.plots.style import MEMBERS, TEXT, save_figure
from gansgmms.workflow.job import job

WIDTH, HEIGHT = 1.04, 0.42  # inches of a box
STEP = 0.66  # inches from one VAE to the next
FOOT = 0.36  # inches below the last: the way back
DATA, VAE, CLASSIFIER, WINNER = 0.45, 1.81, 3.36, 4.94  # inches: middles of the columns

with job(snakemake.log[0]):
    k = snakemake.params.components
    figure, axis = canvas(TEXT, STEP * k + FOOT)
    middle, tall = FOOT + STEP * k / 2, STEP * (k - 1) + HEIGHT
    data, half = (0.8, tall), WIDTH / 2
    box(axis, (DATA, middle), data, "data\n$\\mathbf{X}$")
    largest = "the largest\n$P_{g_j}(x_i)$\nwins $x_i$"
    box(axis, (WINNER, middle), (WIDTH, tall), largest)
    for j in range(k):
        y, colour = FOOT + STEP * (k - j - 0.5), MEMBERS[j]
        box(axis, (VAE, y), (WIDTH, HEIGHT), f"VAE {j + 1}", colour)
        text = f"classifier $D_{{g_{j + 1}}}$"
        box(axis, (CLASSIFIER, y), (WIDTH, HEIGHT), text, colour)
        for start, end, text, above, size in [
            (DATA + 0.4, VAE - half, f"$c_{j + 1}$", 0.04, 8),
            (VAE + half, CLASSIFIER - half, "samples", 0.04, 6.5),
            (CLASSIFIER + half, WINNER - half, r"$\frac{1-D}{D}$", 0.05, 8),
        ]:
            arrow(axis, (start, y), (end, y), colour)
            caption(axis, ((start + end) / 2, y + above), text, "bottom", size)
    low = middle - tall / 2
    turn = low - 0.2
    corners = [DATA, DATA, WINNER, WINNER], [low - 0.05, turn, turn, low]
    axis.plot(*corners, color="black", linewidth=0.9)
    arrow(axis, (DATA, turn), (DATA, low))
    text = "each point goes to its winner; then all VAEs are trained again"
    caption(axis, ((DATA + WINNER) / 2, turn - 0.05), text, "top")
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
