"""The settings of an architecture's training, one dataclass per subject."""

# Without `from __future__ import annotations`: the types are read at run time.
import dataclasses

from tfgan_zoo.settings import (
    AMOUNT,
    COUNT,
    COUNT_OR_ZERO,
    ON,
    SHARE,
    Settings,
    document,
    list_settings,
    setting,
)
from tfgan_zoo.translation_settings import TranslationSettings


@dataclasses.dataclass(frozen=True)
class ModelSettings(Settings):
    """The size and parts of the networks, and the generator's latents."""

    latent_dim: int = setting(
        100,
        help="Length of a latent vector.",
        limits=COUNT,
        is_structural=True,
    )
    latents: str = setting(
        "normal",
        help="Distribution of the latents: normal, truncated (normal) or "
        "uniform.",
    )
    width: int = setting(
        64,
        help="Width of the networks; numbers of channels or units are "
        "proportional to it.",
        limits=COUNT,
        is_structural=True,
    )
    batch_feature: str = setting(
        "none",
        help="Statistic of the batch that the discriminator gets: none, "
        "minibatch_stddev, minibatch_discrimination or batch_similarity_NAME, "
        "where NAME is exp_l1, exp_l2, l1, l2, cosine, sigmoid, euclidean, "
        "geometric or arithmetic.",
        is_structural=True,
    )
    packing: int = setting(
        1,
        help="Number of images that the discriminator sees at once (PacGAN, "
        "Lin et al. 2018, arXiv:1712.04086).",
        limits=COUNT,
        is_structural=True,
    )
    generator_dropout: float = setting(
        0.0,
        help="Dropout rate of the generator's first feature map, in training "
        "and in sampling.",
        limits=SHARE,
        is_structural=True,
    )
    sync_batch_norm: bool = setting(
        True,
        help="Compute the statistics of batch normalisation over all replicas.",
    )


@dataclasses.dataclass(frozen=True)
class ObjectiveSettings(Settings):
    """What the networks minimize, and what bounds the discriminator."""

    loss: str = setting(
        "non_saturating",
        help="Adversarial loss: minimax, non_saturating, least_squares, "
        "wasserstein, hinge, relativistic, relativistic_least_squares, "
        "relativistic_hinge, relativistic_pairing or moment_matching.",
    )
    label_smoothing: float = setting(
        0.0,
        help="One-sided label smoothing: how far below 1 the target of real "
        "images is.",
        limits=SHARE,
    )
    label_flipping: float = setting(
        0.0,
        help="Fraction of examples whose real and generated logits are swapped "
        "in the discriminator's loss.",
        limits=SHARE,
    )
    feature_matching: float = setting(
        0.0,
        help="Weight of feature matching in the generator's loss.",
        limits=AMOUNT,
    )
    penalty: str = setting(
        "none",
        help="Penalty on the discriminator's gradients: none, "
        "gradient_penalty, one_sided_gradient_penalty, dragan, r1, r2 or "
        "r1_r2.",
    )
    penalty_weight: float = setting(
        10.0,
        help="Weight of the penalty.",
        limits=AMOUNT,
        needs=("penalty", ON),
    )
    penalty_every: int = setting(
        1,
        help="Number of steps between penalties; the weight is multiplied by "
        "it (lazy regularisation).",
        limits=COUNT,
        needs=("penalty", ON),
    )
    constraint: str = setting(
        "none",
        help="Constraint on the discriminator's weights: none, weight_clipping "
        "or smooth_bound.",
    )
    constraint_limit: float = setting(
        0.01,
        help="Largest absolute value of a weight under the constraint.",
        limits=AMOUNT,
        needs=("constraint", ON),
    )


@dataclasses.dataclass(frozen=True)
class OptimizerSettings(Settings):
    """How gradients become new weights."""

    generator_optimizer: str = setting(
        "adam",
        help="Optimizer of the generator, such as adam, rmsprop or sgd; an "
        "unknown name lists all.",
    )
    discriminator_optimizer: str = setting(
        "adam",
        help="Optimizer of the discriminator; the names are those of the "
        "generator's.",
    )
    generator_learning_rate: float = setting(
        2e-4, help="Learning rate of the generator.", limits=AMOUNT
    )
    discriminator_learning_rate: float = setting(
        2e-4, help="Learning rate of the discriminator.", limits=AMOUNT
    )
    beta_1: float = setting(
        0.5,
        help="Decay rate of the first moment of Adam and its variants, for "
        "both networks.",
        limits=SHARE,
    )
    beta_2: float = setting(
        0.999,
        help="Decay rate of the second moment of Adam and its variants, for "
        "both networks.",
        limits=SHARE,
    )
    learning_rate_decay: str = setting(
        "none",
        help="Decay of both learning rates to 0 over all steps.",
        choices=("none", "linear", "cosine"),
    )
    adaptive_learning_rate: bool = setting(
        False,
        help="Multiply each learning rate by its network's share of the sum of "
        "both losses.",
    )
    freeze_discriminator: int = setting(
        0,
        help="Number of the discriminator's blocks to freeze, counted from the "
        "image (FreezeD, Mo et al. 2020, arXiv:2002.10964).",
        limits=COUNT_OR_ZERO,
    )
    ema_decay: float = setting(
        0.999,
        help="Decay rate of the exponential moving average of the generator's "
        "weights, which is what is sampled and exported.",
        limits=SHARE,
    )


@dataclasses.dataclass(frozen=True)
class AugmentationSettings(Settings):
    """How the images that the discriminator sees are changed."""

    augmentation: str = setting(
        "none",
        help="Augmentation of the discriminator's inputs, real and generated: "
        "none, diffaugment or ada.",
    )
    diffaugment_policy: str = setting(
        "color,translation,cutout",
        help="Transformations of DiffAugment, separated by commas: color, "
        "translation, cutout.",
        needs=("augmentation", "diffaugment"),
    )
    ada_target: float = setting(
        0.6,
        help="ADA's target for r_t, the mean sign of the logits of real "
        "images.",
        limits=(-1.0, 1.0),
        needs=("augmentation", "ada"),
    )
    ada_images: int = setting(
        500_000,
        help="Number of images in which ADA's probability can rise from 0 to "
        "1.",
        limits=COUNT,
        needs=("augmentation", "ada"),
    )
    instance_noise: float = setting(
        0.0,
        help="Standard deviation of the noise added to the discriminator's "
        "inputs, at step 0.",
        limits=AMOUNT,
    )
    instance_noise_steps: int = setting(
        0,
        help="Number of steps in which the instance noise decreases linearly "
        "to 0; with 0 it stays constant.",
        limits=COUNT_OR_ZERO,
        needs=("instance_noise", ON),
    )


@dataclasses.dataclass(frozen=True)
class ScheduleSettings(Settings):
    """How much each network is trained, and in which order."""

    steps: int = setting(
        5000,
        help="Number of generator steps in the whole training.",
        limits=COUNT,
        may_change=True,
    )
    batch_size: int = setting(
        64,
        help="Number of real images per discriminator step, over all replicas.",
        limits=COUNT,
    )
    update: str = setting(
        "alternating",
        help="Order of updates: alternating, each network against the other's "
        "newest weights; or joint, both from one pass.",
        choices=("alternating", "joint"),
    )
    discriminator_steps: int = setting(
        1,
        help="Number of discriminator steps per generator step.",
        limits=COUNT,
    )


@dataclasses.dataclass(frozen=True)
class _Publication(Settings):
    paper: str = setting(help="What published the settings, or an empty text.")


# A dataclass has the fields of its last base first.
@document
@dataclasses.dataclass(frozen=True)
class Recipe(
    ScheduleSettings,
    TranslationSettings,
    AugmentationSettings,
    OptimizerSettings,
    ObjectiveSettings,
    ModelSettings,
    _Publication,
):
    """The settings of an architecture's training, such as its paper's."""


# What the networks are built by; `GAN.compile` cannot change it.
_built_by = [s.name for s in list_settings(Recipe) if s.rules.is_structural]
STRUCTURE = ("paper", *_built_by)
