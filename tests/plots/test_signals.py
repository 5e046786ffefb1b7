import io

import numpy as np
import pytest

from keras_gan_losses.plots import signals


def tones():
    steps = np.arange(256)
    made = [np.sin(2.0 * np.pi * frequency * steps) for frequency in (1 / 8, 1 / 4)]
    return np.stack(made)[..., np.newaxis]


def test_each_signal_is_drawn_over_seconds_beside_its_spectrogram():
    figure = signals(tones(), rate=1000, labels=["low", "high"], frame_length=16, title="Tones")
    rows = np.reshape(figure.axes, (2, 2))
    assert [row[0].get_ylabel() for row in rows] == ["low", "high"]
    for (left, right), signal, band in zip(rows, tones(), (2, 4), strict=True):
        times, values = left.lines[0].get_data()
        np.testing.assert_array_equal(values, signal[:, 0])
        np.testing.assert_allclose(times, np.arange(256) / 1000)
        (image,) = right.images
        assert image.get_extent() == [0.0, 0.256, 0.0, 500.0]
        # Rows are frequencies from below, columns are frames.
        np.testing.assert_array_equal(image.get_array().argmax(axis=0), band)
    assert rows[1, 0].get_xlabel() == "s"


def test_all_spectrograms_have_one_scale():
    loud, soft = signals(np.array([1.0, 0.1])[:, None, None] * tones()[:1]).axes[1::2]
    assert loud.images[0].get_clim() == soft.images[0].get_clim()
    assert np.ptp(loud.images[0].get_clim()) == pytest.approx(80.0)


def test_channels_are_curves_and_lost_values_leave_gaps():
    values = np.concatenate([tones(), tones()], axis=2)
    values[0, 3] = np.nan
    figure = signals(values)
    assert len(figure.axes[0].lines) == 2
    assert np.isnan(figure.axes[0].lines[0].get_ydata()[3])
    assert figure.axes[2].get_xlabel() == "step"
    figure.savefig(io.BytesIO())


def test_silence_and_short_signals_can_be_drawn():
    signals(np.zeros((1, 5, 1))).savefig(io.BytesIO())


def test_of_many_signals_the_first_are_drawn():
    assert len(signals(np.zeros((40, 30, 1))).axes) == 2 * 16


@pytest.mark.parametrize(
    ("samples", "arguments", "message"),
    [
        (np.zeros((2, 30)), {}, "must be signals"),
        (np.zeros((0, 30, 1)), {}, "at least one"),
        (np.zeros((2, 30, 1)), {"rate": 0}, "rate"),
        (np.zeros((2, 30, 1)), {"frame_length": 7}, "even"),
        (np.zeros((2, 30, 1)), {"labels": ["a"]}, "1 labels for 2 signals"),
    ],
)
def test_what_cannot_be_drawn_is_refused(samples, arguments, message):
    with pytest.raises(ValueError, match=message):
        signals(samples, **arguments)
