"""What the ledger of claims looks at: the experiments, their files, what they are of."""

from gansgmms.errors import InputError
from gansgmms.settings.experiments import experiment_models
from gansgmms.settings.lookup import model_settings, parse_variant
from gansgmms.workflow.experiment import Experiment
from gansgmms.workflow.shown import Shown

# Experiments that leave one file a dataset.
OF_DATASETS = (
    "halves",
    "clusterings",
    "invariance",
    "neighbours",
    "groups",
    "outliers",
    "inpainting",
)


def entry_of(e: Experiment, name: str) -> dict:
    """What the configuration says of an experiment of the ledger; empty if nothing."""
    return e.config["claims"].get(name) or {}


def datasets_of(e: Experiment, name: str) -> list[str]:
    """The datasets on which an experiment is made; one that has two roles once."""
    played = [e.config["roles"][role] for role in entry_of(e, name).get("roles", [])]
    return list(dict.fromkeys(dataset for dataset in played if dataset))


def experiment_file(e: Experiment, dataset: str, name: str) -> str:
    """The numbers of an experiment on a dataset."""
    return f"{e.out}/{dataset}/claims/{name}.parquet"


def sharpness_rows(e: Experiment) -> dict[str, list[str]]:
    """The sources whose sharpness is compared: of its table's dataset, or the first's."""
    rows = e.rows_by_dataset()
    for table in filter(e.shown_roles, e.names_of_kind("sharpness")):
        dataset = e.role_dataset(table)
        own = e.config["tables"][table]["models"]
        return {dataset: list(dict.fromkeys([*rows.get(dataset, []), *own]))}
    return dict(list(rows.items())[:1])


def spaces(e: Experiment) -> dict[str, str]:
    """By dataset, the feature space in which planted faults are measured too."""
    tables = filter(e.shown_roles, e.names_of_kind("sensitivity"))
    return {e.role_dataset(t): e.config["tables"][t]["space"] for t in tables}


def clusterings(e: Experiment, dataset: str) -> list[tuple[str, int, str]]:
    """(name, K, file) of the bins made another way, and of those made again."""
    entry, method = entry_of(e, "clusterings"), e.bins_settings(dataset)["method"]
    other = "kmeans" if method == "agglomerative" else "agglomerative"
    kinds = [(other, "")]
    kinds += [(method, f"-refit{i + 1}") for i in range(entry["refits"])]
    return [
        (kind + again, k, f"{e.out}/{dataset}/bins/{kind}{k}{again}.safetensors")
        for kind, again in kinds
        for k in entry["k"] or e.config["bins"]["k"]
    ]


def compared_mixtures(e: Experiment, dataset: str) -> list[str]:
    """The mixtures whose samples are compared with training images: with the control
    where the tables have it.
    """
    entry = entry_of(e, "neighbours")
    there = sharpness_rows(e).get(dataset, [])
    return [entry["model"], *(m for m in [entry["control"]] if m in there)]


def competitors(e: Experiment, dataset: str) -> list[str]:
    """The mixture of VAEs that shares the images of a dataset, if a figure shows it."""
    model = entry_of(e, "groups").get("vaes")
    figures = filter(e.shown_roles, e.names_of_kind("shares"))
    return [model] if model and dataset in map(e.role_dataset, figures) else []


def separated(e: Experiment) -> list[Shown]:
    """The figures of nine modes, whose models have snapshots that claim k09 looks at."""
    figures = filter(e.shown_roles, e.names_of_kind("competition"))
    nine = e.config["roles"]["modes9"]
    return [shown for shown in (Shown(e, f) for f in figures) if shown.dataset == nine]


def halves_settings(e: Experiment, dataset: str) -> dict:
    """How bins are made where the two halves are compared.

    All images, and none mirrored: both halves are to be of one distribution.
    """
    own = e.bins_settings(dataset)
    settings = {
        key: own[key] for key in ("method", "dimensions", "whiten", "iterations")
    }
    return settings | {"initialisations": entry_of(e, "halves")["initialisations"]}


def sweep(e: Experiment) -> str | None:
    """The figure of a growing number of components, if it can be made."""
    return next(filter(e.shown_roles, e.names_of_kind("components_sweep")), None)


def swept(e: Experiment) -> Shown:
    """That figure, whose models claim c16 looks at."""
    figure = sweep(e)
    if figure is None:
        raise InputError("claims", "no components_sweep", "a figure of that kind")
    return Shown(e, figure)


def evidence_files(e: Experiment) -> list[str]:
    """Every file of numbers that the ledger looks at, if it can be made."""
    files = [
        e.score(dataset, source, kind, seed)
        for dataset, source, seed in e.repeated(e.scored())
        for kind in ("ndb", "proportions")
    ]
    files += [
        e.score(dataset, model, "likelihood", seed)
        for dataset, model, seed in e.repeated(e.mixtures())
    ]
    files += [
        e.history(dataset, source)
        for dataset, source in e.scored()
        if source == "adversarial_mfa"
    ]
    for dataset, sources in sharpness_rows(e).items():
        files += [
            e.score(dataset, source, "sharpness", seed)
            for source, seed in e.repeated((source,) for source in sources)
        ]
    for table in filter(e.shown_roles, e.names_of_kind("sharpness")):
        files += e.round_trips(table, "sharpness").values()
    files += [e.planted(d, what) for d in spaces(e) for what in ("power", "fidelity")]
    for name in OF_DATASETS:
        files += [experiment_file(e, d, name) for d in datasets_of(e, name)]
    for dataset in datasets_of(e, "repeats"):
        entry = entry_of(e, "repeats")
        files += [e.score(dataset, entry["model"], "ndb", s) for s in entry["seeds"]]
    for dataset in datasets_of(e, "initialisations"):
        models = experiment_models(e.config, "initialisations")
        files += [e.score(dataset, model, "ndb") for model in models]
        files += [e.history(dataset, m) for m in starts(e) if is_em(e, m, dataset)]
    if entry_of(e, "reconstruction") and (figure := sweep(e)):
        files.append(experiment_file(e, e.role_dataset(figure), "reconstruction"))
        files += Shown(e, figure).inputs()["likelihoods"]
    if entry_of(e, "scaling"):
        files.append(f"{e.out}/claims/scaling.parquet")
    if entry_of(e, "theorems"):
        files.append(f"{e.out}/claims/theorems.parquet")
    files += [
        Shown(e, figure).inputs()["snapshots"]
        for figure in filter(e.shown_roles, e.names_of_kind("training_course"))
    ]
    return list(dict.fromkeys([*files, *_of_the_draft(e)]))


def starts(e: Experiment) -> list[str]:
    """The mixtures started in other ways, and those from K-means that they stand beside."""
    models = experiment_models(e.config, "initialisations")
    return list(dict.fromkeys(m for v in models for m in (v.split("+")[0], v)))


def is_em(e: Experiment, model: str, dataset: str) -> bool:
    return e.settings_of(model, dataset)["training"] == "em"


def _of_the_draft(e: Experiment) -> list[str]:
    """The numbers that the draft's claims look at, of what figures and tables show."""
    files = []
    for name in filter(e.shown_roles, e.names_of_kind("competition", "shares")):
        shown = Shown(e, name)
        files += [shown.of_model(e.history), shown.of_model(e.scores_of("shares"))]
    for table in filter(e.shown_roles, e.names_of_kind("importance")):
        files += [
            e.score(dataset, model, "importance", seed)
            for _, dataset, model, seed in e.table_rows(table)
        ]
    files += [experiment_file(e, shown.dataset, "separation") for shown in separated(e)]
    for name in ("extra", "unnormalised"):
        models = experiment_models(e.config, name)
        for dataset in datasets_of(e, name):
            files += [e.score(dataset, model, "shares") for model in models]
            files += [e.history(dataset, model) for model in models]
    for name in filter(e.shown_roles, e.names_of_kind("bridges")):
        shown = Shown(e, name)
        files.append(f"{e.out}/{shown.dataset}/scores/kmeans/case.parquet")
        files += [e.score(shown.dataset, m, "support") for m in shown.compared]
    return files


# What says how large a model is, and for how long it was trained.
BUDGET = (
    "iterations",
    "width",
    "components",
    "passes",
    "training",
    "root",
    "pretraining",
    "epochs",
)


def budgeted(e: Experiment, rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """By dataset, the models whose budget a claim may depend on."""
    found = {d: [m for m in rows[d] if e.architecture_or_none(m)] for d in rows}
    for dataset in datasets_of(e, "initialisations"):
        found.setdefault(dataset, []).extend(starts(e))
    for name in ("extra", "unnormalised"):
        for dataset in datasets_of(e, name):
            found.setdefault(dataset, []).extend(experiment_models(e.config, name))
    for name in e.names_of_kind("training_course", "competition", "shares"):
        if e.shown_roles(name):
            own = found.setdefault(e.role_dataset(name), [])
            own.append(e.config["figures"][name]["model"])
    return {dataset: list(dict.fromkeys(models)) for dataset, models in found.items()}


def _settings(e: Experiment, models: dict[str, list[str]]) -> dict[str, dict]:
    """By dataset and model, its `BUDGET`."""
    return {
        dataset: {m: _budget(e, dataset, e.settings_of(m, dataset)) for m in names}
        for dataset, names in models.items()
    }


def _budgets(
    full: dict, e: Experiment, models: dict[str, list[str]]
) -> dict[str, dict]:
    """The same of config.yaml, for the datasets that play the same roles there; of two
    roles of one dataset, the first counts.
    """
    found: dict[str, dict] = {}
    for role, dataset in e.config["roles"].items():
        there = full["roles"].get(role)
        if there and dataset in models and dataset not in found:
            bases = {parse_variant(m)[0] for m in models[dataset]} & {*full["models"]}
            found[dataset] = {
                m: _budget(e, there, model_settings(full, m, there))
                for m in sorted(bases)
            }
    return found


def _budget(e: Experiment, dataset: str, settings: dict) -> dict:
    """`BUDGET`, and seen: how many times a training looks at each image."""
    found = {name: settings[name] for name in BUDGET if name in settings}
    if "iterations" in settings and "batch" in settings:
        images = settings["iterations"] * settings["batch"]
        found["seen"] = images / e.training_images(dataset)
    return found


def about(e: Experiment, full: dict) -> dict:
    """What the numbers are of, for `gansgmms.claims.Evidence`.

    Args:
        full: config.yaml, validated, which has the papers' budgets.
    """
    rows = e.rows_by_dataset()
    for dataset, sources in sharpness_rows(e).items():
        rows[dataset] = list(dict.fromkeys([*rows.get(dataset, []), *sources]))
    variants = {
        name: dict.fromkeys(datasets_of(e, name), experiment_models(e.config, name))
        for name in ("initialisations", "extra", "unnormalised")
    }
    trained = [names for of_each in variants.values() for names in of_each.values()]
    named = [source for names in [*rows.values(), *trained] for source in names]
    tables, figures = e.config["tables"], e.config["figures"]
    named += [m for t in e.names_of_kind("importance") for m in tables[t]["models"]]
    named += [m for f in e.names_of_kind("bridges") for m in figures[f]["models"]]
    roles = [(role, dataset) for role, dataset in e.config["roles"].items() if dataset]
    models = budgeted(e, rows)
    return {
        "roles": dict(roles),
        "rows": rows,
        "spaces": spaces(e),
        "labels": {source: e.label_of(source) for source in named},
        "architectures": {
            model: block["architecture"] for model, block in e.config["models"].items()
        },
        "seeds": e.seeds,
        "repetitions": {source: e.seeds_of(source) for source in named},
        "variants": variants,
        "settings": _settings(e, models),
        "budgets": _budgets(full, e, models),
        "stand_ins": sorted(
            {d for r, d in roles if e.stands_in(r)}
            - {d for r, d in roles if e.is_of(r)}
        ),
        "significance": e.config["bins"]["significance"],
    }
