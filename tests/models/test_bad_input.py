import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny


def test_networks_that_do_not_fit_each_other_are_refused():
    generator, _ = tiny.networks()
    inputs = keras.Input((3,))
    discriminator = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    with pytest.raises(ValueError, match=r"discriminator cannot take sample of shape \(None, 2\)"):
        kgl.GAN(generator, discriminator, latent_dim=4)


def test_a_network_that_is_no_model_is_refused():
    with pytest.raises(TypeError, match=r"`generator` must be a keras\.Model"):
        kgl.GAN(lambda latents: latents, tiny.networks()[1], latent_dim=4)


def test_forgotten_latents_are_spoken_of_before_training():
    gan = kgl.GAN(*tiny.networks())
    gan.compile()
    with pytest.raises(ValueError, match=r"they take 'condition' of shape \(4,\).*latent_dim="):
        gan.fit(tiny.samples(8), verbose=0)


def test_wrong_latents_are_refused_with_the_right_number():
    with pytest.raises(ValueError, match="Use latent_dim=4"):
        kgl.GAN(*tiny.networks(), latent_dim=5)


@pytest.mark.parametrize("latent_dim", [0, -1, 2.5, "four"])
def test_latents_of_no_size_are_refused(latent_dim):
    with pytest.raises(ValueError, match="`latent_dim` must be a whole number"):
        kgl.GAN(*tiny.networks(), latent_dim=latent_dim)


def test_a_dictionary_of_inputs_without_the_samples_or_the_latents_is_refused():
    latents = keras.Input((4,), name="z")
    generator = keras.Model({"z": latents}, keras.layers.Dense(2)(latents))
    with pytest.raises(ValueError, match=r"must be called 'latents'. Received inputs .*'z'"):
        kgl.GAN(generator, tiny.networks()[1], latent_dim=4)


def a_generator(outputs):
    """A generator whose Dense layer's samples go through a function."""
    latents = keras.Input((4,))
    return keras.Model(latents, outputs(keras.layers.Dense(2)(latents)))


@pytest.mark.parametrize(
    ("outputs", "received"),
    [
        (lambda samples: [samples], r"a list of \[a tensor of shape \(None, 2\)\]"),
        (lambda samples: {"samples": samples}, "{'samples': a tensor"),
    ],
)
def test_a_generator_of_more_than_one_tensor_is_refused(outputs, received):
    with pytest.raises(ValueError, match=f"generator must give one tensor.*Received: {received}"):
        kgl.GAN(a_generator(outputs), tiny.networks()[1], latent_dim=4)


@pytest.mark.parametrize(
    ("outputs", "received"),
    [
        (lambda scores: {"logits": scores}, "{'logits': a tensor"),
        (lambda scores: {"features": [scores, scores]}, "{'features': a list of"),
    ],
)
def test_a_discriminator_without_scores_is_refused(outputs, received):
    samples = keras.Input((2,))
    discriminator = keras.Model(samples, outputs(keras.layers.Dense(1)(samples)))
    with pytest.raises(ValueError, match=f"must give a tensor of scores, .*Received: .*{received}"):
        kgl.GAN(tiny.networks()[0], discriminator, latent_dim=4)


@pytest.mark.parametrize("num_classes", [None, 3])
def test_swapped_networks_are_told(num_classes):
    generator, discriminator = tiny.networks(num_classes=num_classes)
    with pytest.raises(ValueError, match=r"swapped.*generator='discriminator'"):
        kgl.GAN(discriminator, generator, latent_dim=4)


def test_a_layer_that_both_networks_share_is_refused():
    embedding = keras.layers.Embedding(3, 2, name="of_labels")

    def network(size, outputs):
        inputs = [keras.Input((size,)), keras.Input((), dtype="int32")]
        hidden = keras.layers.Concatenate()([inputs[0], embedding(inputs[1])])
        return keras.Model(inputs, keras.layers.Dense(outputs)(hidden))

    with pytest.raises(ValueError, match=r"the layer 'of_labels' in both.*one Embedding"):
        kgl.GAN(network(4, 2), network(2, 1), latent_dim=4)


def test_one_optimizer_object_for_both_players_is_refused():
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="cannot serve both players"):
        tiny.compiled_gan(generator_optimizer=adam, discriminator_optimizer=adam)


def test_a_common_and_an_own_optimizer_together_are_refused():
    with pytest.raises(ValueError, match="Pass it alone"):
        tiny.compiled_gan(optimizer="adam", generator_optimizer="adam")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss": "wgan_pg"}, "Unknown objective: 'wgan_pg'. Did you mean 'wgan_gp'?"),
        ({"penalties": ["r3"]}, "Unknown penalty: 'r3'. Did you mean 'r2'?|'r1'?"),
        ({"optimizer": "adamm"}, "must be a Keras optimizer"),
        ({"loss": 3}, "must be the name of an objective.*Names of objectives: .*hinge"),
        ({"loss": {"generator": None}}, "needs exactly the keys"),
        ({"discriminator_steps": 0}, "`discriminator_steps` must be a whole number"),
        ({"metric": []}, "does not take 'metric'"),
        ({"penalties": "r1"}, r"`penalties` must be a list.*penalties=\[…\]"),
        ({"penalties": kgl.penalties.R1Penalty()}, "`penalties` must be a list"),
        ({"metrics": "frechet_distance"}, "`metrics` must be a list"),
        ({"steps_per_execution": 0}, "`steps_per_execution` must be a whole number"),
    ],
)
def test_unknown_names_are_refused_and_leave_the_compiled_model_as_it_was(arguments, message):
    gan = tiny.compiled_gan(loss="hinge")
    before = gan.get_compile_config()
    with pytest.raises(ValueError, match=message):
        gan.compile(**arguments)
    assert gan.get_compile_config() == before
    gan.fit(tiny.samples(16), batch_size=16, verbose=0)


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="others compile second derivatives")
def test_compiling_second_derivatives_is_refused_where_it_cannot_be():
    gan = tiny.compiled_gan(loss="hinge")
    with pytest.raises(ValueError, match=r"'gradient_penalty'.*Leave out jit_compile=True"):
        gan.compile(loss="wgan_gp", jit_compile=True)
    gan.compile(loss="non_saturating", penalties=["lecam"], jit_compile=True)


def test_one_metric_outside_of_a_list_is_refused():
    with pytest.raises(ValueError, match="`metrics` must be a list"):
        tiny.compiled_gan().measure(tiny.samples(), metrics="frechet_distance")


def test_two_penalties_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Two penalties have the name 'gradient_penalty'"):
        tiny.compiled_gan(loss="wgan_gp", penalties=["gradient_penalty"])


def test_energies_of_one_player_and_scores_of_the_other_are_refused():
    pair = {
        "generator": kgl.losses.HingeGeneratorLoss(),
        "discriminator": kgl.losses.EnergyBasedDiscriminatorLoss(),
    }
    with pytest.raises(ValueError, match="generator's loss takes scores"):
        tiny.compiled_gan(loss=pair)


def test_a_sigmoid_met_unawares_is_refused():
    gan = kgl.GAN(*tiny.networks(last_activation="sigmoid"), latent_dim=4)
    with pytest.raises(ValueError, match=r"Remove the sigmoid, .* from_logits=False"):
        gan.compile(loss="non_saturating")
    with pytest.raises(ValueError, match="Remove the sigmoid"):
        gan.compile(loss="wgan_gp")
    gan.compile(loss=kgl.objectives.non_saturating(from_logits=False))
    assert np.isfinite(gan.fit(tiny.samples(), verbose=0).history["loss"][0])


def test_probabilities_wanted_of_a_linear_layer_are_refused():
    with pytest.raises(ValueError, match="ends in a linear layer"):
        tiny.compiled_gan(loss=kgl.objectives.non_saturating(from_logits=False))


def test_fit_before_compile_is_refused():
    gan = kgl.GAN(*tiny.networks(), latent_dim=4)
    with pytest.raises(ValueError, match="Call `compile` before `fit`"):
        gan.fit(tiny.samples())


def not_a_number():
    x = tiny.samples()
    x[7, 1] = np.nan
    return x


BAD_FITS = {
    "shape": ((np.zeros((8, 3), "float32"),), {}, r"shape \(batch, 2\). Received .*\(8, 3\)"),
    "empty": ((np.zeros((0, 2), "float32"),), {}, "empty"),
    "nan": ((not_a_number(),), {}, "NaN or infinite"),
    "labels": ((tiny.samples(), np.zeros(48)), {}, "networks take none"),
    "weights": ((tiny.samples(),), {"sample_weight": np.ones(48)}, "`sample_weight`"),
    "class_weights": ((tiny.samples(),), {"class_weight": {0: 1.0}}, "`class_weight`"),
    "division": ((tiny.samples(41),), {"batch_size": 2}, "leave a last batch of 1"),
    "validation": ((tiny.samples(),), {"validation_data": not_a_number()}, "NaN or infinite"),
}


@pytest.mark.parametrize(
    ("method", "name", "value"),
    [
        *(("fit", "epochs", value) for value in (-1, 1.5, "3")),
        *(("fit", "steps_per_epoch", value) for value in (0, -1, 1.5)),
        ("fit", "initial_epoch", -1),
        ("fit", "validation_steps", 0),
        ("fit", "validation_batch_size", -2),
        ("evaluate", "steps", 0),
    ],
)
def test_what_counts_nothing_is_refused_and_the_weights_survive(method, name, value):
    gan = tiny.compiled_gan(run_eagerly=True)
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=f"`{name}` must be a whole number of at least"):
        getattr(gan, method)(tiny.samples(), verbose=0, **{name: value})
    tiny.assert_same(before, tiny.state(gan))


@pytest.mark.parametrize("case", BAD_FITS)
def test_bad_data_are_refused_and_the_weights_survive(case):
    arguments, options, message = BAD_FITS[case]
    gan = tiny.compiled_gan(loss="wgan_gp", discriminator_steps=5)
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=message):
        gan.fit(*arguments, epochs=1, verbose=0, **options)
    tiny.assert_same(before, tiny.state(gan))


BAD_BATCHES = {
    "too small": ({}, (tiny.samples(2),), r"discriminator_steps=3.*a batch of 2"),
    "shape": ({}, (np.zeros((8, 3), "float32"),), r"shape \(batch, 2\). Received .*\(8, 3\)"),
    "nan": ({}, (not_a_number(),), "NaN or infinite"),
    "list": ({}, ([[tiny.samples(3)]],), "Join samples of one shape"),
    "classes": ({"num_classes": 3}, (tiny.samples(6), np.full(6, 3)), "from 0 to 2"),
    "no labels": ({"num_classes": 3}, (tiny.samples(6),), "no labels came"),
    "data set": ({}, (iter([tiny.samples(8)]),), "One batch is an array"),
    "weights": ({}, (tiny.samples(8), None, np.ones(8)), "`sample_weight`"),
}


@pytest.mark.backend("every")
@pytest.mark.parametrize("case", BAD_BATCHES)
@pytest.mark.parametrize("method", ["train_on_batch", "test_on_batch"])
def test_a_bad_single_batch_is_refused_and_the_state_survives(method, case):
    settings, arguments, message = BAD_BATCHES[case]
    gan = tiny.compiled_gan(discriminator_steps=3, run_eagerly=True, **settings)
    before = tiny.state(gan)
    if (method, case) == ("test_on_batch", "too small"):
        assert np.isfinite(gan.test_on_batch(*arguments)).all()
        return
    with pytest.raises(ValueError, match=message):
        getattr(gan, method)(*arguments)
    tiny.assert_same(before, tiny.state(gan))


@pytest.mark.backend("every")
def test_a_round_on_one_batch_is_that_of_fit():
    by_fit, by_batch = (tiny.compiled_gan(seed=1, run_eagerly=True) for _ in range(2))
    for ours, theirs in zip(by_batch.variables, by_fit.variables, strict=True):
        ours.assign(theirs)
    history = by_fit.fit(tiny.samples(8), batch_size=8, shuffle=False, verbose=0).history
    logs = by_batch.train_on_batch(tiny.samples(8), return_dict=True)
    assert float(logs["generator_loss"]) == pytest.approx(history["generator_loss"][0], rel=1e-5)
    for one, other in zip(tiny.state(by_fit), tiny.state(by_batch), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_labels_missing_from_conditional_networks_are_refused():
    gan = tiny.compiled_gan(num_classes=3)
    with pytest.raises(ValueError, match="no labels came with the data"):
        gan.fit(tiny.samples(), verbose=0)
    with pytest.raises(ValueError, match="is conditional: pass `condition`"):
        gan.generate(3)
    with pytest.raises(ValueError, match="takes no condition"):
        tiny.compiled_gan().generate(3, condition=1)


def test_labels_of_a_wrong_shape_are_refused():
    gan = tiny.compiled_gan(num_classes=3)
    with pytest.raises(ValueError, match=r"labels of shape \(\) each. Received .*\(3,\)"):
        gan.fit(tiny.samples(), np.eye(3)[np.zeros(48, int)], verbose=0)


def test_a_data_set_of_a_wrong_shape_or_of_none_is_refused():
    import tensorflow as tf

    gan = tiny.compiled_gan()
    unbatched = tf.data.Dataset.from_tensor_slices(tiny.samples())
    with pytest.raises(ValueError, match="batch the data set"):
        gan.fit(unbatched, verbose=0)
    with pytest.raises(ValueError, match="empty"):
        gan.fit(unbatched.take(0).batch(4), verbose=0)


def images_gan(activation):
    latents = keras.Input((4,))
    outputs = keras.layers.Dense(16, activation=activation)(latents)
    images = keras.Input((4, 4, 1))
    scores = keras.layers.Dense(1)(keras.layers.Flatten()(images))
    gan = kgl.GAN(
        keras.Model(latents, keras.layers.Reshape((4, 4, 1))(outputs)),
        keras.Model(images, scores),
        latent_dim=4,
    )
    gan.compile()
    return gan


def test_images_outside_the_generators_range_are_warned_of_once():
    gan = images_gan("tanh")
    x = np.full((8, 4, 4, 1), 200, "uint8")
    with pytest.warns(UserWarning, match=r"uint8 values from 200 to 200.*x / 127.5 - 1") as caught:
        gan.fit(x, verbose=0)
    assert sum(warning.category is UserWarning for warning in caught) == 1
    gan.fit(x, verbose=0)
    with pytest.warns(UserWarning, match="values from 200 to 200"):
        images_gan("tanh").fit(x.astype("float32"), verbose=0)
    images_gan(None).fit(x.astype("float32"), verbose=0)


def test_layers_frozen_after_compile_are_refused():
    gan = tiny.compiled_gan()
    before = tiny.state(gan)
    gan.discriminator.layers[1].trainable = False
    with pytest.raises(ValueError, match="changed since `compile`"):
        gan.fit(tiny.samples(), verbose=0)
    gan.discriminator.layers[1].trainable = True
    tiny.assert_same(before, tiny.state(gan))


@pytest.mark.backend("every")
def test_an_error_inside_the_first_step_leaves_the_weights():
    class Broken(kgl.losses.AdversarialLoss):
        def score_losses(self, real_scores, fake_scores):
            raise RuntimeError("broken on purpose")

    gan = tiny.compiled_gan(
        loss={"generator": kgl.losses.HingeGeneratorLoss(), "discriminator": Broken()}
    )
    before = tiny.values(gan.trainable_variables)
    with pytest.raises(RuntimeError, match="broken on purpose"):
        gan.fit(tiny.samples(), verbose=0)
    tiny.assert_same(before, tiny.values(gan.trainable_variables))
    gan.compile(loss="hinge")
    gan.fit(tiny.samples(), verbose=0)


@pytest.mark.backend("every")
def test_an_interrupted_fit_keeps_the_newest_weights():
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 1:
                raise KeyboardInterrupt

    gan = tiny.compiled_gan()
    before = tiny.values(gan.trainable_variables)
    with pytest.raises(KeyboardInterrupt):
        gan.fit(tiny.samples(), batch_size=8, verbose=0, callbacks=[Interrupt()])
    after = tiny.values(gan.trainable_variables)
    assert all(np.abs(one - two).max() > 0 for one, two in zip(before, after, strict=True))
    assert int(gan.optimizer.iterations) == 2


def test_the_pair_of_optimizers_refuses_to_apply_gradients_itself():
    gan = tiny.compiled_gan()
    with pytest.raises(NotImplementedError, match="updated one by one"):
        gan.optimizer.apply([], [])
