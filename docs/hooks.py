"""Pages link to files of the repository outside docs/; the built site takes them along.

So the same links work where the pages are read as files, and in the site, where
docs/results.md is results.html, and ../results/showcase/README.md a page as well.
"""

import re
from collections.abc import Iterator
from os.path import relpath
from pathlib import Path, PurePosixPath

from mkdocs.structure.files import File, Files, InclusionLevel

DOCS = Path(__file__).parent.resolve()
ROOT = DOCS.parent
LINK = re.compile(r"\]\((?P<path>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")


def linked(source: Path) -> Iterator[Path]:
    """The files outside docs/ that a page links to."""
    for match in LINK.finditer(source.read_text("utf-8")):
        target = (source.parent / match["path"]).resolve()
        if target.is_file() and not target.is_relative_to(DOCS):
            yield target


def on_files(files: Files, config, **_) -> Files:
    """Add what the pages link to, and what that links to."""
    waiting = sorted(DOCS.rglob("*.md"))
    while waiting:
        for target in linked(waiting.pop()):
            uri = target.relative_to(ROOT).as_posix()
            if uri not in files.src_uris:
                page = target.suffix == ".md"
                # A README would become index.html, which there is.
                address = uri.removesuffix(".md") + ".html" if page else uri
                options = {"dest_uri": address, "inclusion": InclusionLevel.NOT_IN_NAV}
                files.append(File(uri, ROOT, config.site_dir, False, **options))
                waiting += [target] if page else []
    return files


def on_page_markdown(markdown: str, page, **_) -> str:
    """Links from where a page stands in the site instead of in the repository."""
    source, here = Path(page.file.abs_src_path), PurePosixPath(page.file.src_uri).parent

    def moved(match: re.Match) -> str:
        target = (source.parent / match["path"]).resolve()
        if not target.is_relative_to(ROOT):
            return match[0]
        root = DOCS if target.is_relative_to(DOCS) else ROOT
        return f"]({relpath(target.relative_to(root), here)}{match['anchor'] or ''})"

    return LINK.sub(moved, markdown)
