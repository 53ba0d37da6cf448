"""What tables and figures ask for: whether the models and datasets that are there can give it."""

import math
from collections.abc import Iterator, Mapping

from gansgmms.errors import InputError
from gansgmms.settings.figures import KINDS, Target, TrainingCourse
from gansgmms.settings.lookup import (
    bins_settings,
    model_settings,
    parse_variant,
    settings_path,
    unknown_model,
)
from gansgmms.settings.refusals import ConfigError, join, show
from gansgmms.settings.tables import TABLES

DATA = ("train", "test")  # named beside models
SHOWN: dict[str, Mapping[str, type[Target]]] = {"tables": TABLES, "figures": KINDS}
# Why a figure or table takes models of one architecture alone.
ALONE = {
    "mfa": "only a mixture can draw this",
    "pix2pix": "only a mixture with its pix2pix network can draw this",
    "kvae": "only a VAE or a mixture of them can draw this",
}


def roles_of(entry: dict) -> list[str]:
    """The parts that a table or figure shows; none for what is drawn without data."""
    models = entry.get("models")
    if isinstance(models, dict):
        return list(models)
    return entry.get("roles") or [entry[key] for key in ("role",) if key in entry]


def kind_of(section: str, entry: dict) -> type[Target]:
    """The class of a figure or a table: what its kind is and may choose."""
    return SHOWN[section][entry["kind"]]


def values_of(entry: dict) -> float:
    """How many values an image of a dataset has; infinity where nobody knows."""
    return math.prod(entry["shape"]) if "shape" in entry else math.inf


def entry_problems(
    config: dict, path: tuple[str, str], entry: dict
) -> Iterator[InputError]:
    """What is wrong with a table or figure, whichever dataset it shows."""
    for key, name in _models(entry):
        if key in ("models", "pairs") and name in DATA:
            if kind_of(path[0], entry).of_trainings:
                needed = "models, because it shows trainings"
                hint = "leave the data out"
                yield InputError(join((*path, key)), show(name), needed, hint)
            continue
        try:
            base, _ = parse_variant(name)
        except ConfigError as error:
            yield from error.problems
            continue
        if base not in config["models"]:
            yield unknown_model(join((*path, key)), name, config["models"])
        elif key != "generator":
            architecture = config["models"][base]["architecture"]
            yield from _architecture_problems(path, entry, key, name, architecture)
    for name in entry.get("rescored", []):
        if name not in entry["models"]:
            needed, hint = "one of models", "name it there too, to score it in all bins"
            yield InputError(join((*path, "rescored")), show(name), needed, hint)
    if "members" in entry and entry["bins"] > entry["k"]:
        needed, hint = f"at most k, {entry['k']}", "show fewer bins"
        yield InputError(join((*path, "bins")), show(entry["bins"]), needed, hint)
    if "rank" in entry and entry["rank"] > entry["k"]:
        needed, hint = f"at most k, {entry['k']}", "rank 1 is the most extreme bin"
        yield InputError(join((*path, "rank")), show(entry["rank"]), needed, hint)
    if "among" in entry and entry["among"] < entry["rows"] * entry["columns"]:
        needed = f"at least rows x columns, {entry['rows'] * entry['columns']}"
        hint = "show fewer images, or choose them among more"
        yield InputError(join((*path, "among")), show(entry["among"]), needed, hint)


def _architecture_problems(
    path: tuple[str, str], entry: dict, key: str, name: str, architecture: str
) -> Iterator[InputError]:
    needed = kind_of(path[0], entry).architecture
    if needed and architecture != needed:
        found = f"{show(name)} ({architecture})"
        what = f"a model of architecture {needed}"
        yield InputError(join((*path, key)), found, what, ALONE[needed])


def shown_problems(
    config: dict, path: tuple[str, str], entry: dict, role: str, known: dict
) -> Iterator[InputError]:
    """What is wrong with a table or figure for a part that it shows."""
    dataset, pixels = config["roles"][role], values_of(known)
    kind, where, numbers = kind_of(path[0], entry), "bins.k", config["bins"]["k"]
    if kind.of_trainings and config["snapshots"]["k"]:
        where, numbers = "snapshots.k", config["snapshots"]["k"]
    if "k" in entry and entry["k"] not in numbers:
        hint = f"choose one of these, or add it to {where}"
        needed = f"one of {where}, {show(numbers)}"
        yield InputError(join((*path, "k")), show(entry["k"]), needed, hint)
    if kind.of_the_plane and pixels != 2:
        thing, shape = join(("roles", role)), show(known.get("shape"))
        needed = f"points of the plane, because {path[1]} draws them"
        yield InputError(thing, f"{dataset}, of shape {shape}", needed, "as toy2d")
    if "cells" in entry:
        most = bins_settings(config, dataset)["reference"]
        most = min(most, known.get("counts", {}).get("train", math.inf))
        if entry["cells"] > most:
            thing, needed = join((*path, "cells")), f"at most {most} points to cluster"
            yield InputError(thing, show(entry["cells"]), needed, "use fewer cells")
    for _, name in _models(entry, role):
        try:
            base, _ = parse_variant(name)
            if base not in config["models"]:
                continue  # `entry_problems` has said so, or it is the data
            settings = model_settings(config, name, dataset)
        except ConfigError as error:
            yield from error.problems
            continue
        if kind is TrainingCourse and settings.get("snapshots") in ([], ()):
            thing = join(("models", base, "datasets", dataset, "snapshots"))
            needed = f"iterations to keep the model at, because {path[1]} shows them"
            yield InputError(thing, "none", needed, "as in [250, 500, 1000]")
        if config["models"][base]["architecture"] != "mfa":
            own = config["models"][base]["architecture"]
            if own == "kvae" and "iterations" in entry:
                yield from _snapshot_problems(config, path, entry, dataset, settings)
            continue
        if settings["latent"] >= pixels:
            thing = settings_path(config, name, dataset, "latent")
            needed = f"fewer than the {pixels} values of an image of {dataset}"
            hint = "use fewer dimensions"
            yield InputError(thing, show(settings["latent"]), needed, hint)
        if "components" in entry and kind.architecture == "mfa":
            yield from _components_problems(path, entry, settings["components"])


def _components_problems(
    path: tuple[str, str], entry: dict, most: int
) -> Iterator[InputError]:
    thing, shown = join((*path, "components")), entry["components"]
    numbers = shown if isinstance(shown, list) else [shown]
    if numbers != sorted(set(numbers)):
        hint = f"write {show(sorted(set(numbers)))}"
        yield InputError(thing, show(shown), "each number once, ascending", hint)
    if max(numbers) > most:
        needed = f"at most {most}, the components of {entry['model']}"
        hint = "show fewer, or give the model more"
        yield InputError(thing, show(shown), needed, hint)


def _models(entry: dict, role: str | None = None) -> list[tuple[str, str]]:
    """The models of a table or figure, each with the key that names it.

    Where each part has a model of its own, only that of `role`, or all of them.
    """
    models = entry.get("models", [])
    if isinstance(models, dict):
        models = list(models.values()) if role is None else [models[role]]
    pairs = [name for pair in entry.get("pairs", []) for name in pair]
    single = [(key, entry[key]) for key in ("model", "generator") if key in entry]
    named = [("models", name) for name in models] + [("pairs", name) for name in pairs]
    return single + named + [("trivial", name) for name in entry.get("trivial", [])]


def _snapshot_problems(
    config: dict, path: tuple[str, str], entry: dict, dataset: str, settings: dict
) -> Iterator[InputError]:
    kept = settings.get("snapshots", [])
    for number in entry["iterations"]:
        if number not in kept:
            where = settings_path(config, entry["model"], dataset, "snapshots")
            needed = f"one of {show(kept)}, up to {settings['iterations']} iterations"
            hint = f"keep it in {where}, or show another"
            yield InputError(join((*path, "iterations")), show(number), needed, hint)
