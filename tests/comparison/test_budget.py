import numpy as np
import pytest

from keras_gan_losses.comparison import DiscriminatorUpdates, TrainingSeconds
from keras_gan_losses.comparison.batch_stream import BatchStream


def test_updates_are_spent_by_updates_and_seconds_by_seconds():
    assert DiscriminatorUpdates(40).share_spent(10, seconds=1e9) == 0.25
    assert TrainingSeconds(40.0).share_spent(10**9, seconds=10.0) == 0.25


def test_an_interval_has_as_many_rounds_as_fit_between_two_measurements():
    assert DiscriminatorUpdates(1000).rounds_in_interval(5, 10) == 20
    assert DiscriminatorUpdates(1000).rounds_in_interval(1, 3) == 334


def test_updates_that_no_number_of_rounds_makes_are_refused():
    budget = DiscriminatorUpdates(12)
    budget.check({"a": 1, "b": 4})
    with pytest.raises(ValueError, match=r"a round of 'b' has 5 of them\. Use 10\."):
        budget.check({"a": 1, "b": 5})
    with pytest.raises(ValueError, match=r"a round of 'a' has 2 of them\. Use 12\."):
        DiscriminatorUpdates(9).check({"a": 2, "b": 3})
    TrainingSeconds(1.0).check({"a": 1, "b": 5})


@pytest.mark.parametrize("value", [0, -1, 1.5, True, None])
def test_a_budget_of_no_whole_updates_is_refused(value):
    with pytest.raises(ValueError, match="`count` must be a whole number of at least 1"):
        DiscriminatorUpdates(value)


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), None])
def test_a_budget_of_no_time_is_refused(value):
    with pytest.raises(ValueError, match="`seconds` must be"):
        TrainingSeconds(value)


def updates(stream, num_intervals):
    """All batches of some intervals, in order."""
    found = []
    for interval in range(num_intervals):
        stream.interval = interval
        found += [stream[index] for index in range(len(stream))]
    return found


def test_an_update_sees_the_same_samples_whatever_the_interval():
    data = np.arange(10)
    short = BatchStream(data, None, batch_size=4, num_batches=2, seed=3)
    long = BatchStream(data, None, batch_size=4, num_batches=5, seed=3)
    np.testing.assert_array_equal(updates(short, 5), updates(long, 2))
    # Each pass has each sample once, in the order that the docstring names.
    seen = np.concatenate(updates(long, 2))
    for number in range(4):
        order = np.random.default_rng((3, number)).permutation(10)
        np.testing.assert_array_equal(seen[10 * number : 10 * number + 10], order)


def test_labels_go_with_their_samples_and_seeds_differ():
    data = np.arange(10)
    stream = BatchStream(data, data % 3, batch_size=4, num_batches=1, seed=0)
    samples, labels = stream[0]
    np.testing.assert_array_equal(labels, samples % 3)
    other = BatchStream(data, None, batch_size=4, num_batches=1, seed=1)
    assert not np.array_equal(other[0], samples)


def test_a_batch_may_be_larger_than_the_data():
    stream = BatchStream(np.arange(3), None, batch_size=7, num_batches=1, seed=0)
    assert sorted(stream[0][:6].tolist()) == [0, 0, 1, 1, 2, 2]
