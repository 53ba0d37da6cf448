"""The results that claims are measured on, by their paths."""

import pytest

from gansgmms.claims import Evidence
from tests.unit.claims.made_up import evidence, ndb, score


def test_evidence_is_read_by_path(tmp_path):
    for path in [score("mnist", "mfa", "ndb"), score("mnist", "mfa", "ndb", seed=1)]:
        file = tmp_path / f"{path}.parquet"
        file.parent.mkdir(parents=True)
        ndb(0.2, 0.4 if "seed1" in path else 0.2).to_parquet(file)
    files = sorted(tmp_path.rglob("*.parquet"))
    both = Evidence.load(tmp_path, files, seeds=[0, 1])
    assert both.ndb("mnist", "mfa").to_dict() == pytest.approx({100: 0.2, 200: 0.3})
    one = Evidence.load(tmp_path, files, seeds=[0])
    assert one.ndb("mnist", "mfa").to_dict() == {100: 0.2, 200: 0.2}
    own = Evidence.load(tmp_path, files, seeds=[0], repetitions={"mfa": [1]})
    assert own.ndb("mnist", "mfa").to_dict() == {100: 0.2, 200: 0.4}
    runs = one.scores("mnist", "mfa", "ndb", runs=True)
    assert sorted(runs.seed.unique()) == [0, 1]
    assert one.ndb("mnist", "mf") is None
    assert one.ndb(None, "mfa") is None


def test_mixtures_trained_by_likelihood_are_no_rivals():
    assert evidence({}, {"celeba": ["mfa", "wgan_gp"]}).rivals("celeba") == ["wgan_gp"]


def test_a_variant_is_of_its_models_kind():
    rows = {"mnist": ["test", "mfa+components=8", "wgan+batch=9"]}
    assert evidence({}, rows).rivals("mnist") == ["wgan+batch=9"]
