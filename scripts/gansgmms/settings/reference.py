"""What the settings classes say, for others to read: a schema for editors, and a page.

`make reference` writes config/schema.json and docs/configuration-reference.md; a test
fails where they are not what the classes say.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gansgmms.settings.architectures import ARCHITECTURES
from gansgmms.settings.base import Settings
from gansgmms.settings.figures import KINDS
from gansgmms.settings.refusals import MOST
from gansgmms.settings.schema import Configuration
from gansgmms.settings.tables import TABLES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> str:
    """JSON schema of config.yaml and its overlays, for editors that complete and check.

    In an overlay keys may be missing that config.yaml has: nothing is required.
    """
    whole: dict[str, Any] = {
        "$schema": DIALECT,
        "title": "Configuration of the workflow",
    }
    whole |= json.loads(json.dumps(Configuration.json_schema()))
    parts = whole["$defs"]

    def any_of(prefix: str, classes: Mapping[str, type[Settings]]) -> dict:
        for name, settings in classes.items():
            made = json.loads(json.dumps(settings.json_schema()))
            if "kind" in made["properties"]:
                made["properties"]["kind"]["const"] = name
            parts[f"{prefix}_{name}"] = made
        return {"anyOf": [{"$ref": f"#/$defs/{prefix}_{name}"} for name in classes]}

    shown: dict[str, Mapping[str, type[Settings]]] = {"figure": KINDS, "table": TABLES}
    for section, kinds in shown.items():
        entry = any_of(section, kinds)
        whole["properties"][f"{section}s"]["additionalProperties"] = entry
    model, settings = parts["Model"]["properties"], any_of("settings", ARCHITECTURES)
    model["settings"] = model["datasets"]["additionalProperties"] = settings
    return json.dumps(_partial(whole), indent=2) + "\n"


def page() -> str:
    """Every key of the configuration, its meaning, bounds, default and place, as Markdown."""
    top = Configuration.json_schema()
    parts = ["# Every key", "Made by `make reference` from the settings classes."]
    parts += ["## Top", _table(top)]
    parts += [
        f"### `{d}`\n\n{s['description']}.\n\n{_table(s)}" for d, s in _parts(top)
    ]
    sections: dict[str, Mapping[str, type[Settings]]] = {
        "Settings of a model, by `architecture`": ARCHITECTURES,
        "Figures, by `kind`": KINDS,
        "Tables, by `kind`": TABLES,
    }
    for title, classes in sections.items():
        parts.append(f"## {title}")
        parts += list(_sections(classes))
    return "\n\n".join(parts) + "\n"


def _partial(schema):
    """The schema without what it requires."""
    if isinstance(schema, list):
        return [_partial(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    needed = ("required", "if", "then")
    return {key: _partial(v) for key, v in schema.items() if key not in needed}


def _parts(top: dict) -> Iterator[tuple[str, dict]]:
    """The keys of the top that have keys of their own, each with its schema."""
    for key, field in top["properties"].items():
        reference = field.get("$ref", field.get("additionalProperties", {}).get("$ref"))
        if reference:
            yield key, top["$defs"][reference.rpartition("/")[2]]


def _sections(classes: Mapping[str, type[Settings]]) -> Iterator[str]:
    for name, settings in classes.items():
        made = settings.json_schema()
        yield f"### `{name}`\n\n{made['description']}.\n\n{_table(made)}"


def _table(schema: dict) -> str:
    """One row a key."""
    rows = ["| key | what | allowed | default | from |", "|---|---|---|---|---|"]
    required = schema.get("required", [])
    for key, field in schema["properties"].items():
        default = "required" if key in required else "-"
        if "default" in field:
            default = f"`{json.dumps(field['default'])}`"
        what = field.get("description", "see below")
        if unit := field.get("unit"):
            what += f" [{unit}]"
        cells = [f"`{key}`", what, _allowed(field), default, field.get("paper", "")]
        rows.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    return "\n".join(rows)


def _allowed(field: dict) -> str:
    """What values a field takes, in a few words."""
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    signs = {
        "minimum": ">=",
        "exclusiveMinimum": ">",
        "maximum": "<=",
        "exclusiveMaximum": "<",
    }
    kinds = field.get("type", "mapping")
    words = kinds if isinstance(kinds, str) else " or ".join(kinds)
    bounds = [
        f"{sign} {field[key]:g}"
        for key, sign in signs.items()
        if key in field and field[key] != MOST
    ]
    return ", ".join([words, *bounds])
