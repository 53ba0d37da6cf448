"""What jobs ask for, beside what jobs took at full size."""

import pytest

from gansgmms.workflow.needs import LIBRARIES, SPARE, Needs

from .test_experiment import experiment

IMAGES = 162_770 * 64 * 64 * 3 / 1e6  # megabytes of CelebA's training images


@pytest.fixture(scope="module")
def needs() -> Needs:
    return Needs(experiment())


def test_a_training_asks_for_its_images_and_for_what_a_mixture_ends_as(needs):
    asked = needs.training_memory("dcgan", "celeba")
    assert asked == pytest.approx(LIBRARIES + SPARE * 3 * IMAGES, abs=1)
    # 20,000 components against 1,000: 19 times 590 MB, three times, and a quarter.
    more = needs.training_memory("mfa_20x", "celeba")
    more -= needs.training_memory("mfa_em", "celeba")
    assert more == pytest.approx(19 * 589.824 * 3 * SPARE, abs=2)
    # d^2 numbers of 8 bytes, four times.
    more = needs.training_memory("gaussian", "celeba") - LIBRARIES
    assert more == pytest.approx(SPARE * (2 * IMAGES + 32 * 12288**2 / 1e6), abs=1)


def test_a_small_dataset_asks_for_little(needs):
    for model in ("mfa", "dcgan", "kvaes", "gaussian"):
        assert needs.training_memory(model, "mnist") < 1.1 * LIBRARIES
    assert needs.training_disk("dcgan", "mnist") < 2100


def test_images_for_pix2pix_are_prepared_with_the_test_images(needs):
    held = (162_770 + 19_867) * 128 * 128 * 3 / 1e6
    asked = needs.native_memory("celeba")
    assert asked == pytest.approx(4000 + SPARE * held, abs=1)


def test_bins_hold_the_images_that_make_them(needs):
    # 80,000 of CelebA's, 50,000 of MNIST's: in bytes, and as floats twice.
    held = IMAGES + 9 * 80_000 * 12_288 / 1e6
    assert needs.bins_memory("celeba") == pytest.approx(LIBRARIES + SPARE * held, abs=1)
    assert needs.bins_memory("mnist") < 1.1 * LIBRARIES


def test_a_large_mixture_is_scored_and_sampled_in_more(needs):
    for asked in (needs.likelihood_memory, needs.sampling_memory):
        more = asked("mfa_20x", "celeba") - asked("mfa", "celeba")
        assert more >= SPARE * 19 * 589.824 - 1
    # A product and a sum for 12 x 12,288 numbers of 20,000 components, 182,637 times.
    hours = 2 * 12 * 12_288 * 20_000 * 182_637 / 5e10 / 3600
    minutes = needs.likelihood_minutes("mfa_20x", "celeba")
    assert minutes == pytest.approx(30 + 60 * SPARE * hours, rel=0.01)
    assert needs.likelihood_minutes("mfa", "mnist") <= 31


def test_neighbours_are_asked_for_the_larger_mixture(needs):
    # 11.8 GB of 20,000 components, four times, where the control is one of the rows.
    asked = needs.neighbours_memory("celeba")
    held = 2 * IMAGES + 4 * 11_796.48
    assert asked == pytest.approx(LIBRARIES + SPARE * held, abs=1)
