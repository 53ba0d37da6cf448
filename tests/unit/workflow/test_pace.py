"""Minutes of a training, without what else its machine did."""

import pandas as pd

from gansgmms.workflow.pace import undisturbed


def curve(seconds, images, **columns):
    """Rows of a curve whose machine took so many seconds for so many images each."""
    speed = [n / s for n, s in zip(images, seconds, strict=True)]
    took = pd.Series(seconds).cumsum()
    return pd.DataFrame({"seconds": took, "images_per_second": speed, **columns})


def test_a_pause_does_not_count_and_the_start_does():
    # Its start takes 30 s; then 100 images a second, but for a pause of an hour.
    seconds = [30.0 + 1.0] + [1.0] * 20 + [3601.0] + [1.0] * 20
    disturbed = curve(seconds, [100] * len(seconds))
    assert undisturbed(disturbed).tolist() == [31.0 + i for i in range(len(seconds))]


def test_half_the_speed_for_half_the_time_counts_as_the_whole_speed():
    found = undisturbed(curve([1.0] * 10 + [2.0] * 10, [50] * 20))
    assert found.iloc[-1] == 20


def test_each_part_of_a_mixture_has_its_own_speed():
    seconds = [1.0] * 10 + [5.0] + [4.0] * 9 + [40.0]
    found = undisturbed(curve(seconds, [10] * 21, split=[0] * 10 + [1] * 11))
    assert found.iloc[-1] == 10 + 5 + 10 * 4


def test_a_curve_without_speed_is_taken_by_the_clock():
    by_clock = pd.DataFrame({"seconds": [1.0, 90.0]})
    assert undisturbed(by_clock).tolist() == [1.0, 90.0]
