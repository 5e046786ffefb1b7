import pytest

from keras_gan_losses.callbacks import LiveProgress
from tests import tiny
from tests.callbacks import training


def test_each_epoch_is_one_line_that_says_how_the_game_stands(capsys):
    gan = tiny.compiled_gan(loss="r1")
    history = training.fit(gan, [LiveProgress()], epochs=3, validation_data=tiny.samples(8)).history
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" (")[0] for line in lines] == [f"Epoch {n}/3" for n in (1, 2, 3)]
    accuracy = history["discriminator_accuracy"][-1]
    words = ["discriminator misled", "in balance", "discriminator far ahead"]
    state = words[(accuracy >= 0.45) + (accuracy > 0.95)]
    assert f"{state}, discriminator_accuracy {accuracy:.4g}, generator_loss" in lines[-1]
    assert f"val_generator_loss {history['val_generator_loss'][-1]:.4g}" in lines[-1]
    assert "r1_penalty" not in lines[-1]


def test_chosen_logs_are_printed_if_there_are_any(capsys):
    progress = LiveProgress(names=["r1_penalty", "absent"])
    history = training.fit(tiny.compiled_gan(loss="r1"), [progress], epochs=1).history
    line = capsys.readouterr().out
    assert line.endswith(f", r1_penalty {history['r1_penalty'][0]:.4g}\n")
    assert "absent" not in line


def test_a_line_does_not_tear_keras_bar(capsys):
    gan = tiny.compiled_gan()
    training.fit(gan, [LiveProgress(every=2)], epochs=4, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    own = [index for index, line in enumerate(lines) if line.startswith("Epoch 2/4 (")]
    assert len(own) == 1
    # Keras's line of the same epoch is complete before.
    assert "discriminator_loss:" in lines[own[0] - 1]
    assert lines[-1].startswith("Epoch 4/4 (")
    assert not any(line.startswith("Epoch 3/4 (") for line in lines)


def test_an_interval_below_one_is_refused():
    with pytest.raises(ValueError, match="`every` must be a whole number"):
        LiveProgress(every=0)


def test_training_is_left_alone_to_the_bit():
    training.assert_leaves_training_alone(lambda: [LiveProgress()])
