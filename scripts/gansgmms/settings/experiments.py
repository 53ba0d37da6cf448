"""The experiments of the ledger of claims: their models, and what can be wrong."""

from collections.abc import Iterable, Iterator

from gansgmms.errors import InputError
from gansgmms.settings.lookup import (
    model_settings,
    parse_variant,
    seeds_of,
    unknown_model,
)
from gansgmms.settings.refusals import ConfigError, join, show

NAMING = ("model", "converged", "control", "vaes")  # keys whose value is a model
KINDS = {"mfa": "a mixture", "kvae": "a mixture of VAEs"}
NEEDED = {
    ("initialisations", "model"): "mfa",
    ("initialisations", "converged"): "mfa",
    ("neighbours", "model"): "mfa",
    ("neighbours", "control"): "mfa",
    ("groups", "model"): "mfa",
    ("groups", "vaes"): "kvae",
    ("outliers", "model"): "mfa",
    ("inpainting", "model"): "mfa",
    ("extra", "model"): "kvae",
    ("unnormalised", "model"): "kvae",
}


def experiment_models(config: dict, name: str) -> list[str]:
    """The models that an experiment needs, beside those of the tables."""
    entry = config["claims"].get(name) or {}
    named = [entry[key] for key in ("model", "converged", "control") if entry.get(key)]
    if name == "initialisations":
        return [f"{m}+initialisation={s}" for m in named for s in entry["starts"]]
    if name == "extra":
        return [f"{m}+components={entry['components']}" for m in named]
    if name == "unnormalised":
        return [f"{m}+normalise=false" for m in named]
    return named


def experiment_problems(config: dict, datasets: Iterable[str]) -> Iterator[InputError]:
    """What is wrong with the experiments.

    Args:
        config: a configuration whose keys are right.
        datasets: those that are known; an unknown one is a problem of its own.
    """
    for name, entry in config["claims"].items():
        if entry is None:
            continue
        path = ("claims", name)
        yield from _own_problems(config, path, entry)
        roles = entry.get("roles", [])
        played = [config["roles"].get(role) for role in roles]
        for dataset in dict.fromkeys(d for d in played if d in datasets):
            yield from _model_problems(config, path, entry, dataset)


def _own_problems(config: dict, path: tuple, entry: dict) -> Iterator[InputError]:
    wrong = [k for k in entry.get("k") or [] if k not in config["bins"]["k"]]
    if wrong:
        hint = "choose among these, or add it to bins.k"
        needed = f"some of bins.k, {show(config['bins']['k'])}"
        yield InputError(join((*path, "k")), show(wrong), needed, hint)
    known = seeds_of(config, entry["model"]) if "seeds" in entry else []
    again = [seed for seed in entry.get("seeds", []) if seed in known]
    if again:
        needed = f"other seeds than the tables', {show(known)}"
        hint = "choose new numbers"
        yield InputError(join((*path, "seeds")), show(again), needed, hint)
    d = entry.get("dimensions", [])
    if d != sorted(set(d)):
        hint, needed = f"write {show(sorted(set(d)))}", "each number once, ascending"
        yield InputError(join((*path, "dimensions")), show(d), needed, hint)
    if d and entry["latent"] >= min(d):
        needed = f"fewer than the smallest of dimensions, {min(d)}"
        thing, hint = join((*path, "latent")), "use fewer factors"
        yield InputError(thing, show(entry["latent"]), needed, hint)


def _model_problems(config: dict, path, entry, dataset) -> Iterator[InputError]:
    try:
        for key in filter(entry.get, NAMING):
            thing, name = join((*path, key)), entry[key]
            base, _ = parse_variant(name)
            if base not in config["models"]:
                yield unknown_model(thing, name, config["models"])
                return
            architecture = config["models"][base]["architecture"]
            needed = NEEDED.get((path[1], key))
            if needed and architecture != needed:
                found = f"{show(name)} ({architecture})"
                hint = f"only {KINDS[needed]} can do this"
                yield InputError(
                    thing, found, f"a model of architecture {needed}", hint
                )
                return
        for model in experiment_models(config, path[1]):
            model_settings(config, model, dataset)
    except ConfigError as error:
        yield from error.problems
