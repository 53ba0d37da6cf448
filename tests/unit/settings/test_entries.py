"""What tables and figures ask for, refused where it cannot be given."""

import pytest

from gansgmms.settings.entries import roles_of
from tests.unit.settings.configurations import (
    DATASETS,
    changed,
    errors,
    shipped,
    validated,
)


@pytest.mark.parametrize(
    "name", ["fig6a", "fig6b", "fig7a", "fig7b", "s11", "s12", "s15", "s16"]
)
def test_only_a_mixture_draws_its_figures(name):
    (line,) = errors(changed(shipped(), f"figures/{name}/model", "dcgan"))
    assert line.startswith(f'figures.{name}.model: found "dcgan" (dcgan)')
    assert "architecture mfa" in line


def test_a_feature_space_is_one_that_is_known():
    (line,) = errors(changed(shipped(), "tables/sensitivity/space", "clasifier"))
    assert line.startswith('tables.sensitivity.space: found "clasifier"')
    assert "meant classifier" in line
    (line,) = errors(changed(shipped(), "tables/fidelity/spaces", ["pixels", "mfa"]))
    assert line.startswith('tables.fidelity.spaces: found "mfa"')


def test_what_is_scored_in_other_bins_is_a_row():
    table = {"kind": "ablations", "role": "mnist", "models": ["test", "mfa"]}
    asked = table | {"bins": ["whiten=true"], "rescored": ["mfa", "dcgan"]}
    (line,) = errors(changed(shipped(), "tables/mine", asked))
    assert line.startswith('tables.mine.rescored: found "dcgan"; needed one of models')
    validated(
        changed(shipped(), "tables/mine", asked | {"rescored": ["test"]}), DATASETS
    )


@pytest.mark.parametrize("name", ["k3", "k6", "k7"])
def test_only_vaes_draw_theirs(name):
    line = errors(changed(shipped(), f"figures/{name}/model", "mfa"))[0]
    assert line.startswith(f'figures.{name}.model: found "mfa" (mfa)')
    assert "architecture kvae" in line


@pytest.mark.parametrize("iteration", [3, 101])
def test_a_figure_of_a_competition_shows_iterations_that_are_kept(iteration):
    config = changed(shipped(), "figures/k5/iterations", [0, iteration])
    (line,) = errors(config)
    assert line.startswith(f"figures.k5.iterations: found {iteration}; needed one of")
    assert "models.kvaes.settings.snapshots" in line


def test_a_drawing_has_no_role_and_a_model_of_each_part_its_own():
    figures = shipped()["figures"]
    assert roles_of(figures["s17"]) == []
    assert roles_of(figures["fig1"]) == ["celeba", "mnist", "svhn"]
    assert roles_of(figures["fig4"]) == ["celeba", "mnist", "svhn"]
    assert roles_of(figures["s7"]) == ["celeba"]


def test_a_model_of_one_part_is_not_checked_on_the_data_of_another():
    config = changed(shipped(), "models/mfa/datasets/mnist", {"latent": 784})
    figure = {
        "kind": "generated",
        "paper": "",
        "models": {"celeba": "mfa", "mnist": "dcgan"},
        "rows": 1,
        "columns": 1,
    }
    config |= {"figures": {"fig1": figure}, "tables": {}, "claims": {}}
    assert validated(config, DATASETS)["figures"] == {"fig1": figure}
    (line,) = errors(changed(config, "figures/fig1/models/mnist", "mfa"))
    assert line.startswith("models.mfa.datasets.mnist.latent: found 784")
