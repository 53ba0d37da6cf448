"""Every problem with what a user wrote in plain words, and defaults filled in: JSON schemas."""

import copy
import difflib
import json
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from gansgmms.errors import InputError


class ConfigError(ValueError):
    """Settings are not usable; the message has one line for each problem."""

    def __init__(self, problems: Iterable[InputError]):
        self.problems = list({str(problem): problem for problem in problems}.values())
        super().__init__("\n".join(map(str, self.problems)))


def raise_if_any(found: Iterable[InputError]) -> None:
    """Raise a ConfigError if there is any problem."""
    found = list(found)
    if found:
        raise ConfigError(found)


TOP = "the configuration"  # where a problem has no path
# The bounds of integers and texts that have none of their own: no message speaks of them
# but to those who went beyond.
MOST, LONGEST = 10**9, 1000
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minLength": "{} or more characters",
    "maxLength": "at most {} characters",
    "minItems": "{} or more entries",
    "minProperties": "{} or more keys",
}


def _is_integer(_, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(_, value: Any) -> bool:
    finite = isinstance(value, float) and math.isfinite(value)
    return finite or _is_integer(_, value)


def _is_list(_, value: Any) -> bool:
    return isinstance(value, list | tuple)


# JSON schema takes 1.0 for an integer and nan for a number; here neither is usable. From
# Python, tuples come as lists do from YAML.
_Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"integer": _is_integer, "number": _is_number, "array": _is_list}
    ),
)


def join(path: Iterable[str | int]) -> str:
    """A path into nested values, as in `bins.k[1]`."""
    steps = (f"[{s}]" if isinstance(s, int) else f".{_on_one_line(s)}" for s in path)
    return "".join(steps).removeprefix(".")


def show(value: Any) -> str:
    """A value as YAML could spell it, on one line and not too long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def one_of(names: Iterable[Any]) -> str:
    """The names that are allowed, in words."""
    names = [_on_one_line(name) for name in names]
    return f"one of {', '.join(names)}" if len(names) > 1 else "".join(names) or "none"


def nearest(name: Any, names: Iterable[Any], otherwise: str = "") -> str:
    """A hint at the name that was probably meant."""
    close = difflib.get_close_matches(str(name), map(str, names), 1, 0.7)
    return f"perhaps you meant {_on_one_line(close[0])}" if close else otherwise


def problems(
    value: Any, schema: dict, path: tuple[str | int, ...] = (), partial: bool = False
) -> Iterator[InputError]:
    """Everything in `value` that `schema` forbids.

    Args:
        value: nested mappings, lists and scalars.
        schema: JSON schema (draft 2020-12); `description` is given as a hint.
        path: where `value` stands in what the user wrote.
        partial: allow required keys to be missing, at every level.
    """
    bad_keys = list(_bad_keys(value, path))
    if bad_keys:  # jsonschema would stumble over them
        yield from bad_keys
        return
    errors = _Validator(schema).iter_errors(value)
    for error in sorted(errors, key=lambda error: join(error.absolute_path)):
        if not (partial and error.validator == "required"):
            yield from _in_words(error, schema, path + tuple(error.absolute_path))


def conflicts(settings: dict, where: Callable[[str], str]) -> Iterator[InputError]:
    """What settings of a model say that cannot be meant together.

    Args:
        settings: whose keys and values are right one by one.
        where: the place of a key, as the user wrote it.
    """
    low, high = settings.get("noise", (0, 1))
    if low >= high:
        hint = "write the lowest standard deviation first"
        found = show([low, high])
        yield InputError(where("noise"), found, "two ascending numbers", hint)
    kept, (what, end) = settings.get("snapshots") or [0], length(settings)
    if end is not None and max(kept) > end:
        needed, hint = f"at most {end}, the {what}", "nothing is kept after the end"
        yield InputError(where("snapshots"), show(list(kept)), needed, hint)
    root, components = settings.get("root"), settings.get("components")
    if root is not None and components is not None and root >= components:
        needed = f"fewer than the {components} components"
        yield InputError(
            where("root"), show(root), needed, "null trains without a root"
        )


def length(settings: dict) -> tuple[str, int | None]:
    """What snapshots of a training are counted in, and how much of it there is."""
    if settings.get("root") is not None:
        return "components of the root", settings["root"]
    if settings.get("training") == "em":
        return "passes", settings.get("passes")
    return "iterations", settings.get("iterations")


def idle(
    written: dict, training: str, where: Callable[[str], str]
) -> Iterator[InputError]:
    """What of a mixture's settings is written in vain: the end of EM, where adam trains."""
    if training != "adam":
        return
    for key in (key for key in ("passes", "tolerance") if key in written):
        hint = "adam takes iterations"
        yield InputError(where(key), show(written[key]), "training: em beside it", hint)


def filled(value: Any, schema: dict, root: dict | None = None) -> Any:
    """A copy of a valid `value` with the schema's defaults where keys are missing.

    Keys stand in the schema's order, however they were written: figures by number.
    """
    root = root or schema
    if not isinstance(value, dict):
        return copy.deepcopy(value)
    schema = _resolved(schema, root)
    known = schema.get("properties", {})
    defaults = {
        key: part["default"] for key, part in known.items() if "default" in part
    }
    other = schema.get("additionalProperties") or {}
    merged = {**defaults, **value}
    return {
        key: filled(merged[key], known.get(key, other), root)
        for key in dict.fromkeys([*known, *merged])
        if key in merged
    }


def _on_one_line(name: Any) -> str:
    plain = isinstance(name, str) and 0 < len(name) <= 60 and name.isprintable()
    return name if plain else show(name)


def _bad_keys(value: Any, path: tuple[str | int, ...]) -> Iterator[InputError]:
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                found = f"the key {show(key)}"
                hint = "put the key in quotes, or rename it"
                thing = join(path) or TOP
                yield InputError(thing, found, "strings as keys", hint)
            yield from _bad_keys(part, (*path, str(key)))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _bad_keys(part, (*path, index))


def _resolved(schema: dict, root: dict) -> dict:
    """The schema with its own `$ref`, and those of its properties, looked up."""

    def looked_up(part: dict) -> dict:
        target: Any = root
        for step in part.get("$ref", "#").split("/")[1:]:
            target = target[step]
        return {**target, **part} if "$ref" in part else part

    schema = looked_up(schema)
    parts = schema.get("properties", {})
    return {**schema, "properties": {k: looked_up(part) for k, part in parts.items()}}


def _needed(schema: dict, exceeded: str = "") -> str:
    """What a schema allows, in words; of the bounds of all, only the one exceeded."""
    if "enum" in schema:
        return one_of(schema["enum"])
    types = " or ".join(_TYPES[name] for name in _types(schema))
    if "minItems" in schema and schema["minItems"] == schema.get("maxItems"):
        return f"{types} of {schema['minItems']} entries"
    common = {"maximum": MOST, "maxLength": LONGEST}
    bounds = ", ".join(
        text.format(schema[key])
        for key, text in _BOUNDS.items()
        if key in schema and (key == exceeded or schema[key] != common.get(key))
    )
    return f"{types} ({bounds})" if bounds else types


def _types(schema: dict) -> list[str]:
    types = schema["type"]
    return [types] if isinstance(types, str) else types


def _in_words(
    error: ValidationError, root: dict, path: tuple[str | int, ...]
) -> Iterator[InputError]:
    value, schema = error.instance, error.schema
    hint = schema.get("description", "")
    thing = join(path) or TOP
    match error.validator:
        case "additionalProperties":
            known = list(schema["properties"])
            for key in [key for key in value if key not in known]:
                yield InputError(
                    join((*path, key)),
                    f"an unknown key with the value {show(value[key])}",
                    one_of(known),
                    nearest(key, known, "remove it, or check where it stands"),
                )
        case "required" | "dependentRequired":
            wanted = error.validator_value
            if isinstance(wanted, dict):
                wanted = [k for key in wanted if key in value for k in wanted[key]]
            # What `then` and `else` of the root require, its properties describe.
            parent = schema if "properties" in schema else root
            known = _resolved(parent, root)["properties"]
            for key in [key for key in wanted if key not in value]:
                hint = known[key]["description"]
                thing = join((*path, key))
                yield InputError(thing, "nothing", _needed(known[key]), hint)
        case "pattern" | "not" if "propertyNames" in error.absolute_schema_path:
            thing = join((*path, value))
            yield InputError(thing, f"the name {show(value)}", hint, "rename it")
        case "pattern":
            needed = f"a string of the form {schema['pattern']}"
            yield InputError(thing, show(value), needed, hint)
        case "uniqueItems":
            yield InputError(thing, show(value), "a list without repeats", hint)
        case "type":
            kinds = [name for name in _TYPES if _Validator({}).is_type(value, name)]
            # Null says what it is; nan, inf and dates are none of the types.
            kind = f" ({_TYPES[kinds[0]]})" if kinds and value is not None else ""
            hint = _type_hint(value, _types(schema)) or hint
            yield InputError(thing, show(value) + kind, _needed(schema), hint)
        case "enum":
            hint = nearest(value, schema["enum"], hint)
            yield InputError(thing, show(value), _needed(schema), hint)
        case bound:
            needed = _needed(schema, exceeded=str(bound))
            yield InputError(thing, show(value), needed, hint)


def _type_hint(value: Any, wanted: list[str]) -> str:
    if value is None and wanted == ["object"]:
        return "write {} where there is nothing to say"
    if isinstance(value, str) and {"integer", "number"} & set(wanted):
        try:
            float(value)
        except ValueError:
            return ""
        return "write 100 or 1.0e-4 without quotes (to YAML, 1e-4 is a string)"
    return ""
