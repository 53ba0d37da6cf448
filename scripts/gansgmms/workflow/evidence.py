"""What the ledger of claims looks at: the experiments, their files, what they are of."""

from gansgmms.errors import InputError
from gansgmms.settings.experiments import experiment_models
from gansgmms.workflow.experiment import Experiment
from gansgmms.workflow.shown import Shown

# Experiments that leave one file a dataset.
OF_DATASETS = ("halves", "clusterings", "invariance", "neighbours")


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
    for name in OF_DATASETS:
        files += [experiment_file(e, d, name) for d in datasets_of(e, name)]
    for dataset in datasets_of(e, "repeats"):
        entry = entry_of(e, "repeats")
        files += [e.score(dataset, entry["model"], "ndb", s) for s in entry["seeds"]]
    for dataset in datasets_of(e, "initialisations"):
        models = experiment_models(e.config, "initialisations")
        files += [e.score(dataset, model, "ndb") for model in models]
    if entry_of(e, "reconstruction") and (figure := sweep(e)):
        files.append(experiment_file(e, e.role_dataset(figure), "reconstruction"))
        files += Shown(e, figure).inputs()["likelihoods"]
    if entry_of(e, "scaling"):
        files.append(f"{e.out}/claims/scaling.parquet")
    files += [
        Shown(e, figure).inputs()["snapshots"]
        for figure in filter(e.shown_roles, e.names_of_kind("training_course"))
    ]
    return list(dict.fromkeys([*files, *_of_the_draft(e)]))


def _of_the_draft(e: Experiment) -> list[str]:
    """The numbers that the draft's claims look at, of what figures and tables show."""
    files = []
    for name in filter(e.shown_roles, e.names_of_kind("competition", "shares")):
        shown = Shown(e, name)
        files += [shown.of_model(e.history), shown.of_model(e.scores_of("shares"))]
    for table in filter(e.shown_roles, e.names_of_kind("importance")):
        files += e.truths(table).values()
        files += [
            e.score(dataset, model, "importance", seed)
            for _, dataset, model, seed in e.table_rows(table)
        ]
    for name in filter(e.shown_roles, e.names_of_kind("bridges")):
        shown = Shown(e, name)
        files.append(f"{e.out}/{shown.dataset}/scores/kmeans/case.parquet")
        files += [e.score(shown.dataset, m, "support") for m in shown.compared]
    return files


def about(e: Experiment) -> dict:
    """What the numbers are of, for `gansgmms.claims.Evidence`."""
    rows = e.rows_by_dataset()
    for dataset, sources in sharpness_rows(e).items():
        rows[dataset] = list(dict.fromkeys([*rows.get(dataset, []), *sources]))
    starts = {
        dataset: experiment_models(e.config, "initialisations")
        for dataset in datasets_of(e, "initialisations")
    }
    named = [source for names in [*rows.values(), *starts.values()] for source in names]
    tables, figures = e.config["tables"], e.config["figures"]
    named += [m for t in e.names_of_kind("importance") for m in tables[t]["models"]]
    named += [m for f in e.names_of_kind("bridges") for m in figures[f]["models"]]
    roles = e.config["roles"].items()
    return {
        "roles": {role: dataset for role, dataset in roles if dataset},
        "rows": rows,
        "labels": {source: e.label_of(source) for source in named},
        "architectures": {
            model: block["architecture"] for model, block in e.config["models"].items()
        },
        "seeds": e.seeds,
        "repetitions": {source: e.seeds_of(source) for source in named},
        "variants": {"initialisations": starts},
        "significance": e.config["bins"]["significance"],
    }
