"""What a training lacks of the papers' budget, and what a ledger then leaves open."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gansgmms.claims import CLAIMS, Part, missing
from gansgmms.claims.budget import given, short, unsettled
from tests.unit.claims.made_up import FAILS, HOLDS, UNKNOWN, allocated, evidence, table
from tests.unit.claims.test_draft import separation
from tests.unit.claims.test_sharp import adversarial, chain, refined
from tests.unit.claims.test_training import started
from tests.unit.claims.test_trivial import rows
from tests.unit.claims.test_vaes import importance, shares

FULL = {"iterations": 1000, "seen": 20.0, "width": 64}


def trained(found, full=FULL, dataset="celeba", **short):
    """The same evidence, of networks that have the full budget but for what is `short`."""
    names = ("began", "dcgan", "wgan", "wgan_gp", "vae", "vae_dfc", "mfa_pix2pix")
    models = dict.fromkeys((*names, "adversarial_mfa", "kvaes"), full)
    own = {name: full | less for name, less in short.items()}
    settings, budgets = (
        {dataset: {**of.get(dataset, {}), **ours}}
        for of, ours in ((found.settings, models | own), (found.budgets, models))
    )
    return replace(found, settings=settings, budgets=budgets)


NARROW = {"width": 16}


@pytest.mark.parametrize(
    ("less", "said"),
    [
        ({}, ""),
        ({"seen": 2.0}, "WGAN with each image seen 2 times in place of 20"),
        ({"seen": 19.81}, ""),
        ({"iterations": 100}, ""),  # in larger batches, or of fewer images
        (NARROW, "WGAN with a width of 16 in place of 64"),
        ({"seen": 0.2, "width": 32}, "seen 0.2 times in place of 20 and a width of 32"),
    ],
)
def test_what_a_network_lacks(less, said):
    found = short(trained(evidence({}), wgan=less), "celeba", "dcgan", "wgan")
    assert said in found and bool(said) == bool(found)
    assert found.startswith("the full budget of celeba: ") or not said


def test_a_variant_is_measured_by_its_models_budget():
    own = trained(evidence({}), **{"wgan+clip=0.1": NARROW})
    assert "a width of 16" in short(own, "celeba", "wgan+clip=0.1")


def test_mixtures_are_judged_as_they_are():
    own = trained(evidence({}), mfa=NARROW)
    own.budgets["celeba"]["mfa"] = FULL
    assert short(own, "celeba", "mfa") == ""


def test_other_data_and_models_without_a_budget_lack_nothing():
    own = trained(evidence({}), wgan=NARROW)
    assert short(replace(own, stand_ins=["celeba"]), "celeba", "wgan") == ""
    assert short(own, "mnist", "wgan") == short(own, "celeba", "memorised") == ""


def competition(moved, iterations=30, found=None, dataset="modes3"):
    """kVAEs of which a share of the points moves in the last of some iterations of 100."""
    found = found or evidence({})
    history = pd.DataFrame({"iteration": [0, 1, 2], "moved": [np.nan, 0.5, moved]})
    frames = {**found.frames, f"{dataset}/models/kvaes/seed0/history": history}
    own = {"kvaes": {"iterations": iterations}}
    full = {"iterations": 100}
    return trained(replace(found, frames=frames), full, dataset, **own)


def test_a_competition_is_over_when_it_rests_or_has_all_its_iterations():
    assert "after 30, 1.00% do" in unsettled(competition(0.01), "modes3", "kvaes")
    assert unsettled(competition(0.0005), "modes3", "kvaes") == ""
    assert unsettled(competition(0.01, iterations=100), "modes3", "kvaes") == ""
    other = replace(competition(0.01), stand_ins=["modes3"])
    assert unsettled(other, "modes3", "kvaes") == ""


def test_what_lacks_a_budget_is_told_and_decides_nothing():
    parts = [Part(True, "a", 0.1), Part(np.False_, "b"), missing("c")]
    assert list(given(parts, "")) == parts
    for anyway, kept in [(None, []), (True, ["a"]), (False, ["b"])]:
        found = list(given(parts, "d", anyway))
        assert [p.text for p in found] == ["a", "b", "c", "d"]
        assert [p.text for p in found if p.judged and p.holds is not None] == kept
    assert [p.text for p in given([parts[0]], "d", anyway=True)] == ["a"]


COLLAPSED = allocated(began=(30, 9), dcgan=(20, 5), wgan=(10, 5), wgan_gp=(5, 2))
SHARP = chain(-3.4, -3.5, -3.8, -3.9, -4.0, -5.4)
PRINTED = pd.DataFrame(
    {"table": "table1", "model": "wgan", "quantity": "ndb_over_k", "K": [100.0], "value": [0.3]}
)  # fmt: skip


def beside_paper(mfa, wgan, k=100):
    frames, rows = table(mfa=(mfa,), wgan=(wgan,))
    frames = {path: frame.assign(k=k) for path, frame in frames.items()}
    return evidence(frames, rows, roles={"celeba": "celeba"}, published=PRINTED)


def unprinted(mfa, **rivals):
    """Beside MFA, at a K that the paper prints, models of which it prints some."""
    frames, rows = table(mfa=(mfa,), **{m: (value,) for m, value in rivals.items()})
    return evidence(frames, rows, published=PRINTED)


def memorised(value):
    return replace(rows(wgan=(0.9,), memorised=(value,)), published=PRINTED)


LIKELIER = importance(kvaes=(-2, -3), vae_50=(-4, -4))


def nine(**epochs):
    """Nine VAEs that were apart after ten iterations, with so many epochs."""
    found = separation(i0=0.0, i10=0.9)
    full = {"modes9": {"kvaes": {"pretraining": 1000, "epochs": 10}}}
    return replace(found, settings={"modes9": {"kvaes": epochs}}, budgets=full)


@pytest.mark.parametrize(
    ("id", "found", "expected"),
    [
        # Against a poor WGAN the mixture must beat the paper's WGAN too.
        ("c01", trained(beside_paper(0.2, 0.9), wgan=NARROW), HOLDS),
        ("c01", trained(beside_paper(0.4, 0.9), wgan=NARROW), FAILS),
        ("c01", trained(beside_paper(0.2, 0.9, k=10), wgan=NARROW), UNKNOWN),
        ("c01", trained(beside_paper(0.2, 0.1, k=10), wgan=NARROW), FAILS),
        ("c01", trained(beside_paper(0.2, 0.9, k=10)), HOLDS),
        # A model of which the paper prints nothing counts alone, and beside others adds.
        ("c01", trained(unprinted(0.2, began=0.9), began=NARROW), UNKNOWN),
        ("c01", trained(unprinted(0.2, began=0.9, wgan=0.9), began=NARROW), HOLDS),
        ("c06", trained(started(0.25), wgan=NARROW), UNKNOWN),
        ("c06", trained(started(0.25, gan=0.21), wgan=NARROW), FAILS),
        ("c06", trained(started(0.25)), HOLDS),
        ("x02", trained(rows(wgan=(0.5,), memorised=(0.4,)), wgan=NARROW), UNKNOWN),
        ("x02", trained(rows(wgan=(0.3,), memorised=(0.4,)), wgan=NARROW), FAILS),
        ("x02", trained(memorised(0.4), wgan=NARROW), FAILS),  # the paper's WGAN
        ("c07", trained(COLLAPSED), HOLDS),
        ("c07", trained(COLLAPSED, wgan=NARROW), UNKNOWN),
        ("c10", trained(SHARP), HOLDS),
        ("c10", trained(SHARP, mfa_pix2pix=NARROW), UNKNOWN),
        ("c13", trained(refined(-3.9, (0.3, 0.3), 0.6), mfa_pix2pix=NARROW), UNKNOWN),
        ("c14", trained(adversarial(), adversarial_mfa=NARROW), UNKNOWN),
        ("c14", trained(adversarial(under=2), wgan_gp=NARROW), FAILS),  # of its own
        ("c14", trained(adversarial(under=2), adversarial_mfa=NARROW), UNKNOWN),
        # More training would leave fewer bins wrong, not more.
        ("c19", trained(allocated(vae_dfc=(3, 2)), vae_dfc=NARROW), UNKNOWN),
        ("c19", trained(allocated(vae_dfc=(3, 0)), vae_dfc=NARROW), FAILS),
        # More iterations would leave fewer VAEs with two modes.
        ("k03", competition(0.01, found=LIKELIER), UNKNOWN),
        ("k03", competition(0.0, found=LIKELIER), HOLDS),
        ("k09", nine(pretraining=1000, epochs=10), HOLDS),
        ("k09", nine(pretraining=20, epochs=10), UNKNOWN),
        ("k09", nine(pretraining=0, epochs=10), UNKNOWN),
        ("k09", nine(pretraining=1000, epochs=2), UNKNOWN),
        ("k04", competition(0.01, found=shares([[94, 6], [0, 100]])), UNKNOWN),
        ("k04", competition(0.0, found=shares([[94, 6], [0, 100]])), FAILS),
        ("k04", competition(0.01, found=shares([[97, 3], [0, 100]])), HOLDS),
    ],
)
def test_verdicts_on_less_than_the_full_budget(id, found, expected):
    row = CLAIMS[id].row(found)
    assert row["verdict"] == expected, row
    assert row["measured"]
    if expected == UNKNOWN:
        said = ("full budget", "iterations of", "the draft's training on modes9: ")
        assert any(of in row["missing"] for of in said)
