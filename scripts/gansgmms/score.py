"""Score samples in bins that are there, without the workflow.

python -m gansgmms.score samples.npz --bins results/mnist/mnist/bins/*.safetensors

Prints one row for each sample file and bins; `--plot proportions.png` draws the
proportions of the bins, and `--json` prints numbers for programs.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gansgmms.data.user_samples import FORMS, read_samples
from gansgmms.errors import InputError
from gansgmms.io.atomic import in_words
from gansgmms.io.markup import for_matplotlib
from gansgmms.io.walk import expand
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.sharpness import mean_sharpness
from gansgmms.metrics.shipped import find, others
from gansgmms.workflow.formats import markdown
from gansgmms.workflow.tables import statistics_table

PICTURES = (".png", ".pdf")


@dataclass
class Scores:
    """Samples in bins: `rows`, one each, and for the plot the bins of each of those.

    rows: columns `k`, `bins` (the name of their file), `model` (of the samples), those
    of `statistics.summary`, and `sharpness` of images. proportions: by bins and model.
    """

    rows: pd.DataFrame
    proportions: dict[tuple[str, str], pd.DataFrame]

    def table(self) -> pd.DataFrame:
        """The rows as readers see them; the bins, too, where K does not say which."""
        table = self.rows
        kinds = {
            re.sub(rf"{k}$", "", n) for k, n in zip(table.k, table.bins, strict=True)
        }
        if len(kinds) == 1 and table.groupby("bins").k.first().is_unique:
            table = table.drop(columns="bins")
        return statistics_table(table).dropna(axis=1)


def score(samples: Sequence[str | Path], bins: Sequence[str | Path]) -> Scores:
    """Score files of samples in files of bins, all of one dataset.

    Raises:
        InputError: for what cannot be read, for bins of several shapes, and where two
            files are the same.
    """
    files = [path for given in bins for path in find(str(given))]
    loaded = list(
        zip(distinct_names(files, "--bins"), map(NDB.load, files), strict=True)
    )
    loaded.sort(key=lambda named: named[1].k)
    shapes = {b.shape for _, b in loaded}
    if len(shapes) > 1:
        found = f"bins of images of shapes {sorted(shapes)}"
        raise InputError("--bins", found, "bins of one dataset")
    rows, proportions = [], {}
    for path, name in zip(samples, distinct_names(samples, "samples"), strict=True):
        images = read_samples(path, loaded[0][1].shape, least=loaded[-1][1].k)
        sharpness = mean_sharpness(images[:2000])[0] if images.ndim == 4 else None
        for of_bins, b in loaded:
            result = b.evaluate(images)
            labels: dict[str, object] = {
                "bins": of_bins,
                "model": name,
                "sharpness": sharpness,
            }
            rows.append(labels | result.summary())
            proportions[of_bins, name] = pd.DataFrame(result.columns())
    table = pd.DataFrame(rows)
    order = {name: i for i, (name, _) in enumerate(loaded)}
    table = table.sort_values("bins", kind="stable", key=lambda c: c.map(order))
    return Scores(table, proportions)


def distinct_names(paths: Sequence[str | Path], thing: str) -> list[str]:
    """A short name for each path that no other has: its stem, or as much as it takes.

    Raises:
        InputError: if two paths are the same file.
    """
    # As they were given, but for what ends in no name ("." and "..").
    whole = [expand(path).absolute() for path in paths]
    whole = [p.resolve() if p.name in ("", "..") else p for p in whole]
    seen: set[Path] = set()
    for path in whole:
        if path.resolve() in seen:
            raise InputError(thing, f"{path} twice", "each file once")
        seen.add(path.resolve())
    depth = max((len(path.parts) for path in whole), default=0)
    # Names that are no UTF-8 come as surrogates, which nothing could show.
    shown = [Path(os.fsencode(path).decode("utf-8", "replace")) for path in whole]
    forms: list[Callable[[Path], str]] = [lambda p: p.stem]
    for n in range(1, depth + 1):
        forms.append(lambda p, n=n: Path(*p.parts[-n:]).with_suffix("").as_posix())  # type: ignore[misc]
        forms.append(lambda p, n=n: Path(*p.parts[-n:]).as_posix())  # type: ignore[misc]
    return next(
        names
        for form in forms
        if len(set(names := [form(path) for path in shown])) == len(whole)
    )


def draw(scores: Scores, path: Path) -> None:
    """Draw the proportions, one plot a file of bins, as .png or .pdf."""
    from gansgmms.plots.proportions import Points, draw_plots
    from gansgmms.plots.style import save_figure

    check_picture(path)
    plots: dict[str, list] = {}
    for name in scores.rows.bins.unique():
        of_bins = {m: t for (b, m), t in scores.proportions.items() if b == name}
        k = len(next(iter(of_bins.values())))
        title = f"$K$ = {k}"
        if "bins" in scores.table():
            title += f", {for_matplotlib(name)}"
        plots[title] = [Points(table, model, model) for model, table in of_bins.items()]
    save_figure(draw_plots(list(plots.items())), [path])


def check_picture(path: Path) -> None:
    if path.suffix.lower() not in PICTURES:
        raise InputError("--plot", str(path), "a .png or .pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is scored: samples, and bins, as every command names them."""
    parser.add_argument("samples", nargs="+", help=FORMS)
    parser.add_argument(
        "--bins", nargs="+", required=True, help="files of bins, or a dataset's name"
    )


def run(options: argparse.Namespace) -> None:
    """Score, print and draw what the command line names."""
    picture = None if options.plot is None else expand(options.plot)
    if picture:
        check_picture(picture)
    scores = score(options.samples, options.bins)
    if options.json:
        # NaN is no JSON: pandas writes null.
        say(json.dumps(json.loads(scores.rows.to_json(orient="records")), indent=2))
    else:
        say(markdown(scores.table()))
        for given in options.bins:
            if (known := others(str(given))) is not None:
                say(f"\nNDB/K on {given}, each in bins of its own run:\n")
                say(markdown(known))
    if picture:
        draw(scores, picture)


def say(text: str) -> None:
    """Print text in whatever signs the output has; `| head` need not read it to its end."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.replace("\N{MINUS SIGN}", "-")
        text = text.encode(encoding, "backslashreplace").decode(encoding)
    try:
        with in_words("the output"):
            print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def in_one_line(command: Callable[[argparse.Namespace], None], options) -> int:
    """The exit status of a command; what cannot be used is one line.

    So is an interruption, whose status is the shell's.
    """
    try:
        _check_folder()
        with in_words(options.samples[0] if options.samples else "ndb"):
            command(options)
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _check_folder() -> None:
    try:
        os.getcwd()
    except OSError:
        needed, hint = "a folder that is there", "cd into another"
        raise InputError("the folder you are in", "it gone", needed, hint) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Score what the command line names; returns the exit status."""
    parser = argparse.ArgumentParser("python -m gansgmms.score", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add_arguments(parser)
    parser.add_argument("--plot", help="a .png or .pdf to draw")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return in_one_line(run, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
