"""Labels of the user's as each kind of text shows them: as they were given.

One function for each of matplotlib, Markdown, LaTeX, HTML and reStructuredText. All take
plain text.
"""

import html
import re

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "`": r"\textasciigrave{}",
    # After a row's end these would be an argument of it.
    **{sign: f"{{{sign}}}" for sign in "[]*"},
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
# An _ inside a word and an & that begins no entity mean themselves.
_MARKDOWN = re.compile(r"([\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w]+;))")
PUNCTUATION = r"[!-/:-@\[-`{-~]"


def for_matplotlib(text: str) -> str:
    """Text without mathematics; a leading _ would be left out of a legend."""
    text = one_line(text).replace("$", r"\$")
    return r"$\mathrm{\_}$" + text[1:] if text.startswith("_") else text


def for_markdown(text: str) -> str:
    """Text without emphasis, links, HTML or further columns of a table."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def for_latex(text: str) -> str:
    """Text for LaTeX's text mode."""
    return "".join(_LATEX.get(sign, sign) for sign in one_line(text))


def for_html(text: str) -> str:
    """Text for the content of an element, or an attribute in quotes."""
    return html.escape(one_line(text), quote=True)


def for_rst(text: str) -> str:
    """Text for a sentence of reStructuredText, where any sign may begin markup."""
    return re.sub(f"({PUNCTUATION})", r"\\\1", one_line(text)).strip()


def html_of_markdown(text: str) -> str:
    """A line of Markdown, whose only markup is emphasis and code, as HTML."""
    pieces = re.split(r"(\\.|`[^`]+`|\*\*(?:\\.|[^*\\])+\*\*)", one_line(text))
    return "".join(map(_html_piece, pieces))


def _html_piece(piece: str) -> str:
    if piece[:1] == "`" and len(piece) > 2:
        return f"<code>{for_html(piece[1:-1])}</code>"
    plain = for_html(of_markdown(piece))
    return f"<strong>{plain}</strong>" if piece[:2] == "**" else plain


def of_markdown(text: str) -> str:
    """The plain text of a line of Markdown whose only markup is emphasis."""
    signs = re.findall(rf"\\{PUNCTUATION}|[^*]|\*", text)
    return "".join(sign[1] if len(sign) == 2 else sign for sign in signs if sign != "*")


def one_line(text: str) -> str:
    """Text without line breaks and other control characters."""
    return "".join(c if c.isprintable() else " " for c in str(text))
