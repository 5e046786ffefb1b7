"""Penalties on the discriminator's gradient or scores, to be added to any objective.

A penalty on weights alone needs none of these: give it to the layers, and a GAN adds it to the
loss of the player that they belong to. `kernel_regularizer=keras.regularizers.
OrthogonalRegularizer(factor, mode="columns")` on a Dense layer draws the mean |cosine| between
the weights of two units to 0, in columns mode; BigGAN (arXiv:1809.11096) penalises the squared
products of weights that are not normalised. Keras's takes matrices only, so a convolution refuses
it, and gives NaN in columns mode for a single unit, such as the discriminator's last.
"""

from collections.abc import Mapping

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.auxiliary_classifier import (
    AuxiliaryClassifierGeneratorPenalty,
    AuxiliaryClassifierPenalty,
)
from keras_gan_losses.penalties.class_contrast import (
    ClassContrastPenalty,
    ConditionalContrastiveGeneratorPenalty,
    ConditionalContrastivePenalty,
    DataToDataGeneratorPenalty,
    DataToDataPenalty,
)
from keras_gan_losses.penalties.classification import ClassificationPenalty
from keras_gan_losses.penalties.consistency import (
    ConsistencyPenalty,
    LatentConsistencyPenalty,
    LatentDiversityPenalty,
)
from keras_gan_losses.penalties.dragan import DraganPenalty
from keras_gan_losses.penalties.feature_matching import (
    FeatureMatchingPenalty,
    PairedFeatureMatchingPenalty,
)
from keras_gan_losses.penalties.gradient_penalty import GradientPenalty
from keras_gan_losses.penalties.information import (
    CategoricalInformationPenalty,
    NormalInformationPenalty,
)
from keras_gan_losses.penalties.lecam import LeCamPenalty
from keras_gan_losses.penalties.maximum_mean_discrepancy import MaximumMeanDiscrepancyPenalty
from keras_gan_losses.penalties.mode_seeking import ModeSeekingPenalty
from keras_gan_losses.penalties.noise import Noise, NormalNoise, SymmetricNoise, UniformNoise
from keras_gan_losses.penalties.normal_code import NormalCodePenalty
from keras_gan_losses.penalties.path_length import PathLengthPenalty
from keras_gan_losses.penalties.penalty import Penalty, check_player
from keras_gan_losses.penalties.perceptual import PerceptualPenalty
from keras_gan_losses.penalties.pulling_away import PullingAwayPenalty
from keras_gan_losses.penalties.r1_r2 import R1Penalty, R2Penalty
from keras_gan_losses.penalties.reconstruction import ReconstructionPenalty
from keras_gan_losses.penalties.score_centring import ScoreCentringPenalty
from keras_gan_losses.penalties.slicing import SlicingPenalty
from keras_gan_losses.registration import look_up

__all__ = [
    "AdversarialBatch",
    "AuxiliaryClassifierGeneratorPenalty",
    "AuxiliaryClassifierPenalty",
    "CategoricalInformationPenalty",
    "ClassContrastPenalty",
    "ClassificationPenalty",
    "ConditionalContrastiveGeneratorPenalty",
    "ConditionalContrastivePenalty",
    "ConsistencyPenalty",
    "DataToDataGeneratorPenalty",
    "DataToDataPenalty",
    "DraganPenalty",
    "FeatureMatchingPenalty",
    "GradientPenalty",
    "LatentConsistencyPenalty",
    "LatentDiversityPenalty",
    "LeCamPenalty",
    "MaximumMeanDiscrepancyPenalty",
    "ModeSeekingPenalty",
    "Noise",
    "NormalCodePenalty",
    "NormalInformationPenalty",
    "NormalNoise",
    "PairedFeatureMatchingPenalty",
    "PathLengthPenalty",
    "Penalty",
    "PerceptualPenalty",
    "PullingAwayPenalty",
    "R1Penalty",
    "R2Penalty",
    "ReconstructionPenalty",
    "ScoreCentringPenalty",
    "SlicingPenalty",
    "SymmetricNoise",
    "UniformNoise",
    "get",
]

_PENALTIES: Mapping[str, type[Penalty]] = {
    "auxiliary_classifier": AuxiliaryClassifierPenalty,
    "auxiliary_classifier_generator": AuxiliaryClassifierGeneratorPenalty,
    "conditional_contrastive": ConditionalContrastivePenalty,
    "conditional_contrastive_generator": ConditionalContrastiveGeneratorPenalty,
    "data_to_data": DataToDataPenalty,
    "data_to_data_generator": DataToDataGeneratorPenalty,
    "categorical_information": CategoricalInformationPenalty,
    "classification": ClassificationPenalty,
    "dragan": DraganPenalty,
    "feature_matching": FeatureMatchingPenalty,
    "gradient_penalty": GradientPenalty,
    "latent_consistency": LatentConsistencyPenalty,
    "latent_diversity": LatentDiversityPenalty,
    "lecam": LeCamPenalty,
    "maximum_mean_discrepancy": MaximumMeanDiscrepancyPenalty,
    "mode_seeking": ModeSeekingPenalty,
    "normal_information": NormalInformationPenalty,
    "normal_code": NormalCodePenalty,
    "paired_feature_matching": PairedFeatureMatchingPenalty,
    "path_length": PathLengthPenalty,
    "pulling_away": PullingAwayPenalty,
    "r1": R1Penalty,
    "r2": R2Penalty,
    "reconstruction": ReconstructionPenalty,
    "score_centring": ScoreCentringPenalty,
    "slicing": SlicingPenalty,
}


def get(identifier: str | Penalty) -> Penalty:
    """Penalty of a name, with its paper's weight; a penalty is returned as it is.

    Args:
        identifier: `"gradient_penalty"`, `"r1"`, `"dragan"` … or a `Penalty`.

    Raises:
        ValueError: If there is no penalty of that name, or it is for neither player.

    Example:
    >>> get("r1").gamma
    10.0
    """
    if isinstance(identifier, Penalty):
        check_player(identifier)
        return identifier
    return look_up(identifier, _PENALTIES, "penalty")()
