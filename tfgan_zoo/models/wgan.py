"""WGAN: Arjovsky et al. 2017 (arXiv:1701.07875), Algorithm 1.

The discriminator, the paper's critic, estimates a Wasserstein distance: it is
kept well ahead of the generator, and bounds on its weights bound its slope. All
its variables are clipped, the scales of batch normalisation too, as in the
authors' code. The paper's learning rate is low: on MNIST, at a width of
32, ten times as much gave digits after 600 steps where this gave noise.

Differs from the paper:
- the networks are those of `dcgan`, for images of any size;
- normal latents, and no bias on the logit, where it would cancel in the loss,
  both as in the authors' code;
- 5 discriminator steps throughout; the authors' code does 100 in each of the
  first 25 generator steps and in each 500th.
"""

from __future__ import annotations

from typing import Any

from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.models import dcgan
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Arjovsky et al. 2017, arXiv:1701.07875",
    loss="wasserstein",
    constraint="weight_clipping",
    constraint_limit=0.01,
    discriminator_steps=5,
    generator_optimizer="rmsprop",
    discriminator_optimizer="rmsprop",
    generator_learning_rate=5e-5,
    discriminator_learning_rate=5e-5,
)

Generator = dcgan.Generator


class Discriminator(dcgan.Discriminator):
    """Images [B, H, W, C] in [-1, 1] to logits [B], of any size."""

    def __init__(
        self, image_shape: tuple[int, int, int], **config: Any
    ) -> None:
        super().__init__(image_shape, **config)
        self.to_logit = keras.layers.Dense(
            1,
            use_bias=False,
            kernel_initializer=keras.initializers.RandomNormal(stddev=0.02),
            dtype="float32",
        )


WGAN = Architecture(
    name="wgan",
    purpose="its loss measures progress; slow, rarely collapses",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
)
