"""Samples from an average of the generator's weights."""

import keras

from keras_gan_losses.game.generator_average import check_pace
from keras_gan_losses.models import GAN


class GeneratorAveraging(keras.callbacks.Callback):
    """Gives the GAN a second generator, whose weights are a moving average of the trained one's.

    Choose it for nearly every final model: the two players circle around their equilibrium, and
    the average lies nearer to it than any of the points it is made of, so that samples are
    better and change less from epoch to epoch. Training itself is not touched: its weights are
    the same, to the bit, with and without it.

    The average is moved inside the compiled step and costs no transfer. `gan.generate`,
    `gan.predict`, `gan.evaluate`, validation and `gan.export` use it, `gan.averaged_generator`
    is it, and `gan.generator` stays what is trained. It belongs to the GAN, not to the callback:
    it is saved, loaded, and goes on in every later `fit`, with or without the callback.

    Formula, after a round that saw n real samples (`discriminator_steps` batches), N samples
    having been seen before: average ← ½^(n/h) average + (1 − ½^(n/h)) weights, with
    h = min(half_life, ramp_up · N). After the first round the average is the weights. An epoch
    counts all its samples once, whatever the batch size and `discriminator_steps`, so that
    `half_life=5 * len(x)` means five epochs. The fixed rate β of other libraries is
    half_life = −n / log₂ β: with 64 samples a round, 0.999 are 44,338.

    Only trained weights are averaged, in float32. All else, such as the statistics of batch
    normalisation, is copied from the generator, as in StyleGAN.

    Args:
        half_life: Real samples after which a past weight counts half as much, above 0. The
            papers used 10,000 (StyleGAN2, batches of 32) to 500,000 (EDM).
        ramp_up: Half-life as a share of the samples seen, until `half_life` is reached, so that
            the poor beginning is forgotten sooner; above 0. None leaves it out.

    Raises:
        ValueError: If a number is out of its range, or, before training, if the generator
            cannot be copied.

    Example:
    >>> from keras_gan_losses import GAN, architectures, datasets
    >>> gan = GAN(*architectures.mlp((2,), 2, hidden_units=(8,)), latent_dim=2)
    >>> gan.compile()
    >>> averaging = GeneratorAveraging(half_life=1000)
    >>> history = gan.fit(datasets.ring(64).samples, verbose=0, callbacks=[averaging])
    >>> gan.averaged_generator is gan.generator
    False

    Reference:
        Karras et al., 2017, arXiv:1710.10196, section 4 (the average); 2020, arXiv:2006.06676,
        appendix, and 2022, arXiv:2206.00364, table 6 (half-life and ramp-up).
    """

    def __init__(self, *, half_life: float = 10_000.0, ramp_up: float | None = 0.05) -> None:
        super().__init__()
        check_pace(half_life, ramp_up)
        self.half_life = half_life
        self.ramp_up = ramp_up

    def before_fit(self, gan: GAN) -> None:
        """Adds the average before the GAN records which variables an error must leave alone."""
        gan.average_generator(half_life=self.half_life, ramp_up=self.ramp_up)

    def set_model(self, model: GAN) -> None:
        """Adds the average where the callback came in a `CallbackList`."""
        super().set_model(model)
        self.before_fit(model)
