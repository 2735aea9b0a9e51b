"""R3GAN by class: Huang et al. 2024 (arXiv:2501.05441), section 4.

The generator gets an embedding of the label beside the latents, and the
discriminator's logit is the product of features and an embedding (Miyato &
Koyama 2018, arXiv:1802.05637). All else is as in `r3gan`, with its differences.
"""

from __future__ import annotations

from tfgan_zoo.architecture import Architecture
from tfgan_zoo.models import r3gan

RECIPE = r3gan.RECIPE

R3GANProjection = Architecture(
    name="r3gan_projection",
    purpose="class-conditional R3GAN with a projection discriminator",
    recipe=RECIPE,
    generator=r3gan.Generator,
    discriminator=r3gan.Discriminator,
    image_sizes=r3gan.R3GAN.image_sizes,
    conditional=True,
)
