"""LSGAN: Mao et al. 2017 (arXiv:1611.04076), equation 9.

The discriminator's targets are 1 for real images and 0 for generated ones, by
least squares. So generated images on the right side of the boundary but far
from it still have a gradient.

Differs from the paper:
- the networks are those of `dcgan`, with which the authors compare the losses;
  the scenes of 112 pixels, whose learning rate this is, come from a generator
  with further convolutions and 1,024 latents;
- normal latents for uniform ones.
"""

from __future__ import annotations

from tfgan_zoo.architecture import Architecture
from tfgan_zoo.models import dcgan
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Mao et al. 2017, arXiv:1611.04076",
    loss="least_squares",
    generator_learning_rate=1e-3,
    discriminator_learning_rate=1e-3,
)


LSGAN = Architecture(
    name="lsgan",
    purpose="DCGAN with the least-squares loss, which does not saturate",
    recipe=RECIPE,
    generator=dcgan.Generator,
    discriminator=dcgan.Discriminator,
)
