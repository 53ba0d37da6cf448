"""What figures of several models are drawn from."""

from gansgmms.workflow.shown import Shown
from tests.unit.workflow.test_experiment import experiment, roles


def test_figures_of_all_models_show_the_rows_of_the_tables_but_trivial_ones():
    e = experiment(roles=roles(mnist="mnist"))
    rows = Shown(e, "x2").rows
    names = [row["name"] for row in rows]
    assert names == e.config["tables"]["table2"]["models"]
    assert {row["published"] for row in rows} == {"table2"}
    assert all(row["comparable"] for row in rows)
    first = Shown(e, "x1").first_rows
    assert [row["name"] for row in first] == names[1:]  # all but train
    files = Shown(e, "x1").inputs()
    assert files["samples"][0] == "results/paper/mnist/samples/test/seed0.arrow"


def test_a_dataset_in_two_roles_has_its_rows_once_and_no_numbers_of_the_papers():
    e = experiment(roles=roles(mnist="cifar10", svhn="cifar10"))
    rows = Shown(e, "x2").rows
    keys = [(row["dataset"], row["name"], row["seed"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert ("cifar10", "wgan", 0) in keys
    assert not any(row["comparable"] for row in rows)


def test_a_part_of_the_papers_dataset_is_set_against_its_numbers():
    e = experiment(roles=roles(svhn="svhn_subset", mnist="digits"))
    assert e.is_of("svhn") and not e.is_of("mnist") and not e.is_of("celeba")
