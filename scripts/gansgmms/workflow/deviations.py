"""In what a run departs from the full reproduction: data, numbers, settings of models."""

import json
from collections.abc import Iterable, Iterator

import pandas as pd

from gansgmms.settings.lookup import bins_settings, model_settings, seeds_of

WHOLE = ("samples", "seeds", "leave_out")  # what holds for a whole run


def deviations(
    full: dict, run: dict, datasets: dict, trained: Iterable[tuple[str, str]]
) -> pd.DataFrame:
    """One row for each aspect of a run that differs from the full reproduction.

    A dataset is compared with the one whose role it has: a subset of CelebA with CelebA.

    Args:
        full: config.yaml, validated.
        run: the configuration of the run, validated.
        datasets: resources/datasets.yaml.
        trained: (dataset, model) of each training. Variants differ from their model on
            purpose and are left out.

    Returns:
        what, dataset, full reproduction, this run: in the last two, each setting that
        differs, with its value.
    """
    partners: dict[str, str] = {}
    for role, dataset in full["roles"].items():
        if dataset and run["roles"][role]:
            partners.setdefault(run["roles"][role], dataset)
    rows: list[tuple] = [
        ("everything", "", *({key: side[key] for key in WHOLE} for side in (full, run)))
    ]
    numbers = ({"k": side["bins"]["k"]} for side in (full, run))  # for all datasets
    rows.append(("bins", "", *numbers))
    for key in ("snapshots", "importance"):
        rows.append((key, "", full[key], run[key]))
    for name in full["claims"]:
        sides = full["claims"][name], run["claims"][name]
        rows.append((f"experiment {name}", "", *map(_experiment, sides)))
    for here, there in partners.items():
        rows.append(("data", here, _data(datasets, there), _data(datasets, here)))
        rows.append(("bins", here, _bins(full, there), _bins(run, here)))
    for dataset, model in dict.fromkeys(trained):
        if model in full["models"] and dataset in partners:
            settings = (
                {"seeds": seeds_of(config, model)} | model_settings(config, model, name)
                for config, name in [(full, partners[dataset]), (run, dataset)]
            )
            rows.append((run["models"][model]["label"], dataset, *settings))
    columns = ["what", "dataset", "full reproduction", "this run"]
    return pd.DataFrame(_differing(rows), columns=columns)


def _data(datasets: dict, name: str) -> dict:
    return {"name": name, **datasets.get(name, {}).get("counts", {})}


def _bins(config: dict, dataset: str) -> dict:
    return {k: v for k, v in bins_settings(config, dataset).items() if k != "k"}


def _experiment(settings: dict | None) -> dict:
    return {"left out": settings is None, **(settings or {})}


def _differing(rows: Iterable[tuple]) -> Iterator[tuple[str, str, str, str]]:
    for what, dataset, full, run in rows:
        # A setting that one side lacks belongs to another kind of training.
        keys = [key for key in run if key in full and run[key] != full[key]]
        if keys:
            texts = (
                ", ".join(f"{key} {json.dumps(side[key])}" for key in keys)
                for side in (full, run)
            )
            yield what, dataset, *texts
