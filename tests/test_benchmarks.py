"""What the benchmarks play is played, and what they say is what was measured."""

import dataclasses

import keras
import numpy as np
import pytest

from benchmarks.contestants import CONTESTANTS, prepare
from benchmarks.quality.cheaper_rounds import networks
from benchmarks.tables import cheaper_table, rate_table
from benchmarks.throughput import Measured, of_backend, ratios
from benchmarks.workloads import WORKLOADS
from keras_gan_losses import architectures

BACKEND = keras.backend.backend()
ONE_OPTION = ("reuses_fakes", "penalties every 4", "penalties on a quarter", "mixed_bfloat16")
LOSSES = {workload.loss: workload for workload in reversed(WORKLOADS.values())}


def marks(name, loss):
    """Compilation takes long, and that of torch warns of what it does itself.

    Of the options one at a time, "all options" stands for the others in the short run.
    """
    if "compiled" in name:
        return [pytest.mark.slow, pytest.mark.filterwarnings("default")]
    is_option = name in ONE_OPTION
    return [pytest.mark.slow] if loss != "hinge" or "XLA" in name or is_option else []


# Every loss where it is written by hand, and one where it comes from the package.
PLAYED = [
    pytest.param(name, loss, marks=marks(name, loss))
    for name, way in CONTESTANTS.items()
    for loss in LOSSES
    if way.backend == BACKEND and (loss == "hinge" or (not way.is_ours and "," not in name))
]


def small(loss, networks):
    """The workload of a loss on small networks, which are kept in a list."""

    def build():
        networks[:] = architectures.dcgan((8, 8, 1), 64, width=2, normalization="spectral")
        return networks

    return dataclasses.replace(
        LOSSES[loss], build=build, data_shape=(8, 8, 1), batch_size=4, num_rounds=1
    )


@pytest.mark.parametrize(("name", "loss"), PLAYED)
def test_every_way_trains_every_weight(name, loss):
    networks = []
    workload = small(loss, networks)
    policy = keras.config.dtype_policy()
    try:
        run = prepare(CONTESTANTS[name], workload)
        before = [network.get_weights() for network in networks]
        trained = [[v.trainable for v in network.weights] for network in networks]
        run(1)
    finally:
        keras.config.set_dtype_policy(policy)
    for network, old, flags in zip(networks, before, trained, strict=True):
        for first, second, is_trained in zip(old, network.get_weights(), flags, strict=True):
            assert np.isfinite(second).all()
            # A bias of the last layer cancels out of a difference of scores.
            assert not is_trained or first.size == 1 or np.abs(first - second).max() > 0


def measured(contestant, *rates):
    return Measured("game", contestant, list(rates), first_round=1.0, peak_mib=10.0)


def test_ratios_are_of_each_turn_and_of_the_best():
    ours = [measured("TensorFlow fit", 2.0, 6.0, 3.0), measured("TensorFlow fit, XLA", 1, 1, 1)]
    theirs = [measured("TensorFlow by hand", 2.0, 2.0, 2.0), measured("JAX by hand", 9, 1, 1)]
    assert ratios(ours, theirs) == (1.5, 1.0, 3.0)


def test_only_like_is_compared_with_like():
    found = [measured(name, 1.0) for name in CONTESTANTS]
    names = [each.contestant for each in of_backend(found, "tensorflow", is_ours=True)]
    assert names == ["TensorFlow fit", "TensorFlow fit, XLA", "TensorFlow fit, many rounds a call"]
    by_hand = [each.contestant for each in of_backend(found, "tensorflow", is_ours=False)]
    assert by_hand == ["TensorFlow by hand", "TensorFlow by hand, XLA"]


def test_tables_show_medians_and_spreads():
    found = [measured("TensorFlow fit", 2.0, 4.0, 3.0), measured("TensorFlow by hand", 4, 4, 4)]
    found.append(measured("mixed_bfloat16", 8.0, 4.0, 3.0))
    assert "| game | TensorFlow fit | 3 | 2 | 4 | 1.0 | 10 |" in rate_table(found)
    row = "| game | mixed_bfloat16 | 1.00 (1.00–4.00) | 1.00 (0.75–2.00) |"
    assert row in cheaper_table(found)
    assert "| game | mixed_bfloat16 | – | – |" in cheaper_table(found[2:])


@pytest.mark.backend("torch")
def test_a_smoothed_discriminator_differs_in_its_activations_alone():
    plain, smooth = (networks(is_smooth=choice)[1] for choice in (False, True))
    shapes = [[weight.shape for weight in network.weights] for network in (plain, smooth)]
    assert shapes[0] == shapes[1]
    kinds = [[type(layer).__name__ for layer in network.layers] for network in (plain, smooth)]
    assert "LeakyReLU" in kinds[0]
    assert kinds[1] == [kind.replace("LeakyReLU", "Activation") for kind in kinds[0]]
