"""What measures that need a classifier ask of it."""

import keras

from keras_gan_losses.metrics import features as features_module
from keras_gan_losses.metrics.features import Features, ModelFeatures


def as_classifier(classifier: Features | keras.Model) -> Features:
    """Features that are a score for each class.

    Args:
        classifier: A Keras model, or features.

    Raises:
        TypeError: If it is neither.
        ValueError: If it gives an inner layer of a model rather than its classes.

    Example:
    >>> network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> as_classifier(network).model is network
    True
    """
    if classifier is None:
        raise TypeError(
            "`classifier` must be a keras.Model that gives a score for each class, or an object "
            "of keras_gan_losses.metrics.features. Received: None. Train one on labelled real "
            "samples: metrics.features.classifier_features(samples, labels).model."
        )
    features = features_module.get(classifier)
    if isinstance(features, ModelFeatures) and features.layer is not None:
        raise ValueError(
            "`classifier` must give a score for each class. Received: the features of the layer "
            f"{features.layer!r}. Pass their `model`, the whole network."
        )
    return features


def check_gives_probabilities(classifier: Features) -> None:
    """Says before training what would otherwise be said after its first epoch.

    Raises:
        ValueError: If a model ends in a dense layer without activation, which gives logits.
    """
    if not isinstance(classifier, ModelFeatures) or not classifier.model.layers:
        return
    last = classifier.model.layers[-1]
    if isinstance(last, keras.layers.Dense) and last.activation is keras.activations.linear:
        raise ValueError(
            f"`classifier` must give probabilities. Received: {classifier.model.name!r}, whose "
            f"last layer {last.name!r} has no activation and gives logits. Add a softmax: "
            "`keras.Sequential([classifier, keras.layers.Softmax()])`."
        )
