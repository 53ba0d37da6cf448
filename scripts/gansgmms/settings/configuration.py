"""The configuration: checked before any job starts, defaults filled in, read by name.

`validated` is called once, by the Snakefile; the rules read its result, directly or
through `bins_settings` and `model_settings`.
"""

import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gansgmms.errors import InputError
from gansgmms.settings.architectures import ARCHITECTURES
from gansgmms.settings.entries import (
    DATA,
    SHOWN,
    entry_problems,
    roles_of,
    shown_problems,
    values_of,
)
from gansgmms.settings.experiments import experiment_problems
from gansgmms.settings.lookup import (
    bins_settings,
    model_settings,
    module_file,
    parse_variant,
    seeds_of,
    settings_schema,
)
from gansgmms.settings.refusals import (
    ConfigError,
    filled,
    join,
    nearest,
    one_of,
    problems,
    raise_if_any,
    show,
)
from gansgmms.settings.schema import Configuration

__all__ = [
    "ConfigError",
    "bins_settings",
    "config_from_environment",
    "model_settings",
    "own_label",
    "own_name",
    "parse_variant",
    "seeds_of",
    "validated",
]


def validated(config: dict, datasets: dict, networks: Iterable[str] = ()) -> dict:
    """A copy of the configuration with the defaults filled in.

    Args:
        config: config.yaml with its overlays merged.
        datasets: resources/datasets.yaml, one entry a dataset.
        networks: names of the networks in resources/networks.yaml.

    Raises:
        ConfigError: naming every problem with the keys, or, where the keys are right,
            every problem with what they say together.
    """
    raise_if_any(_key_problems(config))
    config = filled(config, Configuration.json_schema())
    for section, kinds in SHOWN.items():
        config[section] = {
            name: filled(entry, kinds[entry["kind"]].json_schema())
            for name, entry in config[section].items()
        }
    raise_if_any(
        [*_partner_problems(config, networks), *_sense_problems(config, datasets)]
    )
    return config


def config_from_environment(
    config: dict, environment: Mapping[str, str] = os.environ
) -> dict:
    """The configuration, with `mirror` from GANSGMMS_MIRROR where that is set."""
    mirror = environment.get("GANSGMMS_MIRROR")
    return {**config, "mirror": mirror} if mirror else config


def own_label(own: dict) -> str:
    """How tables and figures name one's own samples: `label`, or the file's name."""
    return own.get("label") or Path(own["samples"]).stem


def own_name(own: dict) -> str:
    """How files are named after them: lower-case letters, digits and _."""
    return re.sub("[^a-z0-9]+", "_", own_label(own).lower()).strip("_")


def _key_problems(config: Any) -> Iterator[InputError]:
    found = list(problems(config, Configuration.json_schema()))
    yield from found
    if found:
        return
    for section, kinds in SHOWN.items():
        for name, entry in config.get(section, {}).items():
            if entry.get("kind") in kinds:
                schema = kinds[entry["kind"]].json_schema()
                yield from problems(entry, schema, (section, name))
                continue
            thing, kind = join((section, name, "kind")), entry.get("kind")
            what = "nothing" if "kind" not in entry else show(kind)
            hint = nearest(kind, kinds, "the kind says what may be chosen")
            yield InputError(thing, what, one_of(kinds), hint)
    for name, block in config["models"].items():
        path, architecture = ("models", name), block["architecture"]
        if module_file(architecture) is None:
            thing, known = join((*path, "architecture")), list(ARCHITECTURES)
            hint = nearest(architecture, known, "write it in scripts/gansgmms/models")
            yield InputError(thing, show(architecture), one_of(known), hint)
            continue
        allowed = settings_schema(architecture)
        everywhere = block["settings"]
        yield from problems(everywhere, allowed, (*path, "settings"), partial=True)
        for dataset, settings in block.get("datasets", {}).items():
            where = (*path, "datasets", dataset)
            yield from problems(settings, allowed, where, partial=True)


def _sense_problems(config: dict, datasets: dict) -> Iterator[InputError]:
    blocks = config["datasets"]
    own = {name: block for name, block in blocks.items() if "reader" in block}
    known = {**datasets, **own}
    played = {role: name for role, name in config["roles"].items() if name in known}
    shown = [*config["figures"], *config["tables"]]
    for name in config["leave_out"]:
        if name not in shown:
            hint = nearest(name, shown, "choose one of these")
            yield InputError("leave_out", show(name), one_of(shown), hint)
    yield from _label_problems(config)
    yield from _brace_problems(config)
    yield from _general_problems(config)
    yield from _own_problems(config)
    yield from _dataset_problems(config, known)
    for dataset in dict.fromkeys(played.values()):
        if len(known[dataset].get("shape", [])) != 1:  # points are not scored in bins
            yield from _bins_problems(config, dataset, known[dataset])
    for kind in ("tables", "figures"):
        for name, entry in config[kind].items():
            path = (kind, name)
            yield from entry_problems(config, path, entry)
            for role in roles_of(entry):
                if role in played:
                    dataset = known[played[role]]
                    yield from shown_problems(config, path, entry, role, dataset)
    yield from experiment_problems(config, known)


def _partner_problems(config: dict, networks: Iterable[str]) -> Iterator[InputError]:
    """What is wrong with the models that others are trained with."""
    blocks = config["models"]

    def of(architecture: str) -> list[str]:
        return [n for n, b in blocks.items() if b["architecture"] == architecture]

    partners = {
        "mixture": of("mfa"),
        "features": [*networks, *of("classifier")],
    }
    spaces = ["pixels", *networks, *of("classifier")]
    for name, entry in config["tables"].items():
        for key in ("space", "spaces"):
            named = entry.get(key, [])
            for space in [named] if isinstance(named, str) else named:
                if space not in spaces:
                    thing, hint = (
                        join(("tables", name, key)),
                        nearest(space, spaces, "choose one of these"),
                    )
                    yield InputError(thing, show(space), one_of(spaces), hint)
    judges, network = ["inception", *of("classifier")], config["snapshots"]["network"]
    if network not in judges:
        hint = nearest(network, judges, "choose one of these")
        yield InputError("snapshots.network", show(network), one_of(judges), hint)
    for name, block in blocks.items():
        places: dict[tuple[str, ...], dict] = {("settings",): block["settings"]}
        places |= {("datasets", d): s for d, s in block["datasets"].items()}
        for place, settings in places.items():
            for key, known in partners.items():
                if settings.get(key) is not None and settings[key] not in known:
                    thing = join(("models", name, *place, key))
                    hint = nearest(settings[key], known, "choose one of these")
                    yield InputError(thing, show(settings[key]), one_of(known), hint)


def _general_problems(config: dict) -> Iterator[InputError]:
    mirror, k, samples = config["mirror"], config["bins"]["k"], config["samples"]
    if mirror is not None and not os.path.isdir(mirror):
        hint = "create it, or set mirror: null and unset GANSGMMS_MIRROR"
        yield InputError("mirror", show(mirror), "a folder that exists", hint)
    if config["run"] == "showcase":
        hint = "results/showcase is where the target of that name leaves its folders"
        yield InputError("run", show("showcase"), "another name", hint)
    if k != sorted(set(k)):
        hint = f"write {show(sorted(set(k)))}"
        yield InputError("bins.k", show(k), "each number once, ascending", hint)
    if samples < max(k):
        needed = f"at least {max(k)}, the largest of bins.k"
        hint = "generate more samples, or use fewer bins"
        yield InputError("samples", show(samples), needed, hint)
    unknown = [number for number in config["snapshots"]["k"] or [] if number not in k]
    if unknown:
        hint = "choose some of these, or add them to bins.k"
        yield InputError(
            "snapshots.k", show(unknown), f"some of bins.k, {show(k)}", hint
        )
    first = config["seeds"][0]
    for name, block in config["models"].items():
        if block["seeds"] and first not in block["seeds"]:
            thing = join(("models", name, "seeds"))
            needed = f"{first} among them, the first of seeds, which figures show"
            hint = f"write {show([first, *block['seeds']])}"
            yield InputError(thing, show(block["seeds"]), needed, hint)
    draws = config["importance"]["samples"]
    if draws != sorted(set(draws)):
        hint = f"write {show(sorted(set(draws)))}"
        thing = "importance.samples"
        yield InputError(thing, show(draws), "each number once, ascending", hint)
    images = config["sharpness"]["images"]
    if images > samples:
        needed = f"at most {samples}, the number of samples"
        hint = "measure fewer images, or raise samples"
        yield InputError("sharpness.images", show(images), needed, hint)


def _label_problems(config: dict) -> Iterator[InputError]:
    """Names that no table could print, or that two of its rows would have."""
    named: dict[tuple[str, ...], str] = {
        ("models", name, "label"): block["label"]
        for name, block in config["models"].items()
    }
    if "own" in config:  # its file's name, where it says none
        named["own", "label"] = own_label(config["own"])
    rows = {split.capitalize(): "the data" for split in DATA}
    for path, label in named.items():
        if label.strip() in rows:
            needed = f"a name that is not that of {rows[label.strip()]}"
            hint = "tables could not tell the two rows apart"
            yield InputError(join(path), show(label), needed, hint)
        rows.setdefault(label, join(path[:2]))
    for name, block in config["datasets"].items():
        if "title" in block:
            named["datasets", name, "title"] = block["title"]
    for path, label in named.items():
        if not label.isprintable() or not label.strip():
            needed = "letters, digits, signs and spaces on one line"
            yield InputError(
                join(path), show(label), needed, "figures and tables show it"
            )


def _brace_problems(config: dict) -> Iterator[InputError]:
    """Paths that Snakemake would take for patterns."""
    paths: dict[tuple[str, ...], str] = {("downloads",): config["downloads"]}
    for name, block in config["datasets"].items():
        files = block.get("path", {})
        files = files if isinstance(files, dict) else {"": files}
        for key, path in files.items():
            paths["datasets", name, "path", *filter(None, [key])] = path
    if "own" in config:
        paths["own", "samples"] = config["own"]["samples"]
    for thing, path in paths.items():
        if re.search("{.*}", path):
            needed = "a path without braces, between which Snakemake expects wildcards"
            hint = "rename it, or make a link of another name to it"
            yield InputError(join(thing), show(path), needed, hint)


def _own_problems(config: dict) -> Iterator[InputError]:
    own, roles = config.get("own"), config["roles"]
    if own is None:
        return
    if roles.get(own["role"]) is None:
        played = [role for role, dataset in roles.items() if dataset is not None]
        needed = f"a part that a dataset plays: {one_of(played)}"
        hint = f"--config 'roles={{{own['role']}: ...}}' gives it a dataset"
        yield InputError("own.role", show(own["role"]), needed, hint)
    if not os.path.exists(os.path.expanduser(own["samples"])):
        needed, hint = "a file or folder that exists", "a path from where you are now"
        yield InputError("own.samples", show(own["samples"]), needed, hint)
    if not own_name(own):
        needed, hint = "a letter from a to z, or a digit", "files are named after it"
        yield InputError("own.label", show(own_label(own)), needed, hint)


def _dataset_problems(config: dict, known: dict) -> Iterator[InputError]:
    named: list[tuple[tuple[str, ...], str]] = [
        (("roles", role), name) for role, name in config["roles"].items() if name
    ]
    named += [(("datasets", name), name) for name in config["datasets"]]
    for model, block in config["models"].items():
        named += [
            (("models", model, "datasets", name), name) for name in block["datasets"]
        ]
    for path, name in named:
        if name not in known:
            add = "give it a reader, path and shape under datasets"
            needed = f"a known dataset: {one_of(known)}"
            yield InputError(join(path), show(name), needed, nearest(name, known, add))
    for name, block in config["datasets"].items():
        files = block.get("path")
        listed = isinstance(files, dict) and "partition" in files
        if listed and "partitions" not in block:
            thing = join(("datasets", name, "partitions"))
            needed = "the numbers of train and test in the partition file"
            yield InputError(thing, "nothing", needed, "as in {train: 0, test: 1}")


def _bins_problems(config: dict, dataset: str, entry: dict) -> Iterator[InputError]:
    settings, k = bins_settings(config, dataset), max(config["bins"]["k"])
    overrides = config["datasets"].get(dataset, {}).get("bins", {})

    def path(key: str) -> str:
        return f"datasets.{dataset}.bins.{key}" if key in overrides else f"bins.{key}"

    reference, dimensions = settings["reference"], settings["dimensions"]
    if reference < k:
        needed = f"at least {k}, the largest of bins.k"
        hint = "bin more images, or use fewer bins"
        yield InputError(path("reference"), show(reference), needed, hint)
    images = entry.get("counts", {}).get("train", math.inf)
    if images < k:
        needed = f"at most {images}, the training images of {dataset}"
        yield InputError("bins.k", show(k), needed, "use fewer bins")
    if dimensions is not None and dimensions > values_of(entry):
        needed = f"at most {values_of(entry)}, the values of an image of {dataset}"
        hint = "null takes all of them"
        yield InputError(path("dimensions"), show(dimensions), needed, hint)
