"""What the configuration says of one model or of one dataset's bins."""

import functools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from gansgmms.errors import InputError
from gansgmms.settings.architectures import ARCHITECTURES
from gansgmms.settings.refusals import (
    conflicts,
    filled,
    idle,
    join,
    nearest,
    one_of,
    problems,
    raise_if_any,
    show,
)

MODELS = Path(__file__).parents[1] / "models"


def settings_schema(architecture: str) -> dict:
    """The schema of an architecture's settings: any mapping, where there is no class."""
    known = ARCHITECTURES.get(architecture)
    return known.json_schema() if known else {"type": "object"}


def module_file(architecture: str) -> Path | None:
    """The file in `gansgmms.models`, or in a folder of it, that trains it."""
    ends = (".py", "/__init__.py")
    places = [MODELS / folder / architecture for folder in (".", "gan", "trivial")]
    files = [Path(f"{place}{end}") for place in places for end in ends]
    found = (f for f in files if f.is_file() and "train_model" in f.read_text("utf-8"))
    return next(found, None)


def bins_settings(config: dict, dataset: str) -> dict:
    """How the bins of one dataset are made: `bins` and the dataset's overrides."""
    return {**config["bins"], **config["datasets"].get(dataset, {}).get("bins", {})}


def model_settings(config: dict, model: str, dataset: str) -> dict:
    """The settings of a model, or of a variant of one, on one dataset.

    The model's `settings`, then what it overrides for the dataset, then the variant,
    then the defaults; in the schema's order. A variant with no more components than
    `root` has no root.

    Args:
        config: a validated configuration.
        model: a block of `models`, or a variant of one (see `parse_variant`).
        dataset: one that has no overrides takes the settings as they are.

    Raises:
        ConfigError: for a model that is not there, and for settings that are unknown,
            missing, or at odds with each other.
    """
    base, variant = parse_variant(model)
    if base not in config["models"]:
        raise_if_any([unknown_model("models", model, config["models"])])
    block = config["models"][base]
    allowed = settings_schema(block["architecture"])
    raise_if_any(problems(variant, allowed, ("models", model), partial=True))
    settings = {**block["settings"], **block["datasets"].get(dataset, {}), **variant}
    raise_if_any(problems(settings, allowed, ("models", base, "settings")))
    # What a variant of another training inherits is not written for it.
    written = variant if "training" in variant else settings
    settings = filled(settings, allowed)
    if block["architecture"] == "mfa":
        small = (settings["root"] or 0) >= settings["components"]
        if small and "components" in variant and "root" not in variant:
            settings["root"] = None

    def where(key: str) -> str:
        return settings_path(config, model, dataset, key)

    raise_if_any(conflicts(settings, where))
    raise_if_any(idle(written, settings.get("training", ""), where))
    return settings


def seeds_of(config: dict, source: str) -> list[int]:
    """The repetitions of a model, of a variant of one, or of a split of the data.

    A model's own `seeds`, where it has some; else the configuration's.
    """
    block = config["models"].get(parse_variant(source)[0], {})
    return block.get("seeds") or config["seeds"]


def parse_variant(name: str) -> tuple[str, dict[str, Any]]:
    """The model and the settings in a name such as `mfa+components=50+training=em`.

    Raises:
        ConfigError: where the name has another form.
    """
    base, *parts = name.split("+")
    variant: dict[str, Any] = {}
    for part in parts:
        key, _, text = part.partition("=")
        plain = re.fullmatch(r"-?[A-Za-z0-9][A-Za-z0-9_.-]*", text)
        if not key or not plain or key in variant:
            needed = "each setting once, after a +, as key=value"
            hint = "write it as in mfa+components=50+initialisation=random"
            raise_if_any([InputError(join(("models", name)), show(part), needed, hint)])
        variant[key] = _scalar(text)
    return base, variant


@functools.cache
def _scalar(text: str) -> Any:
    """What YAML makes of one word; every job's name is read several times."""
    try:
        return yaml.safe_load(text)
    except ValueError:  # it looks like a date, but there is no such day
        return text


def settings_path(config: dict, model: str, dataset: str, key: str) -> str:
    """Where a model got one of its settings on a dataset from."""
    base, variant = parse_variant(model)
    if key in variant:
        return join(("models", model, key))
    if key in config["models"][base]["datasets"].get(dataset, {}):
        return join(("models", base, "datasets", dataset, key))
    return join(("models", base, "settings", key))


def unknown_model(path: str, name: str, models: Iterable[str]) -> InputError:
    """The problem of a name that is none of the models."""
    hint = nearest(name.split("+")[0], models, "add a block of that name under models")
    return InputError(path, show(name), f"a known model: {one_of(models)}", hint)
