"""The conditional contrasts of ContraGAN and ReACGAN, sample by sample in NumPy."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from keras_gan_losses.penalties import (
    AdversarialBatch,
    ConditionalContrastiveGeneratorPenalty,
    ConditionalContrastivePenalty,
    DataToDataGeneratorPenalty,
    DataToDataPenalty,
)
from keras_gan_losses.testing.differences import backend_gradients, central_differences
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip
from tests import tiny

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 6, 3)).astype("float32")
PROXIES = np.random.default_rng(1).normal(size=(3, 3)).astype("float32")
LABELS = np.array([2, 0, 1, 1, 2, 1])
CONTRASTIVE = (ConditionalContrastivePenalty, ConditionalContrastiveGeneratorPenalty)
DATA_TO_DATA = (DataToDataPenalty, DataToDataGeneratorPenalty)
BOTH = pytest.mark.parametrize("kind", [*CONTRASTIVE, *DATA_TO_DATA])


def discriminator(inputs, training):
    samples, labels = inputs
    proxy = ops.take(ops.convert_to_tensor(PROXIES), ops.cast(labels, "int32"), axis=0)
    return {"scores": samples[:, :1], "embedding": samples, "proxy": proxy}


def batch_of(fake=FAKE, labels=LABELS, **kwargs):
    return AdversarialBatch(discriminator, REAL, fake, condition=labels, **kwargs)


def cosine(x, y):
    return np.dot(x, y) / (np.linalg.norm(x) * np.linalg.norm(y))


# Kang and Park, 2020, arXiv:2006.12681, equation 8.
def contrastive(samples, i, temperature=1.0):
    def likeness(other):
        return np.exp(cosine(samples[i], other) / temperature)

    others = [k for k in range(len(samples)) if k != i]
    own = likeness(PROXIES[LABELS[i]].astype("float64"))
    of_class = sum(likeness(samples[k]) for k in others if LABELS[k] == LABELS[i])
    return -np.log((own + of_class) / (own + sum(likeness(samples[k]) for k in others)))


# Kang et al., 2021, arXiv:2111.01118, equation 6.
def data_to_data(samples, i, temperature=0.5, positive_margin=0.98, negative_margin=0.02):
    to_proxy = cosine(samples[i], PROXIES[LABELS[i]].astype("float64"))
    pull = np.exp(min(0.0, to_proxy - positive_margin) / temperature)
    push = sum(
        np.exp(max(0.0, cosine(samples[i], samples[k]) - negative_margin) / temperature)
        for k in range(len(samples))
        if LABELS[k] != LABELS[i]
    )
    return -np.log(pull / (pull + push))


def formula(kind, samples, weight=None, **arguments):
    contrast, default = (contrastive, 1.0) if kind in CONTRASTIVE else (data_to_data, 0.5)
    values = [contrast(samples.astype("float64"), i, **arguments) for i in range(len(samples))]
    return (default if weight is None else weight) * np.array(values)


@BOTH
@pytest.mark.parametrize("arguments", [{}, {"weight": 2.0, "temperature": 0.1}])
def test_penalty_is_the_papers_contrast_of_its_players_samples(kind, arguments):
    values = ops.convert_to_numpy(kind(**arguments)(batch_of()))
    samples = FAKE if kind.player == "generator" else REAL
    np.testing.assert_allclose(values, formula(kind, samples, **arguments), rtol=1e-4)


@pytest.mark.parametrize("kind", DATA_TO_DATA)
def test_margins_leave_near_and_far_samples_alone(kind):
    arguments = {"positive_margin": 0.3, "negative_margin": 0.4}
    values = ops.convert_to_numpy(kind(**arguments)(batch_of()))
    samples = FAKE if kind.player == "generator" else REAL
    np.testing.assert_allclose(values, formula(kind, samples, **arguments), rtol=1e-4)


@BOTH
def test_low_temperatures_stay_finite(kind):
    values = ops.convert_to_numpy(kind(temperature=1e-3)(batch_of()))
    assert np.isfinite(values).all()


@BOTH
def test_generated_samples_may_have_labels_of_their_own(kind):
    rows = [3, 2, 1, 0, 5, 4]
    batch = batch_of(FAKE[rows], fake_condition=LABELS[rows])
    values = ops.convert_to_numpy(kind()(batch))
    expected = formula(kind, FAKE)[rows] if kind.player == "generator" else formula(kind, REAL)
    np.testing.assert_allclose(values, expected, rtol=1e-4)


@pytest.mark.parametrize(
    "kind", [ConditionalContrastiveGeneratorPenalty, DataToDataGeneratorPenalty]
)
def test_gradient_by_the_samples_is_that_of_differences(kind):
    fake = keras.Variable(FAKE)

    def value():
        return ops.mean(kind()(batch_of(ops.convert_to_tensor(fake)))), None

    (gradient,) = backend_gradients(value, [fake], [fake])
    expected = central_differences(lambda point: np.mean(formula(kind, point)), FAKE)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-5)


@BOTH
def test_samples_of_one_class_alone_have_nothing_to_be_apart_from(kind):
    batch = batch_of(labels=np.zeros(6, "int32"))
    np.testing.assert_allclose(ops.convert_to_numpy(kind()(batch)), 0.0, atol=1e-6)


@BOTH
def test_missing_labels_and_embeddings_that_do_not_fit_are_refused(kind):
    def of_shapes(embedding, proxy):
        outputs = {"scores": REAL[:, :1], "embedding": embedding, "proxy": proxy}
        return AdversarialBatch(lambda samples, training: outputs, REAL, FAKE)

    with pytest.raises(ValueError, match=r"needs the samples' labels. Received none"):
        kind()(of_shapes(REAL, REAL))
    with pytest.raises(ValueError, match=r"must both have the shape .*\(6, 3\) and \(6, 2\)"):
        kind()(of_shapes(REAL, REAL[:, :2]))


@BOTH
def test_saved_penalty_keeps_every_argument(kind):
    margins = {"positive_margin": 0.9, "negative_margin": 0.1} if kind in DATA_TO_DATA else {}
    check_round_trip(kind, {"weight": 3.0, "temperature": 0.2, **margins}, common=SAVED_ARGUMENTS)


@BOTH
@pytest.mark.parametrize("name", ["weight", "temperature"])
def test_numbers_out_of_range_are_refused(kind, name):
    with pytest.raises(ValueError, match=f"`{name}` must be a finite number and at least 0"):
        kind(**{name: -1.0})


@pytest.mark.parametrize("kind", DATA_TO_DATA)
def test_margins_are_cosines(kind):
    with pytest.raises(ValueError, match=r"`negative_margin` must be .* at most 1"):
        kind(negative_margin=2.0)


def embedding_discriminator():
    """A discriminator of samples and labels that gives embeddings and proxies of classes."""
    samples, label = keras.Input((2,)), keras.Input((), dtype="int32")
    features = layers.Dense(16, activation="tanh")(samples)
    outputs = {
        "scores": layers.Dense(1)(features),
        "embedding": layers.Dense(4)(features),
        "proxy": layers.Embedding(3, 4)(label),
    }
    return keras.Model([samples, label], outputs)


@pytest.mark.backend("torch")
@pytest.mark.parametrize("names", [CONTRASTIVE, DATA_TO_DATA], ids=["2C", "D2D-CE"])
def test_a_gan_trains_with_both_players_terms_and_learns_the_classes(names):
    generator, _ = tiny.networks(num_classes=3)
    gan = kgl.GAN(generator, embedding_discriminator(), latent_dim=4, seed=0)
    gan.compile(
        loss="non_saturating",
        penalties=[kind() for kind in names],
        optimizer=keras.optimizers.Adam(2e-2, 0.5),
    )
    labels = np.arange(96) % 3
    centres = np.float32([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]])
    x = centres[labels] + 0.2 * tiny.samples(96)
    history = gan.fit(x, labels, batch_size=48, epochs=10, verbose=0).history
    for kind in names:
        assert np.isfinite(history[kind().name]).all()
    embedding = gan.discriminator.predict([x, labels], verbose=0)["embedding"]
    centre = np.stack([embedding[labels == each].mean(axis=0) for each in range(3)])
    apart = np.linalg.norm(embedding[:, None] - centre, axis=-1)
    assert np.mean(apart.argmin(axis=1) == labels) > 0.9
