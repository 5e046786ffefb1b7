"""A classifier of digits from 100 labels, by the semi-supervised GAN of Salimans et al.

    python examples/semi_supervised.py

The discriminator is the classifier: its score is the log of the sum of exp(logits), so that
"generated" is one more class. All digits train it, 100 of them with their class. The generator
aims at the mean features of real digits alone. Printed is the share of other digits that are
classified right, beside that of the same network trained by the 100 labels alone.
"""

import argparse

import keras
import numpy as np
from keras import layers, ops

from keras_gan_losses import GAN, datasets, penalties

NUM_CLASSES, NUM_LABELS = 10, 100


def make_data(num_samples=None):
    images, classes = datasets.digits()
    labels = keras.utils.to_categorical(classes, NUM_CLASSES)
    # A row of zeros says that there is no label.
    labels[NUM_LABELS:] = 0.0
    return {"sample": images[:num_samples], "condition": {"label": labels[:num_samples]}}


def make_generator(width, latent_dim):
    latents = keras.Input((latent_dim,))
    hidden = layers.Dense(8 * width, activation="relu")(latents)
    hidden = layers.BatchNormalization()(hidden)
    image = layers.Dense(64, activation="tanh", dtype="float32")(hidden)
    return keras.Model(latents, layers.Reshape((8, 8, 1), dtype="float32")(image), name="generator")


def make_classifier(width):
    image = keras.Input((8, 8, 1))
    hidden = layers.GaussianNoise(0.3)(image)
    for filters in (width, 2 * width):
        hidden = layers.Conv2D(filters, 3, strides=2, padding="same")(hidden)
        hidden = layers.Dropout(0.3)(layers.LeakyReLU(negative_slope=0.2)(hidden))
    features = layers.Flatten()(hidden)
    logits = layers.Dense(NUM_CLASSES, dtype="float32")(features)
    scores = ops.logsumexp(logits, axis=1, keepdims=True)
    return keras.Model(image, {"scores": scores, "class_logits": logits, "features": features})


def make_gan(*, width=32, latent_dim=32, share=NUM_LABELS / 1797, **rules):
    gan = GAN(
        make_generator(width, latent_dim),
        make_classifier(width),
        latent_dim=latent_dim,
        condition_shape={"label": (NUM_CLASSES,)},
    )
    num_features = gan.discriminator.output["features"].shape[1]
    gan.compile(
        loss="non_saturating",
        penalties=[
            penalties.ClassificationPenalty(weight=1.0 / share),
            penalties.FeatureMatchingPenalty(weight=1.0 / num_features),
        ],
        # Feature matching stands for the adversarial loss.
        adversarial_weight=0.0,
        optimizer=keras.optimizers.Adam(3e-4, beta_1=0.5),
        **rules,
    )
    return gan


def accuracy(classifier):
    images, classes = datasets.digits()
    logits = classifier.predict(images[NUM_LABELS:], verbose=0)["class_logits"]
    return np.mean(logits.argmax(axis=1) == classes[NUM_LABELS:])


def train_alone(data, epochs):
    classifier = make_classifier(32)
    alone = keras.Model(classifier.input, classifier.output["class_logits"])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    alone.compile(keras.optimizers.Adam(3e-4, beta_1=0.5), loss)
    images, labels = data["sample"][:NUM_LABELS], data["condition"]["label"][:NUM_LABELS]
    # As many updates as the game has.
    alone.fit(images, labels, epochs=epochs * 18, batch_size=100, verbose=0)
    return classifier


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan(share=min(1.0, NUM_LABELS / len(data["sample"])))
    gan.fit(data, epochs=options.epochs, batch_size=100, verbose=2)
    print(f"Classified right: {accuracy(gan.discriminator):.3f}")
    print(f"Without the game: {accuracy(train_alone(data, options.epochs)):.3f}")


def parse_options():
    parser = argparse.ArgumentParser(description="Classify digits from few labels.")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    return parser.parse_args()


if __name__ == "__main__":
    main()
