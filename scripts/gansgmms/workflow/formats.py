"""A table in Markdown, LaTeX and HTML: the same cells, escaped for each.

A column's name is its heading, or a pair of a heading that neighbours share and its own:
`("K=100", "paper")`. Columns named in `LABELS` hold names of the user's, shown as they are;
other words may hold Markdown's emphasis and code.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from string import Template

import pandas as pd

from gansgmms.io.markup import (
    for_html,
    for_latex,
    for_markdown,
    html_of_markdown,
    of_markdown,
    one_line,
)

LABELS = ("model", "dataset", "bins")
MOST = 4  # decimals of a column for which nobody has said how many
_NUMERIC = re.compile(r"[−\d., ±\[\]]*(\[sic\])?")  # 0.10 ± 0.02, 0.05 [0.01, 0.09]


def number(value: float, decimals: int) -> str:
    """A number with so many decimals, a true minus, and no negative zero."""
    text = f"{value:.{decimals}f}"
    return f"{0:.{decimals}f}" if not float(text) else text.replace("-", "−")


@dataclass(frozen=True)
class Column:
    """A column as readers see it: a heading above the title, and plain text a row."""

    group: str
    title: str
    values: list[str]
    label: bool
    numeric: bool

    def written(self, of_words: Callable[[str], str]) -> list[str]:
        """The values, with all that is Markdown written in another way."""
        return self.values if self.numeric else [of_words(v) for v in self.values]


def columns(table: pd.DataFrame, decimals: Mapping | None = None) -> list[Column]:
    """The columns of a table; what is missing is empty.

    Args:
        decimals: by name of a column; one that is not named has as many as its values
            need, and no more than `MOST`.
    """
    found = []
    for name in table.columns:
        values = [None if pd.isna(v) else v for v in table[name].tolist()]
        floats = [v for v in values if isinstance(v, float)]
        places = (decimals or {}).get(name, max(map(_places, floats), default=0))
        texts = [_text(v, places if isinstance(v, float) else 0) for v in values]
        group, title = name if isinstance(name, tuple) else ("", str(name))
        label = title in LABELS
        numeric = not label and all(map(_NUMERIC.fullmatch, texts))
        found.append(Column(group, title, texts, label, numeric))
    return found


def _places(value: float) -> int:
    rounded = f"{value:.{MOST}f}".rstrip("0")
    return len(rounded.partition(".")[2])


def _text(value: object, decimals: int) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, decimals)
    return one_line(str(value))


def markdown(table: pd.DataFrame, decimals: Mapping | None = None) -> str:
    """A table in Markdown; a shared heading stands before each of its columns' own."""
    shown = columns(table, decimals)
    cells = [c.written(for_markdown if c.label else _one_cell) for c in shown]
    heads = [_one_cell(f"{c.group} {c.title}".strip()) for c in shown]
    widths = [max(3, *map(len, [h, *c])) for h, c in zip(heads, cells, strict=True)]
    right = [c.numeric for c in shown]

    def line(row: list[str]) -> str:
        parts = [
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(row, widths, right, strict=True)
        ]
        return f"| {' | '.join(parts)} |"

    rules = [
        "-" * (w + 1) + ":" if to_right else ":" + "-" * (w + 1)
        for w, to_right in zip(widths, right, strict=True)
    ]
    rows = [line(list(row)) for row in zip(*cells, strict=True)]
    return "\n".join([line(heads), f"|{'|'.join(rules)}|", *rows])


def _one_cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\|", text)


# --- LaTeX ---

NEEDS = "% \\usepackage{array, booktabs, longtable, pdflscape}"
LETTERS = {"portrait": 92, "landscape": 150}  # of a line of an A4 page in \small
SMALLEST = "\\tiny"
SIZES = {
    "\\small": 150,
    "\\scriptsize": 190,
    SMALLEST: float("inf"),
}  # and at most so many
WORDY = 34  # letters; a column with longer words has lines broken
SPARE = 3  # letters that no column takes: words are not all as wide as counted
ROWS = 40  # that one page holds


def latex(
    table: pd.DataFrame, caption: str, label: str, decimals: Mapping | None = None
) -> str:
    """A table in LaTeX: longer than a page a `longtable`, wider than a line turned.

    Args:
        caption: a line of Markdown.
        label: for `\\ref`.
    """
    shown = columns(table, decimals)
    cells = [c.written(_latex_words(c.label)) for c in shown]
    cells = [[_mathematics(text) for text in column] for column in cells]
    widths = [max(map(len, [c.title, *c.values])) for c in shown]
    letters = sum(min(w, WORDY) + 2 for w in widths)
    wide = letters > LETTERS["portrait"]
    # Numbers cannot be broken: what a turned page does not hold is written smaller.
    size = next(size for size, most in SIZES.items() if letters <= most)
    gap = f"\\setlength{{\\tabcolsep}}{{{'3pt' if size == SMALLEST else '4pt'}}}"
    lines = sum(max(1, *(len(v) // WORDY for v in row)) for row in _rows(shown))
    long = lines > ROWS
    page = LETTERS["landscape" if wide else "portrait"]
    spec = "".join(_alignments(shown, widths, page))
    heads = " & ".join(for_latex(c.title) for c in shown)
    title = f"\\caption{{{for_latex(of_markdown(caption))}}}\\label{{tab:{label}}}"
    top = ["\\toprule", *_shared_heads(shown), f"{heads} \\\\", "\\midrule"]
    body = [f"{' & '.join(row)} \\\\" for row in zip(*cells, strict=True)]
    if long:
        parts = [f"\\begin{{longtable}}{{{spec}}}", title + "\\\\", *top]
        parts += ["\\endfirsthead", *top, "\\endhead", *body]
        parts += ["\\bottomrule", "\\end{longtable}"]
    else:
        parts = ["\\begin{table}[htbp]", f"\\centering{size}", title]
        parts += [gap, f"\\begin{{tabular}}{{{spec}}}"]
        parts += [*top, *body, "\\bottomrule", "\\end{tabular}", "\\end{table}"]
    if long:
        parts = [
            f"\\begingroup{size}{gap}",
            "\\setlength{\\LTcapwidth}{\\linewidth}",
            *parts,
            "\\endgroup",
        ]
    if wide:
        parts = ["\\begin{landscape}", *parts, "\\end{landscape}"]
    return "\n".join([NEEDS, *parts]) + "\n"


def _latex_words(label: bool) -> Callable[[str], str]:
    return for_latex if label else lambda text: for_latex(of_markdown(text))


def _mathematics(text: str) -> str:
    return text.replace("−", "$-$").replace("±", "$\\pm$")


def _rows(shown: list[Column]) -> list[tuple[str, ...]]:
    return list(zip(*(c.values for c in shown), strict=True))


def _alignments(shown: list[Column], widths: list[int], page: int) -> list[str]:
    """Numbers to the right; long words in paragraphs that share what the rest leaves."""
    wordy = [w > WORDY and not c.numeric for c, w in zip(shown, widths, strict=True)]
    taken = sum(w + 2 for w, long in zip(widths, wordy, strict=True) if not long)
    long = [c for c, is_long in zip(shown, wordy, strict=True) if is_long]
    # As much as the longest word takes, and of the rest by the root of what there is to say.
    words = [max(map(len, " ".join([c.title, *c.values]).split())) + 1 for c in long]
    roots = [(sum(map(len, c.values)) / max(len(c.values), 1)) ** 0.5 for c in long]
    left = page - taken - 2 * len(long) - sum(words) - SPARE
    shares = iter(
        (least + left * root / sum(roots)) / page
        for least, root in zip(words, roots, strict=True)
    )
    paragraph = ">{{\\raggedright\\arraybackslash}}p{{{:.3f}\\linewidth}}"
    return [
        paragraph.format(next(shares)) if is_long else "r" if c.numeric else "l"
        for c, is_long in zip(shown, wordy, strict=True)
    ]


def _shared_heads(shown: list[Column]) -> list[str]:
    """The row of shared headings, each with a line under it; none where there are none."""
    cells, lines, first = [], [], 1
    for group, same in groupby(c.group for c in shown):
        last = first + len(list(same)) - 1
        cells.append(f"\\multicolumn{{{last - first + 1}}}{{c}}{{{for_latex(group)}}}")
        if group:
            lines.append(f"\\cmidrule(lr){{{first}-{last}}}")
        first = last + 1
    return [f"{' & '.join(cells)} \\\\", " ".join(lines)] if lines else []


# --- HTML ---

PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem; max-width: 80rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; text-align: left; vertical-align: top; }
th { border-bottom: 1px solid; font-weight: 600; }
th[colspan] { text-align: center; border: 0; padding-bottom: 0; }
td { border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
</style>
</head>
<body>
<main>
$content
</main>
</body>
</html>
""")


def html(
    table: pd.DataFrame, caption: str, title: str, decimals: Mapping | None = None
) -> str:
    """A page with a table and its caption, which is a line of Markdown."""
    content = f"<p>{html_of_markdown(caption)}</p>\n{html_table(table, decimals)}"
    return PAGE.substitute(title=for_html(title), content=content)


def content_of(page: str) -> str:
    """Caption and table of a page that `html` has written."""
    return page.partition("<main>")[2].partition("</main>")[0].strip()


def html_table(table: pd.DataFrame, decimals: Mapping | None = None) -> str:
    """A table as an element that scrolls by itself where the page is narrow."""
    shown = columns(table, decimals)
    kinds = [' class="number"' if c.numeric else "" for c in shown]
    cells = [c.written(for_html if c.label else html_of_markdown) for c in shown]
    heads = [
        f'<th scope="col"{kind}>{for_html(c.title)}</th>'
        for c, kind in zip(shown, kinds, strict=True)
    ]
    rows = [
        "".join(f"<td{k}>{text}</td>" for k, text in zip(kinds, row, strict=True))
        for row in zip(*cells, strict=True)
    ]
    above = ""
    if any(c.group for c in shown):
        above = "".join(
            f'<th colspan="{len(list(same))}">{for_html(group)}</th>'
            for group, same in groupby(c.group for c in shown)
        )
    parts = [above, "".join(heads)]
    head = "\n".join(f"<tr>{part}</tr>" for part in parts if part)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return (
        '<div class="scroll" tabindex="0"><table>\n'
        f"<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table></div>"
    )
