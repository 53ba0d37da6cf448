"""How many steps a training has, and the seconds of each: by hand, and by formula."""

import json
import math
from dataclasses import replace

import pytest

from gansgmms.benchmarks.counting import H100, Card, Cost, counted
from gansgmms.benchmarks.steps import step_of
from gansgmms.benchmarks.training_cost import SHARE, Phase, Rates, key, phases
from gansgmms.settings.architectures import ARCHITECTURES

PIXELS = (8, 8, 1)


def complete(architecture, **settings):
    return ARCHITECTURES[architecture](**settings).model_dump(mode="json")


def mixture(**settings):
    return complete("mfa", **{"latent": 2, "components": 12} | settings)


def test_a_phase_takes_the_cards_time_or_its_hosts():
    bound = Phase(10, Cost(launches=1, seconds=0.3))
    assert bound.seconds(Rates(share=0.5)) == (pytest.approx(6.0), False)
    launched = Phase(10, Cost(launches=1000, seconds=1e-6), "timed")
    assert launched.seconds(Rates())[0] == pytest.approx(10_000 * H100.host)
    assert launched.seconds(Rates(seconds={"timed": 0.2})) == (pytest.approx(2.0), True)


def test_a_network_has_its_iterations_and_the_cost_of_a_step():
    own = {"width": 4, "batch": 4, "learning_rate": 1e-3, "levels": 2}
    settings = complete("dcgan", **own, iterations=70)
    (found,) = phases("dcgan", settings, PIXELS, 1000)
    step = step_of("dcgan", own, PIXELS, precision="bfloat16")
    assert (found.times, found.cost) == (70, counted(step))
    more = {**settings, "iterations": 9, "snapshots": [1]}
    assert key("dcgan", settings, PIXELS) == key("dcgan", more, PIXELS)
    assert key("dcgan", settings, PIXELS) != key(
        "dcgan", {**settings, "width": 8}, PIXELS
    )


def test_a_hierarchy_is_its_root_and_then_each_part():
    flat = phases("mfa", mixture(iterations=50), PIXELS, 1000)
    assert [p.times for p in flat] == [50]
    root, parts = phases(
        "mfa", mixture(root=3, iterations=50, split_iterations=20), PIXELS, 1000
    )
    assert (root.times, parts.times) == (50, 60)
    # Three components at the root, and four in each part, of twelve in all.
    assert root.cost.flops < parts.cost.flops < flat[0].cost.flops


def test_a_pass_of_em_is_two_products_of_all_images():
    n, d, k, l, passes = 10_000, 64, 12, 2, 5
    (found,) = phases("mfa", mixture(training="em", passes=passes), PIXELS, n)
    # Scores, and sums over the images: each a row of l + 2 values a component; and y y^T.
    products = 2 * (2 * n * d * k * (l + 2)) + 2 * n * k * l * l
    assert found.times * found.cost.flops == pytest.approx(passes * products, rel=0.02)
    root, parts = phases(
        "mfa", mixture(training="em", passes=passes, root=3), PIXELS, n
    )
    half = passes * products / 12
    assert root.times * root.cost.flops == pytest.approx(3 * half, rel=0.05)
    assert parts.times * parts.cost.flops == pytest.approx(4 * half, rel=0.05)


def test_vaes_see_their_epochs_and_classifiers_their_steps():
    own = {"components": 3, "latent": 2, "hidden": [8], "batch": 4, "pretraining": 2}
    rivals = complete("kvae", **own, iterations=5, epochs=10, classifier_batches=7)
    vaes, judges = phases("kvae", rivals, (2,), 100)
    steps = math.ceil(2 * 100 / 12) + 5 * math.ceil(10 * 100 / 12)
    assert (vaes.times, judges.times) == (steps, 35)
    alone = complete("kvae", **own, split="everything")
    (found,) = phases("kvae", alone, (2,), 100)
    assert found.times == math.ceil(2 * 100 / 12) and found.cost == vaes.cost
    both = counted(step_of("kvae", {**own, "iterations": 1}, (2,)))
    assert both.flops == vaes.cost.flops + judges.cost.flops
    assert both.launches == vaes.cost.launches + judges.cost.launches


def test_models_without_steps_are_what_they_multiply():
    (codebook,) = phases(
        "codebook", complete("codebook", components=10, iterations=7), PIXELS, 500
    )
    assert codebook.cost.flops == 7 * 2 * 500 * 64 * 10
    (full,) = phases("gaussian", complete("gaussian"), PIXELS, 500)
    assert full.cost.flops == 2 * 500 * 64**2 + 64**3 // 3
    (kept,) = phases("memorised", complete("memorised"), PIXELS, 500)
    assert kept.seconds(Rates()) == (0, False)
    assert phases("of_a_user", {}, PIXELS, 500) == []


def test_steps_that_a_card_was_seen_to_make_are_taken(tmp_path):
    settings = complete(
        "dcgan", width=4, batch=4, learning_rate=1e-3, levels=2, iterations=8
    )
    path, none = tmp_path / "gpu.json", tmp_path / "none.json"
    assert Rates.read([path, none]) == Rates(H100, SHARE)
    card = Card("X", 1e12, 2e14, 3e13, 2e-6, 5e-6)
    step = key("dcgan", settings, PIXELS)
    busy = {"roofline (%)": 30, "busy (%)": 80, "launches": 9}
    idle = {"roofline (%)": 10, "busy (%)": 20, "launches": 50}
    rows = [
        {"step": step, "ms": 3.5, **busy},
        {"step": "b", "ms": 2, **idle},
        {"step": "c"},
    ]
    path.write_text(json.dumps({"card": vars(card), "rows": rows}))
    found = Rates.read([none, path])
    assert (found.card, found.share) == (replace(card, host=4e-5), 0.3)
    assert found.source == f"{tmp_path.name}/gpu.json"
    (phase,) = phases("dcgan", settings, PIXELS, 100, found.card)
    assert phase.seconds(found) == (pytest.approx(8 * 3.5e-3), True)
    path.write_text(json.dumps({"card": vars(card), "rows": [{"step": "another"}]}))
    assert Rates.read([path]) == Rates()
