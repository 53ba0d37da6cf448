"""The configuration: what ships is valid, what is broken is named in plain words."""

import copy
import functools
import math
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from snakemake.utils import update_config

from gansgmms.settings import configuration
from gansgmms.settings.configuration import (
    ConfigError,
    bins_settings,
    config_from_environment,
    model_settings,
    own_label,
    own_name,
    parse_variant,
)
from tests import ROOT

SHIPPED = ["paper", "demo", "mnist", "mnist_long", "faces", "svhn", "kvaes", "beyond"]
DATASETS = {
    "celeba": {"shape": [64, 64, 3], "counts": {"train": 162770, "test": 19867}},
    "mnist": {"shape": [28, 28, 1], "counts": {"train": 60000, "test": 10000}},
    "svhn": {"shape": [32, 32, 3], "counts": {"train": 73257, "test": 26032}},
    "cifar10": {"shape": [32, 32, 3], "counts": {"train": 50000, "test": 10000}},
    "celeba_subset": {"shape": [64, 64, 3], "counts": {"train": 26368, "test": 6000}},
    "cifar10_subset": {"shape": [32, 32, 3], "counts": {"train": 25000, "test": 5000}},
    "svhn_subset": {"shape": [32, 32, 3], "counts": {"train": 7082, "test": 1814}},
    "digits": {"shape": [8, 8, 1], "counts": {"train": 1297, "test": 500}},
    **{f"modes{k}": {"shape": [2]} for k in (3, 5, 9)},
    **{f"modes{k}_small": {"shape": [2]} for k in (3, 5, 9)},
    "patches": {"shape": [16, 16, 3], "counts": {"train": 20000, "test": 10000}},
    "toy2d": {"shape": [2], "counts": {"train": 20000, "test": 20000}},
}
ROLES = ["celeba", "mnist", "svhn", "cifar10", "toy", "modes3", "modes5", "modes9"]
DELETED = object()

validated = functools.partial(
    configuration.validated, networks=("vgg19", "vgg19_conv1to3", "inception")
)


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def merged(base, overlay):
    """What Snakemake makes of two configuration files."""
    both = copy.deepcopy(base)
    update_config(both, copy.deepcopy(overlay))
    return both


def shipped(name="paper"):
    base = read(ROOT / "config.yaml")
    return base if name == "paper" else merged(base, read(ROOT / f"config/{name}.yaml"))


CONFIGS = {name: shipped(name) for name in SHIPPED}


def changed(config, path, value):
    """A copy with the value at `a/b/c` replaced, added, or DELETED."""
    config = copy.deepcopy(config)
    *parents, last = path.split("/")
    inner = config
    for step in parents:
        listed = isinstance(inner, list)
        inner = inner[int(step)] if listed else inner.setdefault(step, {})
    if isinstance(inner, list):
        last = int(last)
    if value is DELETED:
        del inner[last]
    else:
        inner[last] = value
    return config


def errors(config, datasets=DATASETS):
    with pytest.raises(ConfigError) as caught:
        validated(config, datasets)
    return str(caught.value).splitlines()


def check_explained(error):
    for line in str(error).split("\n"):
        assert re.fullmatch(r".+: found .+; needed .+\.", line)


OWN = {"reader": "images", "path": "mine", "shape": [32, 32, 3]}
# Settings of the least that is a DCGAN.
LEAST = {"iterations": 1, "learning_rate": 1.0e-3, "latent": 2, "width": 8}
DCGAN = {"label": "DCGAN", "architecture": "dcgan", "settings": LEAST}

# path, value put there, then the line that must come: its key, what was found, what is
# needed, and the hint.
BROKEN = [
    # sizes that nothing has, and names that no file or table could carry
    ("models/dcgan/settings/width", 10**6, "models.dcgan.settings.width", "1000000",
     "at most 8192", "channels"),
    ("models/dcgan/settings/batch", 2**63, "models.dcgan.settings.batch",
     "9223372036854775808", "at most 1000000", "images"),
    ("samples", 10**10, "samples", "10000000000", "at most 1000000000", "scored"),
    ("downloads", "a" * 5000, "downloads", '"aaa', "at most 1000 characters", "raw"),
    ("run", "a" * 300, "run", '"aaa', "at most 60 characters", "results"),
    ("models/vae/architecture", "a" * 5000, "models.vae.architecture", '"aaa',
     "at most 60 characters", "builds"),
    ("models/vae/architecture", "networks", "models.vae.architecture", '"networks"',
     "dcgan", "write it"),
    ("models/" + "a" * 61, DCGAN, f'models."{"a" * 56}...', '"aaa', "60 at most",
     "rename"),
    ("models/wgan/label", "Train", "models.wgan.label", '"Train"',
     "not that of the data", "two rows"),
    ("models/wgan/label", "DCGAN", "models.wgan.label", '"DCGAN"',
     "not that of models.dcgan", "two rows"),
    ("models/wgan/label", "\0", "models.wgan.label", '"\\u0000"', "on one line",
     "figures and tables"),
    ("models/wgan/label", "a" * 100_000, "models.wgan.label", '"aaa',
     "at most 60 characters", "tables and figures"),
    ("models/wgan_gp/datasets/celeba", {"iterations": 9, "snapshots": [5, 10]},
     "models.wgan_gp.datasets.celeba.snapshots", "[5, 10]", "at most 9", "the end"),
    # paths that Snakemake would take for patterns
    ("downloads", "my {data}", "downloads", '"my {data}"', "without braces", "link"),
    ("datasets/pets", {**OWN, "path": "{a}/b"}, "datasets.pets.path", '"{a}/b"',
     "without braces", "link"),
    ("datasets/pets", {**OWN, "path": {"train": "a", "test": "x{b}"}},
     "datasets.pets.path.test", '"x{b}"', "without braces", "link"),
    ("own", {"role": "mnist", "samples": "a{b}.npy"}, "own.samples", '"a{b}.npy"',
     "without braces", "link"),
    # keys and names
    ("smaples", 5, "smaples", "unknown key with the value 5", "run, seed",
     "meant samples"),
    ("bins/refrence", 9, "bins.refrence", "9", "reference", "meant reference"),
    ("bins/zzz", 1, "bins.zzz", "1", "whiten", "remove it"),
    ("figures/fig6", {}, "figures.fig6.kind", "nothing", "one_bin", "kind says"),
    ("figures/fig4/kind", "sample", "figures.fig4.kind", '"sample"', "samples",
     "meant samples"),
    ("figures/Fig10", {"kind": "pairing"}, "figures.Fig10", '"Fig10"', "lower-case",
     "rename"),
    ("figures/fig4/row", 2, "figures.fig4.row", "2", "rows", "meant rows"),
    ("figures/s1/steps", 2, "figures.s1.steps", "2", "members", "remove it"),
    ("tables/table9", {}, "tables.table9.kind", "nothing", "importance", "kind says"),
    ("tables/table1/kind", "ndbs", "tables.table1.kind", '"ndbs"', "sharpness",
     "meant ndb"),
    ("roles/imagenet", "mnist", "roles.imagenet", '"mnist"', "celeba", "remove it"),
    ("importance/samples", [10, 1], "importance.samples", "[10, 1]", "ascending",
     "[1, 10]"),
    ("models/vae_50/settings/split", "none", "models.vae_50.settings.split", '"none"',
     "bootstrap", "trained on"),
    ("datasets/mnist/bins", {"k": [5]}, "datasets.mnist.bins.k", "[5]", "method",
     "remove"),
    ("models/MFA", DCGAN, "models.MFA", '"MFA"', "lower-case", "rename"),
    ("models/train", DCGAN, "models.train", '"train"', "not train or test", "rename"),
    ("datasets/my-data", OWN, "datasets.my-data", '"my-data"', "lower-case", "rename"),
    ("models/2018", DCGAN, "models.2018", '"2018"', "lower-case", "rename"),
    ("models/mfa/setings", {}, "models.mfa.setings", "{}", "settings",
     "meant settings"),
    ("models/mfa/settings/latnet", 4, "models.mfa.settings.latnet", "4", "latent",
     "meant latent"),
    ("models/mfa/datasets/svhn", {"compnents": 5}, "models.mfa.datasets.svhn.compnents",
     "5", "components", "meant components"),
    # missing
    ("run", DELETED, "run", "nothing", "a string", "results"),
    ("bins/k", DELETED, "bins.k", "nothing", "a list", "ascending"),
    ("models/mfa/label", DELETED, "models.mfa.label", "nothing", "a string",
     "name shown"),
    ("figures/fig4/rows", DELETED, "figures.fig4.rows", "nothing", "integer",
     "rows of images"),
    ("tables/table1/role", DELETED, "tables.table1.role", "nothing", "celeba", "roles"),
    ("models/dcgan/settings/width", DELETED, "models.dcgan.settings.width", "nothing",
     "an integer", "next to the image"),
    ("models/mfa/settings/latent", DELETED, "models.mfa.settings.latent", "nothing",
     "an integer", "latent space"),
    # types
    ("samples", "20000", "samples", '"20000" (a string)', "an integer",
     "without quotes"),
    ("models/mfa/settings/learning_rate", "1e-4", "models.mfa.settings.learning_rate",
     '"1e-4" (a string)', "a number (above 0)", "1.0e-4"),
    ("samples", 20000.0, "samples", "20000.0 (a number)", "an integer", "to be scored"),
    ("samples", True, "samples", "true (true or false)", "an integer", "to be scored"),
    ("sharpness/sigma", math.nan, "sharpness.sigma", "NaN", "a number", "in pixels"),
    ("bins/significance", math.inf, "bins.significance", "Infinity", "a number",
     "test"),
    ("bins/whiten", "yes", "bins.whiten", '"yes"', "true or false", "deviation"),
    ("datasets/mnist", None, "datasets.mnist", "null", "a mapping", "write {}"),
    ("bins", [1], "bins", "[1] (a list)", "a mapping", "NDB"),
    ("bins/k", 100, "bins.k", "100 (an integer)", "a list", "ascending"),
    ("figures/fig6a/components", [1], "figures.fig6a.components", "[1]", "integer",
     "components shown"),
    ("figures/s11/components", 3, "figures.s11.components", "3", "a list", "ascending"),
    ("seed", None, "seed", "null", "an integer", "own seed"),
    # bounds and choices
    ("device", "gpu", "device", '"gpu"', "one of auto, cpu, cuda", "auto takes a GPU"),
    ("bins/method", "k-means", "bins.method", '"k-means"', "kmeans", "meant kmeans"),
    ("models/mfa/settings/training", "Adam", "models.mfa.settings.training", '"Adam"',
     "one of adam, em", "meant adam"),
    ("figures/s1/which", "biggest", "figures.s1.which", '"biggest"', "largest",
     "which bins"),
    ("figures/fig7a/role", "celaba", "figures.fig7a.role", '"celaba"', "celeba",
     "meant celeba"),
    ("figures/fig4/roles", ["mnist", "mnits"], "figures.fig4.roles[1]", '"mnits"',
     "mnist", "meant mnist"),
    ("figures/fig4/roles", [], "figures.fig4.roles", "[]", "1 or more", "listed"),
    ("figures/fig4/rows", 0, "figures.fig4.rows", "0", "at least 1", "rows of images"),
    ("run", "a/b", "run", '"a/b"', "form", "results/<run>"),
    ("downloads", "", "downloads", '""', "1 or more characters", "raw files"),
    ("samples", 0, "samples", "0", "at least 1", "to be scored"),
    ("seed", -1, "seed", "-1", "at least 0", "own seed"),
    ("seeds", [0, 1, 0], "seeds", "[0, 1, 0]", "without repeats", "repetitions"),
    ("seeds", [], "seeds", "[]", "1 or more", "repetitions"),
    ("models/mfa/seeds", [], "models.mfa.seeds", "[]", "1 or more", "null for those"),
    ("bins/significance", 1, "bins.significance", "1", "below 1", "level"),
    ("bins/k", [100, 1], "bins.k[1]", "1", "at least 2", "number of bins"),
    ("bins/iterations", 0, "bins.iterations", "0", "at least 1", "k-means"),
    ("models/mfa/settings/noise", [1.0], "models.mfa.settings.noise", "[1.0]",
     "of 2 entries", "standard deviation"),
    ("models/mfa/settings/noise", [0, 1], "models.mfa.settings.noise[0]", "0",
     "above 0", "standard deviation"),
    ("tables/table1/models", ["mfa", "mfa"], "tables.table1.models", '["mfa", "mfa"]',
     "without repeats", "variants"),
    # datasets of one's own
    ("datasets/mine", {"reader": "images"}, "datasets.mine.path", "nothing", "a string",
     "the images"),
    ("datasets/mine", {"reader": "images", "path": "x"}, "datasets.mine.shape",
     "nothing", "a list", "height"),
    ("datasets/mine", {"path": "x", "shape": [8, 8, 1]}, "datasets.mine.reader",
     "nothing", "images", "zip"),
    ("datasets/mine", {**OWN, "reader": "image"}, "datasets.mine.reader", '"image"',
     "images", "meant images"),
    ("datasets/mine", {**OWN, "shape": [32, 32]}, "datasets.mine.shape", "[32, 32]",
     "of 3 entries", "height"),
    ("datasets/mine", {**OWN, "shape": [32, 32, 4]}, "datasets.mine.shape[2]", "4",
     "1, 3", "channels"),
    ("datasets/mine", {**OWN, "test_fraction": 1.5}, "datasets.mine.test_fraction",
     "1.5", "below 1", "held out"),
    ("datasets/mine", {**OWN, "test_fractoin": 0.5}, "datasets.mine.test_fractoin",
     "0.5", "test_fraction", "meant test_fraction"),
    ("datasets/mine", {**OWN, "path": {"train": "x"}}, "datasets.mine.path.test",
     "nothing", "a string", "test images"),
    ("datasets/mine", {**OWN, "path": {"images": "x", "partition": "y"}},
     "datasets.mine.partitions", "nothing", "partition file", "test: 1"),
    # sense
    ("roles/mnist", "mnits", "roles.mnist", '"mnits"', "celeba, mnist", "meant mnist"),
    ("roles/mnist", "faces", "roles.mnist", '"faces"', "celeba, mnist", "reader"),
    ("datasets/celebra", {}, "datasets.celebra", '"celebra"', "mnist", "meant celeba"),
    ("models/mfa/datasets/svnh", {}, "models.mfa.datasets.svnh", '"svnh"', "svhn",
     "meant svhn"),
    ("mirror", "/no/such/folder", "mirror", '"/no/such/folder"', "exists",
     "GANSGMMS_MIRROR"),
    ("bins/k", [200, 100, 300], "bins.k", "[200, 100, 300]", "ascending",
     "[100, 200, 300]"),
    ("bins/k", [100, 200, 200], "bins.k", "200, 200", "once", "[100, 200]"),
    ("run", "showcase", "run", '"showcase"', "another name", "results/showcase"),
    ("leave_out", ["k66"], "leave_out", '"k66"', "one of", "k6"),
    ("leave_out", "k6", "leave_out", '"k6" (a string)', "a list", "their name"),
    ("threads", 0, "threads", "0", "at least 1", "one job"),
    ("samples", 250, "samples", "250", "at least 300", "fewer bins"),
    ("models/mfa/seeds", [1, 2], "models.mfa.seeds", "[1, 2]", "0 among them",
     "[0, 1, 2]"),
    ("sharpness/images", 20001, "sharpness.images", "20001", "at most 20000",
     "samples"),
    ("bins/reference", 299, "bins.reference", "299", "at least 300", "fewer bins"),
    ("datasets/mnist/bins", {"reference": 10}, "datasets.mnist.bins.reference", "10",
     "at least 300", "fewer bins"),
    ("datasets/celeba/bins/dimensions", 12289, "datasets.celeba.bins.dimensions",
     "12289", "at most 12288", "null"),
    ("bins/dimensions", 785, "bins.dimensions", "785", "at most 784", "null"),
    ("figures/s1/k", 150, "figures.s1.k", "150", "[100, 200, 300]", "bins.k"),
    ("figures/s3/bins", 201, "figures.s3.bins", "201", "at most k, 200", "fewer"),
    ("figures/fig7a/among", 23, "figures.fig7a.among", "23", "columns, 24", "fewer"),
    ("tables/table1/models", ["train", "mfaa"], "tables.table1.models", '"mfaa"',
     "mfa, mfa_em", "meant mfa"),
    ("figures/fig4/model", "test", "figures.fig4.model", '"test"', "mfa, mfa_em",
     "add"),
    ("figures/s6/models", ["diffusion"], "figures.s6.models", '"diffusion"', "mfa, mfa_em", "add"),
    ("figures/fig4/model", "mfa+latnet=3", "models.mfa+latnet=3.latnet", "3", "latent",
     "meant latent"),
    ("figures/fig4/model", "mfa+latent", "models.mfa+latent", '"latent"', "key=value",
     "components=50"),
    ("figures/fig4/model", "mfa+root=300+components=300",
     "models.mfa+root=300+components=300.root", "300", "fewer than the 300", "null"),
    ("models/mfa/settings/noise", [1.0, 1.0e-3], "models.mfa.settings.noise",
     "[1.0, 0.001]", "ascending", "lowest"),
    ("models/mfa/settings/noise", [0.5, 0.5], "models.mfa.settings.noise",
     "[0.5, 0.5]", "ascending", "lowest"),
    ("models/mfa/datasets/celeba/root", 1000, "models.mfa.datasets.celeba.root", "1000",
     "fewer than the 1000", "null"),
    ("models/mfa/settings/latent", 784, "models.mfa.settings.latent", "784",
     "fewer than the 784", "fewer dimensions"),
    ("figures/fig6a/components", 257, "figures.fig6a.components", "257", "at most 256",
     "show fewer"),
    ("figures/s11/components", [1, 2000], "figures.s11.components", "[1, 2000]",
     "at most 1000", "show fewer"),
    ("figures/s11/components", [3, 1], "figures.s11.components", "[3, 1]", "ascending",
     "[1, 3]"),
    # networks
    ("models/dcgan/architecture", "dgcan", "models.dcgan.architecture", '"dgcan"',
     "one of", "meant dcgan"),
    ("models/dcgan/architecture", "diffusion", "models.dcgan.architecture",
     '"diffusion"', "one of", "scripts/gansgmms/models"),
    ("models/wgan/settings/constraint", "clipping", "models.wgan.settings.constraint",
     '"clipping"', "clip, penalty", "RMSProp"),
    ("models/dcgan/settings/latent", 0, "models.dcgan.settings.latent", "0",
     "at least 1", "dimensions"),
    ("models/dcgan/settings/momentum", 0.9, "models.dcgan.settings.momentum", "0.9",
     "betas", "remove"),
    ("models/wgan/settings/betas", [0.5], "models.wgan.settings.betas", "[0.5]",
     "2 entries", "betas"),
    ("models/wgan/settings/betas", [0.5, 1.0], "models.wgan.settings.betas[1]", "1.0",
     "below 1", "beta"),
    ("models/mfa_pix2pix/settings/mixture", "dcgan",
     "models.mfa_pix2pix.settings.mixture", '"dcgan"', "mfa", "one of these"),
    ("models/vae_dfc/settings/features", "vgg16", "models.vae_dfc.settings.features",
     '"vgg16"', "vgg19", "meant vgg19"),
    ("figures/fig1/models/celeba", "wgangp", "figures.fig1.models", '"wgangp"',
     "wgan_gp", "meant wgan_gp"),
    ("figures/fig1/models", {"faces": "wgan_gp"}, "figures.fig1.models",
     '"faces"', "one of celeba", "role"),
    ("figures/fig2/cells", 20001, "figures.fig2.cells", "20001", "at most 20000",
     "fewer cells"),
    ("roles/toy", "mnist", "roles.toy", "mnist, of shape [28, 28, 1]",
     "points of the plane", "toy2d"),
    ("models/wgan_gp/datasets/cifar10/snapshots", [],
     "models.wgan_gp.datasets.cifar10.snapshots", "none", "iterations", "as in"),
    ("figures/x4/models", ["mfa", "test"], "figures.x4.models", '"test"', "models", "out"),
    ("figures/x4/k", 300, "figures.x4.k", "300", "one of snapshots.k", "snapshots.k"),
    ("figures/fig5/bins", 201, "figures.fig5.bins", "201", "at most k, 200", "fewer"),
    ("figures/s5/k", 50, "figures.s5.k", "50", "one of bins.k", "bins.k"),
    ("figures/s5/pairs/1", ["wgan", "gan_wp"], "figures.s5.pairs", '"gan_wp"',
     "wgan_gp", "meant wgan_gp"),
    ("figures/s7/which", "more", "figures.s7.which", '"more"', "over", "share"),
    ("figures/s7/rank", 201, "figures.s7.rank", "201", "at most k, 200", "rank"),
    ("figures/s12/generator", "gna", "figures.s12.generator", '"gna"', "gan",
     "block of that name"),
    ("figures/s18/model", "mfa", "figures.s18.model", '"mfa" (mfa)',
     "architecture pix2pix", "network"),
    ("figures/s18/frames", 2, "figures.s18.frames", "2", "at least 4", "animation"),
    ("precision", "half", "precision", '"half"', "bfloat16", "auto"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "key", "found", "needed", "hint"),
    [pytest.param(*case, id=f"{case[0]}-{n}") for n, case in enumerate(BROKEN)],
)
def test_broken_configurations_are_explained(path, value, key, found, needed, hint):
    lines = errors(changed(CONFIGS["paper"], path, value))
    line = next((line for line in lines if line.startswith(f"{key}: ")), None)
    assert line, lines
    form = re.fullmatch(r"(.+?): found (.+); needed (.+)\. Hint: (.+)\.", line)
    assert form, line
    assert form[1] == key
    assert found in form[2]
    assert needed in form[3]
    assert hint in form[4]


def test_a_variant_of_a_network_is_a_name_too():
    config = changed(shipped(), "figures/fig4/model", "dcgan")
    config = changed(config, "tables/table1/models", ["dcgan+width=8"])
    config = validated(config, DATASETS)
    assert model_settings(config, "dcgan", "mnist")["width"] == 64
    assert model_settings(config, "dcgan+width=8", "mnist")["width"] == 8


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_configurations_are_valid(name):
    config = shipped(name)
    before = copy.deepcopy(config)
    result = validated(config, DATASETS)
    assert config == before
    assert merged(result, config) == result  # nothing given is changed or lost
    assert result["figures"]["s3"]["which"] == "both"


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_configurations_fit_the_shipped_datasets(name):
    registry = read(ROOT / "resources/datasets.yaml")
    result = validated(shipped(name), registry)
    assert set(filter(None, result["roles"].values())) <= registry.keys()


def test_validating_twice_changes_nothing():
    once = validated(shipped(), DATASETS)
    assert validated(once, DATASETS) == once


def test_defaults_are_filled_in_and_not_shared():
    config = {
        "run": "least",
        "bins": {"k": [5]},
        "models": {"a": DCGAN},
        "figures": {
            "s3": {"kind": "bins", "role": "mnist", "k": 5, "bins": 2, "members": 3}
        },
    }
    result = validated(config, {})
    assert result["seeds"] == [0]
    assert result["sharpness"] == {"images": 2000, "sigma": 1.0}
    assert result["bins"]["reference"] == 60000
    assert result["roles"] == dict.fromkeys(ROLES)
    assert result["models"]["a"]["datasets"] == {}
    assert result["figures"]["s3"]["which"] == "both"
    result["seeds"].append(1)
    result["models"]["a"]["settings"]["x"] = 1
    assert validated(config, {})["seeds"] == [0]
    assert DCGAN["settings"] == LEAST


def test_every_problem_is_listed_once():
    config = changed(shipped(), "samples", -1)
    config = changed(config, "device", "gpu")
    config = changed(config, "models/mfa/settings/latent", "4")
    config = changed(config, "models/mfa/label", DELETED)
    assert len(errors(config)) == 3  # the settings' turn comes when the rest is right
    config = changed(shipped(), "models/mfa/settings/noise", [2.0, 1.0])
    config = changed(config, "roles/svhn", "svnh")
    assert len(errors(config)) == 2  # though mfa is shown many times


def test_datasets_out_of_use_are_not_looked_at():
    config = changed(shipped("mnist"), "datasets/celeba/bins/dimensions", 99999)
    config = changed(config, "models/mfa/datasets/celeba/root", 5000)
    validated(changed(config, "figures/s1/k", 150), DATASETS)
    lines = errors(changed(config, "roles/celeba", "celeba"))
    assert [line.split(":")[0] for line in lines] == [
        "datasets.celeba.bins.dimensions",
        "models.mfa.datasets.celeba.root",
    ]


def test_bins_need_as_many_training_images():
    small = {**DATASETS, "mnist": {"shape": [28, 28, 1], "counts": {"train": 299}}}
    (line,) = errors(shipped(), small)
    assert line.startswith("bins.k: found 300; needed at most 299")
    small["mnist"]["counts"]["train"] = 300
    assert validated(shipped(), small)["roles"]["mnist"] == "mnist"


@pytest.mark.parametrize(
    "path", ["mine", {"images": "mine.zip"}, {"train": "a.npy", "test": "b.npy"}]
)
def test_a_dataset_of_ones_own_plays_a_part(path):
    config = changed(shipped(), "datasets/mine", {**OWN, "path": path})
    config = changed(config, "roles/svhn", "mine")
    validated(config, DATASETS)
    lines = errors(changed(config, "bins/dimensions", 3073))
    assert any("at most 3072, the values of an image of mine" in line for line in lines)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sharpness/images", 20000),
        ("bins/k", [100, 200, 20000]),
        ("bins/reference", 300),
        ("bins/dimensions", 784),
        ("figures/s3/bins", 200),
        ("figures/fig7a/among", 24),
        ("figures/fig6a/components", 256),
        ("figures/s11/components", [1000]),
        ("models/mfa/settings/latent", 783),
        ("models/mfa/datasets/celeba/root", 999),
        ("models/mfa/datasets/celeba/root", None),
    ],
)
def test_the_limits_themselves_are_allowed(path, value):
    config = changed(CONFIGS["paper"], path, value)
    assert validated(config, DATASETS)["run"] == "paper"


@pytest.mark.parametrize("config", [None, [], "text", 3, {}, {"bins": None}])
def test_what_is_no_configuration_is_refused(config):
    assert errors(config)


@pytest.mark.parametrize("key", [1, True, None, 1.5])
def test_keys_must_be_strings(key):
    config = shipped()
    config["models"][key] = DCGAN
    (line,) = errors(config)
    assert line.startswith("models: found the key")
    assert "quotes" in line


def test_the_mirror_may_come_from_the_environment(tmp_path):
    config = shipped()
    environment = {"GANSGMMS_MIRROR": str(tmp_path)}
    mirrored = config_from_environment(config, environment)
    assert validated(mirrored, DATASETS)["mirror"] == str(tmp_path)
    assert config["mirror"] is None
    config["mirror"] = "kept"
    assert config_from_environment(config, {})["mirror"] == "kept"
    assert config_from_environment(config, {"GANSGMMS_MIRROR": ""})["mirror"] == "kept"


def test_bins_settings_are_overridden_for_one_dataset():
    config = validated(shipped(), DATASETS)
    assert bins_settings(config, "mnist") == {**config["bins"], "reference": 50000}
    celeba = {"reference": 80000, "dimensions": 2000, "whiten": True, "mirror": True}
    assert bins_settings(config, "celeba") == {**config["bins"], **celeba}
    assert bins_settings(config, "cifar100") == config["bins"]


def test_model_settings_are_merged_and_filled():
    config = validated(shipped(), DATASETS)
    settings = model_settings(config, "mfa", "celeba")
    assert (settings["components"], settings["latent"], settings["root"]) == (
        1000,
        10,
        200,
    )
    assert (settings["batch"], settings["mirror"]) == (256, True)
    settings = model_settings(config, "mfa", "mnist")
    assert (settings["components"], settings["latent"], settings["root"]) == (
        256,
        4,
        None,
    )
    assert settings["mirror"] is False


def test_the_order_in_which_settings_are_written_changes_nothing():
    """Snakemake compares params as text: another order would train the model again."""
    config = validated(shipped(), DATASETS)
    turned = copy.deepcopy(config)
    block = turned["models"]["kvaes"]
    block["settings"] = dict(reversed(block["settings"].items()))
    block["datasets"]["modes9"] = dict(reversed(block["datasets"]["modes9"].items()))
    before = model_settings(config, "kvaes", "modes9")
    assert list(model_settings(turned, "kvaes", "modes9").items()) == list(
        before.items()
    )


def test_a_variant_overrides_the_settings():
    config = validated(shipped(), DATASETS)
    plain = model_settings(config, "mfa", "celeba")
    variant = model_settings(
        config, "mfa+components=500+initialisation=random", "celeba"
    )
    assert variant == {**plain, "components": 500, "initialisation": "random"}
    changed_training = model_settings(config, "mfa+training=em+passes=5", "mnist")
    assert (changed_training["training"], changed_training["passes"]) == ("em", 5)


def test_a_variant_of_em_may_be_trained_by_adam():
    config = validated(shipped(), DATASETS)
    assert model_settings(config, "mfa_em+training=adam", "mnist")["passes"] == 60
    config["models"]["mfa"]["settings"]["tolerance"] = 0.1
    with pytest.raises(ConfigError, match=r"models.mfa.settings.tolerance: .*adam"):
        model_settings(config, "mfa", "mnist")


@pytest.mark.parametrize(("components", "root"), [(201, 200), (200, None), (1, None)])
def test_a_small_variant_has_no_root(components, root):
    config = validated(shipped(), DATASETS)
    settings = model_settings(config, f"mfa_em+components={components}", "celeba")
    assert (settings["components"], settings["root"]) == (components, root)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mfaa", ["models", '"mfaa"', "mfa, mfa_em", "meant mfa"]),
        ("mfa+compnents=5", ["compnents", "meant components"]),
        ("mfa+components=many", ["components", '"many" (a string)', "an integer"]),
        ("mfa+components=9+root=9", ["root", "9", "fewer than the 9"]),
        ("mfa+learning_rate=1e-4", ["learning_rate", '"1e-4"', "1.0e-4"]),
        ("mfa+passes=5", ["mfa+passes=5.passes", "found 5", "training: em"]),
        ("mfa_em+training=adam+passes=5", ["passes", "found 5", "training: em"]),
    ],
)
def test_wrong_models_are_explained(name, words):
    config = validated(shipped(), DATASETS)
    with pytest.raises(ConfigError) as caught:
        model_settings(config, name, "mnist")
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("name", "base", "overrides"),
    [
        ("mfa", "mfa", {}),
        ("mfa+components=50", "mfa", {"components": 50}),
        (
            "a+b=1.5+c=null+d=false+e=em",
            "a",
            {"b": 1.5, "c": None, "d": False, "e": "em"},
        ),
        ("a+b=-3+c=1.0e-4", "a", {"b": -3, "c": 1.0e-4}),
        ("a+b=2018-99-99", "a", {"b": "2018-99-99"}),
    ],
)
def test_variants_are_parsed(name, base, overrides):
    assert parse_variant(name) == (base, overrides)


@pytest.mark.parametrize(
    "name",
    ["a+", "a+b", "a+b=", "a+=1", "a+b=1+b=2", "a+b=[1]", "a+b=x/y", "a+b={", "a+b=-"],
)
def test_malformed_variants_are_refused(name):
    with pytest.raises(ConfigError, match="needed each setting once"):
        parse_variant(name)


def leaves(value, path=""):
    if isinstance(value, dict | list) and value:
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, part in steps:
            yield from leaves(part, f"{path}/{step}" if path else str(step))
    else:
        yield path


LEAVES = [(name, path) for name in SHIPPED for path in leaves(CONFIGS[name])]
KEYS = [(name, path) for name, path in LEAVES if not path[-1].isdigit()]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-1, 300), st.floats(),
    st.text(max_size=9), st.dates(),
    st.sampled_from(["mfa", "test", "mnist", "em", "mfa+root=3", "mfa+components=0"]),
)  # fmt: skip


def check_valid_or_explained(config):
    try:
        result = validated(config, DATASETS)
    except ConfigError as error:
        check_explained(error)
    else:
        assert merged(result, config) == result


@settings(deadline=None)
@given(st.sampled_from(LEAVES), SCALARS | st.just(DELETED))
def test_any_change_of_a_leaf_is_valid_or_explained(leaf, value):
    name, path = leaf
    check_valid_or_explained(changed(CONFIGS[name], path, value))


@settings(deadline=None)
@given(st.sampled_from(KEYS), st.text(max_size=9), SCALARS)
def test_any_added_key_is_valid_or_explained(leaf, key, value):
    name, path = leaf
    key = "/".join([*path.split("/")[:-1], key.replace("/", "")])
    check_valid_or_explained(changed(CONFIGS[name], key, value))


@given(st.text(max_size=12), st.text("abc+=._-0123456789:[]{}'\"", max_size=12))
def test_any_variant_is_parsed_or_refused(name, tail):
    try:
        base, overrides = parse_variant(f"{name}+{tail}")
    except ConfigError as error:
        check_explained(error)
    else:
        assert base == name.partition("+")[0]
        assert overrides


@pytest.mark.parametrize(
    ("own", "label", "name"),
    [
        ({"samples": "runs/My GAN.v2.npz"}, "My GAN.v2", "my_gan_v2"),
        ({"samples": "pngs/"}, "pngs", "pngs"),
        ({"samples": "x.npy", "label": "WGAN-GP (é)"}, "WGAN-GP (é)", "wgan_gp"),
    ],
)
def test_ones_own_samples_are_called_after_their_file_or_label(own, label, name):
    assert own_label(own) == label
    assert own_name(own) == name


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"role": "celeba"}, ["own.role", "mnist", "--config 'roles={celeba"]),
        ({"role": "mnits"}, ["own.role", "perhaps you meant mnist"]),
        ({"samples": "nowhere.npz"}, ["own.samples", "nowhere.npz", "exists"]),
        ({"label": "?"}, ["own.label", '"?"', "digit"]),
        ({"label": "WGAN "}, ["own.label", '"WGAN "', "models.wgan", "two rows"]),
        ({"label": "Train"}, ["own.label", '"Train"', "the data"]),
        ({"label": ""}, ["own.label", "1 or more characters"]),
        ({"label": 61 * "x"}, ["own.label", "at most 60 characters"]),
        ({"file": "x.npz"}, ["own.file", "unknown key"]),
    ],
)
def test_unusable_own_samples_are_explained(own, words):
    known = {"role": "mnist", "samples": __file__}
    (line,) = errors({**CONFIGS["mnist"], "own": {**known, **own}})
    assert all(word in line for word in words), line
    assert validated({**CONFIGS["mnist"], "own": known}, DATASETS)["own"] == known


def test_no_model_is_called_as_ones_own_samples_are():
    config = changed(
        CONFIGS["paper"], "models/own_gan", CONFIGS["paper"]["models"]["mfa"]
    )
    (line,) = errors(config)
    assert "own_gan" in line and "samples of your own" in line
