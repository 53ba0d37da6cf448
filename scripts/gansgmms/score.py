"""Score samples in bins that are there, without the workflow.

python -m gansgmms.score samples.npz --bins results/mnist/mnist/bins/*.safetensors

Prints one row for each sample file and number of bins; `--plot proportions.png` draws
the proportions of the bins.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gansgmms.data.user_samples import FORMS, read_samples
from gansgmms.errors import InputError
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.sharpness import mean_sharpness
from gansgmms.workflow.tables import statistics_table


def main(arguments: Sequence[str] | None = None) -> int:
    """Score what the command line names; returns the exit status."""
    parser = argparse.ArgumentParser("python -m gansgmms.score", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("samples", nargs="+", type=Path, help=FORMS)
    parser.add_argument("--bins", nargs="+", required=True, help="files of bins")
    parser.add_argument("--plot", type=Path, help="a .png or .pdf to draw")
    options = parser.parse_args(arguments)
    try:
        bins = sorted((NDB.load(path) for path in options.bins), key=lambda b: b.k)
        shapes = {b.shape for b in bins}
        if len(shapes) > 1:
            found = f"bins of images of shapes {sorted(shapes)}"
            raise InputError("--bins", found, "bins of one dataset")
        rows, tables = [], []
        for path in options.samples:
            images = read_samples(path, bins[0].shape, least=bins[-1].k)
            score = mean_sharpness(images[:2000])[0] if images.ndim == 4 else None
            results = [b.evaluate(images) for b in bins]
            common = {"model": path.stem, "sharpness": score}
            rows += [common | result.summary() for result in results]
            tables.append(pd.concat(pd.DataFrame(r.columns()) for r in results))
        if options.plot:
            _plot(options.plot, tables, [path.stem for path in options.samples])
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    table = pd.DataFrame(rows).sort_values("k", kind="stable")
    print(statistics_table(table).dropna(axis=1).to_markdown(index=False))
    return 0


def _plot(path: Path, tables: list[pd.DataFrame], names: list[str]) -> None:
    from gansgmms.plots.proportions import draw_proportions
    from gansgmms.plots.style import save_figure

    if path.suffix not in (".png", ".pdf"):
        raise InputError("--plot", str(path), "a .png or .pdf")
    save_figure(draw_proportions(tables, names, names), [path])


if __name__ == "__main__":
    sys.exit(main())
