"""The metric as a command: make bins, score samples in them, draw the proportions.

ndb fit train.npz --shape 28 28 1 -k 100 200 300 --out bins
ndb score samples.npz --bins bins/*.safetensors --json
ndb plot samples.npz --bins bins/*.safetensors --out proportions.png
"""

import argparse
import sys
from collections.abc import Sequence

from gansgmms import __version__, score
from gansgmms.data.user_samples import FORMS, read_samples
from gansgmms.errors import InputError
from gansgmms.io.walk import expand
from gansgmms.metrics.clustering import METHODS
from gansgmms.metrics.ndb import NDB


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit status."""
    options = _parser().parse_args(arguments)
    return score.in_one_line(options.command, options)


def fit(options: argparse.Namespace) -> None:
    """Make bins of reference images: a file for each K."""
    if len(options.shape) not in (1, 3) or min(options.shape) < 1:
        found = " ".join(map(str, options.shape))
        needed = "height, width and channels, or the dimensions of points"
        raise InputError("--shape", found, needed, "as in --shape 28 28 1")
    images = read_samples(options.samples[0], options.shape, least=max(options.k))
    for k in dict.fromkeys(options.k):
        path = expand(options.out) / f"{options.method}{k}.safetensors"
        if path.exists() and not options.force:
            raise InputError(str(path), "a file already", "none", "--force replaces it")
        bins = NDB.fit(
            images,
            k,
            method=options.method,
            whiten=options.whiten,
            mirror=options.mirror,
            dimensions=options.dimensions,
            reference=options.reference,
            seed=options.seed,
        )
        bins.save(path)
        score.say(str(path))


def plot(options: argparse.Namespace) -> None:
    """Draw the proportions of samples in bins."""
    picture = expand(options.out)
    score.check_picture(picture)
    score.draw(score.score(options.samples, options.bins), picture)


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("ndb", description=__doc__, formatter_class=raw)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="fit | score | plot")

    of_fit = commands.add_parser("fit", help="make bins of reference images")
    of_fit.set_defaults(command=fit)
    of_fit.add_argument("samples", nargs=1, metavar="images", help=FORMS)
    of_fit.add_argument(
        "--shape",
        nargs="+",
        type=int,
        required=True,
        help="height, width and channels of an image; of points, their dimensions",
    )
    of_fit.add_argument("-k", nargs="+", type=int, default=[100], help="bins")
    of_fit.add_argument("--out", default="bins", help="the folder of the bins")
    of_fit.add_argument("--method", choices=METHODS, default="kmeans")
    of_fit.add_argument("--dimensions", type=int, help="so many, drawn at random")
    of_fit.add_argument("--reference", type=int, help="so many images at most")
    of_fit.add_argument("--whiten", action="store_true", help="divide by deviations")
    of_fit.add_argument("--mirror", action="store_true", help="flip every other image")
    of_fit.add_argument("--seed", type=int, default=0)
    of_fit.add_argument("--force", action="store_true", help="replace bins")

    of_score = commands.add_parser("score", help="score samples in bins")
    of_score.set_defaults(command=score.run)
    score.add_arguments(of_score)
    of_score.add_argument("--plot", help="a .png or .pdf to draw")
    of_score.add_argument("--json", action="store_true", help="print JSON")

    of_plot = commands.add_parser("plot", help="draw the proportions of the bins")
    of_plot.set_defaults(command=plot)
    score.add_arguments(of_plot)
    of_plot.add_argument("--out", required=True, help="a .png or .pdf to draw")
    return parser


if __name__ == "__main__":
    sys.exit(main())
