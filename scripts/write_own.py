"""Snakemake script: user samples beside the models that are already scored."""

import pandas as pd

from gansgmms.io.images import read_images
from gansgmms.io.markup import for_markdown
from gansgmms.io.numbers import read_numbers
from gansgmms.metrics.sharpness import mean_sharpness
from gansgmms.metrics.statistics import same_bins
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import (
    row_label,
    statistics_table,
    with_intervals,
    write_table,
)

with job(snakemake.log[0]) as log:
    params = snakemake.params
    own, parts = read_numbers(snakemake.input.proportions[0]), []
    found = snakemake.input
    for path, of_k, samples, label in zip(
        found.proportions, found.scores, found.samples, params.labels, strict=True
    ):
        scores = read_numbers(of_k)
        # The models' scores are as they were found: perhaps older than the bins.
        if "js_low" not in scores or not same_bins(read_numbers(path), own):
            log.info("%s is left out: its scores are of other bins, or older", label)
            continue
        images = read_images(samples)[: params.sharpness["images"]]
        score, _, _ = mean_sharpness(images, params.sharpness["sigma"])
        label = row_label(label, scores)
        parts.append(scores.assign(model=label, sharpness=score))
    table = statistics_table(pd.concat(parts).sort_values("k", kind="stable"))
    caption = (
        f"**{for_markdown(params.labels[0])}** on {params.dataset}, beside the models that are scored. "
        "NDB/K, lower is better, and its mean and interval by chance; NDB corrected is "
        "what remains of NDB when it counts that K bins were tested; JS in nats, less "
        "its bias, and the bootstrap interval of that."
    )
    files = dict(snakemake.output.items())
    write_table(table, caption, **files, shown=with_intervals(table))
    log.info("%s\n%s", caption, table.to_string(index=False))
