"""What the losses share that take the discriminator's output as an energy."""

from keras_gan_losses.losses.adversarial_loss import AdversarialLoss


class EnergyScores(AdversarialLoss):
    """Takes energies instead of scores: THE LOWER, THE MORE REAL, contrary to all other losses.

    The discriminator is an autoencoder that ends in its reconstruction error, one number of at
    least 0 a sample: what the papers define, what such a network gives without a detour, and
    what margins are meant for. Both players' losses must be of this kind.

    Example:
    >>> import keras
    >>> from keras import ops
    >>> from keras_gan_losses import losses
    >>> samples = keras.Input((8,))
    >>> rebuilt = keras.layers.Dense(8)(keras.layers.Dense(2, activation="relu")(samples))
    >>> error = ops.mean(ops.square(rebuilt - samples), axis=1)
    >>> discriminator = keras.Model(samples, error)
    >>> losses.EnergyBasedDiscriminatorLoss.scores_are_energies
    True
    """

    scores_are_energies: bool = True
    """Whether a lower output of the discriminator means "more real"."""
