"""NDB/K against sharpness, the paper's and ours (x3); means over the repetitions."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.plots.scores import beside_paper, draw_tradeoff
from gansgmms.plots.style import save_figure
from gansgmms.workflow.job import job

SHARPNESS = ["sharpness", "after_median"]

with job(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    published = pd.read_csv(inputs.published)
    scores = beside_paper(params.rows, [*map(read_numbers, inputs.ndb)], published)
    sharp = [
        read_numbers(path)[SHARPNESS].assign(name=row["name"], seed=row["seed"])
        for path, row in zip(inputs.sharpness, params.rows, strict=True)
    ]
    scores = scores[scores["k"] == params.k].merge(
        pd.concat(sharp), on=["name", "seed"]
    )
    columns = ["ndb_over_k", "paper", *SHARPNESS]
    means = scores.groupby(["name", "label"], sort=False)[columns].mean().reset_index()
    # The paper calls the data `data` where it gives their sharpness.
    of_quantity = published[published["quantity"] == "sharpness"]
    printed = of_quantity.replace({"model": {"data": "train"}}).set_index("model")[
        "value"
    ]
    # Both numbers or none: a point has two.
    means["paper_sharpness"] = means["name"].map(printed).where(means["paper"].notna())
    means["paper_ndb"] = means["paper"].where(means["paper_sharpness"].notna())
    figure = draw_tradeoff(means, params.k)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
