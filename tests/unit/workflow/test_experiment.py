"""What a run is made of, asked without Snakemake."""

import copy
import math

import pytest
import yaml

from gansgmms.errors import InputError
from gansgmms.settings.configuration import validated
from gansgmms.settings.figures import KINDS
from gansgmms.settings.refusals import ConfigError
from gansgmms.workflow.evidence import (
    about,
    clusterings,
    evidence_files,
    halves_settings,
    sharpness_rows,
)
from gansgmms.workflow.experiment import Experiment
from gansgmms.workflow.shown import INPUTS, Shown
from tests import ROOT

DATASETS = yaml.safe_load((ROOT / "resources/datasets.yaml").read_text("utf-8"))
NETWORKS = yaml.safe_load((ROOT / "resources/networks.yaml").read_text("utf-8"))
FULL = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))


def experiment(**changed) -> Experiment:
    config = copy.deepcopy(FULL) | changed
    return Experiment(validated(config, DATASETS, NETWORKS), DATASETS, NETWORKS)


@pytest.fixture(scope="module")
def full() -> Experiment:
    return experiment()


def test_a_mixtures_file_has_the_size_that_is_expected(full):
    # 20,000 components of 64 x 64 x 3 values, each with ten factors, mean and noise.
    expected = 20_000 * 12_288 * 12 * 4
    assert full.mixture_bytes("mfa_20x", "celeba") == expected == 11_796_480_000
    assert full.mixture_bytes("mfa+components=2", "mnist") == 2 * 784 * 6 * 4
    assert full.mixture_bytes("dcgan", "mnist") == 0


def roles(**played) -> dict:
    return dict.fromkeys(FULL["roles"]) | played


def test_every_file_says_what_it_is(full):
    assert full.images("mnist", "test") == "results/paper/mnist/images/test.arrow"
    assert full.bins("mnist", 200) == "results/paper/mnist/bins/kmeans200.safetensors"
    model = "results/paper/mnist/models/mfa/seed0/"
    assert full.model("mnist", "mfa") == model + "model.safetensors"
    assert full.history("mnist", "mfa") == model + "history.parquet"
    assert full.samples("svhn", "dcgan", 2) == (
        "results/paper/svhn/samples/dcgan/seed2.arrow"
    )
    assert full.score("svhn", "train", "ndb") == (
        "results/paper/svhn/scores/train/seed0/ndb.parquet"
    )


def test_seeds_depend_on_rule_and_wildcards_alone(full):
    # A result of an earlier version must come out again: these numbers never change.
    wildcards = {"dataset": "mnist", "model": "mfa", "seed": "0"}
    first = full.job_seed("train_model", wildcards)
    assert first == full.job_seed("train_model", dict(reversed(wildcards.items())))
    assert first == 3357008549
    others = [
        full.job_seed("sample_model", wildcards),
        full.job_seed("train_model", wildcards | {"seed": "1"}),
        experiment(seed=1).job_seed("train_model", wildcards),
    ]
    assert len({first, *others}) == 4


def test_labels_name_splits_models_variants_and_user_samples(full):
    names = [
        "train",
        "mfa",
        "mfa+components=50+initialisation=random",
        "wgan+iterations=24000+learning_rate=0.00052+clip=0.01",
        "mfa+whiten=true+mirror=false+iterations=2500",
    ]
    assert [full.label_of(name) for name in names] == [
        "Train",
        "MFA",
        "MFA, components 50, start random",
        "WGAN, steps 24k, lr 5.2e-4, clip 0.01",
        "MFA, whiten, no mirror, steps 2500",
    ]
    own = experiment(own={"role": "mnist", "samples": str(ROOT / "config")})
    assert own.label_of("own_config") == "config"


def test_other_data_than_the_papers_or_a_part_of_them_stand_in():
    part = experiment(roles=roles(svhn="svhn_subset", mnist="digits", toy="toy2d"))
    assert [part.stands_in(role) for role in ("svhn", "mnist", "toy")] == [
        False,
        True,
        False,
    ]
    assert not part.stands_in("celeba")  # which no data play
    assert part.table_columns("table2")["stand_ins"] == ["mnist"]
    mine = {"mnist": {"reader": "images", "path": str(ROOT), "shape": [8, 8, 1]}}
    user = experiment(roles=roles(mnist="mnist"), datasets=mine)
    assert user.stands_in("mnist")  # the user's, whatever its name


def test_a_role_without_a_dataset_is_refused_by_name():
    bare = experiment(roles=roles(mnist="mnist"))
    assert bare.dataset_of("mnist") == "mnist"
    with pytest.raises(InputError, match=r"roles\.celeba: found null; .*--config"):
        bare.dataset_of("celeba")
    with pytest.raises(InputError, match=r"roles\.celeba"):
        Shown(bare, "fig5").inputs()
    assert "bins" in Shown(bare, "fig5").params()  # what needs no dataset is told


def test_raw_files_are_the_registrys_or_the_users(tmp_path):
    mine = {"reader": "images", "path": str(tmp_path), "shape": [8, 8, 1]}
    found = experiment(datasets=FULL["datasets"] | {"mine": mine})
    assert found.raw_files("mine") == {"images": str(tmp_path)}
    assert found.raw_files("digits") == {}
    assert found.raw_files("mnist")["train_images"].startswith("data/mnist/")
    with pytest.raises(InputError, match="dataset: found 'nowhere'"):
        found.dataset_spec("nowhere")


def test_what_a_model_is_trained_with(full):
    inputs = full.training_inputs("mfa_pix2pix", "celeba", "1")
    assert inputs == {
        "mixture": full.model("celeba", "mfa", 1),
        "native": "results/paper/celeba/images/native.arrow",
    }
    # The 64 pixels of the subset have no crops of twice the size behind them.
    assert "native" not in full.training_inputs("mfa_pix2pix", "celeba_subset", "0")
    assert full.training_inputs("vae_dfc", "celeba", "0").keys() == {"features"}
    assert full.training_inputs("mfa", "celeba", "0") == {}
    # What is only done afterwards needs no second training.
    noisy = full.training_inputs("mfa+sample_noise=true+latent=4", "celeba", "1")
    assert noisy == {"trained": full.model("celeba", "mfa+latent=4", 1)}
    both = full.training_inputs("mfa+reweighted=true+sample_noise=true", "mnist", "0")
    assert both == {"trained": full.model("mnist", "mfa", 0)}
    assert full.training_inputs("mfa+sample_noise=false", "celeba", "0") == {}
    assert full.training_inputs("kvaes+sample_noise=true", "mnist", "0") == {}


def test_changing_what_was_asked_for_changes_no_later_answer(full):
    full.settings_of("mfa", "celeba").clear()
    assert full.settings_of("mfa", "celeba")["components"] == 1000


def test_models_of_the_tables_are_kept_along_their_training(full):
    assert full.snapshots_of("wgan_gp", "cifar10")[0] == 250  # its own
    assert full.snapshots_of("mfa_20x", "celeba") == []  # none: its own, too
    end = full.settings_of("dcgan", "celeba")["iterations"]
    halves = full.snapshots_of("dcgan", "celeba")
    assert halves == [math.ceil(end / 2**i) for i in (5, 4, 3, 2, 1)]
    passes = full.settings_of("mfa_em", "mnist")["passes"]
    assert full.snapshots_of("mfa_em", "mnist")[-1] == math.ceil(passes / 2)
    root = full.settings_of("mfa", "celeba")["root"]
    assert full.snapshots_of("mfa", "celeba") == [root * i // 5 for i in range(5)]
    # What no table of NDB has, or is not trained by steps, has none.
    assert full.snapshots_of("gan", "toy2d") == []
    assert full.snapshots_of("codebook", "mnist") == []
    assert full.training_settings("dcgan", "celeba")["snapshots"] == halves
    assert "snapshots" not in full.training_settings("codebook", "mnist")


def test_a_course_is_judged_where_a_figure_shows_it(full):
    assert full.snapshot_judge("wgan_gp", "cifar10").keys() == {"network"}
    assert full.snapshot_judge("wgan_gp", "celeba") == {}


def test_panels_show_each_dataset_once():
    both = experiment(roles=roles(celeba="celeba", mnist="mnist", svhn="celeba"))
    assert both.panels("fig4") == ["celeba", "mnist"]
    assert Shown(both, "fig4").panels == [("celeba", "mfa"), ("mnist", "mfa")]
    assert Shown(both, "fig1").panels == [
        ("celeba", "wgan_gp"),
        ("mnist", "dcgan"),
        ("celeba", "wgan"),
    ]
    assert Shown(both, "fig9").titles() == [""]


def test_every_kind_is_drawn_from_something(full):
    assert INPUTS.keys() == KINDS.keys()
    drawn = {entry["kind"] for entry in full.config["figures"].values()}
    assert drawn == KINDS.keys()
    for name, entry in full.config["figures"].items():
        inputs = Shown(full, name).inputs()
        assert bool(inputs) == (entry["kind"] not in ("pairing", "pipeline"))
        for key, files in inputs.items():
            files = [files] if isinstance(files, str) else files
            assert files, (name, key)
            own = ("results/paper/", "resources/published-results.csv")
            assert all(file.startswith(own) for file in files)
        assert (ROOT / f"scripts/plot_{entry['kind']}.py").is_file()
        assert (ROOT / f"report/{entry['kind']}.rst").is_file()


def test_figures_that_share_a_seed_agree(full):
    seeds = {
        name: Shown(full, name).params().get("seed") for name in ("s1", "s7", "fig5")
    }
    assert len(set(seeds.values())) == 1
    assert "seed" not in Shown(full, "fig4").params()


def test_a_sweep_names_its_own_number_of_components_plainly(full):
    models = full.sweep_models("s11", "celeba")
    assert models[0] == "mfa_em+components=1"
    assert models[-1] == "mfa_em"


def test_rows_are_repeated_by_seed():
    twice = experiment(seeds=[0, 3])
    rows = [row[2:] for row in twice.table_rows("table2")]
    assert rows[:4] == [("train", 0), ("train", 3), ("test", 0), ("test", 3)]
    assert ("mnist", "mfa") in twice.mixtures()
    assert ("mnist", "kvaes") in twice.scored()


def test_targets_are_what_the_roles_can_show():
    mnist = experiment(roles=roles(mnist="mnist"), leave_out=["k7"])
    shown = mnist.targets()
    assert {"table2", "table2_js", "s3", "k6", "s17", "claims"} <= set(shown)
    assert not {"table1", "fig5", "k7"} & set(shown)
    assert mnist.targets(only="mnist")[0] in mnist.config["figures"]
    assert mnist.targets(only="celeba") == []


def test_files_of_a_target(full):
    assert full.files_of("fig4") == [
        "results/paper/figures/fig4.png",
        "results/paper/figures/fig4.pdf",
    ]
    assert full.files_of("s18")[-1].endswith("s18.gif")
    assert full.files_of("claims")[-1].endswith("claims.parquet")
    assert full.files_of("table1_js")[0] == "results/paper/tables/table1_js.csv"


def test_a_line_says_what_a_target_is(full):
    line = full.line_of("fig5")
    assert line.startswith("Fig. 5: the bins that a model fills")
    assert line.endswith("(BEGAN, celeba)")


def test_the_ledger_looks_at_each_number_once(full):
    files = evidence_files(full)
    assert len(set(files)) == len(files)
    for wanted in [
        full.score("celeba", "wgan_gp", "ndb"),
        full.score("mnist", "mfa", "ndb", 1),  # the experiment of repeats
        full.score("mnist", "mfa+initialisation=random", "ndb"),
        full.score("cifar10", "wgan_gp", "snapshots"),
        full.history("celeba", "adversarial_mfa"),
        full.score("modes3", "kvaes", "shares"),
        "results/paper/modes3/scores/kmeans/case.parquet",
        "results/paper/claims/scaling.parquet",
        "results/paper/claims/theorems.parquet",
        "results/paper/mnist/claims/groups.parquet",
        "results/paper/celeba/claims/inpainting.parquet",
        "results/paper/modes9/claims/separation.parquet",
        full.score("modes3", "kvaes+components=6", "shares"),
        full.score("modes5", "kvaes+normalise=false", "shares"),
        full.history("mnist", "mfa_em+initialisation=random"),
    ]:
        assert wanted in files
    assert sharpness_rows(full)["celeba"][-1] == "mfa_20x"


def test_an_experiment_that_is_left_out_has_no_files():
    less = experiment(claims=FULL["claims"] | {"scaling": None, "halves": None})
    files = evidence_files(less)
    assert not [file for file in files if "scaling" in file or "halves" in file]


def test_bins_made_another_way(full):
    found = clusterings(full, "mnist")
    assert [(name, k) for name, k, _ in found[:2]] == [
        ("agglomerative", 100),
        ("agglomerative", 200),
    ]
    assert found[-1][2].endswith("kmeans300-refit1.safetensors")
    assert halves_settings(full, "celeba")["whiten"] is True
    assert "mirror" not in halves_settings(full, "celeba")


def test_trivial_models_are_rows_marked_as_such(full):
    """Below the papers' models, and in no bins but those of the tables."""
    table = full.table_columns("table3")
    n = len(FULL["tables"]["table3"]["models"])
    assert not any("trivial" in label for label in table["labels"][:n])
    assert table["labels"][n] == "Codebook (trivial)"
    assert table["labels"][-1] == "Gaussian, covariance diagonal (trivial)"
    assert full.rows_on("svhn") == FULL["tables"]["table3"]["models"]


def test_what_is_compared_in_which_feature_space(full):
    """Pixels need no features; training images are compared with others of them."""
    kinds = {s: full.space_kind(s) for s in ("pixels", "inception", "vgg19_conv1to3")}
    assert kinds == {
        "pixels": "pixels",
        "inception": "inception",
        "vgg19_conv1to3": "vgg19",
    }
    assert full.space_kind("classifier") == "classifier"
    assert full.weights_of("pixels", "mnist") == []
    assert full.weights_of("classifier", "mnist") == [full.model("mnist", "classifier")]
    features = "results/paper/mnist/features/classifier/"
    assert full.compared_features("mnist", "mfa", 1) == [
        f"{features}mfa/seed1.safetensors",
        f"{features}train/seed0.safetensors",
    ]
    images = full.table_on("fidelity", "mnist")["images"]
    assert full.images_compared("mnist", "mfa") == images
    assert full.images_compared("mnist", "train") == 2 * images
    with pytest.raises(InputError, match="a table of kind fidelity"):
        full.table_on("fidelity", "svhn")


def test_what_the_numbers_are_of(full):
    found = about(full, full.config)
    assert found["roles"]["cifar10"] == "cifar10"
    table3 = FULL["tables"]["table3"]
    assert found["rows"]["svhn"] == [*table3["models"], *table3["trivial"]]
    assert (
        found["labels"]["vae_50+latent=5+pretraining=100"]
        == "VAE-50, latent 5, epochs 100"
    )
    assert found["variants"]["initialisations"]["mnist"] == [
        "mfa+initialisation=ksubspaces",
        "mfa+initialisation=random",
        "mfa_em+initialisation=ksubspaces",
        "mfa_em+initialisation=random",
    ]
    assert found["settings"]["celeba"]["mfa_20x"]["components"] == 20000
    assert found["settings"]["mnist"]["mfa_em+initialisation=random"]["passes"] == 60
    assert found["budgets"]["celeba"]["adversarial_mfa"]["iterations"] == 200000
    # This run is the full one.
    assert found["settings"]["cifar10"] == found["budgets"]["cifar10"]
    assert found["budgets"]["cifar10"]["wgan_gp"]["width"] == 128
    assert found["settings"]["modes3"]["kvaes+normalise=false"]["iterations"] == 100
    nine = found["budgets"]["modes9"]["kvaes"]
    assert (nine["pretraining"], nine["epochs"]) == (1000, 10)
    assert found["stand_ins"] == []


def test_less_than_the_full_budget_and_other_data_are_told_apart(full):
    played = {"cifar10": "patches", "svhn": "svhn_subset"}
    found = about(experiment(roles=roles(**played)), full.config)
    assert found["stand_ins"] == ["patches"]
    assert set(found["budgets"]) >= {"patches", "svhn_subset"}
    of_all, part = (
        found[name]["svhn_subset"]["dcgan"]["seen"] for name in ("budgets", "settings")
    )
    assert of_all == pytest.approx(28600 * 64 / 73257)  # 25 epochs
    # As many steps on fewer images.
    assert part > of_all


@pytest.mark.parametrize("folder", ["", "~nobody-here/x"])
def test_folders_that_are_none_are_named(folder):
    with pytest.raises(ConfigError, match="^downloads: found "):
        Experiment.read({**FULL, "downloads": folder}, ROOT)
