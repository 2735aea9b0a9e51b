"""The flags that are the settings of a training."""

from __future__ import annotations

from typing import Any

from absl import flags

from tfgan_zoo import config as configs
from tfgan_zoo.cli import path_flags
from tfgan_zoo.config import TrainConfig

_HELP = {
    "model": "Architecture; --model=help lists them.",
    "dataset": "fashion_mnist_10k, the name of a TensorFlow data set, or a "
    "folder of images, whose subfolders are the classes.",
    "split": "Split of the data set. By default train, and of a folder that "
    "holds splits, such as train/ and test/, none: name one.",
    "data_dir": "Where TensorFlow data sets are.",
    "download": "Whether a TensorFlow data set may be downloaded.",
    "strict_data": "End at the first image that cannot be read; otherwise it "
    "is named and left out.",
    "image_size": "Height and width in pixels.",
    "channels": "1 for grey, 3 for colour.",
    "value_range": "MIN,MAX: the values that become black and white in images "
    "of more than 8 bits; by default the bits that 16-bit images use.",
    "sample_bits": "Bits that 16-bit images use, 8 to 16; by default what all "
    "of them together need.",
    "seed": "Of weights, latents and the order of the images.",
    "latent_dim": "Values a latent vector.",
    "latents": "What latents are drawn from: normal, truncated or uniform.",
    "width": "Channels of the narrowest hidden layer.",
    "batch_feature": "What the discriminator is told of a whole batch: none, "
    "minibatch_stddev, minibatch_discrimination or batch_similarity_...",
    "packing": "Images that the discriminator judges at once.",
    "generator_dropout": "Share of the generator's first features to drop, in "
    "training and ever after.",
    "steps": "Generator steps in all.",
    "batch_size": "Real images a discriminator step, over all devices.",
    "loss": "Adversarial loss: minimax, non_saturating, least_squares, "
    "wasserstein, hinge, relativistic, relativistic_least_squares, "
    "relativistic_hinge or moment_matching.",
    "label_smoothing": "How much less than 1 a real image's target is.",
    "label_flipping": "Share of real and generated logits to exchange.",
    "feature_matching": "Weight of feature matching beside the generator's "
    "loss.",
    "penalty": "none, gradient_penalty, one_sided_gradient_penalty, dragan, "
    "r1 or r2.",
    "penalty_weight": "Of the penalty.",
    "penalty_every": "Steps from one penalty to the next.",
    "constraint": "On the discriminator's weights: none, weight_clipping or "
    "smooth_bound.",
    "constraint_limit": "Of the constraint.",
    "update": "alternating, or joint: both networks from one pass.",
    "discriminator_steps": "For each generator step.",
    "generator_optimizer": "adam, rmsprop, sgd and the like; an unknown name "
    "lists all.",
    "discriminator_optimizer": "The same for the discriminator.",
    "generator_learning_rate": "Of the generator's optimizer.",
    "discriminator_learning_rate": "Of the discriminator's optimizer.",
    "beta_1": "Of Adam and its like, both networks.",
    "beta_2": "Of Adam and its like, both networks.",
    "learning_rate_decay": "How both rates go to 0 over --steps: none, linear "
    "or cosine.",
    "adaptive_learning_rate": "Whether the learning rates are multiplied by "
    "the networks' shares of both losses.",
    "augmentation": "Of what the discriminator sees: none, diffaugment or ada.",
    "diffaugment_policy": "Parts of DiffAugment: color, translation, cutout.",
    "ada_target": "Of ADA's r_t, the mean sign of real logits.",
    "ada_images": "Images over which ADA's probability may go from 0 to 1.",
    "instance_noise": "Standard deviation of noise on what the discriminator "
    "sees, at first.",
    "instance_noise_steps": "Steps until that noise is gone; 0: it stays.",
    "ema_decay": "Share of the averaged generator that a step keeps.",
    "sync_batch_norm": "Whether batch norm takes its statistics over all "
    "devices.",
    "precision": "float32, mixed_bfloat16, mixed_float16 (with loss scaling), "
    "or auto: bfloat16 where the hardware multiplies in it.",
    "jit_compile": "Whether XLA compiles the step; for one device.",
    "log_every": "Steps between lines of metrics.jsonl.",
    "sample_every": "Steps between grids of samples.",
    "checkpoint_every": "Steps between checkpoints.",
    "keep_checkpoints": "How many of the newest checkpoints stay.",
    "evaluate_every": "Steps between evaluations, as tfgan-evaluate does them; "
    "0: none.",
    "evaluate_count": "Samples of each evaluation.",
    "evaluate_metric": "Value whose best checkpoint stays, in best_checkpoint.",
    "evaluate_features": "Feature network; by default the data set's.",
    "health_every": "Steps from one examination by the doctor to the next; 0: "
    "none.",
    "on_failure": "What follows when a training fails: warn, stop, or restore, "
    "which goes back to the last healthy checkpoint and on from there with "
    "other random numbers.",
}


def _define(name: str, types: tuple[type, ...], default: Any) -> Any:
    if name in configs.PATHS:
        return path_flags.define_path(name, default, _HELP[name])
    define: Any = {
        bool: flags.DEFINE_bool,
        int: flags.DEFINE_integer,
        float: flags.DEFINE_float,
        str: flags.DEFINE_string,
    }[types[0]]
    return define(name, default, _HELP[name])


# The flags are the fields of TrainConfig, so a setting is declared once.
_FLAGS = {
    name: _define(name, types, default)
    for name, types, default in configs.settings()
}


def given() -> dict[str, Any]:
    """Returns the settings that the command line gives."""
    return {name: flag.value for name, flag in _FLAGS.items() if flag.present}


_ON = "on"
# Settings that need another one: at a value, or at any that turns it on.
_NEEDS = {
    "penalty_weight": ("penalty", _ON),
    "penalty_every": ("penalty", _ON),
    "constraint_limit": ("constraint", _ON),
    "diffaugment_policy": ("augmentation", "diffaugment"),
    "ada_target": ("augmentation", "ada"),
    "ada_images": ("augmentation", "ada"),
    "instance_noise_steps": ("instance_noise", _ON),
    "evaluate_count": ("evaluate_every", _ON),
    "evaluate_metric": ("evaluate_every", _ON),
    "evaluate_features": ("evaluate_every", _ON),
}
_OFF = ("none", 0)


def without_effect(config: TrainConfig) -> list[str]:
    """Returns a line for each setting on the command line that does nothing.

    Args:
        config: of which none is None that the recipe has.
    """
    lines = []
    for name in given().keys() & _NEEDS.keys():
        other, needed = _NEEDS[name]
        value = getattr(config, other)
        is_met = value not in _OFF if needed == _ON else value == needed
        if not is_met:
            lines.append(f"--{name} has no effect with --{other}={value}.")
    return sorted(lines)
