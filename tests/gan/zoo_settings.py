"""Every loss, penalty, constraint and trick, in few combinations."""

from tfgan_zoo import (
    augment,
    constraints,
    latents,
    losses,
    optimizers,
    penalties,
)
from tfgan_zoo.config import Recipe
from tfgan_zoo.layers import batch as batch_features
from tfgan_zoo.settings import list_settings

CHOICES = {one.name: one.rules.choices for one in list_settings(Recipe)}


def _has_optimizer(name):
    """Whether an optimizer is there; some need tensorflow-addons."""
    try:
        optimizers.get(name, 0.01)
    except ValueError as error:
        assert "tensorflow-addons" in str(error)
        return False
    return True


AXES = {
    "generator_optimizer": list(filter(_has_optimizer, optimizers.names())),
    "batch_feature": batch_features.names(),
    "loss": losses.names(),
    "penalty": penalties.names(),
    "constraint": constraints.names(),
    # ADA twice: with several replicas it takes ten times as long to trace.
    "augmentation": [
        *(2 * augment.names()),
        *("none", "diffaugment", "none", "none", "diffaugment", "none"),
    ],
    "latents": latents.names(),
    "update": CHOICES["update"],
    "packing": [1, 2],
    "discriminator_steps": [2, 1, 1],
    "penalty_every": [1, 2],
    "label_flipping": [0.0, 0.3],
    "feature_matching": [1.0, 0.0, 0.0],
    "instance_noise": [0.0, 0.1],
    "instance_noise_steps": [0, 10],
    "adaptive_learning_rate": [False, False, True],
}


def combinations():
    """Each value of each axis at least once, beside changing other ones."""
    settings = [
        {axis: names[number % len(names)] for axis, names in AXES.items()}
        for number in range(max(map(len, AXES.values())))
    ]
    for one in settings:
        if one["loss"] in losses.WITH_TARGET:
            one["label_smoothing"] = 0.1
    return settings


def name_of(settings):
    """A test's name."""
    return ",".join(str(value) for value in settings.values())
