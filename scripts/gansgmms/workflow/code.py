"""What code a result depends on: a hash of what its script reaches, word by word.

Snakemake compares times of scripts, and sees nothing of the library that they call. A
rule's params hold this hash instead: a change of the science makes its results out of
date; a new time, a comment, a docstring or a message does not.
"""

import ast
import functools
import hashlib
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

from gansgmms.settings.lookup import module_file

LIBRARY = Path(__file__).parents[1]
# Where numbers are made. What reads, writes, draws and words them is not looked at.
SCIENCE = ("claims", "data", "metrics", "models", "training")
# What decides no number, and leads to nothing that does; what settings say is in params.
PLAIN = (
    "errors",
    "io",
    "settings",
    "training.checkpoint",
    "training.device",
    "training.timer",
)


@functools.cache
def code_of(script: str | Path, architecture: str | None = None) -> str:
    """The hash of a script and of the scientific modules that it reaches.

    Args:
        script: the file that a rule runs.
        architecture: the model that it loads or trains by name, if it does.
    """
    script = Path(script)
    modules = set(_reached(imports_of(script)))
    if architecture is not None and "models.base" in modules:
        modules |= set(_reached(_module_of(architecture)))
    hashed = sorted(name for name in modules if name.split(".")[0] in SCIENCE)
    return _digest([script, *(_file(name) for name in hashed)])


def code_of_model(architecture: str) -> str:
    """The hash of a model and of the loop that trains it: what its state depends on."""
    found = sorted(_reached([*_module_of(architecture), "training.loop"]))
    return _digest([_file(name) for name in found if name.split(".")[0] in SCIENCE])


@functools.cache
def imports_of(path: Path) -> tuple[str, ...]:
    """The modules of the library that a file imports, without the library's own name."""
    found: dict[str, None] = {}
    for node in ast.walk(_tree(path)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            relative = "." * node.level + (node.module or "")
            module = resolve_name(relative, _package(path))
            names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        for name in names:
            inner = name.removeprefix(f"{LIBRARY.name}.")
            if inner != name and _file(inner) is not None:
                found[inner] = None
    return tuple(found)


def _package(path: Path) -> str | None:
    """The package whose module a file is; None of a script."""
    if not path.is_relative_to(LIBRARY):
        return None
    return ".".join([LIBRARY.name, *path.relative_to(LIBRARY).parent.parts])


def _reached(names) -> Iterator[str]:
    """The modules, and those that they import; of science, those of science alone."""
    seen, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        part = name.split(".")[0]
        if name in seen or {name, part} & {*PLAIN}:
            continue
        seen.add(name)
        yield name
        file = _file(name)
        inner = imports_of(file) if file else ()
        if part in SCIENCE:  # a metric that can draw itself does not depend on how
            inner = tuple(n for n in inner if n.split(".")[0] in SCIENCE)
        waiting += inner


def _digest(files: list[Path | None]) -> str:
    sha = hashlib.sha256()
    for file in filter(None, files):
        sha.update(f"{file.stem}\n{_words(file)}\n".encode())
    return sha.hexdigest()[:16]


@functools.cache
def _words(path: Path) -> str:
    """The code of a file without comments, docstrings and layout."""
    tree = _tree(path)
    for node in ast.walk(tree):
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return ast.unparse(tree)


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@functools.cache
def _file(name: str) -> Path | None:
    """The file of a module of the library; None of what is no module."""
    stem = LIBRARY.joinpath(*name.split("."))
    files = (stem.with_suffix(".py"), stem / "__init__.py")
    return next((file for file in files if file.is_file()), None)


def _module_of(architecture: str) -> list[str]:
    """Where a model's module is among the modules of the library."""
    if (file := module_file(architecture)) is None:
        return []
    parts = file.relative_to(LIBRARY).with_suffix("").parts
    return [".".join(part for part in parts if part != "__init__")]
