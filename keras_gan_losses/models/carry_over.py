"""What a GAN of larger networks takes over from a smaller one that has been trained."""

from collections.abc import Iterator

import keras
from keras import ops

from keras_gan_losses.game.inspection import all_layers
from keras_gan_losses.models.gan import GAN

Pairs = list[tuple[keras.Variable, keras.Variable]]


def carry_over(trained: GAN, grown: GAN) -> list[str]:
    """Gives a grown GAN what its networks have in common with those of a trained one.

    Choose it to train by stages of growing resolution: build the networks of the next stage with
    the layers' names of the last one, compile, carry over, and call `fit` on larger images. A layer
    that both have by name and shapes takes over its weights, the slots that its player's optimizer
    has for them, and its place in the average of the generator's weights. Layers that are the
    very same objects in both take over slots and average alone.

    The optimizers' counts of updates are taken over where nothing has been added to a network; else
    they begin anew, because the bias correction of Adam must be that of the new weights, whose
    first steps would be several times too long: the old ones take shorter steps for a while.

    Args:
        trained: What was trained.
        grown: Compiled, with optimizers of the same classes; it is changed.

    Returns:
        Names of the layers that were taken over, `generator/…` and `discriminator/…`.

    Raises:
        TypeError: If one of them is no GAN.
        ValueError: If one of them is not compiled, optimizers differ, or nothing is in common;
            nothing is changed.

    Example:
    >>> from keras_gan_losses import GAN, architectures
    >>> def make():
    ...     gan = GAN(*architectures.mlp((2,), 4, hidden_units=(8,)), latent_dim=4)
    ...     gan.compile(loss="non_saturating")
    ...     return gan
    >>> trained, grown = make(), make()
    >>> len(carry_over(trained, trained))
    4

    Reference:
        Karras et al., Progressive Growing of GANs, arXiv:1710.10196.
    """
    _check(trained, grown)
    networks = trained.networks
    pairs = {name: dict(_pairs(networks[name], new)) for name, new in grown.networks.items()}
    names = [f"{player}/{name}" for player, layers in pairs.items() for name in layers]
    if not names:
        raise ValueError(
            "The networks have no layer of one name and shape in common, so nothing can be carried "
            "over. Name those that stay: Conv2D(32, 3, name='block_8_conv')."
        )
    for player, layers in pairs.items():
        common = [pair for found in layers.values() for pair in found]
        _carry(common)
        _carry_slots(trained, grown, player, common)
    if trained.averaged_generator is not None and grown.averaged_generator is not None:
        for _, averaged in _pairs(trained.averaged_generator, grown.averaged_generator):
            _carry(averaged)
    return names


def _check(trained: GAN, grown: GAN) -> None:
    if not isinstance(trained, GAN) or not isinstance(grown, GAN):
        raise TypeError(
            "`carry_over` takes a GAN that was trained, and the grown one. Received: "
            f"{trained!r} and {grown!r}."
        )
    rules = (trained.rules, grown.rules)
    if rules[0] is None or rules[1] is None:
        raise ValueError("Compile both GANs before `carry_over`: gan.compile(loss='wgan_gp').")
    then, now = rules[0].optimizer_classes, rules[1].optimizer_classes
    if then != now:
        raise ValueError(
            f"The optimizers have no slots in common: they were {then}, and are {now}. Compile "
            "both GANs with optimizers of the same classes."
        )


def _pairs(old: keras.Model, new: keras.Model) -> Iterator[tuple[str, Pairs]]:
    """Name and weights of each layer of the new network that the old one has too."""
    known = {layer.name: layer for layer in _with_weights(old)}
    for layer in _with_weights(new):
        twin = known.get(layer.name)
        shapes = [tuple(each.shape) for each in layer.weights]
        if twin is not None and shapes == [tuple(each.shape) for each in twin.weights]:
            yield layer.name, list(zip(twin.weights, layer.weights, strict=True))


def _with_weights(network: keras.Model) -> Iterator[keras.layers.Layer]:
    """Layers that hold weights themselves; those of models and wrappers are their layers'."""
    for layer in all_layers(network):
        if layer.weights and not isinstance(layer, keras.Model):
            yield layer


def _carry(pairs: Pairs) -> None:
    for old, new in pairs:
        # A copy, since JAX deletes the values of a GAN that trains, whoever else has them.
        new.assign(ops.copy(old))


def _carry_slots(trained: GAN, grown: GAN, player: str, common: Pairs) -> None:
    # Without loss scaling around them.
    old, new = (
        dict(zip(gan.optimizer.players, gan.optimizer.optimizers, strict=True))[player]
        for gan in (trained, grown)
    )
    slots = {each.name: each for each in old.variables}
    pairs: Pairs = []
    for before, after in common:
        prefix, own = (f"{each.path.replace('/', '_')}_" for each in (before, after))
        for slot in new.variables:
            twin = slots.get(prefix + slot.name.removeprefix(own))
            if slot.name.startswith(own) and twin is not None and twin.shape == slot.shape:
                pairs.append((twin, slot))
    taken = {id(after) for _, after in common}
    if all(id(each) in taken for each in grown.networks[player].trainable_variables):
        pairs.append((old.iterations, new.iterations))
    _carry(pairs)
