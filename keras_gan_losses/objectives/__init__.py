"""Objectives: everything a paper says of the game, by the paper's name."""

from keras_gan_losses.objectives.contrastive import dual_contrastive
from keras_gan_losses.objectives.cross_entropy import (
    acgan,
    alpha_gan,
    dragan,
    minimax,
    non_saturating,
    r1,
)
from keras_gan_losses.objectives.energy_based import began, ebgan
from keras_gan_losses.objectives.f_gan import fgan
from keras_gan_losses.objectives.least_squares import lsgan
from keras_gan_losses.objectives.margin import hinge, sngan
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.objectives.registry import aliases, get, maker, names, register
from keras_gan_losses.objectives.relativistic import (
    r3gan,
    rahinge,
    ralsgan,
    rasgan,
    rphinge,
    rplsgan,
    rsgan,
)
from keras_gan_losses.objectives.wasserstein import kl_wgan, wgan, wgan_gp, wgan_lp

__all__ = [
    "Objective",
    "acgan",
    "aliases",
    "alpha_gan",
    "began",
    "dragan",
    "dual_contrastive",
    "ebgan",
    "fgan",
    "get",
    "hinge",
    "kl_wgan",
    "lsgan",
    "maker",
    "minimax",
    "names",
    "non_saturating",
    "r1",
    "r3gan",
    "rahinge",
    "ralsgan",
    "rasgan",
    "register",
    "rphinge",
    "rplsgan",
    "rsgan",
    "sngan",
    "wgan",
    "wgan_gp",
    "wgan_lp",
]
