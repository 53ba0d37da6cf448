"""What settings are made of: typed classes of one line a field, and their JSON schemas.

A class is the one place that says what may stand under a key: type, bounds, default,
meaning, and where the papers say it. `config/schema.json` and the page of the
documentation are generated from these classes, the configuration is checked against
them, and the library's models take them as they are.
"""

import functools
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticUndefined

from gansgmms.settings.refusals import (
    LONGEST,
    MOST,
    conflicts,
    idle,
    problems,
    raise_if_any,
)

_REQUIRED: Any = ...


def setting(
    meaning: str,
    default: Any = _REQUIRED,
    *,
    paper: str = "",
    unit: str = "",
    unique: bool = False,
    absent: bool = False,
    keys: dict | None = None,
    **bounds: Any,
) -> Any:
    """A field of a settings class; required where there is no default.

    Args:
        meaning: one line; errors give it as a hint.
        default: what stands there where nothing is written.
        paper: where the papers or their code say it.
        unit: of the number.
        unique: a list holds each entry once.
        absent: the key may be left out, and then is not there.
        keys: a schema of a mapping's keys.
        bounds: pydantic's: ge, gt, le, lt, min_length, max_length, pattern.
    """

    def extra(schema: dict) -> None:
        schema |= {k: v for k, v in {"paper": paper, "unit": unit}.items() if v}
        if unique:
            schema["uniqueItems"] = True
        if keys:
            schema["propertyNames"] = keys
        if absent:
            schema.pop("default", None)

    default = None if absent else default
    return Field(default, description=meaning, json_schema_extra=extra, **bounds)


def one(meaning: str, **rest: Any) -> Any:
    """`setting` for `Annotated`: a type with bounds and meaning, for several classes."""
    return setting(meaning, PydanticUndefined, **rest)


class _Schema(GenerateJsonSchema):
    """JSON schemas without titles, and with null beside a type instead of `anyOf`."""

    def field_title_should_be_set(self, schema) -> bool:
        return False

    def model_schema(self, schema) -> dict:
        made = super().model_schema(schema)
        made.pop("title", None)
        return made

    def nullable_schema(self, schema) -> dict:
        inner = self.generate_inner(schema["schema"])
        if "type" not in inner:
            return super().nullable_schema(schema)
        return {**inner, "type": [inner["type"], "null"]}

    def literal_schema(self, schema) -> dict:
        made = super().literal_schema(schema)
        if "const" in made:
            made["enum"] = [made.pop("const")]
        made.pop("type", None)  # the values say it
        return made


class Settings(BaseModel):
    """Settings that are checked when they are made: the same words by every route.

    Raises:
        ConfigError: for keys that are unknown or missing and values that are not allowed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __init__(self, **values: Any) -> None:
        name = type(self).__name__
        raise_if_any(problems(values, self.json_schema(), (name,)))
        at = f"{name}.{{}}".format
        raise_if_any(conflicts(values, at))
        # A whole configuration names it, and fills the rest.
        if "training" not in values:
            raise_if_any(idle(values, "adam", at))
        super().__init__(**values)

    @classmethod
    @functools.cache
    def json_schema(cls) -> dict:
        """JSON schema (draft 2020-12) of the class."""
        made = cls.model_json_schema(schema_generator=_Schema)
        return _plain(made, made.get("$defs", {}))


def _plain(schema: Any, definitions: dict) -> Any:
    """A schema in the few words that `refusals.problems` speaks of.

    One type out of several, where pydantic writes `anyOf`; names of keys in
    `propertyNames`, where it writes `patternProperties`; a bound for every integer and
    every text, so that no number or word is too large for what it is given to.
    """
    if isinstance(schema, list):
        return [_plain(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: _plain(part, definitions) for key, part in schema.items()}
    if schema.get("additionalProperties") is True:
        del schema["additionalProperties"]  # as it is without
    if parts := schema.pop("anyOf", None):
        whole = [_looked_up(part, definitions) for part in parts]
        merged = {k: v for part in reversed(whole) for k, v in part.items()}
        schema = merged | {"type": [part["type"] for part in whole]} | schema
    types = schema.get("type", ())
    if "integer" in types and "exclusiveMaximum" not in schema:
        schema.setdefault("maximum", MOST)
    if "string" in types:
        schema.setdefault("maxLength", LONGEST)
    if "propertyNames" in schema and "patternProperties" in schema:
        ((pattern, schema["additionalProperties"]),) = schema.pop(
            "patternProperties"
        ).items()
        schema["propertyNames"] = schema["propertyNames"] | {"pattern": pattern}
    return schema


def _looked_up(part: dict, definitions: dict) -> dict:
    reference = part.get("$ref")
    if reference is None:
        return part
    return _plain(definitions[reference.rpartition("/")[2]], definitions)
