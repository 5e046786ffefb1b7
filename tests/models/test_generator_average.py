import random
import subprocess
import sys

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses import GeneratorAverage
from keras_gan_losses.callbacks import Checkpoint, SamplePictures
from tests import tiny
from tests.callbacks import training

on_torch = keras.backend.backend() == "torch"


class Follow(keras.callbacks.Callback):
    """An average in NumPy: E ← ½^(n/h) E + (1 − ½^(n/h)) w with h = min(half_life, ramp_up N)."""

    def __init__(self, half_life, ramp_up, samples_per_round):
        super().__init__()
        self.half_life, self.ramp_up = half_life, ramp_up
        self.samples_per_round = iter(samples_per_round)
        self.seen = 0

    def on_train_begin(self, logs=None):
        self.expected = self._weights()

    def on_train_batch_end(self, batch, logs=None):
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
        count = next(self.samples_per_round)
        ramped = np.inf if self.ramp_up is None else self.ramp_up * self.seen
        half_life = min(self.half_life, ramped)
        kept = 0.5 ** (count / half_life) if half_life > 0 else 0.0
        pairs = zip(self.expected, self._weights(), strict=True)
        self.expected = [kept * old + (1.0 - kept) * new for old, new in pairs]
        self.seen += count

    def _weights(self):
        return [v.astype("float64") for v in tiny.values(self.model.generator.trainable_variables)]


def averaged_values(gan):
    """The averages of what the generator trains."""
    pairs = zip(gan.averaged_generator.weights, gan.generator.weights, strict=True)
    return tiny.values([average for average, weight in pairs if weight.trainable])


def distance(values, others):
    return max(np.abs(one - other).max() for one, other in zip(values, others, strict=True))


@pytest.mark.parametrize("ramp_up", [0.5, None])
def test_the_average_is_that_of_numpy_over_rounds_of_unequal_size(ramp_up):
    average = GeneratorAverage(half_life=30.0, ramp_up=ramp_up)
    gan = training.every_kind_of_state(optimizer=keras.optimizers.SGD(0.1), average=average)
    # 40 samples in rounds of 2 × 8 leave a last one of 8.
    follow = Follow(30.0, ramp_up, [16, 16, 8] * 4)
    training.fit(gan, [follow], epochs=4)
    assert follow.seen == 160
    weights = tiny.values(gan.generator.trainable_variables)
    for average, expected in zip(averaged_values(gan), follow.expected, strict=True):
        np.testing.assert_allclose(average, expected, rtol=1e-5, atol=1e-6)
    assert distance(weights, follow.expected) > 1e-3


def test_the_first_round_of_a_ramp_gives_the_weights_themselves():
    gan = training.every_kind_of_state(average=GeneratorAverage(), run_eagerly=True)
    training.fit(gan, epochs=1, samples=tiny.samples(16))
    assert distance(averaged_values(gan), tiny.values(gan.generator.trainable_variables)) < 1e-6


@pytest.mark.backend("jax")
@pytest.mark.skipif(on_torch, reason="Keras refuses steps_per_execution on torch")
def test_the_average_is_the_same_with_several_steps_in_one_execution():
    averages = []
    for steps in (1, 3):
        average = GeneratorAverage(half_life=50.0)
        gan = training.every_kind_of_state(steps_per_execution=steps, average=average)
        keras.utils.set_random_seed(7)
        training.fit(gan)
        averages.append(tiny.values(gan.averaged_generator.weights))
    assert distance(*averages) < 1e-5


@pytest.mark.backend("every")
def test_training_is_left_alone_to_the_bit():
    # Compiled, two programs round otherwise on JAX.
    plain = training.every_kind_of_state(run_eagerly=True)
    averaged = training.every_kind_of_state(
        run_eagerly=True, average=GeneratorAverage(half_life=50.0)
    )
    start = training.trained_state(plain)
    for gan in (plain, averaged):
        keras.utils.set_random_seed(7)
        training.fit(gan)
    assert any(
        not np.array_equal(one, other)
        for one, other in zip(start, training.trained_state(plain), strict=True)
    )
    tiny.assert_same(training.trained_state(plain), training.trained_state(averaged))


def test_new_seeds_are_the_same_with_and_without_an_average():
    gan = training.every_kind_of_state()
    states = []
    for average in (None, GeneratorAverage()):
        random.seed(3)
        gan.compile(average=average)
        states.append(random.getstate())
    assert states[0] == states[1]


def test_batch_statistics_are_copied():
    gan = training.every_kind_of_state(average=GeneratorAverage(half_life=50.0))
    training.fit(gan)
    pairs = zip(gan.averaged_generator.weights, gan.generator.weights, strict=True)
    statistics = [(average, weight) for average, weight in pairs if not weight.trainable]
    assert len(statistics) == 2
    for average, weight in statistics:
        tiny.assert_same(tiny.values([average]), tiny.values([weight]))


def far_from_its_average():
    """A trained GAN whose two generators differ."""
    gan = training.every_kind_of_state(optimizer=keras.optimizers.SGD(0.5))
    # Traced without the average.
    gan.generate(3)
    gan.evaluate(tiny.samples(), verbose=0)
    gan.compile(
        loss="wgan_gp",
        optimizer=keras.optimizers.SGD(0.5),
        discriminator_steps=2,
        average=GeneratorAverage(half_life=200.0, ramp_up=None),
    )
    training.fit(gan)
    latents = keras.ops.convert_to_numpy(gan.latent_sampler(6, 3))
    expected = gan.averaged_generator.predict(latents, verbose=0)
    assert np.abs(expected - gan.generator.predict(latents, verbose=0)).max() > 1e-3
    return gan, latents, expected


def test_samples_predictions_and_evaluation_come_from_the_average():
    gan, latents, expected = far_from_its_average()
    np.testing.assert_allclose(gan.generate(6, seed=3), expected, atol=1e-6)
    np.testing.assert_allclose(gan.predict(latents, verbose=0), expected, atol=1e-6)
    other = kgl.GAN(gan.averaged_generator, gan.discriminator, latent_dim=4)
    state = keras.ops.convert_to_numpy(gan.evaluation_seed_generator.state)
    other.evaluation_seed_generator.state.assign(state)
    gan.averaged_generator.trainable = True
    other.compile(loss="wgan_gp")
    logs = [g.evaluate(tiny.samples(), verbose=0, return_dict=True) for g in (gan, other)]
    assert logs[0] == pytest.approx(logs[1], rel=1e-5)


def test_an_export_serves_the_average(tmp_path):
    gan, latents, expected = far_from_its_average()
    if on_torch:
        import torch

        gan.export(str(tmp_path / "generator.pt2"), format="torch", verbose=False)
        program = torch.export.load(str(tmp_path / "generator.pt2")).module()
        # Keras exports batches of one there.
        rows = [program(row[None]) for row in torch.from_numpy(latents)]
        served = torch.cat(rows).detach().numpy()
    else:
        import tensorflow as tf

        gan.export(str(tmp_path / "generator"))
        model = tf.saved_model.load(str(tmp_path / "generator"))
        served = model.serve(latents).numpy()
    np.testing.assert_allclose(served, expected, atol=1e-6)


def test_a_saved_average_goes_on_as_if_it_had_never_stopped(tmp_path):
    gan = training.every_kind_of_state(average=GeneratorAverage(half_life=50.0))
    training.fit(gan, epochs=1, shuffle=False)
    gan.save(tmp_path / "gan.keras")
    training.fit(gan, epochs=1, shuffle=False)
    resumed = keras.saving.load_model(tmp_path / "gan.keras")
    training.fit(resumed, epochs=1, shuffle=False)
    tiny.assert_same(tiny.state(gan), tiny.state(resumed))


class Crash(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_an_average_goes_on_in_a_run_that_a_checkpoint_resumes(tmp_path):
    def run(gan, name, *others):
        pictures = SamplePictures(tmp_path / name, num_samples=9)
        training.fit(gan, [Checkpoint(tmp_path / f"{name}_run"), pictures, *others], epochs=3)

    average = GeneratorAverage(half_life=50.0)
    whole, crashed, resumed = (training.every_kind_of_state(average=average) for _ in range(3))
    keras.utils.set_random_seed(7)
    run(whole, "whole")
    keras.utils.set_random_seed(7)
    with pytest.raises(KeyboardInterrupt):
        run(crashed, "parts", Crash())
    run(resumed, "parts")
    tiny.assert_same(tiny.state(whole), tiny.state(resumed))
    animations = [(tmp_path / name / "samples.gif").read_bytes() for name in ("whole", "parts")]
    assert animations[0] == animations[1]


def test_a_loaded_gan_samples_from_its_average_and_takes_another_pace(tmp_path):
    gan = training.every_kind_of_state(average=GeneratorAverage(half_life=50.0))
    training.fit(gan)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    np.testing.assert_array_equal(gan.generate(3, seed=0), loaded.generate(3, seed=0))
    before = averaged_values(loaded)
    loaded.compile(average=GeneratorAverage(half_life=1e9, ramp_up=None))
    training.fit(loaded)
    assert distance(before, averaged_values(loaded)) < 1e-5
    loaded.compile(average=GeneratorAverage(half_life=5.0))
    training.fit(loaded)
    assert distance(before, averaged_values(loaded)) > 1e-4


def test_an_average_that_comes_with_a_second_training_is_used():
    gan = training.every_kind_of_state(run_eagerly=True)
    training.fit(gan)
    gan.generate(3)
    before = tiny.values(gan.generator.trainable_variables)
    gan.compile(average=GeneratorAverage(half_life=1e9, ramp_up=None), run_eagerly=True)
    training.fit(gan)
    assert distance(before, averaged_values(gan)) < 1e-5
    assert distance(before, tiny.values(gan.generator.trainable_variables)) > 1e-3
    latents = keras.ops.convert_to_numpy(gan.latent_sampler(3, 0))
    expected = gan.averaged_generator.predict(latents, verbose=0)
    np.testing.assert_allclose(gan.generate(3, seed=0), expected, atol=1e-6)


def test_compiling_without_an_average_removes_it():
    gan = training.every_kind_of_state(average=GeneratorAverage())
    with_average = len(gan.variables)
    gan.compile(loss="wgan_gp")
    assert gan.averaged_generator is None
    assert len(gan.variables) < with_average
    assert gan.sampling_generator is gan.generator
    latents = keras.ops.convert_to_numpy(gan.latent_sampler(3, 0))
    expected = gan.generator.predict(latents, verbose=0)
    np.testing.assert_allclose(gan.generate(3, seed=0), expected, atol=1e-6)


def test_an_error_in_the_first_step_leaves_the_average_its_values():
    class Broken(kgl.latents.NormalLatents):
        def __call__(self, num_samples, seed):
            if is_broken:
                raise RuntimeError("no latents today")
            return super().__call__(num_samples, seed)

    is_broken = False
    gan = kgl.GAN(*tiny.networks(), latent_sampler=Broken(4))
    gan.compile(average=GeneratorAverage())
    before = tiny.values(gan.generator.weights)
    is_broken = True
    with pytest.raises(RuntimeError, match="no latents today"):
        training.fit(gan)
    tiny.assert_same(before, tiny.values(gan.averaged_generator.weights))


def test_conditional_and_subclassed_generators_are_averaged():
    @keras.saving.register_keras_serializable(package="tests")
    class Generator(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(2)

        def call(self, inputs):
            return self.dense(inputs)

    subclassed = kgl.GAN(Generator(), tiny.networks()[1], latent_dim=4)
    average = GeneratorAverage(half_life=30.0, ramp_up=None)
    subclassed.compile(optimizer=keras.optimizers.SGD(0.1), average=average)
    conditional = tiny.compiled_gan(
        num_classes=3, optimizer=keras.optimizers.SGD(0.1), average=average
    )
    for gan, labels in ((subclassed, None), (conditional, np.arange(40) % 3)):
        follow = Follow(30.0, None, [8] * 5)
        training.fit(gan, [follow], y=labels, epochs=1)
        assert distance(averaged_values(gan), follow.expected) < 1e-6
        assert gan.generate(3, None if labels is None else 1, seed=0).shape == (3, 2)


def test_a_generator_without_a_configuration_is_refused_before_training():
    class Generator(keras.Model):
        def __init__(self, size):
            super().__init__()
            self.dense = keras.layers.Dense(size)

        def call(self, inputs):
            return self.dense(inputs)

    gan = kgl.GAN(Generator(2), tiny.networks()[1], latent_dim=4)
    gan.compile()
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=r"cannot be copied for averaging.*get_config"):
        gan.compile(average=GeneratorAverage())
    tiny.assert_same(before, tiny.state(gan))
    assert gan.averaged_generator is None


@pytest.fixture
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"], indirect=True)
def test_the_average_is_kept_in_single_precision(policy):
    average = GeneratorAverage(half_life=30.0, ramp_up=None)
    gan = tiny.compiled_gan(optimizer=keras.optimizers.SGD(0.1), average=average)
    follow = Follow(30.0, None, [8] * 10)
    training.fit(gan, [follow])
    assert distance(averaged_values(gan), follow.expected) < 1e-6


@pytest.mark.parametrize("policy", ["bfloat16"], indirect=True)
def test_weights_of_half_precision_are_refused(policy):
    gan = tiny.compiled_gan()
    with pytest.raises(ValueError, match=r"bfloat16.*mixed_bfloat16"):
        gan.compile(average=GeneratorAverage())
    assert gan.averaged_generator is None


@pytest.mark.parametrize("name", ["half_life", "ramp_up"])
@pytest.mark.parametrize("value", [0, -1.0, float("nan"), "long"])
def test_a_pace_that_is_no_positive_number_is_refused(name, value):
    with pytest.raises(ValueError, match=rf"`{name}` must be .*Received: {name}="):
        GeneratorAverage(**{name: value})


@pytest.mark.parametrize("value", [True, 10_000, "average"])
def test_what_is_no_average_is_refused(value):
    with pytest.raises(TypeError, match=r"must be a keras_gan_losses\.GeneratorAverage or None"):
        tiny.compiled_gan(average=value)


REPLICAS = """
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras, numpy as np
from keras_gan_losses import GeneratorAverage
from tests import tiny
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
with strategy.scope():
    gan = tiny.compiled_gan(seed=1, average=GeneratorAverage())
gan.fit(tiny.samples(), batch_size=16, epochs=2, verbose=0)
assert gan.generator_average.samples_seen.numpy() == 96.0
for variable in gan.averaged_generator.weights:
    one, other = (value.numpy() for value in variable.value.values)
    np.testing.assert_array_equal(one, other)
"""


@pytest.mark.slow
@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the strategies are TensorFlow's"
)
def test_replicas_count_their_samples_together():
    subprocess.run([sys.executable, "-c", REPLICAS], check=True)
