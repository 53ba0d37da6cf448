"""What a configuration file says, before YAML's reader has made values of it.

Snakemake reads configuration files by YAML 1.1 and by itself. What that reader drops or
takes for another number without a word is refused here, in the files as they are.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from gansgmms.errors import InputError
from gansgmms.settings.refusals import TOP, join, raise_if_any, show

# YAML 1.1 counts the first by eights and the second by sixties; YAML 1.2 does neither.
_EIGHTS = re.compile(r"[-+]?0[0-9_]+")
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")


def check_files(paths: Iterable[str | Path]) -> None:
    """Refuse configuration files that would not be read as they are written.

    Raises:
        ConfigError: for a file that is no YAML in UTF-8, for a key that stands twice in
            one mapping, for a value that contains itself, and for a number that versions
            of YAML read differently; every problem of every file.
    """
    raise_if_any(problem for path in paths for problem in file_problems(path))


def file_problems(path: str | Path) -> Iterator[InputError]:
    """What `check_files` refuses of one file."""
    needed = "a text file of YAML or JSON, in UTF-8"
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        found = "bytes that are no UTF-8"
        yield InputError(str(path), found, needed, "save it as UTF-8")
        return
    except OSError as error:
        yield InputError(str(path), str(error.strerror), needed)
        return
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        found = getattr(error, "problem", None) or "no YAML"
        yield InputError(where, found, needed)
        return
    except RecursionError:
        yield InputError(str(path), "values nested too deep", needed)
        return
    if root is not None:
        yield from _node_problems(root, str(path), (), ())


def _node_problems(
    node: yaml.Node, file: str, path: tuple[str | int, ...], above: tuple[int, ...]
) -> Iterator[InputError]:
    thing = join(path) or TOP
    where = f"in line {node.start_mark.line + 1} of {file}"
    if id(node) in above:
        found, hint = "a value that contains itself", f"remove the alias {where}"
        yield InputError(thing, found, "values written out", hint)
        return
    above = (*above, id(node))
    if isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else show(str(key))
            line = key.start_mark.line + 1
            if name in first and name != "<<":
                found = f"the key twice, in lines {first[name]} and {line} of {file}"
                hint = "the first would be dropped: join the two"
                yield InputError(join((*path, name)), found, "each key once", hint)
            first.setdefault(name, line)
            yield from _node_problems(value, file, (*path, name), above)
    elif isinstance(node, yaml.SequenceNode):
        for index, part in enumerate(node.value):
            yield from _node_problems(part, file, (*path, index), above)
    elif isinstance(node, yaml.ScalarNode) and (read := _otherwise(node)):
        needed = "a number that all versions of YAML read alike"
        found = f"{node.value}, which is read as {read}"
        yield InputError(thing, found, needed, f"write it in decimals {where}")


def _otherwise(node: yaml.ScalarNode) -> str:
    """What YAML 1.1 makes of a number that YAML 1.2 reads in another way."""
    if not node.tag.endswith((":int", ":float")):
        return ""
    text = node.value
    if not (_EIGHTS.fullmatch(text) or _SIXTIES.fullmatch(text)):
        return ""
    read = yaml.SafeLoader("").construct_object(node)
    return json.dumps(read)
