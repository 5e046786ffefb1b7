"""Small graphs, each a matrix of bonds and a list of atoms, by WGAN-GP with graph convolutions.

    python examples/molecules.py

learns made-up molecules: rings of three to six atoms of two kinds, with single and double bonds. A
sample is a pair of tensors, one-hot in their kinds. The last line says how many of the generated
graphs are rings; all of the real ones are.
"""

import argparse

import keras
import numpy as np
from keras import layers, ops

from keras_gan_losses import GAN

# The last kind of each is none.
NUM_ATOMS, NUM_BOND_KINDS, NUM_ATOM_KINDS = 6, 3, 3


def make_data(num_samples=None):
    random = np.random.default_rng(0)
    graphs = [ring(random) for _ in range(num_samples or 2000)]
    adjacency, features = (np.stack(each).astype("float32") for each in zip(*graphs, strict=True))
    return {"sample": (adjacency, features)}


def ring(random):
    size = random.integers(3, NUM_ATOMS + 1)
    bonds = np.full((NUM_ATOMS, NUM_ATOMS), NUM_BOND_KINDS - 1)
    for atom in range(size):
        other = (atom + 1) % size
        bonds[atom, other] = bonds[other, atom] = atom % 2 if size % 2 == 0 else 0
    atoms = np.where(np.arange(NUM_ATOMS) < size, random.integers(0, 2, NUM_ATOMS), 2)
    return np.eye(NUM_BOND_KINDS)[bonds].transpose(2, 0, 1), np.eye(NUM_ATOM_KINDS)[atoms]


@keras.saving.register_keras_serializable("examples")
class RelationalConvolution(layers.Layer):
    """Sums what each atom hears from its neighbours, with weights of their own by kind of bond."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, adjacency_shape, features_shape):
        """Makes a matrix and a bias for each kind of bond."""
        shape = (adjacency_shape[1], features_shape[-1], self.units)
        self.kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(shape[0], 1, self.units), name="bias")

    def call(self, adjacency, features):
        """What each atom becomes, `(batch, atoms, units)`."""
        heard = ops.matmul(adjacency, ops.expand_dims(features, axis=1))
        return ops.relu(ops.sum(ops.matmul(heard, self.kernel) + self.bias, axis=1))

    def get_config(self):
        """Arguments, for saving."""
        return {**super().get_config(), "units": self.units}


def make_generator(width, latent_dim):
    hidden = latents = keras.Input((latent_dim,))
    for factor in (1, 2, 4):
        hidden = layers.Dense(factor * width, activation="tanh")(hidden)
    bonds = (NUM_BOND_KINDS, NUM_ATOMS, NUM_ATOMS)
    adjacency = layers.Reshape(bonds)(layers.Dense(int(np.prod(bonds)))(hidden))
    adjacency = (adjacency + layers.Permute((1, 3, 2))(adjacency)) / 2.0
    adjacency = layers.Softmax(axis=1, dtype="float32")(adjacency)
    features = layers.Dense(NUM_ATOMS * NUM_ATOM_KINDS)(hidden)
    features = layers.Reshape((NUM_ATOMS, NUM_ATOM_KINDS))(features)
    return keras.Model(latents, [adjacency, layers.Softmax(dtype="float32")(features)])


def make_discriminator(width):
    adjacency = keras.Input((NUM_BOND_KINDS, NUM_ATOMS, NUM_ATOMS))
    features = keras.Input((NUM_ATOMS, NUM_ATOM_KINDS))
    hidden = features
    for _ in range(2):
        hidden = RelationalConvolution(width)(adjacency, hidden)
    hidden = layers.GlobalAveragePooling1D()(hidden)
    hidden = layers.Dense(2 * width, activation="relu")(hidden)
    return keras.Model([adjacency, features], layers.Dense(1, dtype="float32")(hidden))


def make_gan(*, width=64, latent_dim=16, **rules):
    gan = GAN(make_generator(width, latent_dim), make_discriminator(width), latent_dim=latent_dim)
    optimizer = keras.optimizers.Adam(5e-4)
    gan.compile(loss="wgan_gp", discriminator_steps=1, optimizer=optimizer, **rules)
    return gan


def share_of_rings(adjacency):
    bonds = (adjacency.argmax(axis=1) < NUM_BOND_KINDS - 1) & ~np.eye(NUM_ATOMS, dtype=bool)
    degrees = bonds.sum(axis=1)
    reached = np.linalg.matrix_power(bonds + np.eye(NUM_ATOMS), NUM_ATOMS) > 0
    size = reached.sum(axis=1).max(axis=1)
    is_whole = (size > 1) & (size == (degrees > 0).sum(axis=1))
    return np.mean(is_whole & np.isin(degrees, (0, 2)).all(axis=1))


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    gan = make_gan()
    gan.fit(make_data(options.num_samples), epochs=options.epochs, batch_size=32, verbose=2)
    adjacency, _ = gan.generate(500, seed=0)
    print(f"Of 500 generated graphs {share_of_rings(adjacency):.0%} are rings")


def parse_options():
    parser = argparse.ArgumentParser(description="Draw small molecules with WGAN-GP.")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--num-samples", type=int, default=None, help="default: 2000")
    return parser.parse_args()


if __name__ == "__main__":
    main()
