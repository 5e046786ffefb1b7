"""Counts that tell whether a round has become dearer, on any machine."""

import collections

import keras
import pytest

import keras_gan_losses as kgl
from benchmarks.workloads import Workload
from keras_gan_losses import architectures
from tests import tiny

BACKEND = keras.backend.backend()


class Counted(keras.layers.Layer):
    """Passes its input on, and counts the passes and their samples."""

    def __init__(self):
        super().__init__()
        self.passes = []

    def call(self, inputs):
        self.passes.append(inputs.shape[0])
        return inputs


# Passes of generator and discriminator in a round, by the rules of the game.
PASSES = {
    # D: one generation, real and fake scores. G: one generation and its scores.
    "hinge": ({"loss": "hinge"}, 2, 3),
    "reuse": ({"loss": "hinge", "reuses_fakes": True}, 1, 3),
    "joint": ({"loss": "hinge", "reuses_fakes": True, "updates_simultaneously": True}, 1, 2),
    # The penalty scores points of its own.
    "wgan_gp": ({"loss": "wgan_gp", "discriminator_steps": 1}, 2, 4),
    "wgan_gp, 3 steps": ({"loss": "wgan_gp", "discriminator_steps": 3}, 4, 10),
    # R1 and R2 share their passes with the loss; the generator's loss has real scores too.
    "r3gan": ({"loss": "r3gan"}, 2, 4),
    "r1": ({"loss": "non_saturating", "penalties": ["r1"]}, 2, 3),
}


@pytest.mark.parametrize("name", PASSES)
def test_a_round_has_no_more_passes_than_its_rules_need(name):
    arguments, of_generator, of_discriminator = PASSES[name]
    counters = [Counted(), Counted()]
    networks = []
    for counter, sizes in zip(counters, [(4, 2), (2, 1)], strict=True):
        inputs = keras.Input((sizes[0],))
        networks.append(keras.Model(inputs, keras.layers.Dense(sizes[1])(counter(inputs))))
    gan = kgl.GAN(*networks, latent_dim=4)
    gan.compile(run_eagerly=True, **arguments)
    for counter in counters:
        counter.passes.clear()
    steps = gan.rules.discriminator_steps
    gan.fit(tiny.samples(8 * steps), batch_size=8, verbose=0)
    assert [len(counter.passes) for counter in counters] == [of_generator, of_discriminator]


def test_fit_traces_the_round_once_for_each_size_of_batch():
    # However often the probability of an augmentation changes.
    noise = kgl.augmentation.InstanceNoise()
    adaptive = kgl.augmentation.Adaptive(
        noise, start=0.5, num_samples=100, every=1, compares_pairs=True
    )
    gan = tiny.compiled_gan(loss="wgan_gp", discriminator_steps=2, augmentation=adaptive)
    traces = []
    play = gan.adversarial_step
    gan.adversarial_step = lambda data: traces.append(1) or play(data)
    # Rounds of 8, 8, and 4 samples.
    gan.fit(tiny.samples(20), batch_size=4, epochs=3, verbose=0)
    # TensorFlow leaves the size open, and torch traces nothing.
    assert len(traces) == {"tensorflow": 1, "jax": 2, "torch": 9}[BACKEND]
    gan.fit(tiny.samples(20), batch_size=4, epochs=2, verbose=0)
    assert len(traces) == {"tensorflow": 1, "jax": 2, "torch": 15}[BACKEND]
    assert float(adaptive.probability) != 0.5


def operations(function, *arguments):
    """Operations of a TensorFlow function, those of the functions it calls included."""
    graph = function.get_concrete_function(*arguments).graph.as_graph_def()
    bodies = [graph.node, *(each.node_def for each in graph.library.function)]
    return collections.Counter(node.op for nodes in bodies for node in nodes)


@pytest.mark.skipif(BACKEND != "tensorflow", reason="only TensorFlow has operations to count")
@pytest.mark.parametrize("loss", ["non_saturating", "wgan_gp", "hinge", "r3gan"])
def test_a_round_has_few_more_operations_than_one_by_hand(loss):
    import tensorflow as tf

    from benchmarks.hand_written.tensorflow import hand_written_round

    workload = Workload(
        name="small",
        build=lambda: architectures.mlp((2,), 64),
        data_shape=(2,),
        loss=loss,
        batch_size=8,
        discriminator_steps=1,
        num_rounds=1,
    )
    gan = kgl.GAN(*workload.build(), latent_dim=64)
    gan.compile(loss=loss, discriminator_steps=1)
    batch = tf.zeros((8, 2))
    ours = operations(tf.function(lambda x: gan.train_step((x,)), autograph=False), batch)
    theirs = operations(tf.function(hand_written_round(*workload.build(), workload)), batch)
    # What is logged, and random numbers that can be saved, are what is more.
    assert ours.total() - ours["Const"] < 1.3 * (theirs.total() - theirs["Const"])
    assert not {name for name in ours if "PyFunc" in name}


@pytest.mark.skipif(BACKEND != "jax", reason="the others have their own tests here")
def test_a_compiled_round_never_calls_the_host():
    import jax

    gan = tiny.compiled_gan(loss="r3gan", penalties=["lecam"])
    groups = [gan.trainable_variables, gan.non_trainable_variables]
    groups += [gan.optimizer.variables, gan.metrics_variables]
    state = [[variable.value for variable in group] for group in groups]
    lowered = jax.jit(gan.train_step).lower(state, (tiny.samples(8),))
    assert "callback" not in lowered.as_text()


@pytest.mark.skipif(BACKEND != "jax", reason="the others compile no operations one by one")
def test_a_fit_compiles_its_round_and_nothing_else():
    import jax

    compiled = []

    def note(event, seconds, **details):
        if event.endswith("backend_compile_duration"):
            compiled.append(details["fun_name"])

    gan = tiny.compiled_gan(loss="wgan_gp", discriminator_steps=1)
    jax.clear_caches()
    jax.monitoring.register_event_duration_secs_listener(note)
    try:
        gan.fit(tiny.samples(16), batch_size=8, epochs=2, verbose=0)
    finally:
        jax.monitoring.unregister_event_duration_listener(note)
    # With zeros Keras begins an epoch.
    zeros = {"jit(broadcast_in_dim)", "jit(convert_element_type)"}
    assert set(compiled) - zeros == {"jit(train_step)"}
    assert compiled.count("jit(train_step)") == 1


@pytest.mark.skipif(BACKEND != "torch", reason="the others have their own tests here")
def test_an_eager_round_waits_for_no_number_but_its_seeds(monkeypatch):
    import torch

    gan = tiny.compiled_gan(loss="r3gan", penalties=["lecam"])
    batch = torch.as_tensor(tiny.samples(8))
    gan.train_step((batch,))
    waits = []
    for name in ("item", "cpu", "numpy", "tolist", "__bool__", "__float__", "__int__"):
        method = getattr(torch.Tensor, name)

        def counting(*args, name=name, method=method, **kwargs):
            waits.append(name)
            return method(*args, **kwargs)

        monkeypatch.setattr(torch.Tensor, name, counting)
    gan.train_step((batch,))
    # The seeds of the two draws of latents, which Keras hands to torch as numbers.
    assert waits == ["__int__"] * 2
